"""The device of a guest that a document means, by what the document says of it."""

from __future__ import annotations

from vsh.errors import DeviceMissing, InternalError, OperationFailed
from vsh.xml.domain.devices.interface import Interface

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.chardev import Character, Sourced
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.lease import Lease
    from vsh.xml.domain.devices.memory import MemoryDevice
    from vsh.xml.domain.devices.rng import Rng
    from vsh.xml.domain.devices.sound import Sound
    from vsh.xml.engine.element import Element
    from vsh.xml.shared.host_address import HostAddress

    Kind = TypeVar("Kind", bound=Element)


def find(definition: Domain, field: str, wanted: Kind) -> Kind | None:
    """The device of a guest that is meant, or None.

    Raises OperationFailed where several cards fit, DeviceMissing where none does.
    """
    devices: list[Kind] = getattr(definition, field)
    test = _TESTS.get(field)
    if isinstance(wanted, Interface):
        card = _card(definition, wanted)
        return next(one for one in devices if one is card)
    if test is None:
        return None
    return next((one for one in devices if test(wanted, one)), None)


def by_alias(definition: Domain, alias: str) -> tuple[str, Device]:
    """The list that a device of that alias is in, and the device.  Raises InternalError."""
    from vsh.xml.domain.devices import DEVICES

    for field in DEVICES:
        for device in getattr(definition, field):
            if getattr(device, "alias", None) == alias:
                return field, device
    raise InternalError(f"no device found with alias {alias}")


