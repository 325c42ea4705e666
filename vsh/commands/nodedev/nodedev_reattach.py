"""nodedev-reattach: give a device back to the host's driver."""

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
def nodedev_reattach(device: NodeDevice = NAMED_DEVICE) -> Document:
    """Give a device that no guest has any more back to the host's driver.

    Only needed after nodedev-detach.

    Examples:
        nodedev-reattach pci_0000_01_00_0  # back to the host
    """
    with failing(f"Failed to re-attach device {device.called}"):
        device.re_attach()
    return Done("Device {node_device} re-attached", node_device=device.called)
