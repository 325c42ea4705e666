"""The threads of a QEMU, and the host CPUs that they may run on."""

from __future__ import annotations

import os

from vsh.drivers.state import tuning_model
from vsh.errors import ConfigUnsupported, SystemFailure
from vsh.qmp.value import structs, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.qmp.value import Ask, Struct
    from vsh.xml.domain import Domain as Definition

_IO_THREAD = "iothread"
_SCHEDULERS = {
    "batch": os.SCHED_BATCH, "idle": os.SCHED_IDLE, "fifo": os.SCHED_FIFO, "rr": os.SCHED_RR,
}  # fmt: skip


def io_threads(ask: Ask) -> dict[int, Struct]:
    """The I/O threads of a QEMU, by their numbers, as it describes them (query-iothreads)."""
    found = {}
    for each in structs(ask("query-iothreads")):
        name = text(each["id"])
        digits = name.removeprefix(_IO_THREAD)
        if digits != name and digits.isdecimal():
            found[int(digits)] = each
    return found


def threads_of(process: int) -> list[int]:
    """All threads of a process."""
    return [int(name) for name in os.listdir(f"/proc/{process}/task")]


def host_cpus() -> list[int]:
    """The host CPUs that are online."""
    with open("/sys/devices/system/cpu/online", encoding="ascii") as file:
        return tuning_model.number_set(file.read().strip())


def cpus_of(thread: int) -> set[int]:
    """The host CPUs that a thread may run on.  Raises SystemFailure."""
    try:
        return set(os.sched_getaffinity(thread))
    except OSError as error:
        raise SystemFailure(
            f"cannot get CPU affinity of process {thread}: {error.strerror}"
        ) from None


def pin(thread: int, cpus: Iterable[int]) -> None:
    """Let a thread run on these host CPUs only.  Raises SystemFailure."""
    try:
        os.sched_setaffinity(thread, list(cpus))
    except OSError as error:
        raise SystemFailure(
            f"cannot set CPU affinity on process {thread}: {error.strerror}"
        ) from None


def place_vcpu(definition: Definition, number: int, thread: int) -> None:
    """Put the thread of a vCPU where the definition wants it, and let it run as that wants."""
    wanted = tuning_model.vcpu_pin(definition, number)
    if wanted and thread:
        pin(thread, wanted)
    tune = definition.cputune
    for each in tune.vcpuscheds if tune is not None and thread else ():
        if number in tuning_model.number_set(str(each.vcpus)):
            schedule(thread, str(each.scheduler), each.priority)


def schedule(thread: int, name: str, priority: int | None) -> None:
    """Have the kernel choose when a thread runs.  Raises ConfigUnsupported, SystemFailure."""
    policy, rank = _SCHEDULERS[name], 0
    if name in ("fifo", "rr"):
        rank = priority or 0
        least, most = os.sched_get_priority_min(policy), os.sched_get_priority_max(policy)
        if not least <= rank <= most:
            raise ConfigUnsupported(f"Scheduler priority {rank} out of range [{least}, {most}]")
    try:
        os.sched_setscheduler(thread, policy, os.sched_param(rank))
    except OSError as error:
        raise SystemFailure(
            f"Cannot set scheduler parameters for pid {thread}: {error.strerror}"
        ) from None
