"""nodedev-undefine: forget the definition of a device of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import NODE_DEVICE
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.node_device import NodeDevice
    from vsh.output.document import Document


@command
def nodedev_undefine(device: NodeDevice = NODE_DEVICE) -> Document:
    """Forget the definition of a device of the host.

    A device that is active stays until it is destroyed.

    Examples:
        nodedev-undefine mdev_7b2f8a54  # forget it
    """
    with failing(f"Failed to undefine node device '{device.called}'"):
        device.undefine()
    return Done("Undefined node device '{node_device}'", node_device=device.called)
