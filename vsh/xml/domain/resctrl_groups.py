"""What is said of the same vCPUs in several parts of <cputune>, brought together."""

from __future__ import annotations

from vsh.errors import InvalidArgument, XmlError
from vsh.xml.domain.resctrl import CacheTune
from vsh.xml.engine.values import parse_set, show_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.errors import Error
    from vsh.xml.domain.tune import CpuTune

    Share = "CacheTune | MemoryBandwidth | EnergyTune"


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
        for share in getattr(tune, name):
            yield from _join(share, groups, vcpus)
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
            yield found
            return
        numbers = found
        share.vcpus = show_set(sorted(numbers))
        if not numbers:
            return
    group = None
    for other in groups:
        if (other.numbers is None) != (numbers is None):
            yield XmlError("Whole-process and per-vcpu resctrl allocations cannot be mixed")
            return
        if other.numbers == numbers:
            group = other
        elif other.numbers and numbers and other.numbers & numbers:
            yield XmlError("Overlapping vcpus in resctrls")
            return
    if group is not None and share.tag == "cachetune":
        yield XmlError("Identical vcpus in cachetunes found")
        return
    fresh = group is None
    group = group or _Group(numbers)
    yield from _shares(share, group)
    for monitor in share.monitors:
        yield from _watch(monitor, share.tag, group, vcpus)
    if fresh and share.view(0) is not None:
        groups.append(group)


def _shares(share: Any, group: _Group) -> Iterator[Error]:
    """Add what is limited and watched to what the group has of the kind."""
    known = group.shares.setdefault(share.tag, share)
    if share.tag == "cachetune":
        yield from _collisions(share)
        share.caches.sort(key=lambda cache: cache.level or 0)
        group.allocates = bool(share.caches)
    elif share.tag == "memorytune":
        seen = set() if known is share else {node.id for node in known.nodes}
        for node in share.nodes:
            if node.id in seen:
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
    for cache in share.caches:
        kinds = taken.setdefault((cache.level, cache.id), set())
        if cache.type in kinds or (kinds and "both" in (cache.type, *kinds)):
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
