"""What a guest's QEMU and the host count of it: memory, disks, interfaces, CPU time."""

from __future__ import annotations

import os

from vsh.drivers.qemu.monitor import CommandRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.drivers.qemu.guest import Guest

_UNKNOWN = 2**64 - 1
"""What a guest's driver says of what it does not count."""

# virDomainMemoryStatTags of what the guest's balloon driver tells, and in which unit of bytes
_GUEST_MEMORY = (
    ("stat-swap-in", 0, 1024), ("stat-swap-out", 1, 1024), ("stat-major-faults", 2, 1),
    ("stat-minor-faults", 3, 1), ("stat-free-memory", 4, 1024), ("stat-total-memory", 5, 1024),
    ("stat-available-memory", 8, 1024), ("stat-disk-caches", 10, 1024),
    ("stat-htlb-pgalloc", 11, 1), ("stat-htlb-pgfail", 12, 1),
)  # fmt: skip
_BALLOON, _RESIDENT, _UPDATED = 6, 7, 9


def balloon(definition: Any) -> Any:
    """The memory balloon of a definition, or None."""
    return next((one for one in definition.memballoon if one.model != "none"), None)


def _balloon_path(definition: Any) -> str | None:
    found = balloon(definition)
    return None if found is None or not found.alias else f"/machine/peripheral/{found.alias}"


def set_period(ask: Callable[..., Any], definition: Any, seconds: int) -> None:
    """Have the guest's balloon driver tell its numbers so often.  Raises CommandRefused."""
    path = _balloon_path(definition)
    if path is not None:
        ask("qom-set", {"path": path, "property": "guest-stats-polling-interval",
                        "value": seconds})  # fmt: skip


def memory(guest: Guest) -> list[tuple[int, int]]:
    """What is known of a running guest's memory: virDomainMemoryStatTags and KiB, or numbers."""
    assert guest.run is not None
    found = []
    path = _balloon_path(guest.definition)
    if path is not None:
        try:
            actual: Any = guest.ask("query-balloon")
            found.append((_BALLOON, int(actual["actual"]) // 1024))
            told: Any = guest.ask("qom-get", {"path": path, "property": "guest-stats"})
        except CommandRefused:
            told = {"stats": {}}  # no driver in the guest has told anything yet
        stats = told["stats"]
        for name, tag, unit in _GUEST_MEMORY:
            value = stats.get(name, -1)
            if value not in (-1, _UNKNOWN):
                found.append((tag, int(value) // unit))
            if tag == 8 and told.get("last-update") is not None:
                found.append((_UPDATED, int(told["last-update"])))
    found.append((_RESIDENT, resident(guest.run.process.pid)))
    return found


def resident(process: int) -> int:
    """The memory that a process has in RAM, in KiB."""
    with open(f"/proc/{process}/stat", "rb") as file:
        words = file.read().rpartition(b")")[2].split()
    return int(words[21]) * os.sysconf("SC_PAGESIZE") // 1024
