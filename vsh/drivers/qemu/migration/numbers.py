"""What the two hosts count of a move, and tell each other: how long it took, and what was sent.

Times between the hosts are those of their clocks, in milliseconds since 1970, as in libvirt's
cookies: ``started``, ``stopped`` (the guest's CPUs, at the source), ``sent`` (this cookie), and
``delta``, how much later the destination's clock was when it had it.
"""

from __future__ import annotations

import time

from vsh.words.domain.job import DomainJobOperation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.state.jobs import AsyncJob
    from vsh.drivers.state.record import Ended

_TOLD = (
    "memory_total", "memory_processed", "memory_remaining", "memory_bps", "memory_constant",
    "memory_normal", "memory_normal_bytes", "memory_dirty_rate", "memory_iteration",
    "memory_postcopy_requests", "memory_page_size",
)  # fmt: skip
_DISKS = ("disk_total", "disk_processed", "disk_remaining", "disk_bps")
_COMPRESSED = (
    "compression_cache", "compression_bytes", "compression_pages", "compression_cache_misses",
    "compression_overflow",
)  # fmt: skip
_THROTTLE = "auto_converge_throttle"
_IF_ANY = ("memory_bps", "memory_page_size", "disk_bps", _THROTTLE)
"""What is left out where it is 0."""


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def sent(job: AsyncJob, stopped: int) -> dict[str, int]:
    """What a cookie for the destination says, by libvirt's names and in its order.

    stopped  when the guest's CPUs were stopped for the move; 0 where they stood before

    Disks that are copied beside the memory are the source's alone to count.
    """
    at = now()
    counted = {name: value for name, value in job.progress.items() if isinstance(value, int)}
    found = {"started": at - round(job.elapsed * 1000), "stopped": stopped, "sent": at}
    found["time_elapsed"] = at - found["started"]
    if stopped or "downtime" in counted:
        found["downtime"] = at - stopped if stopped else counted["downtime"]
    for name in ("setup_time", *_TOLD):
        if name in counted or name == "memory_bps":
            found[name] = counted.get(name, 0)
    found |= dict.fromkeys(_DISKS, 0)
    found |= {name: counted[name] for name in _COMPRESSED if name in counted}
    return {**found, _THROTTLE: counted.get(_THROTTLE, 0)}


def arrived(told: dict[str, int], received: int) -> dict[str, int]:
    """A source's numbers, once the guest runs here.

    received  when they came
    """
    at, found = now(), dict(told)
    if found.get("sent"):
        found["delta"] = received - found["sent"]
    if 0 < found.get("started", 0) <= at:
        found["time_elapsed"] = at - found["started"]
    if 0 < found.get("stopped", 0) <= at:
        found["downtime"] = at - found["stopped"]
    return found


def kept(told: dict[str, int]) -> Ended:
    """What a destination keeps of a move that is over."""
    elapsed = told.get("time_elapsed", 0)
    numbers = _times(told, elapsed)
    for word in ("total", "processed", "remaining"):
        numbers[f"data_{word}"] = told.get(f"memory_{word}", 0) + told.get(f"disk_{word}", 0)
    for name in (*_TOLD, *_DISKS, *_COMPRESSED, _THROTTLE):
        if name in told and (told[name] or name not in _IF_ANY):
            numbers[name] = told[name]
    return {
        "operation": int(DomainJobOperation.MIGRATION_IN), "elapsed": elapsed, "numbers": numbers,
    }  # fmt: skip


def over(guest: Guest, told: dict[str, int]) -> None:
    """At the source: take over the times that the destination has measured.

    Raises nothing: of a guest that has kept nothing nothing is known.
    """
    found = guest.ended_job
    if found is None:
        return
    counted = {**found["numbers"]}
    if "delta" in told:
        counted["delta"] = told["delta"]
    if "downtime" in told:
        counted["downtime"] = told["downtime"]
    times = _times(counted, found["elapsed"])
    rest = {name: value for name, value in counted.items() if name not in ("delta", *times)}
    guest.ended_job = {**found, "numbers": {**times, **rest}}


def _times(told: dict[str, int], elapsed: int) -> dict[str, int]:
    """The times without the way between the hosts, where that is known and shorter."""
    found, delta = {}, told.get("delta")
    if delta is not None and elapsed > delta:
        found["time_elapsed_net"] = elapsed - delta
    if "downtime" in told:
        found["downtime"] = told["downtime"]
        if delta is not None and told["downtime"] > delta:
            found["downtime_net"] = told["downtime"] - delta
    if "setup_time" in told:
        found["setup_time"] = told["setup_time"]
    return found
