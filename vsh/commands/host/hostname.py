"""hostname: the name of the hypervisor's host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.errors import failing
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="hostname")
def hostname(connection: Connection = CONNECTION) -> Document:
    """Print the name of the hypervisor's host.

    Examples:
        hostname  # the name of the host
    """
    with failing("failed to get hostname"):
        return Line("{hostname}", hostname=connection.get_hostname())
