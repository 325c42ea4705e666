"""What a QEMU program can do, as far as a document's defaults depend on it.

The words in ``can`` are libvirt's names of QEMU's capabilities.  ``modern`` is what every QEMU of
the last years has; a driver that has asked its program makes an ``Emulator`` of the answer.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_PCI_HOSTS = (
    "virtio-net", "virtio-scsi-pci", "pcie-root-port", "ioh3420", "pcie-pci-bridge",
    "virtio-pci-non-transitional", "qemu-xhci", "nec-usb-xhci", "ich9-usb-ehci1", "pci-ohci",
    "rtl8139", "e1000", "vfio-pci.display", "lsi", "piix3-usb-uhci", "VGA",
)  # fmt: skip
_CAN = {
    "x86_64": (*_PCI_HOSTS, "cirrus-vga", "migratable", "mch.extended-tseg-mbytes"),
    "ppc64": (*_PCI_HOSTS,),
    "aarch64": (*_PCI_HOSTS, "gpex-pcihost", "virtio-mmio"),
    "riscv64": (*_PCI_HOSTS, "gpex-pcihost", "virtio-mmio"),
    "s390x": ("virtio-net", "virtio-pci-non-transitional", "zpci", "vfio-ccw", "virtio-scsi-pci"),
}
_SAME = {"i686": "x86_64", "ppc64le": "ppc64", "armv7l": "aarch64", "riscv32": "riscv64"}


class Emulator:
    """One QEMU program.

    can         what it can do
    machine     the machine of a guest that names none
    machines    other names of machines -> their own names
    cpu         the CPU of a guest that names none: its model, ``host``, or None
    gic         versions of the ARM interrupt controller that it offers with hardware help
    """

    __slots__ = ("can", "cpu", "gic", "machine", "machines")

    def __init__(
        self,
        can: Iterable[str] = (),
        *,
        machine: str | None = None,
        machines: dict[str, str] | None = None,
        cpu: str | None = None,
        gic: tuple[str, ...] = (),
    ) -> None:
        self.can = frozenset(can)
        self.machine = machine
        self.machines = machines or {}
        self.cpu = cpu
        self.gic = gic


def modern(architecture: str | None) -> Emulator:
    """What a QEMU of today can do for an architecture."""
    name = str(architecture)
    machine = {"i686": "pc", "x86_64": "pc", "ppc64": "pseries", "ppc64le": "pseries",
               "s390x": "s390-ccw-virtio"}.get(name)  # fmt: skip
    return Emulator(_CAN.get(_SAME.get(name, name), ()), machine=machine)
