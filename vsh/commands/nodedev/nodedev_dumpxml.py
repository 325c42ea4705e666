"""nodedev-dumpxml: the document of a device of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import NODE_DEVICE
from vsh.cli.params import Flag, Flags, Option
from vsh.commands._xpath import WRAP_HELP, XPATH_HELP, dump
from vsh.words.node_device import NodeDeviceXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.node_device import NodeDevice
    from vsh.output.document import Document


@command
def nodedev_dumpxml(
    device: NodeDevice = NODE_DEVICE,
    flags: int = Flags(NodeDeviceXML, inactive="what the device starts with next"),
    xpath: str | None = Option(XPATH_HELP, complete=()),
    wrap: bool = Flag(WRAP_HELP),
) -> Document:
    """Print the XML of a device of the host.

    With --inactive, its definition rather than what it is now.

    Examples:
        nodedev-dumpxml computer  # what is known of it
    """
    return dump(device.get_xml_desc(flags), xpath, wrap=wrap)
