"""The PCI buses of a guest: which slots are taken, what may be plugged where, and where the next
device goes.

A bus accepts some kinds of connection, a device asks for one; both are bits of one word.  While
``trying`` a set of buses grows as needed: that shows how many controllers a guest wants.
"""

from __future__ import annotations

from vsh.errors import InternalError, XmlError
from vsh.xml.domain.devices.address import Address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.chardev import Console
    from vsh.xml.engine.element import Element

AUTO = 1 << 0  # devices are put here without being told
HOTPLUG = 1 << 1
INTEGRATED = 1 << 2  # sits on the root bus itself
AGGREGATE = 1 << 3  # shares its slot with others of its kind
PCI = 1 << 4
PCIE = 1 << 5
ROOT_PORT = 1 << 6
UPSTREAM = 1 << 7
DOWNSTREAM = 1 << 8
DMI_BRIDGE = 1 << 9
EXPANDER = 1 << 10
PCIE_EXPANDER = 1 << 11
BRIDGE = 1 << 12
PCIE_BRIDGE = 1 << 13
ENDPOINT = PCI | PCIE
KINDS = sum(1 << bit for bit in range(4, 14))

# what a controller is plugged into
CONNECTS = {
    "pci-bridge": BRIDGE,
    "pci-expander-bus": EXPANDER,
    "pcie-expander-bus": PCIE_EXPANDER,
    "dmi-to-pci-bridge": DMI_BRIDGE,
    "pcie-to-pci-bridge": PCIE_BRIDGE,
    "pcie-root-port": ROOT_PORT | AGGREGATE,
    "pcie-switch-upstream-port": UPSTREAM,
    "pcie-switch-downstream-port": DOWNSTREAM,
}
# what a bus takes, its first and last slot
_PORT = (AUTO | PCIE | UPSTREAM | PCIE_BRIDGE | HOTPLUG, 0, 0)
_BUSES = {
    "pci-root": (AUTO | PCI | BRIDGE | EXPANDER | HOTPLUG, 1, 31),
    "pci-bridge": (AUTO | PCI | BRIDGE | HOTPLUG, 1, 31),
    "pci-expander-bus": (AUTO | PCI | BRIDGE | HOTPLUG, 0, 31),
    "pcie-root": (PCIE | ROOT_PORT | DMI_BRIDGE | PCIE_EXPANDER, 1, 31),
    "dmi-to-pci-bridge": (PCI | BRIDGE, 0, 31),
    "pcie-to-pci-bridge": (AUTO | PCI | BRIDGE | HOTPLUG, 1, 31),
    "pcie-root-port": _PORT,
    "pcie-switch-downstream-port": _PORT,
    "pcie-switch-upstream-port": (DOWNSTREAM, 0, 31),
    "pcie-expander-bus": (ROOT_PORT | DMI_BRIDGE, 0, 31),
}
_NEEDS = (
    (PCI, "standard PCI device"), (PCIE, "PCI Express device"), (ROOT_PORT, "pcie-root-port"),
    (UPSTREAM, "pcie-switch-upstream-port"), (DOWNSTREAM, "pcie-switch-downstream-port"),
    (DMI_BRIDGE, "dmi-to-pci-bridge"), (PCIE_BRIDGE, "pcie-to-pci-bridge"),
    (EXPANDER, "pci-expander-bus"), (PCIE_EXPANDER, "pcie-expander-bus"), (BRIDGE, "pci-bridge"),
)  # fmt: skip
_CANNOT_ADD = (
    (ROOT_PORT, "pcie-root-port"), (UPSTREAM, "pcie-switch-upstream-port"),
    (DOWNSTREAM, "pcie-switch-downstream-port"), (DMI_BRIDGE, "dmi-to-pci-bridge"),
    (EXPANDER, "pci-expander-bus"), (PCIE_EXPANDER, "pcie-expander-bus"), (BRIDGE, "pci-bridge"),
)  # fmt: skip


