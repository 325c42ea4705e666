"""nodedev-start: start a device of the host that is defined."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import NAMED_DEVICE
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.node_device import NodeDevice
    from vsh.output.document import Document


@command
def nodedev_start(device: NodeDevice = NAMED_DEVICE) -> Document:
    """Start a device of the host that is defined.

    A guest can be given it then.

    Examples:
        nodedev-start mdev_7b2f8a54  # a device that is defined
    """
    with failing(f"Failed to start device {device.called}"):
        device.create(0)
    return Done("Device {node_device} started", node_device=device.called)
