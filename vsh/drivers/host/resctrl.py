"""What of the caches and the memory bandwidth can be shared out among guests and watched."""

from __future__ import annotations

import os

from vsh.drivers.host import sysfs
from vsh.errors import InternalError
from vsh.xml.host.capabilities import BandwidthNode, Control, Monitor, Named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.host.capabilities import Bank, Host

_SCOPES = {"": "both", "CODE": "code", "DATA": "data"}
_ORDER = tuple(_SCOPES.values())
UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
MONITOR_LEVEL = 3
"""The kernel watches caches of this level only."""


class Sharing:
    """What resctrl says of a host's caches and its memory bandwidth.

    folder  what stands for /sys/fs/resctrl; nothing is there where nothing can be shared out

    shares     by level: what is shared out, into how many shares, of how many bits, of how many
               at least
    bandwidth  in which steps memory bandwidth is shared out, at least how much, how many shares
    watched    how many groups can be watched, below what a cache counts as free, what is watched

    Raises InternalError where its files are not what the kernel writes.
    """

    __slots__ = ("_sizes", "bandwidth", "shares", "watched")

    def __init__(self, folder: str) -> None:
        info = f"{folder}/info"
        there = os.path.isdir(info)
        self.bandwidth = _bandwidth(info) if there else None
        self.shares = _shares(info) if there else {}
        self.watched = _monitor(info) if there else None
        self._sizes: dict[int, tuple[int | None, str | None]] = {}

    def controls(self, bank: Bank) -> list[Control]:
        """How a cache can be shared out.  Raises InternalError."""
        level = bank.level or 0
        shares = self.shares.get(level, ())
        if shares and self._sizes.setdefault(level, (bank.size, bank.unit)) != (
            bank.size, bank.unit,
        ):  # fmt: skip
            raise InternalError(f"level {level} caches have several sizes")
        return [_control(bank, *share) for share in shares]

    def finish(self, host: Host) -> None:
        """Add the memory's controllers to a host whose caches are known, and what is watched."""
        # there is a memory controller behind each cache of the last level
        last = max((bank.level or 0 for bank in host.caches), default=0)
        if self.bandwidth is not None:
            step, least, limit = self.bandwidth
            host.memory_controllers = [
                BandwidthNode(
                    id=bank.id,
                    cpus=bank.cpus,
                    controls=[Control(granularity=step, minimum=least, limit=limit)],
                )
                for bank in host.caches
                if bank.level == last
            ]
        if self.watched is None:
            return
        limit, reuse, names = self.watched
        caches = [Named(name=name) for name in names if name.startswith("llc_")]
        if caches:
            host.cache_monitor = Monitor(
                level=MONITOR_LEVEL, reuse=reuse, limit=limit, features=caches
            )
        bandwidths = [Named(name=name) for name in names if name.startswith("mbm_")]
        if bandwidths:
            host.memory_monitor = Monitor(limit=limit, features=bandwidths)


def _shares(info: str) -> dict[int, list[tuple[str, int, int, int]]]:
    """By level: what is shared out, into how many shares, of how many bits, at least how many."""
    found: dict[int, list[tuple[str, int, int, int]]] = {}
    for name in sorted(os.listdir(info)):
        digits = name[1:].rstrip("CODEAT")
        scope = _SCOPES.get(name[1 + len(digits) :])
        if name[:1] != "L" or not digits.isdigit() or scope is None:
            continue
        mask = sysfs.word(f"{info}/{name}/cbm_mask")
        if mask is None:
            raise InternalError("Cannot get cbm_mask from resctrl cache info")
        try:
            bits = int(mask, 16).bit_count()
        except ValueError:
            raise InternalError("Cannot parse cbm_mask from resctrl cache info") from None
        least = sysfs.number(f"{info}/{name}/min_cbm_bits")
        if least is None or not bits:
            raise InternalError("Cannot get min_cbm_bits from resctrl cache info")
        limit = sysfs.number(f"{info}/{name}/num_closids") or 0
        found.setdefault(int(digits), []).append((scope, limit, bits, least))
    for shares in found.values():
        shares.sort(key=lambda share: _ORDER.index(share[0]))
    return found


def _control(bank: Bank, scope: str, limit: int, bits: int, least: int) -> Control:
    """How a cache can be shared out: in steps of one bit's worth, both figures in one unit."""
    step = (bank.size or 0) * UNITS[bank.unit or "B"] // bits
    smallest = least * step if least != 1 else 0
    units = [pretty(size)[1] for size in (step, smallest) if size]
    unit = min(units, key=lambda name: UNITS[name], default="B")
    size = UNITS[unit]
    return Control(
        granularity=step // size,
        minimum=smallest // size or None,
        unit=unit,
        type=scope,
        limit=limit,
    )


def _bandwidth(info: str) -> tuple[int, int, int] | None:
    """In which steps memory bandwidth is shared out, at least how much, into how many shares."""
    step = sysfs.number(f"{info}/MB/bandwidth_gran")
    if step is None:
        return None
    least = sysfs.number(f"{info}/MB/min_bandwidth")
    if least is None:
        raise InternalError("Cannot get min bandwidth from resctrl memory info")
    limit = sysfs.number(f"{info}/MB/num_closids")
    if limit is None:
        raise InternalError("Cannot get max allocation from resctrl memory info")
    return step, least, limit


def _monitor(info: str) -> tuple[int, int, list[str]] | None:
    """How many groups can be watched, below what a cache counts as free, and what is watched."""
    limit = sysfs.number(f"{info}/L3_MON/num_rmids")
    if limit is None:
        return None
    reuse = sysfs.number(f"{info}/L3_MON/max_threshold_occupancy") or 0
    features = sysfs.word(f"{info}/L3_MON/mon_features")
    if features is None:
        raise InternalError("Cannot get mon_features from resctrl")
    if not features:
        raise InternalError("Got empty feature list from resctrl")
    return limit, reuse, features.split()


def pretty(size: int) -> tuple[int, str]:
    """A number of bytes in the largest unit in which it is whole, and that unit."""
    units = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
    step = 0
    while size and not size % 1024 and step < len(units) - 1:
        size //= 1024
        step += 1
    return size, units[step]