class Place:
    """A place on a bus."""

    __slots__ = ("bus", "domain", "function", "multifunction", "slot")

    def __init__(self, bus: int, slot: int, function: int = 0, domain: int = 0) -> None:
        self.domain = domain
        self.bus = bus
        self.slot = slot
        self.function = function
        self.multifunction: bool | None = None

    def __str__(self) -> str:
        return f"{self.domain:04x}:{self.bus:02x}:{self.slot:02x}.{self.function:x}"

    @classmethod
    def of(cls, address: Address) -> Place:
        """The place that an <address> names."""
        return cls(address.bus or 0, address.slot or 0, address.function or 0, address.domain or 0)

    def address(self, old: Address | None = None) -> Address:
        """As an <address>; what an earlier one said about zPCI stays."""
        made = Address()
        own = made.__dict__
        own["type"] = "pci"
        own["domain"], own["bus"] = self.domain, self.bus
        own["slot"], own["function"] = self.slot, self.function
        if self.multifunction is not None:
            made.multifunction = self.multifunction
        if old is not None:
            made.zpci_uid, made.zpci_fid = old.zpci_uid, old.zpci_fid
        return made


def wanted(device: Device) -> bool:
    """Whether a device may get a place on a PCI bus: it has none, and no other address."""
    address = device.address
    return address is None or (address.type == "pci" and address.pci_empty())


def present(device: Element) -> bool:
    """Whether a device has a place on a PCI bus."""
    address = getattr(device, "address", None)
    return address is not None and address.type == "pci" and not address.pci_empty()


class Bus:
    """One bus: the slots that are taken, as bits of their functions."""

    __slots__ = ("aggregate", "first", "flags", "group", "last", "locked", "model", "slots")

    def __init__(self) -> None:
        self.model: str | None = None
        self.flags = 0
        self.first = 0
        self.last = 0
        self.slots: dict[int, int] = {}
        self.aggregate = 0  # slots that several devices share, as bits
        self.group = 0  # devices of one isolation group are kept on one bus
        self.locked = False

    def become(self, model: str | None, hotplug: bool = True) -> None:
        """Be a bus of this model."""
        if model not in _BUSES:
            raise InternalError("PCI controller model was not set correctly")
        self.flags, self.first, self.last = _BUSES[model]
        if not hotplug:
            self.flags &= ~HOTPLUG
        self.model = model

    def full(self) -> bool:
        """Whether no slot is free."""
        return len(self.slots) > self.last - self.first

    def empty(self) -> bool:
        """Whether all slots are free."""
        return not self.slots

    def free(self, place: Place, function: int, flags: int) -> bool:
        """Move a place to the next free function that is fit for a device."""
        while place.slot <= self.last:
            used = self.slots.get(place.slot, 0)
            if not used:
                return True
            if flags & AGGREGATE and self.aggregate >> place.slot & 1:
                if not used >> place.function & 1:
                    return True
                if function == -1:
                    for number in range(place.function, 8):
                        if not used >> number & 1:
                            place.function = number
                            return True
                    place.function = 0
            place.slot += 1
        return False