def _card(definition: Domain, wanted: Interface) -> Interface:
    address = wanted.address
    placed = address is not None and address.type in ("pci", "ccw")
    found = [
        card
        for card in definition.interfaces
        if (wanted.mac is None or card.mac == wanted.mac)
        and (not placed or _same_address(wanted, card))
        and (not wanted.alias or not card.alias or wanted.alias == card.alias)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        if wanted.mac is not None:
            raise OperationFailed(f"multiple devices matching MAC address {wanted.mac} found")
        raise OperationFailed("multiple matching devices found")
    where = "(<null>)"
    if placed and address is not None and address.type == "pci":
        from vsh.domains.pci import Place

        where = str(Place.of(address))
    elif placed and address is not None:
        where = "{:x}.{:x}.{:04x}".format(*address.numbers())
    raise DeviceMissing(
        f"no device found at address '{where}' matching MAC address "
        f"'{wanted.mac or '(<null>)'}' and alias '{wanted.alias or '(<null>)'}'"
    )


def _same_address(wanted: Device, other: Device) -> bool:
    mine, others = wanted.address, other.address
    return (
        mine is not None
        and others is not None
        and mine.type == others.type
        and mine.numbers() == others.numbers()
    )


def _address(wanted: Device, other: Device) -> bool:
    """Whether a device is where a document says, if it says so."""
    return wanted.address is None or not wanted.address.type or _same_address(wanted, other)


def same_source(one: Sourced, other: Sourced) -> bool:
    """Whether two character devices lead to the same."""
    kind = one.type
    if kind != other.type:
        return False
    if kind in ("null", "vc", "stdio", "spicevmc"):
        return True
    names = {
        "file": ("path", "append"),
        "tcp": ("mode", "host", "service"),
        "udp": ("mode", "host", "service"),
        "unix": ("mode", "path"),
        "nmdm": ("master", "slave"),
        "spiceport": ("channel",),
        "dbus": ("channel",),
        "qemu-vdagent": ("clipboard", "mouse"),
    }.get(str(kind), ("path",))
    mine, others = (
        [tuple(getattr(source, name) for name in names) for source in each.sources]
        for each in (one, other)
    )
    nothing = tuple(None for _ in names)
    if kind == "unix":  # of a socket that the driver makes no more is kept
        mine, others = ([s for s in each if s[1] is not None] for each in (mine, others))
    return (mine or [nothing]) == (others or [nothing]) and (
        kind != "tcp" or one.protocol == other.protocol
    )


def _character(wanted: Character, other: Character) -> bool:
    if not same_source(wanted, other) or wanted.target_type != other.target_type:
        return False
    if wanted.tag == "channel":
        if wanted.target_type == "guestfwd":
            return (wanted.target_address, wanted.port) == (other.target_address, other.port)
        return wanted.name == other.name
    return (wanted.port or 0) == (other.port or 0)


def _disk(wanted: Disk, other: Disk) -> bool:
    return bool(wanted.target == other.target)


def _fields(*names: str) -> Callable[[Device, Device], bool]:
    def test(wanted: Device, other: Device) -> bool:
        return all(getattr(wanted, name) == getattr(other, name) for name in names) and _address(
            wanted, other
        )

    return test


def _rng(wanted: Rng, other: Rng) -> bool:
    mine, others = wanted.backends[0], other.backends[0]
    return (
        wanted.model == other.model
        and mine.model == others.model
        and (wanted.rate_bytes or 0) == (other.rate_bytes or 0)
        and (wanted.rate_period or 0) == (other.rate_period or 0)
        and (mine.model != "random" or mine.path == others.path)
        and (mine.model != "egd" or same_source(mine, others))
        and _address(wanted, other)
    )


def _memory(wanted: MemoryDevice, other: MemoryDevice) -> bool:
    names = ("model", "size", "block", "requested", "pagesize", "nodemask", "path")
    return (
        wanted.numa_node == other.numa_node  # the first one is not none
        and all((getattr(wanted, n) or 0) == (getattr(other, n) or 0) for n in names)
        and (not wanted.alias or wanted.alias == other.alias)
        and _address(wanted, other)
    )


def _hostdev(wanted: HostDevice, other: HostDevice) -> bool:
    if (wanted.mode, wanted.type) != (other.mode, other.type):
        return False
    mine, others = wanted.source, other.source
    if wanted.type == "usb":
        here, there = mine.address, others.address
        if here is not None and here.bus and here.device:
            return bool(there is not None and (here.bus, here.device) == (there.bus, there.device))
        return bool((mine.vendor, mine.product) == (others.vendor, others.product))
    if wanted.type == "pci":
        return _numbers(mine.address) == _numbers(others.address)
    if wanted.type == "mdev":
        here, there = mine.address, others.address
        return here is not None and there is not None and here.uuid == there.uuid
    if wanted.type == "scsi_host":
        return bool(mine.wwpn == others.wwpn)
    if mine.protocol == "iscsi":
        return bool(others.protocol == "iscsi" and mine.name == others.name)
    return bool(
        mine.adapter == others.adapter and _numbers(mine.address) == _numbers(others.address)
    )


def _numbers(address: HostAddress | None) -> tuple[int, ...]:
    names = ("domain", "bus", "slot", "function", "target", "unit")
    values = (getattr(address, name, None) or 0 for name in names)
    return tuple(int(str(value), 0) for value in values)


def _sound(wanted: Sound, other: Sound) -> bool:
    return bool(wanted.model == other.model) and _address(wanted, other)


def _lease(wanted: Lease, other: Lease) -> bool:
    return (wanted.key, wanted.lockspace) == (other.key, other.lockspace)


_TESTS: dict[str, Callable[..., bool]] = {
    "disks": _disk,
    "controllers": lambda wanted, other: (
        (wanted.type, wanted.index) == (other.type, other.index)
    ),
    "hostdevs": _hostdev,
    "serials": _character,
    "parallels": _character,
    "channels": _character,
    "consoles": _character,
    "rngs": _rng,
    "memory_devices": _memory,
    "redirdevs": lambda wanted, other: (
        wanted.bus == other.bus
        and same_source(wanted, other)
        and _address(wanted, other)
        and (not wanted.alias or wanted.alias == other.alias)
    ),
    "shmems": _fields(
        "name", "size", "model", "role", "server", "server_path", "msi", "msi_vectors",
        "msi_ioeventfd",
    ),
    "inputs": lambda wanted, other: (
        (wanted.type, wanted.bus or "none") == (other.type, other.bus or "none")
        and (wanted.type != "passthrough" or wanted.evdev == other.evdev)
        and _address(wanted, other)
    ),
    "watchdogs": _fields("model", "action"),
    "vsock": _fields("model", "auto"),
    "iommu": _fields(
        "model", "intremap", "caching_mode", "eim", "iotlb", "aw_bits", "dma_translation",
        "passthrough", "xtsup", "pci_bus", "accel", "granule_mode", "granule_size",
    ),
    "sounds": _sound,
    "filesystems": lambda wanted, other: bool(wanted.target == other.target),
    "leases": _lease,
}  # fmt: skip
