"""What libvirt's bhyve driver adds to a domain that it reads."""

from __future__ import annotations

from vsh.domains.defaults import Defaults
from vsh.domains.pci import PCI, Buses, Place, placed, wanted
from vsh.errors import ConfigUnsupported, XmlError
from vsh.xml.domain.order import insert_controller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Character
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.engine.element import Element


NAMESPACE = "http://libvirt.org/schemas/domain/bhyve/1.0"


class BhyveDefaults(Defaults):
    """The bhyve driver's defaults.

    many_disks   whether a SATA controller takes 32 disks, or one
    """

    namespace = NAMESPACE

    def __init__(self, *, many_disks: bool = True) -> None:
        self.many_disks = many_disks

    def whole(self, domain: Domain, flags: int) -> None:
        _add(domain, "pci", "pci-root")
        if _needs_isa(domain):
            _add(domain, "isa", None)

    def device(self, kind: str, device: Element, domain: Domain) -> None:
        from vsh.xml.domain.devices.chardev import Character
        from vsh.xml.domain.devices.controller import Controller
        from vsh.xml.domain.devices.disk import Disk
        from vsh.xml.domain.devices.video import Video

        if isinstance(device, Disk):
            if device.address is None:
                self._disk(device)
        elif isinstance(device, Controller):
            if device.type == "pci" and device.model in ("pci-root", "pcie-root") and device.index:
                raise XmlError("pci-root and pcie-root controllers should have index 0")
        elif isinstance(device, Video):
            device.type = device.type or "gop"
        elif isinstance(device, Character) and device.type == "nmdm":
            _null_modem(device, domain)

    def _disk(self, device: Disk) -> None:
        from vsh.xml.domain.devices.address import Address
        from vsh.xml.domain.order import disk_index

        index = disk_index(device.target or "")
        if index is None:
            raise XmlError(
                f"Unknown disk name '{device.target or '(null)'}' and no address specified"
            )
        if device.bus == "sata":
            controller, unit = divmod(index, 32) if self.many_disks else (index, 0)
            device.address = Address(
                type="drive", controller=controller, bus=0, target=0, unit=unit
            )

    def addresses(self, domain: Domain) -> None:
        assign_pci(domain)

    def check(self, domain: Domain) -> Iterable[Error]:
        for rng in domain.rngs:
            backend = rng.backends[0]
            if rng.model != "virtio":
                yield ConfigUnsupported("Only 'virio' RNG device model is supported")
            if backend.model != "random":
                yield ConfigUnsupported("Only 'random' backend model is supported")
            if backend.path != "/dev/random":
                yield ConfigUnsupported("Only /dev/random source is supported")


def _add(domain: Domain, kind: str, model: str | None) -> None:
    from vsh.xml.domain.devices.controller import Controller

    if not any(c.type == kind and c.index == 0 for c in domain.controllers):
        insert_controller(domain, Controller(type=kind, index=0, model=model))


def _needs_isa(domain: Domain) -> bool:
    return bool(
        (not domain.bootloader and domain.os.loader)
        or domain.os.firmware == "efi"
        or domain.serials
        or domain.consoles
        or (domain.graphics and domain.videos)
    )


def _null_modem(device: Character, domain: Domain) -> None:
    from vsh.xml.domain.devices.chardev import CharSource

    if not device.sources:
        device.sources = [CharSource()]
    source = device.sources[0]
    if source.master is None:
        source.master = f"/dev/nmdm{domain.uuid}A"
        source.slave = f"/dev/nmdm{domain.uuid}B"


def assign_pci(domain: Domain) -> None:
    """Give each device a slot on the one bus; slot 1 is kept for what bridges to ISA."""
    buses = Buses(1)
    buses.buses[0].become("pci-root")
    for device in placed(domain):
        address = device.address
        if address is not None and address.type == "pci" and not address.pci_empty():
            buses.reserve(Place.of(address), PCI)
    if not buses.used(0, 1):
        buses.reserve(Place(0, 1), PCI)
        for device in domain.controllers:
            if device.type == "isa" and wanted(device):
                device.address = Place(0, 1).address()
                break
    groups = (
        [d for d in domain.controllers if d.type in ("pci", "sata", "isa") or _xhci(d)],
        domain.interfaces,
        [d for d in domain.disks if d.bus == "virtio"],
        domain.videos,
        domain.sounds,
        domain.filesystems,
        domain.rngs,
    )
    for group in groups:
        for device in group:
            if wanted(device) and getattr(device, "model", None) != "pci-root":
                buses.put(device, PCI)


def _xhci(controller: Controller) -> bool:
    return bool(controller.type == "usb" and controller.model == "nec-xhci")
