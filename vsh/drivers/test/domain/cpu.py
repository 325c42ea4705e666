"""Virtual CPUs and I/O threads of a guest, the host CPUs they run on, scheduler, numbers."""

from __future__ import annotations

import time

from vsh.api.domain import Domain, cpu
from vsh.api.domain.records import (
    CpuStats,
    EmulatorPin,
    IOThreadInfo,
    SchedulerType,
    VcpuInfo,
    VcpuPins,
    Vcpus,
)
from vsh.api.types import TypedParam, TypedParams
from vsh.drivers.state import parameters, tuning_model
from vsh.drivers.test import definitions
from vsh.drivers.test.guest import MAX_VCPUS, NEW_IO_THREAD
from vsh.drivers.test.hypervisor import CORES
from vsh.drivers.test.part import TestPart
from vsh.errors import InvalidArgument, OperationInvalid
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.cpu import DomainVcpu, VcpuState
from vsh.words.parameter import TypedParameterFlags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.test.guest import Guest

_TOTAL_CPU_TIME, _USER_TIME, _SYSTEM_TIME = 48772617035, 5540000000, 6460000000
_OUTSIDE_VCPUS = 1234567890
_WEIGHT = 50
_POLLING = {
    "poll_max_ns": "ullong",
    "poll_grow": "uint",
    "poll_shrink": "uint",
    "poll_weight": "uint",
}


