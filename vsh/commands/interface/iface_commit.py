"""iface-commit: keep the changes to the host's interfaces."""

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
def iface_commit(connection: Connection = CONNECTION) -> Document:
    """Keep the changes made to the host's interfaces since iface-begin.

    The point to return to is forgotten.

    Examples:
        iface-commit  # keep what was changed
    """
    with failing("Failed to commit network config change transaction"):
        connection.interface_change_commit()
    return Done("Network config change transaction committed")
