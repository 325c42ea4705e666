"""nodedev-destroy: remove a device from the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import NODE_DEVICE
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.node_device import NodeDevice
    from vsh.output.document import Document


@command(old={"name": "device"})
def nodedev_destroy(device: NodeDevice = NODE_DEVICE) -> Document:
    """Stop a device of the host, so that the host no longer has it.

    Devices that are defined can be started again.

    Examples:
        nodedev-destroy scsi_host2  # the virtual device goes
    """
    with failing(f"Failed to destroy node device '{device.called}'"):
        device.destroy()
    return Done("Destroyed node device '{node_device}'", node_device=device.called)
