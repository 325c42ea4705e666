"""What is said of the same vCPUs in several parts of <cputune>, brought together."""

from __future__ import annotations

from vsh.errors import InvalidArgument, XmlError
from vsh.xml.domain.resctrl import CacheTune, EnergyTune, MemoryBandwidth
from vsh.xml.engine.values import parse_set, show_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from vsh.errors import Error
    from vsh.xml.domain.resctrl import Cache
    from vsh.xml.domain.tune import CpuTune
    from vsh.xml.engine.element import Element


# what libvirt reads of a share once it knows whose it is
_PARTS = {
    "cachetune": ("caches", "monitors"),
    "memorytune": ("nodes", "monitors"),
    "energytune": ("monitors",),
}


class _Group:
    """What is said of one set of vCPUs; None is the whole process."""

    def __init__(self, numbers: frozenset[int] | None) -> None:
        self.numbers = numbers
        self.allocates = False
        self.monitors: dict[str, list[frozenset[int]]] = {}
        self.shares: dict[str, Any] = {}


def settle(tune: CpuTune, vcpus: int) -> Iterator[Error]:
    """Bring together what is said of the same vCPUs, without those that the domain has not."""
    groups: list[_Group] = []
    for name in ("cachetunes", "memorytunes", "energytunes"):
        for position, share in enumerate(getattr(tune, name), 1):
            for error in _join(share, groups, vcpus):
                tune.ended(name, position)
                yield error
                return
    for name in ("cachetunes", "memorytunes", "energytunes"):
        shares = [group.shares.get(name[:-1]) for group in groups]
        setattr(tune, name, [share for share in shares if share is not None])


def _numbers(share: Any, vcpus: int) -> Iterator[Error | frozenset[int]]:
    """The vCPUs of a share or a monitor that exist; nothing where all are meant."""
    if share.vcpus is None:
        return
    try:
        yield frozenset(number for number in parse_set(share.vcpus) if number < vcpus)
    except InvalidArgument:
        yield XmlError(f"Invalid {share.tag} attribute 'vcpus' value '{share.vcpus}'")


def _join(share: Any, groups: list[_Group], vcpus: int) -> Iterator[Error]:
    numbers: frozenset[int] | None = None
    for found in _numbers(share, vcpus):
        if not isinstance(found, frozenset):
            share.drop(*_PARTS[share.tag])
            yield found
            return
        numbers = found
        share.vcpus = show_set(sorted(numbers))
        if not numbers:
            share.drop(*_PARTS[share.tag])
            return
    error = _conflict(share, numbers, groups)
    if error is not None:
        share.drop(*_PARTS[share.tag])
        yield error
        return
    group = next((other for other in groups if other.numbers == numbers), None)
    fresh = group is None
    group = group or _Group(numbers)
    yield from _shares(share, group)
    for position, monitor in enumerate(share.monitors, 1):
        for error in _watch(monitor, share.tag, group, vcpus):
            _ended(share.monitors[position:])
            yield error
            return
    if fresh and share.view(0) is not None:
        groups.append(group)


def _conflict(
    share: CacheTune | MemoryBandwidth | EnergyTune,
    numbers: frozenset[int] | None,
    groups: list[_Group],
) -> Error | None:
    """What keeps a share of some vCPUs, or of the whole process, from standing beside others."""
    for other in groups:
        if (other.numbers is None) != (numbers is None):
            return XmlError("Whole-process and per-vcpu resctrl allocations cannot be mixed")
        if other.numbers != numbers and other.numbers and numbers and other.numbers & numbers:
            return XmlError("Overlapping vcpus in resctrls")
    if share.tag == "cachetune" and any(other.numbers == numbers for other in groups):
        return XmlError("Identical vcpus in cachetunes found")
    return None


def _ended(rest: Iterable[Element]) -> None:
    """Nothing is wrong with items that libvirt does not come to."""
    for item in rest:
        item.keep()


def _place(cache: Cache) -> tuple[int, str, int]:
    """What caches are put in order by: "both" is before "code" and "data"."""
    return cache.level or 0, cache.type or "", cache.id or 0


def _shares(share: Any, group: _Group) -> Iterator[Error]:
    """Add what is limited and watched to what the group has of the kind."""
    known = group.shares.setdefault(share.tag, share)
    if share.tag == "cachetune":
        yield from _collisions(share)
        share.caches.sort(key=_place)
        group.allocates = bool(share.caches)
    elif share.tag == "memorytune":
        seen = set() if known is share else {node.id for node in known.nodes}
        for position, node in enumerate(share.nodes, 1):
            if node.id in seen:
                _ended(share.nodes[position:])
                share.drop("monitors")
                yield XmlError(f"Memory Bandwidth already defined for node {node.id}")
                return
            seen.add(node.id)
        if known is not share:
            known.nodes += share.nodes
        known.nodes.sort(key=lambda node: node.id or 0)
        group.allocates = group.allocates or bool(known.nodes)
    if known is not share:
        known.monitors += share.monitors


def _collisions(share: CacheTune) -> Iterator[Error]:
    taken: dict[tuple[int, int], set[str]] = {}
    for position, cache in enumerate(share.caches, 1):
        kinds = taken.setdefault((cache.level, cache.id), set())
        if cache.type in kinds or (kinds and "both" in (cache.type, *kinds)):
            _ended(share.caches[position:])
            share.drop("monitors")
            yield XmlError(
                f"Colliding cache allocations for cache level '{cache.level}' id '{cache.id}', "
                f"type '{cache.type}'"
            )
            return
        kinds.add(cache.type)


def _watch(monitor: Any, tag: str, group: _Group, vcpus: int) -> Iterator[Error]:
    """Add one monitor to a group."""
    whole = group.numbers or frozenset()
    numbers = whole
    if monitor.vcpus is None and group.numbers is not None:
        monitor.vcpus = show_set(sorted(whole))
    for found in _numbers(monitor, vcpus):
        if not isinstance(found, frozenset):
            yield found
            return
        numbers = found
        if not numbers:
            yield InvalidArgument("vcpus is empty")
            return
        if group.numbers is not None and not numbers <= whole:
            yield InvalidArgument("Monitor vcpus conflicts with allocation")
            return
        monitor.vcpus = show_set(sorted(numbers))
    mine = group.monitors.setdefault(tag, [])
    if group.numbers is None:
        if any(bool(other) != bool(numbers) for other in mine):
            yield XmlError("Whole-process and explicit monitors cannot be mixed")
            return
        if not numbers and mine:
            yield XmlError("Duplicate whole-process monitor of the same resource type")
            return
    if numbers in mine:
        yield InvalidArgument("Identical vcpus found in same type monitors")
        return
    for other in [known for kind in group.monitors.values() for known in kind]:
        if other == numbers or not other & numbers:
            continue
        if not group.allocates or whole not in (other, numbers):
            yield InvalidArgument("vcpus overlaps in resctrl groups")
            return
    mine.append(numbers)
