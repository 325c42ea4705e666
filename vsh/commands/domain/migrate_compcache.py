"""migrate-compcache: the cache that a compressed migration uses."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Option, uint64
from vsh.commands._sizes import pretty
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="compression_cache_bytes")
def migrate_compcache(
    domain: Domain = ACTIVE_DOMAIN, size: int | None = Option("the new size in bytes", kind=uint64)
) -> Document:
    """Print or set the size of the cache that a compressed migration uses.

    Pages that were sent before are kept in it.

    Examples:
        migrate-compcache web1 --size 134217728  # 128 MiB for pages that change often
    """
    if size is not None:
        domain.migrate_set_compression_cache(size, 0)
    now = domain.migrate_get_compression_cache(0)
    return Text(f"Compression cache: {pretty(now, 3)}", compression_cache_bytes=now)
