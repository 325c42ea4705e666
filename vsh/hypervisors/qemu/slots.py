"""Where the devices of a QEMU guest go on its PCI buses.

What a board has built in has a fixed place; the rest follows in an order that is part of what a
guest sees.  The work is done twice: on buses that grow, to learn which controllers are missing, and
then with those added.
"""

from __future__ import annotations

from vsh.domains.pci import (
    AUTO,
    PCI,
    PCIE,
    Buses,
    Place,
    mark_multifunction,
    placed,
    present,
    wanted,
)
from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu import isolation
from vsh.hypervisors.qemu.bridges import settle
from vsh.hypervisors.qemu.connect import Connections
from vsh.hypervisors.qemu.machine import (
    ARM,
    RISCV,
    is_arm_virt,
    is_i440fx,
    is_pseries,
    is_q35,
    is_riscv_virt,
    root_model,
)
from vsh.xml.domain.devices.controller import Controller
from vsh.xml.domain.devices.interface import Interface
from vsh.xml.domain.order import add_controller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.address import Address
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.hostdev import HostDevice

# the parts of a USB 2 controller share a slot
_FUNCTIONS = {
    "ich9-ehci1": (7, None),
    "ich9-uhci1": (0, True),
    "ich9-uhci2": (1, None),
    "ich9-uhci3": (2, None),
}
_NO_SLOT = ("none", "ramfb")


def supports_pci(domain: Domain, emulator: Emulator) -> bool:
    """Whether a board has PCI."""
    if domain.os.arch not in (*ARM, *RISCV) or domain.os.machine == "versatilepb":
        return True
    return (is_arm_virt(domain) or is_riscv_virt(domain)) and "gpex-pcihost" in emulator.can


def assign_pci(domain: Domain, emulator: Emulator) -> None:
    """Give each PCI device a place, adding controllers as needed."""
    slots = Slots(domain, emulator)
    count = max([-1, *(c.index or 0 for c in domain.controllers if c.type == "pci")]) + 1
    if count:
        count = slots.try_out(count)
    slots.start(count)
    if supports_pci(domain, emulator):
        slots.board()
        slots.devices()
        slots.identifiers()
        mark_multifunction(domain)
        for controller in domain.controllers:
            if controller.type == "pci":
                settle(controller, domain, emulator)


