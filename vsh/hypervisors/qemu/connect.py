"""How each device of a QEMU guest connects to PCI: bits of ``vsh.domains.pci``, 0 for not at
all."""

from __future__ import annotations

from vsh.domains.pci import AUTO, CONNECTS, INTEGRATED, PCI, PCIE, present
from vsh.hypervisors.qemu.machine import root_model
from vsh.xml.domain.devices.interface import MODELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Serial
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.filesystem import FileSystem
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.input import Input
    from vsh.xml.domain.devices.interface import Interface
    from vsh.xml.domain.devices.iommu import Iommu
    from vsh.xml.domain.devices.memballoon import MemBalloon
    from vsh.xml.domain.devices.memory import MemoryDevice
    from vsh.xml.domain.devices.panic import Panic
    from vsh.xml.domain.devices.rng import Rng
    from vsh.xml.domain.devices.sound import Sound
    from vsh.xml.domain.devices.video import Video
    from vsh.xml.domain.devices.vsock import Vsock
    from vsh.xml.domain.devices.watchdog import Watchdog
    from vsh.xml.engine.element import Element

_PCI_USB = (
    None, "ehci", "ich9-ehci1", "ich9-uhci1", "ich9-uhci2", "ich9-uhci3", "vt82c686b-uhci",
    "piix3-uhci", "piix4-uhci", "pci-ohci",
)  # fmt: skip
_PCI_VIDEO = ("vga", "cirrus", "vmvga", "xen", "vbox", "qxl", "parallels")


class Connections:
    """The connections of one guest's devices."""

    __slots__ = ("pcie", "virtio")

    def __init__(self, domain: Domain, emulator: Emulator) -> None:
        express = root_model(domain) == "pcie-root"
        self.pcie = (PCIE if express else PCI) | AUTO
        both = "virtio-pci-non-transitional" in emulator.can
        self.virtio = self.pcie if both else PCI | AUTO

    def flags(self, device: Element) -> int:
        """How a device connects."""
        act = _OF_TAG.get(device.tag)
        return act(self, device) if act is not None else 0

    def _model(self, model: str | None, others: int = 0) -> int:
        """For a device that is virtio or nothing: transitional ones need a PCI slot."""
        if model == "virtio-transitional":
            return PCI | AUTO
        if model in (None, "virtio", "virtio-non-transitional"):
            return self.virtio
        return others

    def _controller(self, device: Controller) -> int:
        kind, model = device.type, device.model
        if kind == "pci":
            return CONNECTS.get(str(model), 0)
        if kind in ("sata", "ide"):
            return PCI | AUTO
        if kind == "nvme":
            return self.pcie
        if kind == "usb":
            if model in ("nec-xhci", "qemu-xhci"):
                return self.pcie
            return PCI | AUTO if model in _PCI_USB else 0
        if kind == "scsi":
            if model in ("virtio-scsi", "virtio-non-transitional"):
                return self.virtio
            return 0 if model in (None, "ncr53c90") else PCI | AUTO
        return self._model(device.model) if kind == "virtio-serial" else 0

    def _filesystem(self, device: FileSystem) -> int:
        if device.driver_type == "virtiofs":
            return self.virtio
        return self._model(device.model) if device.driver_type in (None, "path", "handle") else 0

    def _interface(self, device: Interface) -> int:
        model = device.model
        if device.type == "hostdev":
            address = device.source.host_address if device.source is not None else None
            usb = address is not None and address.type == "usb"
            return self._of_host("usb" if usb else "pci", device)
        if model == "usb-net":
            return 0
        if model in ("virtio", "virtio-non-transitional"):
            return self.virtio
        # names that libvirt does not know are taken for cards of the host
        express = model in ("e1000e", "igb") or model not in MODELS
        return self.pcie if express else PCI | AUTO

    def _sound(self, device: Sound) -> int:
        if device.model == "virtio":
            return self.virtio
        return PCI | AUTO if device.model in ("es1370", "ac97", "ich6", "ich9") else 0

    def _disk(self, device: Disk) -> int:
        return self._model(device.model) if device.bus == "virtio" else 0

    def _hostdev(self, device: HostDevice) -> int:
        return self._of_host(device.type, device) if device.mode == "subsystem" else 0

    def _of_host(self, kind: str | None, device: Interface | HostDevice) -> int:
        if kind not in ("pci", "scsi_host", "mdev"):
            return 0
        if self.pcie & PCI:
            return PCI | AUTO
        if kind == "scsi_host" and not present(device):
            return self._model(device.model)
        # nearly all host devices that are handed to guests are PCI Express ones
        return self.pcie

    def _memballoon(self, device: MemBalloon | Rng | Vsock) -> int:
        return self._model(device.model) if device.model is not None else 0

    _rng = _memballoon
    _vsock = _memballoon

    def _watchdog(self, device: Watchdog) -> int:
        return PCI | AUTO if device.model == "i6300esb" else 0

    def _video(self, device: Video) -> int:
        if device.type == "virtio":
            return self.virtio
        if device.type == "bochs":
            return self.pcie
        return PCI | AUTO if device.type in _PCI_VIDEO else 0

    def _shmem(self, device: Element) -> int:
        return PCI | AUTO

    def _input(self, device: Input) -> int:
        return self._model(device.model) if device.bus == "virtio" else 0

    def _serial(self, device: Serial) -> int:
        return PCI | AUTO if device.target_type == "pci-serial" else 0

    def _iommu(self, device: Iommu) -> int:
        if device.model == "amd":
            return self.pcie | INTEGRATED
        return self.virtio | INTEGRATED if device.model == "virtio" else 0

    def _memory(self, device: MemoryDevice) -> int:
        return self.virtio if device.model in ("virtio-pmem", "virtio-mem") else 0

    def _crypto(self, device: Element) -> int:
        return PCI | AUTO

    _pstore = _crypto

    def _panic(self, device: Panic) -> int:
        return self.pcie | INTEGRATED if device.model == "pvpanic" else 0


_OF_TAG: dict[str, Callable[[Connections, Element], int]] = {
    name[1:]: act for name, act in vars(Connections).items() if name[:1] == "_" != name[1:2]
}
