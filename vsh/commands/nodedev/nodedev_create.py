"""nodedev-create: create a device on the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text, validating
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.node_device import NodeDeviceCreateXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="done node_device file")
def nodedev_create(
    file: str = Argument("file with the device's description", complete=file_names),
    flags: int = validating(NodeDeviceCreateXML),
    connection: Connection = CONNECTION,
) -> Document:
    """Create a device on the host from an XML file; a guest can be given it then.

    It is gone once it is destroyed; see nodedev-define for one that stays.

    Examples:
        nodedev-create mdev.xml  # a device that is gone after a restart
    """
    xml = read_text(file)
    with failing(f"Failed to create node device from {file}"):
        device = connection.node_device_create_xml(xml, flags)
    return Done("Node device {node_device} created from {file}", node_device=device.name, file=file)