class Cpu(TestPart, answers=cpu):
    """Answers about cpu."""

    def get_cpu_stats(
        self, domain: Domain, count: int, first: int, cpus: int, flags: int = 0
    ) -> CpuStats:
        self.accept(flags, 4, "testDomainGetCPUStats")
        self.guests.check(domain, active=True)
        if first == -1:
            return _total_cpu_stats(count)
        total = self.hypervisor.node[CORES]
        if count == 0 and cpus != 0:
            return CpuStats([], 2)
        if cpus == 0:
            return CpuStats([], total)
        if first >= total:
            raise InvalidArgument(f"start_cpu {first} larger than maximum of {total - 1}")
        each = _TOTAL_CPU_TIME // total
        params = []
        for number in range(first, min(total, first + cpus)):
            params.append(TypedParam("cpu_time", "ullong", each + number))
            if count > 1:
                params.append(TypedParam("vcpu_time", "ullong", each + number - _OUTSIDE_VCPUS))
        return CpuStats(params, 2 if count > 1 else 1)

    def get_scheduler_type(self, domain: Domain) -> SchedulerType:
        return SchedulerType("fair", 1)

    def get_scheduler_parameters(self, domain: Domain) -> TypedParams:
        self.guests.check(domain)
        return TypedParams().set("weight", "uint", _WEIGHT)

    def get_scheduler_parameters_flags(self, domain: Domain, flags: int = 0) -> TypedParams:
        # libvirt's public layer always says that strings are welcome, which this function refuses
        self.accept(
            flags | TypedParameterFlags.STRING_OKAY, 0, "testDomainGetSchedulerParametersFlags"
        )
        return self.get_scheduler_parameters(domain)

    def set_scheduler_parameters(self, domain: Domain, params: TypedParams) -> None:
        self.set_scheduler_parameters_flags(domain, params, 0)

    def set_scheduler_parameters_flags(
        self, domain: Domain, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, 0, "testDomainSetSchedulerParametersFlags")
        parameters.check(params, {"weight": "uint"})
        self.guests.check(domain)

    def get_perf_events(self, domain: Domain, flags: int = 0) -> TypedParams:
        self.accept(flags, 3 | TypedParameterFlags.STRING_OKAY, "testDomainGetPerfEvents")
        with self.guests.query(domain) as guest:
            enabled = tuning_model.perf_events(guest.one(flags))
            params = TypedParams()
            for name in tuning_model.PERF_EVENTS:
                params.set(name, "boolean", bool(enabled.get(name)))
            return params

    def set_perf_events(self, domain: Domain, params: TypedParams, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainSetPerfEvents")
        parameters.check(params, dict.fromkeys(tuning_model.PERF_EVENTS, "boolean"))
        with self.guests.modify(domain) as guest:
            definition = guest.one(flags)
            for name, value in params.items():
                tuning_model.set_perf_event(definition, name, bool(value), tuning_model.PERF_EVENTS)

    def get_max_vcpus(self, domain: Domain) -> int:
        return self.get_vcpus_flags(domain, DomainModificationImpact.LIVE | DomainVcpu.MAXIMUM)

    def get_vcpus_flags(self, domain: Domain, flags: int = 0) -> int:
        self.accept(flags, 3 | DomainVcpu.MAXIMUM, "testDomainGetVcpusFlags")
        with self.guests.query(domain) as guest:
            definition = guest.one(flags)
            if flags & DomainVcpu.MAXIMUM:
                return definitions.max_vcpus(definition)
            return definitions.vcpus(definition)

    def set_vcpus(self, domain: Domain, count: int) -> None:
        self.set_vcpus_flags(domain, count, DomainModificationImpact.LIVE)

    def set_vcpus_flags(self, domain: Domain, count: int, flags: int = 0) -> None:
        self.accept(flags, 3 | DomainVcpu.MAXIMUM, "testDomainSetVcpusFlags")
        if count > MAX_VCPUS:
            raise InvalidArgument(
                f"requested cpu amount exceeds maximum supported amount ({count} > {MAX_VCPUS})"
            )
        with self.guests.modify(domain) as guest:
            live, planned = guest.both(flags)
            for definition in (live, None if flags & DomainVcpu.MAXIMUM else planned):
                if definition is not None and definitions.max_vcpus(definition) < count:
                    raise InvalidArgument(
                        "requested cpu amount exceeds maximum "
                        f"({count} > {definitions.max_vcpus(definition)})"
                    )
            if live is not None:
                definitions.set_vcpus(live, count)
            if planned is not None:
                if flags & DomainVcpu.MAXIMUM:
                    definitions.set_max_vcpus(planned, count)
                else:
                    definitions.set_vcpus(planned, count)

    def get_vcpus(self, domain: Domain, count: int, length: int) -> Vcpus:
        with self.guests.query(domain) as guest:
            if not guest.active:
                raise OperationInvalid("cannot list vcpus for an inactive domain")
            definition = guest.definition
            everywhere = range(self.hypervisor.host_cpus())
            now = time.time_ns() // 1000 // 10
            info, maps = [], b""
            for number in range(min(count, definitions.vcpus(definition))):
                cpus = tuning_model.vcpu_pin(definition, number) or everywhere
                maps += tuning_model.to_map(cpus, length)
                info.append(VcpuInfo(number, VcpuState.RUNNING, now, max(cpus)))
            return Vcpus(info, maps)

    def pin_vcpu(self, domain: Domain, vcpu: int, bits: bytes) -> None:
        self.pin_vcpu_flags(domain, vcpu, bits, 0)

    def pin_vcpu_flags(self, domain: Domain, vcpu: int, bits: bytes, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainPinVcpuFlags")
        with self.guests.modify(domain) as guest:
            if not guest.active:
                raise OperationInvalid("cannot pin vcpus on an inactive domain")
            if vcpu >= definitions.vcpus(guest.definition):
                raise InvalidArgument(f"requested vcpu '{vcpu}' is not present in the domain")
            tuning_model.set_vcpu_pin(guest.definition, vcpu, tuning_model.from_map(bits))

    def get_vcpu_pin_info(
        self, domain: Domain, count: int, length: int, flags: int = 0
    ) -> VcpuPins:
        with self.guests.query(domain) as guest:
            definition = guest.one(flags)
            everywhere = range(self.hypervisor.host_cpus())
            number = min(count, definitions.max_vcpus(definition))
            maps = [
                tuning_model.to_map(tuning_model.vcpu_pin(definition, vcpu) or everywhere, length)
                for vcpu in range(number)
            ]
            return VcpuPins(b"".join(maps), number)

    def pin_emulator(self, domain: Domain, bits: bytes, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainPinEmulator")
        with self.guests.modify(domain) as guest:
            definition = guest.one(flags)
            cpus = tuning_model.from_map(bits)
            if not cpus:
                raise InvalidArgument("Empty cpu list for pinning")
            tuning_model.set_emulator_pin(definition, cpus)

    def get_emulator_pin_info(self, domain: Domain, length: int, flags: int = 0) -> EmulatorPin:
        self.accept(flags, 3, "testDomainGetEmulatorPinInfo")
        with self.guests.query(domain) as guest:
            cpus = tuning_model.emulator_pin(guest.one(flags)) or range(self.hypervisor.host_cpus())
            return EmulatorPin(tuning_model.to_map(cpus, length), 1)

    def get_iothread_info(self, domain: Domain, flags: int = 0) -> list[IOThreadInfo]:
        self.accept(flags, 3, "testDomainGetIOThreadInfo")
        with self.guests.query(domain) as guest:
            definition = guest.one(flags)
            count = definitions.vcpus(definition)
            answer = []
            for number, cpus in tuning_model.io_threads(definition).items():
                shown = cpus or tuning_model.cpu_set(definition) or range(count)
                answer.append(IOThreadInfo(number, tuning_model.to_map(shown, max(shown) // 8 + 1)))
            return answer

    def add_iothread(self, domain: Domain, number: int, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainAddIOThread")
        _not_zero(number)
        with self.guests.modify(domain) as guest:
            definition = guest.one(flags)
            if number in tuning_model.io_threads(definition):
                raise InvalidArgument(f"an IOThread is already using iothread_id '{number}'")
            tuning_model.add_io_thread(definition, number)
            guest.io_threads[number] = list(NEW_IO_THREAD)

    def del_iothread(self, domain: Domain, number: int, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainDelIOThread")
        _not_zero(number)
        with self.guests.modify(domain) as guest:
            definition = guest.one(flags)
            if number not in tuning_model.io_threads(definition):
                raise InvalidArgument(f"cannot find IOThread '{number}' in iothreadids list")
            user = tuning_model.io_thread_user(definition, number)
            if user is not None:
                raise InvalidArgument(user)
            tuning_model.remove_io_thread(definition, number)
            guest.io_threads.pop(number, None)

    def pin_iothread(self, domain: Domain, number: int, bits: bytes, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainPinIOThread")
        with self.guests.modify(domain) as guest:
            definition = guest.one(flags)
            cpus = tuning_model.from_map(bits)
            if not cpus:
                raise InvalidArgument("Empty iothread cpumap list for pinning")
            if number not in tuning_model.io_threads(definition):
                raise InvalidArgument(f"iothreadid {number} not found")
            tuning_model.set_io_thread_pin(definition, number, cpus)

    def set_iothread_params(
        self, domain: Domain, number: int, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, DomainModificationImpact.LIVE, "testDomainSetIOThreadParams")
        _not_zero(number)
        with self.guests.modify(domain) as guest:
            if number not in tuning_model.io_threads(guest.one(flags)):
                raise InvalidArgument(f"cannot find IOThread '{number}' in iothreadids")
            parameters.check(params, _POLLING)
            _set_polling(guest, number, params)


def _total_cpu_stats(count: int) -> CpuStats:
    if count == 0:
        return CpuStats([], 3)
    params = [
        TypedParam("cpu_time", "ullong", _TOTAL_CPU_TIME),
        TypedParam("user_time", "ullong", _USER_TIME),
        TypedParam("system_time", "ullong", _SYSTEM_TIME),
    ][:count]
    return CpuStats(params, len(params))


def _set_polling(guest: Guest, number: int, params: TypedParams) -> None:
    values = guest.io_threads.setdefault(number, list(NEW_IO_THREAD))
    for place, name in enumerate(_POLLING):
        values[place] = params.get(name, values[place])


def _not_zero(number: int) -> None:
    if number == 0:
        raise InvalidArgument("invalid value of 0 for iothread_id")
