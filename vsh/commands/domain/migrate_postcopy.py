"""migrate-postcopy: let a guest run on the destination before all its memory is there."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command
def migrate_postcopy(domain: Domain = ACTIVE_DOMAIN) -> None:
    """Let a guest that is being moved run on the destination before all its memory is there.

    The migration must have been begun with --postcopy.

    Examples:
        migrate-postcopy web1  # go over now, and fetch the rest of the memory later
    """
    domain.migrate_start_post_copy(0)