class Buses:
    """All buses of a guest."""

    __slots__ = ("buses", "fids", "many_roots", "newest", "pcie_bridge", "trying", "uids")

    def __init__(self, count: int, *, trying: bool = False) -> None:
        self.buses = [Bus() for _ in range(count)]
        self.trying = trying
        self.many_roots = False
        self.newest = False  # as libvirt 12.8.0 does, where 9.0.0 does otherwise
        self.pcie_bridge = False
        self.uids: set[int] = set()
        self.fids: set[int] = set()

    def used(self, bus: int, slot: int) -> bool:
        """Whether a slot has something in it."""
        return bool(self.buses[bus].slots.get(slot))

    def fits(
        self, place: Place, bus: int, flags: int, *, given: bool, called: Place | str | None = None
    ) -> str | None:
        """Why a device cannot be on a bus, or None."""
        called = called or place
        if flags & INTEGRATED:
            if place.bus:
                return (
                    f"The device at PCI address {called} needs to be an integrated device (bus=0)"
                )
            bus |= AUTO
        if given:
            if bus & ENDPOINT:
                bus |= ENDPOINT
            if flags & BRIDGE:
                flags |= PCI
        elif flags & AUTO and not bus & AUTO:
            return (
                f"The device at PCI address {called} was auto-assigned this address, but the PCI "
                f"controller with index='{place.bus}' doesn't allow auto-assignment"
            )
        if flags & HOTPLUG and not bus & HOTPLUG:
            return (
                f"The device at PCI address {called} requires hotplug capability, but the PCI "
                f"controller with index='{place.bus}' doesn't support hotplug"
            )
        if flags & bus & KINDS:
            return None
        for flag, name in _NEEDS:
            if flags & flag:
                return (
                    f"The device at PCI address {called} cannot be plugged into the PCI controller "
                    f"with index='{place.bus}'. It requires a controller that accepts a {name}."
                )
        return (
            f"The device at PCI address {called} has unrecognized connection type flags "
            f"0x{flags & KINDS:02x}"
        )

    def validate(
        self, place: Place, flags: int, *, given: bool = True, called: Place | str | None = None
    ) -> None:
        """Raise what is wrong with a place, which messages call something else if that is given."""
        kind: type[Error] = XmlError if given else InternalError
        called = called or place
        if not self.buses:
            raise kind("No PCI buses available")
        if place.domain:
            raise kind(f"Invalid PCI address {called}. Only PCI domain 0 is available")
        if place.bus >= len(self.buses):
            raise kind(
                f"Invalid PCI address {called}. Only PCI buses up to {len(self.buses) - 1} are "
                "available"
            )
        bus = self.buses[place.bus]
        problem = self.fits(place, bus.flags, flags, given=given, called=called)
        if problem is not None:
            raise kind(problem)
        if place.slot < bus.first:
            raise kind(f"Invalid PCI address {called}. slot must be >= {bus.first}")
        if place.slot > bus.last:
            raise kind(f"Invalid PCI address {called}. slot must be <= {bus.last}")
        if place.function > 7:
            raise kind(f"Invalid PCI address {called}. function must be <= 7")

    def reserve(self, place: Place, flags: int, group: int = 0, *, given: bool = True) -> None:
        """Take a place; ``given``: it was asked for, not found."""
        called: Place | str = place
        if self.trying and place.bus >= len(self.buses):
            called = str(place)  # before it moves to another of the buses that are made
            self._grow(place, flags)
        self.validate(place, flags, given=given, called=called)
        bus = self.buses[place.bus]
        used = bus.slots.get(place.slot, 0)
        if used >> place.function & 1:
            raise (XmlError if given else InternalError)(
                f"Attempted double use of PCI Address {called}"
            )
        if not used and flags & AGGREGATE:
            bus.aggregate |= 1 << place.slot
        if bus.empty() and not bus.locked:
            bus.group = group
        elif bus.group != group and given:
            bus.group = 0
        bus.slots[place.slot] = used | 1 << place.function

    def find(self, flags: int, group: int = 0, function: int = -1) -> Place:
        """The next free place for a device."""
        if not self.buses:
            raise XmlError("No PCI buses available")
        place = Place(0, 0, max(function, 0))
        # first the buses of the same isolation group, then the empty ones, which may change theirs
        for strict in (True, False):
            for number, bus in enumerate(self.buses):
                if not flags & AGGREGATE and bus.full():
                    continue
                place.bus = number
                if bus.group != group if strict else (not bus.empty() or bus.locked):
                    continue
                place.slot = bus.first
                fit = self.fits(place, bus.flags, flags, given=False) is None
                if fit and bus.free(place, function, flags):
                    return place
        if not self.trying:
            raise InternalError("No more available PCI slots")
        place.bus = len(self.buses)
        self._grow(place, flags)
        place.slot = self.buses[place.bus].first
        return place

    def next(self, flags: int, group: int = 0, function: int = -1) -> Place:
        """Take the next free place."""
        place = self.find(flags, group, function)
        self.reserve(place, flags, group, given=False)
        return place

    def put(self, device: Device, flags: int, group: int = 0, function: int = -1) -> None:
        """Give a device the next free place."""
        place = self.next(flags, group, function)
        if not self.trying:
            device.address = place.address(device.address)

    def _grow(self, place: Place, flags: int) -> None:
        add = place.bus - len(self.buses) + 1
        if add <= 0:
            return
        first: list[tuple[str, bool, int]] = []
        if flags & PCI:
            model = "pci-root" if self.many_roots else "pci-bridge"
            if not self.many_roots and not any(bus.flags & BRIDGE for bus in self.buses):
                # a guest with PCI Express alone needs a way down to standard PCI
                if add == 1:
                    add += 1
                    place.bus += 1
                if self.pcie_bridge:
                    first = [("pcie-root-port", True, PCIE_BRIDGE), ("pcie-to-pci-bridge", True, 0)]
                else:
                    first = [("dmi-to-pci-bridge", False, 0)]
        elif flags & (PCIE | UPSTREAM | (PCIE_BRIDGE if self.newest else 0)):
            model = "pcie-root-port"
        else:
            for flag, name in _CANNOT_ADD:
                if flags & flag:
                    express = self.newest and name not in ("pci-bridge", "pci-expander-bus")
                    raise InternalError(
                        f"a {'PCIe' if express else 'PCI'} slot is needed to connect a PCI "
                        f"controller model='{name}', but none is available, and it cannot be "
                        "automatically added"
                    )
            word = "unrecognized connect" if self.newest else "connect"
            raise InternalError(
                f"Cannot automatically add a new PCI bus for a device with {word} flags {flags:02x}"
            )
        for number in range(add):
            bus = Bus()
            self.buses.append(bus)
            if number < len(first):
                name, hotplug, only = first[number]
                bus.become(name, hotplug)
                bus.flags = only or bus.flags
            else:
                bus.become(model)

    def identify(self, address: Address, keep: bool = True) -> None:
        """Give a zPCI address the identifiers that it lacks, and take them."""
        uid, fid = address.zpci_uid, address.zpci_fid
        if uid is None:
            uid = next(number for number in range(1, 0x10000) if number not in self.uids)
        if fid is None:
            fid = next(number for number in range(2**32) if number not in self.fids)
        for name, value, taken in (("uid", uid, self.uids), ("fid", fid, self.fids)):
            if value in taken:
                raise InternalError(f"zPCI {name} {value:o} is already reserved")
        self.uids.add(uid)
        self.fids.add(fid)
        if keep:
            address.zpci_uid, address.zpci_fid = uid, fid


