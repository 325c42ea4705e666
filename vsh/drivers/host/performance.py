"""What the kernel counts of a process: performance events (perf_event_open(2))."""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct

from vsh.errors import ArgumentUnsupported, SystemFailure

_CALLS = {"x86_64": 298, "aarch64": 241, "riscv64": 241, "ppc64le": 319, "s390x": 331}
_ENABLE = 0x2400  # PERF_EVENT_IOC_ENABLE
_ATTRIBUTES = struct.Struct("=IIQQQQQIIQ")  # perf_event_attr, as it was at first
_CLOSE_ON_EXEC = 8  # PERF_FLAG_FD_CLOEXEC
_DISABLED_INHERITED = 1 | 2
_HARDWARE = (
    "cpu_cycles", "instructions", "cache_references", "cache_misses", "branch_instructions",
    "branch_misses", "bus_cycles", "stalled_cycles_frontend", "stalled_cycles_backend",
    "ref_cpu_cycles",
)  # fmt: skip
_SOFTWARE = (
    "cpu_clock", "task_clock", "page_faults", "context_switches", "cpu_migrations",
    "page_faults_min", "page_faults_maj", "alignment_faults", "emulation_faults",
)  # fmt: skip


def begin(name: str, process: int) -> int:
    """Count an event of a process, and of what it starts from now on; gives the descriptor.

    Raises ArgumentUnsupported where this host's CPUs cannot tell of it, SystemFailure.
    """
    number = _CALLS.get(os.uname().machine)
    if number is None or name not in _HARDWARE + _SOFTWARE:
        raise ArgumentUnsupported(f"unable to enable host cpu perf event for {name}")
    kind, names = (0, _HARDWARE) if name in _HARDWARE else (1, _SOFTWARE)
    given = _ATTRIBUTES.pack(
        kind, _ATTRIBUTES.size, names.index(name), 0, 0, 0, _DISABLED_INHERITED, 0, 0, 0
    )
    library = ctypes.CDLL(None, use_errno=True)
    arguments = (process, -1, -1, _CLOSE_ON_EXEC)
    found: int = library.syscall(number, given, *map(ctypes.c_long, arguments))
    if found < 0:
        reason = os.strerror(ctypes.get_errno())
        raise SystemFailure(f"unable to open host cpu perf event for {name}: {reason}")
    fcntl.ioctl(found, _ENABLE)
    return found


def read(descriptor: int) -> int:
    """How often an event has happened; what is a time is in nanoseconds."""
    return int.from_bytes(os.read(descriptor, 8), "little")
