"""What stands twice in a domain and may not: targets of disks, devices of the host."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from typing import TypeVar

    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.hostdev import HostDevice, HostSource
    from vsh.xml.shared.host_address import HostAddress

    Item = TypeVar("Item")


def pair(items: Iterable[Item], key: Callable[[Item], Hashable]) -> tuple[Item, Item] | None:
    """The first of some items that has an equal one behind it, and that one."""
    groups: dict[Hashable, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return next(((group[0], group[1]) for group in groups.values() if len(group) > 1), None)


def same_target(disk: Disk, other: Disk, *, newest: bool) -> Error:
    """What is said of two disks with one target, by the paths of their images."""
    first, second = _image(disk, newest=newest), _image(other, newest=newest)
    return XmlError(f"target '{disk.target}' duplicated for disk sources '{first}' and '{second}'")


def _image(disk: Disk, *, newest: bool) -> str:
    """A disk's path as messages have it: without the pool of Gluster's and, earlier, of Ceph's."""
    source = disk.source
    path = None if source is None or disk.type == "vhostvdpa" else source.path
    if (
        path
        and source is not None
        and source.protocol in ("gluster", *(() if newest else ("rbd",)))
    ):
        path = path.partition("/")[2]
    return path or "<null>"


def check_duplicates(domain: Domain) -> Iterable[Error]:
    """Two disks with one target, one device of the host given twice, more than one boot frame
    buffer."""
    twice = pair(domain.disks, lambda disk: disk.target)
    if twice is not None:
        yield same_target(*twice, newest=domain.newest)
        return
    devices = [*domain.hostdevs, *_cards(domain)]
    if _same_devices(devices):
        yield XmlError("Hostdev already exists in the domain configuration")
        return
    if sum(1 for device in devices if device.ramfb) > 1:
        yield ConfigUnsupported("Only one vgpu device can have 'ramfb' enabled")


def _same_devices(devices: list[HostDevice]) -> bool:
    """Whether two are the same device of the host: only those that share a key can be."""
    groups: dict[tuple[Hashable, ...], list[HostDevice]] = {}
    for device in devices:
        keys = [(device.mode, device.type, *key) for key in _keys(device)]
        if any(_same_hostdev(other, device) for key in keys for other in groups.get(key, ())):
            return True
        groups.setdefault(keys[0], []).append(device)
    return False


def _keys(device: HostDevice) -> Iterable[tuple[Hashable, ...]]:
    """What another may have in common with a device; first what one behind it must have."""
    source = device.source
    if device.mode == "capabilities":
        yield source.block, source.char, source.interface
    elif device.type == "usb":
        if source.address is not None and _placed(source.address):
            yield "at", source.address.bus, source.address.device
        yield "is", source.vendor, source.product
    elif device.type == "scsi" and source.protocol == "iscsi":
        yield "iscsi", source.name
    elif device.type == "scsi_host":
        yield (source.wwpn,)
    else:
        at = source.address
        yield source.adapter, *(tuple(at.values()) if at is not None else ())


def _cards(domain: Domain) -> Iterable[HostDevice]:
    """The cards that are devices of the host, as such devices."""
    from vsh.xml.domain.devices.hostdev import HostDevice, HostSource

    for card in domain.interfaces:
        if card.type == "hostdev" and card.source is not None:
            address = card.source.host_address
            if address is not None and address.type in ("pci", "usb"):
                place = address.copy()
                place.type = None
                source = HostSource(address=place)
                yield HostDevice(mode="subsystem", type=address.type, source=source)


def _same_hostdev(one: HostDevice, other: HostDevice) -> bool:
    if one.mode != other.mode or one.type != other.type:
        return False
    a, b = one.source, other.source
    if one.mode == "capabilities":
        return (a.block, a.char, a.interface) == (b.block, b.char, b.interface)
    if one.type == "usb":
        return _same_usb(a, b)
    if one.type == "scsi":
        if a.protocol != b.protocol:
            return False
        if a.protocol == "iscsi":
            return (a.hosts[0].name, a.hosts[0].port, a.name) == (
                b.hosts[0].name, b.hosts[0].port, b.name,
            )  # fmt: skip
        return bool(a.address == b.address and a.adapter == b.adapter)
    if one.type == "scsi_host":
        return bool(a.protocol == b.protocol and a.wwpn == b.wwpn)
    return bool(a.address == b.address)


def _placed(at: HostAddress) -> bool:
    return bool(int(at.bus or 0) and (at.port or int(at.device or 0)))


def _same_usb(a: HostSource, b: HostSource) -> bool:
    """Whether a device is an earlier one: at the earlier one's place, or else of its kind."""
    at, other = a.address, b.address
    if at is not None and _placed(at):
        there = None if other is None else (other.bus, other.device, other.port)
        return (at.bus, at.device, at.port) == there
    return bool((a.product, a.vendor) == (b.product, b.vendor))
