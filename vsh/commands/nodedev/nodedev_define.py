"""nodedev-define: define or change a device of the host that stays."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text, validating
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.node_device import NodeDeviceDefineXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="done node_device file")
def nodedev_define(
    file: str = Argument("file with the device's description", complete=file_names),
    flags: int = validating(NodeDeviceDefineXML),
    connection: Connection = CONNECTION,
) -> Document:
    """Define a device of the host from an XML file, without starting it, or change one.

    Only mediated devices can be defined.

    Examples:
        nodedev-define mdev.xml  # keep it; start it with nodedev-start
    """
    xml = read_text(file)
    with failing(f"Failed to define node device from '{file}'"):
        device = connection.node_device_define_xml(xml, flags)
    return Done(
        "Node device '{node_device}' defined from '{file}'", node_device=device.name, file=file
    )
