"""Where libvirt keeps the devices of a domain: the order of their lists, and of what is in them."""

from __future__ import annotations

from vsh.xml.engine.text import below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.disk import Disk

_MOST = 2**31 - 1
_PREFIXES = ("fd", "hd", "sd", "vd", "xvd", "ubd")


def insert_controller(domain: Domain, controller: Controller) -> None:
    """Put a controller where libvirt puts it: behind the lower indexes of its kind."""
    controllers = domain.controllers
    kind, own = controller.type, controller.index
    place = None
    number = len(controllers)
    for other in reversed(controllers):
        number -= 1
        if other.type != kind:
            continue
        if own is None:
            place = number + 1
            break
        index = -1 if other.index is None else other.index
        if index > own or (index == own and _usb_before(controller, other)):
            place = number
        elif place is None:
            place = number + 1
    controllers.insert(len(controllers) if place is None else place, controller)


def add_controller(domain: Domain, controller: Controller) -> None:
    """Put a controller that no document names where libvirt puts it."""
    if domain.newest:
        insert_controller(domain, controller)
    else:
        domain.controllers.append(controller)


def sorted_controllers(controllers: list[Controller]) -> list[Controller]:
    """The controllers as ``insert_controller`` would put them, one after another: as with disks."""
    from bisect import bisect_right

    kinds: dict[str, tuple[list[tuple[int, bool]], list[Controller]]] = {}
    for controller in controllers:
        keys, found = kinds.setdefault(controller.type, ([], []))
        if controller.index is None:
            own = keys[-1] if keys else (-1, False)
        else:
            own = controller.index, controller.master_startport is not None
        place = bisect_right(keys, own)
        keys.insert(place, own)
        found.insert(place, controller)
    return [controller for _, found in kinds.values() for controller in found]


def insert_disk(domain: Domain, disk: Disk) -> None:
    """Put a disk where libvirt puts it: behind the lower targets of its bus."""
    keys = [_disk_key(other) for other in domain.disks]
    domain.disks.insert(_disk_place(keys, _disk_key(disk)), disk)


def sorted_disks(disks: list[Disk]) -> list[Disk]:
    """The disks as ``insert_disk`` would put them, one after another.

    Disks of a bus stand together, where its first one stood; a disk without a target stays behind
    all that came before it, and is as high as the highest of them.
    """
    from bisect import bisect_right

    buses: dict[str | None, tuple[list[int], list[Disk]]] = {}
    for disk in disks:
        bus, own = _disk_key(disk)
        keys, found = buses.setdefault(bus, ([], []))
        if own is None:
            own = keys[-1] if keys else -1
        place = bisect_right(keys, own)
        keys.insert(place, own)
        found.insert(place, disk)
    return [disk for _, found in buses.values() for disk in found]


def _disk_key(disk: Disk) -> tuple[str | None, int | None]:
    return disk.bus, None if disk.target is None else _index(disk.target)


def _disk_place(
    keys: list[tuple[str | None, int | None]], key: tuple[str | None, int | None]
) -> int:
    """Where a disk goes among others, by their buses and the numbers of their targets."""
    own_bus, own = key
    place = None
    number = len(keys)
    for bus, index in reversed(keys):
        number -= 1
        if bus != own_bus:
            continue
        if own is not None and index is not None and index > own:
            place = number
        elif place is None:
            place = number + 1
    return len(keys) if place is None else place


def _index(target: str) -> int:
    number = disk_index(target)
    return -1 if number is None else number


def _usb_before(controller: Controller, other: Controller) -> bool:
    return controller.master_startport is None and other.master_startport is not None


def disk_index(name: str) -> int | None:
    """The number of a disk by its target name: ``sda`` is 0, ``sdaa`` is 26."""
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            letters = name[len(prefix) :]
            break
    else:
        return None
    number = 0
    body = letters.rstrip("0123456789")
    if not body or not body.isalpha() or not body.islower() or not body.isascii():
        return None
    digits = letters[len(body) :]
    if len(digits) > 1 and digits[0] == "0":
        return None
    for letter in body:
        number = number * 26 + ord(letter) - ord("a") + 1
        if number > _MOST:
            return None
    return number - 1


def nvme_place(name: str) -> tuple[int, int] | None:
    """The controller and the number of a namespace, from 0: ``nvme1n2`` is (1, 1)."""
    if not name.startswith("nvme"):
        return None
    controller, found, rest = name[4:].partition("n")
    namespace, part, partition = rest.partition("p")
    numbers = [below(controller, _MOST), below(namespace, _MOST)]
    if part:
        numbers.append(below(partition, _MOST))
    if not found or None in numbers or not numbers[1]:
        return None
    return (numbers[0] or 0, numbers[1] - 1)
