"""nodedev-update: change a device of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import NODE_DEVICE
from vsh.cli.objects import IMPACT_EXCLUSIVE, file_names
from vsh.cli.params import Argument, Flags
from vsh.commands._definitions import changed
from vsh.commands._files import read_text
from vsh.errors import failing
from vsh.output.document import Said
from vsh.words.node_device import NodeDeviceUpdate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.node_device import NodeDevice
    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE)
def nodedev_update(
    device: NodeDevice = NODE_DEVICE,
    file: str = Argument("file with the device's description", complete=file_names),
    impact: int = Flags(
        NodeDeviceUpdate,
        config=("what the device starts with next", "AFFECT_CONFIG"),
        live=("the device that is there", "AFFECT_LIVE"),
        current=("whichever of them there is", "AFFECT_CURRENT"),
    ),
) -> Document:
    """Change a device of the host from an XML file, while it is active or in its definition.

    Only mediated devices can be changed.

    Examples:
        nodedev-update mdev_7b2f8a54 mdev.xml --config  # what it will be next time
    """
    xml = read_text(file)
    with failing(f"Failed to update node device {device.name} from '{file}'"):
        device.update(xml, impact)
    what = changed(device, NodeDeviceUpdate, impact)
    return Said(f"Updated node device {{node_device}} {what}", node_device=device.name)
