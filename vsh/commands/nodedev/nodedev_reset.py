"""nodedev-reset: reset a device of the host."""

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
def nodedev_reset(device: NodeDevice = NAMED_DEVICE) -> Document:
    """Reset a device of the host, before a guest is given it or afterwards.

    Fails while a guest or the host's driver uses the device.

    Examples:
        nodedev-reset pci_0000_01_00_0  # before a guest gets it
    """
    with failing(f"Failed to reset device {device.called}"):
        device.reset()
    return Done("Device {node_device} reset", node_device=device.called)
