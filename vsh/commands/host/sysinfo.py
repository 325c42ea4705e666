"""sysinfo: what the host's firmware says about the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.errors import failing
from vsh.output.document import Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="xml document | nodes")
def sysinfo(connection: Connection = CONNECTION) -> Document:
    """Print the host's system information as XML.

    Not every hypervisor has it.

    Examples:
        sysinfo  # maker, serial numbers, firmware
    """
    with failing("failed to get sysinfo"):
        return Xml(connection.get_sysinfo())
