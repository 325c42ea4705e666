"""pool-edit: change a storage pool in an editor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.storage import POOL
from vsh.commands._definitions import edit, inactive_xml
from vsh.words.pool import StorageXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command
def pool_edit(pool: Pool = POOL, session: Session = SESSION) -> Document:
    """Edit the definition of a storage pool.

    The change takes effect when the pool is started next.

    Examples:
        pool-edit images  # in your editor
    """

    return edit(
        session,
        "pool",
        pool,
        lambda: inactive_xml(pool, StorageXML.INACTIVE),
        pool.connection.storage_pool_define_xml,
    )
