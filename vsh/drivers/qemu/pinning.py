"""Putting the threads of a new QEMU where its definition wants them."""

from __future__ import annotations

from vsh.drivers.qemu.threads import pin, place_vcpu, schedule, threads_of
from vsh.drivers.state import tuning_model
from vsh.hypervisors.qemu.machine import is_modern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.known_threads import KnownThreads
    from vsh.qmp.value import Ask
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.tune import CpuTune


def place(definition: Definition, ask: Ask, known: KnownThreads) -> None:
    """Put all threads of a QEMU that has just been started where its definition wants them."""
    process, emulator = known.process, tuning_model.emulator_pin(definition)
    if emulator:
        # newer libvirt has the process begin there, so that all of its threads do
        for thread in threads_of(process) if is_modern(definition) else [process]:
            pin(thread, emulator)
    tune = definition.cputune
    for each in tune.emulatorsched if tune is not None else ():
        schedule(process, str(each.scheduler), each.priority)
    if definition.vcpu_cpuset or (tune is not None and _of_threads(tune)):
        for number, thread in known.vcpus(ask).items():
            place_vcpu(definition, number, thread)
        wanted = tuning_model.io_threads(definition)
        for number, thread in known.io(ask).items():
            cpus = wanted.get(number) or tuning_model.cpu_set(definition)
            if cpus:
                pin(thread, cpus)
            for own in tune.iothreadscheds if tune is not None else ():
                if number in tuning_model.number_set(str(own.iothreads)):
                    schedule(thread, str(own.scheduler), own.priority)


def _of_threads(tune: CpuTune) -> bool:
    """Whether it says something of single vCPUs or I/O threads."""
    return bool(tune.vcpupins or tune.iothreadpins or tune.vcpuscheds or tune.iothreadscheds)
