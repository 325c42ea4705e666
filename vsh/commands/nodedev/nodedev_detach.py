"""nodedev-detach: take a device from the host's driver, for a guest."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import NAMED_DEVICE
from vsh.cli.params import Option, anything
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.node_device import NodeDevice
    from vsh.output.document import Document


DRIVERS = ("default", "kvm", "vfio", "xen")


@command
def nodedev_detach(
    device: NodeDevice = NAMED_DEVICE,
    driver: str | None = Option(
        "the driver that passes it on, such as vfio", kind=anything, by_place=True, complete=DRIVERS
    ),
) -> Document:
    """Detach a device from the host's driver, so that a guest can be given it.

    A domain that manages the device does so by itself when it starts.

    Examples:
        nodedev-detach pci_0000_01_00_0 --driver vfio  # from the host, for a guest
    """
    with failing(f"Failed to detach device {device.called}"):
        if driver:
            device.detach_flags(driver, 0)
        else:
            device.dettach()
    return Done("Device {node_device} detached", node_device=device.called)
