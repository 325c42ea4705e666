"""The threads of a QEMU, and the host CPUs that they may run on."""

from __future__ import annotations

import os

from vsh.drivers.state import tuning_model
from vsh.errors import SystemFailure
from vsh.qmp.value import structs, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.qmp.value import Ask, Struct
    from vsh.xml.domain import Domain as Definition

_IO_THREAD = "iothread"


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
    """Put the thread of a vCPU where the definition wants it."""
    wanted = tuning_model.vcpu_pin(definition, number)
    if wanted and thread:
        pin(thread, wanted)
