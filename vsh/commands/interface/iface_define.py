"""iface-define: define or change an interface of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text, validating
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.interface import InterfaceDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="done interface file")
def iface_define(
    file: str = Argument("file with the interface's description", complete=file_names),
    flags: int = validating(InterfaceDefine),
    connection: Connection = CONNECTION,
) -> Document:
    """Define an interface of the host from an XML file, without starting it, or change one.

    The host's own network configuration is written.

    Examples:
        iface-define eth2.xml  # keep the definition of an interface
    """
    xml = read_text(file)
    with failing(f"Failed to define interface from {file}"):
        interface = connection.interface_define_xml(xml, flags)
    return Done("Interface {interface} defined from {file}", interface=interface.name, file=file)