class Slots:
    """The work on one guest."""

    __slots__ = ("buses", "connect", "domain", "emulator", "groups", "zpci")

    def __init__(self, domain: Domain, emulator: Emulator) -> None:
        self.domain = domain
        self.emulator = emulator
        self.connect = Connections(domain, emulator)
        self.groups = isolation.groups(domain, emulator.pooled)
        self.zpci = "zpci" in emulator.can
        self.buses = Buses(0)

    def try_out(self, count: int) -> int:
        """Place everything on buses that grow, and add the controllers that were missing."""
        self.start(count, trying=True)
        self.board()
        domain, buses = self.domain, self.buses
        root = root_model(domain)
        # one slot is kept for a bridge
        if root == "pci-root" and not all(bus.full() for bus in buses.buses):
            buses.next(PCI | AUTO)
        self.devices()
        self.identifiers()
        # a new guest has a free port to plug something into
        if count <= 1 and len(buses.buses) > count and root == "pcie-root":
            buses.next(PCIE | AUTO)
        number = 1
        known = {c.index for c in domain.controllers if c.type == "pci"}
        while number < len(buses.buses):
            if number not in known:
                model = buses.buses[number].model
                controller = Controller(type="pci", index=number, model=model)
                add_controller(domain, controller)
                if model not in ("pci-root", "pcie-root"):
                    self._put(controller)
            number += 1
        return len(buses.buses)

    def start(self, count: int, *, trying: bool = False) -> None:
        """Begin with the buses that the controllers give, and take the places that are given."""
        domain = self.domain
        buses = self.buses = Buses(count, trying=trying)
        buses.many_roots = is_pseries(domain)
        buses.newest = domain.newest
        buses.pcie_bridge = "pcie-pci-bridge" in self.emulator.can
        express = False
        for controller in domain.controllers:
            if controller.type == "pci":
                bus = buses.buses[controller.index or 0]
                bus.become(controller.model, controller.hotplug is not False)
                # what belongs to the host is kept off the first bus
                bus.locked = buses.many_roots and controller.index == 0
                express |= controller.model == "pcie-root"
        usual = "pci-root" if buses.many_roots else "pcie-root-port" if express else "pci-bridge"
        for number, bus in enumerate(buses.buses):
            if bus.model is None:
                bus.become(usual if number else "pci-root")
        for device in placed(domain):
            if present(device):
                self._take(device)
        if self.zpci:
            for address in self._zpci():
                if address.zpci_uid is not None or address.zpci_fid is not None:
                    buses.identify(address)

    def _take(self, device: Device) -> None:
        assert device.address is not None  # it is present
        place = Place.of(device.address)
        south = (place.domain, place.bus, place.slot) == (0, 0, 1)
        if south and isinstance(device, Controller) and not device.index:
            function = place.function
            if (device.type == "ide" and function == 1) or (
                device.type == "usb" and device.model in (None, "piix3-uhci") and function == 2
            ):
                # built into the PC's south bridge: taken with the board
                if self.buses.buses and not self.buses.buses[0].flags & PCI:
                    raise InternalError(
                        "Bus 0 must be PCI for integrated PIIX3 USB or IDE controllers"
                    )
                return
        self.buses.reserve(place, self.connect.flags(device) or PCI, self._group(device))

    def _group(self, device: Device) -> int:
        return self.groups.get(id(device), 0)

    def _zpci(self) -> Iterator[Address]:
        for device in placed(self.domain):
            address = device.address
            if (
                address is not None
                and address.type == "pci"
                and device.tag not in ("serial", "parallel", "channel", "console")
            ):
                yield address

    def identifiers(self) -> None:
        """Give each place of a mainframe's PCI device its identifiers."""
        if self.zpci:
            for address in self._zpci():
                if address.zpci_uid is None or address.zpci_fid is None:
                    self.buses.identify(address, keep=not self.buses.trying)

    def _put(self, device: Device, function: int = -1) -> None:
        self.buses.put(device, self.connect.flags(device), self._group(device), function)

    def _fix(self, device: Device, place: Place, flags: int, *, take: bool = True) -> None:
        if take:
            self.buses.reserve(place, flags)
        device.address = place.address(device.address)

    def board(self) -> None:
        """What the board has built in, and the first graphics card."""
        if is_i440fx(self.domain):
            self._i440fx()
        elif is_q35(self.domain):
            self._q35()

    def _i440fx(self) -> None:
        flags = AUTO | PCI
        own = {
            "ide": (1, "Primary IDE controller must have PCI address 0:0:1.1"),
            "usb": (2, "PIIX3 USB controller at index 0 must have PCI address 0:0:1.2"),
        }
        for device in self.domain.controllers:
            if device.index or device.type not in own:
                continue
            if device.type == "usb" and device.model not in (None, "piix3-uhci"):
                continue
            function, problem = own[device.type]
            place = Place(0, 1, function)
            if not present(device):
                device.address = place.address()
            elif str(Place.of(device.address)) != str(place):
                raise InternalError(problem)
            if self.buses.buses:
                self.buses.reserve(place, flags)
        if self.buses.buses:
            self.buses.reserve(Place(0, 1, 0), flags)
            self.buses.reserve(Place(0, 1, 3), flags)
        self._graphics(2, flags)

    def _graphics(self, slot: int, flags: int) -> None:
        """The first graphics card goes where QEMU puts its own."""
        videos = self.domain.videos
        if not videos or videos[0].type in _NO_SLOT or not wanted(videos[0]):
            return
        place = Place(0, slot)
        self.buses.validate(place, flags)
        if self.buses.used(0, slot):
            self._put(videos[0])
        else:
            self._fix(videos[0], place, flags)

    def _q35(self) -> None:
        flags, buses = PCIE, self.buses
        for device in self.domain.controllers:
            if device.type == "sata" and not device.index:
                place = Place(0, 0x1F, 2)
                if not present(device):
                    device.address = place.address()
                elif str(Place.of(device.address)) != str(place):
                    raise InternalError("Primary SATA controller must have PCI address 0:0:1f.2")
            elif device.address is not None:
                continue
            elif device.type == "usb" and device.model == "ich9-uhci1":
                slot = next((slot for slot in (0x1D, 0x1A) if not buses.used(0, slot)), None)
                if slot is not None:
                    place = Place(0, slot)
                    place.multifunction = True
                    self._fix(device, place, flags)
            elif (
                device.type == "pci"
                and device.model == "dmi-to-pci-bridge"
                and not buses.used(0, 0x1E)
            ):
                self._fix(device, Place(0, 0x1E), flags)
        if buses.buses:
            buses.reserve(Place(0, 0x1F, 0), flags)
            buses.reserve(Place(0, 0x1F, 3), flags)
        self._graphics(1, flags)
        if not buses.used(0, 0x1B):
            for sound in self.domain.sounds:
                if sound.model == "ich9" and wanted(sound):
                    self._fix(sound, Place(0, 0x1B), flags)
                    break

    def devices(self) -> None:
        """All devices that have no place yet, kind by kind."""
        domain = self.domain
        for controller in domain.controllers:
            if controller.type == "pci" and controller.model not in ("pci-root", "pcie-root"):
                self._maybe(controller)
        for filesystem in domain.filesystems:
            if filesystem.driver_type != "mtp":
                self._maybe(filesystem)
        for card in domain.interfaces:
            if card.type != "hostdev" and card.model != "usb-net":
                self._maybe(card)
        for sound in domain.sounds:
            if sound.model not in ("sb16", "pcspk", "usb"):
                self._maybe(sound)
        for controller in domain.controllers:
            self._controller(controller)
        for disk in domain.disks:
            if disk.bus == "virtio":
                self._disk(disk)
        for card in domain.interfaces:
            if card.type == "hostdev":
                self._hostdev(card)
        for assigned in domain.hostdevs:
            self._hostdev(assigned)
        for balloon in domain.memballoon:
            if balloon.model != "none":
                self._maybe(balloon)
        for rng in domain.rngs:
            self._maybe(rng)
        for watchdog in domain.watchdogs:
            if watchdog.model == "i6300esb":
                self._maybe(watchdog)
        for video in domain.videos:
            if video.type not in _NO_SLOT:
                self._maybe(video)
        for shmem in domain.shmems:
            self._maybe(shmem)
        for pointer in domain.inputs:
            if pointer.bus == "virtio":
                self._maybe(pointer)
        for serial in domain.serials:
            if serial.target_type == "pci-serial":
                self._maybe(serial)
        for iommu in domain.iommu:
            if iommu.model in ("virtio", "amd"):
                self._maybe(iommu)
        for vsock in domain.vsock:
            self._maybe(vsock)
        for memory in domain.memory_devices:
            if memory.model in ("virtio-pmem", "virtio-mem"):
                self._maybe(memory)
        panics = [panic for panic in domain.panics if panic.model == "pvpanic"]
        for device in (*domain.cryptos, *panics, *domain.pstore):
            self._maybe(device)

    def _maybe(self, device: Device) -> None:
        if wanted(device):
            self._put(device)

    def _controller(self, device: Controller) -> None:
        kind, model = device.type, device.model
        if (
            kind in ("pci", "fdc", "ccid")
            or (kind == "usb" and model == "none")
            or (kind == "ide" and not device.index)
            or (kind == "scsi" and model == "ncr53c90")
            or not wanted(device)
        ):
            return
        if not device.is_usb2():
            self._put(device)
            return
        function, multifunction = _FUNCTIONS[str(model)]
        for other in self.domain.controllers:
            if other.is_usb2() and other.index == device.index and present(other):
                place = Place.of(other.address)
                place.function, place.multifunction = function, multifunction
                self._fix(device, place, self.connect.flags(device))
                return
        self._put(device, function)
        if device.address is not None and multifunction is not None:
            device.address.multifunction = multifunction

    def _disk(self, device: Disk) -> None:
        address = device.address
        kind = address.type if address is not None else None
        if present(device) or kind == "ccw":
            return
        if kind == "virtio-mmio" and "virtio-mmio" in self.emulator.can:
            return
        if not wanted(device):
            raise ConfigUnsupported(f"virtio disk cannot have an address of type '{kind}'")
        self._put(device)

    def _hostdev(self, device: HostDevice | Interface) -> None:
        if not wanted(device):
            return
        if isinstance(device, Interface):
            if self.connect.flags(device):
                self._put(device)
        elif device.mode == "subsystem" and (
            device.type in ("pci", "scsi_host")
            or (device.type == "mdev" and device.model == "vfio-pci")
        ):
            self._put(device)
