"""Since when the guests of this machine run: what the process of each emulator says.

No call of libvirt's tells it; whoever sits on the same machine can see the process that a guest
is, by the UUID on its command line.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

START_TIME = 19
"""The place of ``starttime`` among the fields of /proc/PID/stat that follow the command's name."""


def started(uuids: Iterable[str]) -> dict[str, float]:
    """When the emulators of guests were started, in seconds since 1970, by UUID of the guest.

    Those that are not found here are left out.
    """
    wanted = set(uuids)
    booted = _booted() if wanted else None
    if booted is None:
        return {}
    ticks = os.sysconf("SC_CLK_TCK")
    found: dict[str, float] = {}
    for entry in os.listdir("/proc"):
        if not entry.isdecimal():
            continue
        uuid = _uuid(entry)
        if uuid in wanted and uuid not in found:
            since = _start(entry)
            if since is not None:
                found[uuid] = booted + since / ticks
                if len(found) == len(wanted):
                    break
    return found


def _booted() -> int | None:
    """When this machine was started, in seconds since 1970; None where /proc does not say."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            for line in file:
                if line.startswith("btime "):
                    return int(line.split()[1])
    except OSError:
        return None
    return None


def _uuid(process: str) -> str:
    """The UUID that follows ``-uuid`` on the command line of an emulator; "" for another one."""
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            line = file.read()
    except OSError:  # it has ended
        return ""
    _, found, rest = line.partition(b"\0-uuid\0")
    if not found or not line.startswith(b"/") or b"\0-name\0" not in line:
        return ""
    return rest.partition(b"\0")[0].decode("ascii", "replace")


def _start(process: str) -> int | None:
    """When a process was started, in ticks after this machine was."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return int(fields[START_TIME]) if len(fields) > START_TIME else None
