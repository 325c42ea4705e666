"""iface-begin: remember how the host's interfaces are now."""

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
def iface_begin(connection: Connection = CONNECTION) -> Document:
    """Remember the definitions of the host's interfaces.

    iface-rollback brings them back, iface-commit forgets them.

    Examples:
        iface-begin  # from here on changes can be taken back
    """
    with failing("Failed to begin network config change transaction"):
        connection.interface_change_begin()
    return Done("Network config change transaction started")