_ELSEWHERE = ("graphics", "audios", "leases")  # nothing that the guest could address


def placed(domain: Domain) -> Iterator[Device]:
    """The devices that may have an address, in libvirt's order; not the console that is a serial
    port."""
    from vsh.xml.domain.devices import DEVICES

    for kind in DEVICES:
        devices = getattr(domain, kind)
        if kind == "consoles" and devices and _is_serial(domain, devices[0]):
            devices = devices[1:]
        if kind not in _ELSEWHERE:
            yield from devices


def _is_serial(domain: Domain, console: Console) -> bool:
    return bool(
        domain.serials and domain.os.type == "hvm" and console.target_type in (None, "serial")
    )


def mark_multifunction(domain: Domain) -> None:
    """Say so on function 0 of each slot of which other functions are in use."""
    devices = [device for device in placed(domain) if present(device) or _is_pci(device)]
    addresses = [device.address for device in devices if device.address is not None]
    shared = {_slot(address) for address in addresses if address.function}
    seen = set()
    for address in addresses:
        slot = _slot(address)
        if not address.function and slot in shared and slot not in seen:
            seen.add(slot)
            if address.multifunction is None:
                address.multifunction = True


def _is_pci(device: Device) -> bool:
    return device.address is not None and device.address.type == "pci"


def _slot(address: Address) -> tuple[int, int, int]:
    return (address.domain or 0, address.bus or 0, address.slot or 0)
