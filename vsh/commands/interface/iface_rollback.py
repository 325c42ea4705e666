"""iface-rollback: take the changes to the host's interfaces back."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command
def iface_rollback(connection: Connection = CONNECTION) -> Document:
    """Take the changes made to the host's interfaces since iface-begin back.

    Interfaces get the definitions that they had then.

    Examples:
        iface-rollback  # back to what was before iface-begin
    """
    with failing("Failed to rollback network config change transaction"):
        connection.interface_change_rollback()
    return Done("Network config change transaction rolled back")
