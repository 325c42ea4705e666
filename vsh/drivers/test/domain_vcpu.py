"""Virtual CPUs and I/O threads of a guest, and the host CPUs that they may run on."""

from __future__ import annotations

import time

from vsh.api.domain.records import EmulatorPin, IOThreadInfo, VcpuInfo, VcpuPins, Vcpus
from vsh.drivers import _params
from vsh.drivers.test import definitions, tuning_model
from vsh.drivers.test._part import Part
from vsh.drivers.test.host import MAX_VCPUS
from vsh.drivers.test.world import LIVE
from vsh.errors import InvalidArgument, OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.api.types import TypedParams
    from vsh.drivers.test.world import Vm

_MAXIMUM = 4
_RUNNING = 1

# poll-max-ns, poll-grow, poll-shrink, poll-weight of a new I/O thread
NEW_IO_THREAD = (32768, 0, 0, 0)

_POLLING = {
    "poll_max_ns": "ullong",
    "poll_grow": "uint",
    "poll_shrink": "uint",
    "poll_weight": "uint",
}


def to_map(cpus: Iterable[int], length: int) -> bytes:
    """A CPU map of so many bytes, as the wire has it; CPUs that do not fit are left out."""
    bits = bytearray(length)
    for cpu in cpus:
        if cpu < length * 8:
            bits[cpu // 8] |= 1 << cpu % 8
    return bytes(bits)


def from_map(bits: bytes) -> list[int]:
    """The CPUs in a map."""
    return [
        place * 8 + bit for place, byte in enumerate(bits) for bit in range(8) if byte >> bit & 1
    ]


class DomainVcpu(Part):
    """vCPUs and I/O threads."""

    # ---- how many

    def domain_get_max_vcpus(self, domain: Any) -> int:
        return self.domain_get_vcpus_flags(domain, LIVE | _MAXIMUM)

    def domain_get_vcpus_flags(self, domain: Any, flags: int = 0) -> int:
        self.accept(flags, 3 | _MAXIMUM, "testDomainGetVcpusFlags")
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            if flags & _MAXIMUM:
                return definitions.max_vcpus(definition)
            return definitions.vcpus(definition)

    def domain_set_vcpus(self, domain: Any, count: int) -> None:
        self.domain_set_vcpus_flags(domain, count, LIVE)

    def domain_set_vcpus_flags(self, domain: Any, count: int, flags: int = 0) -> None:
        self.accept(flags, 3 | _MAXIMUM, "testDomainSetVcpusFlags")
        if count > MAX_VCPUS:
            raise InvalidArgument(
                f"requested cpu amount exceeds maximum supported amount ({count} > {MAX_VCPUS})"
            )
        with self.domain(domain) as vm:
            live, planned = vm.both(flags)
            for definition in (live, None if flags & _MAXIMUM else planned):
                if definition is not None and definitions.max_vcpus(definition) < count:
                    raise InvalidArgument(
                        "requested cpu amount exceeds maximum "
                        f"({count} > {definitions.max_vcpus(definition)})"
                    )
            if live is not None:
                definitions.set_vcpus(live, count)
            if planned is not None:
                if flags & _MAXIMUM:
                    definitions.set_max_vcpus(planned, count)
                else:
                    definitions.set_vcpus(planned, count)

    # ---- where they run

    def domain_get_vcpus(self, domain: Any, count: int, length: int) -> Vcpus:
        with self.domain(domain) as vm:
            if not vm.active:
                raise OperationInvalid("cannot list vcpus for an inactive domain")
            definition = vm.definition
            everywhere = range(self.world.host_cpus())
            now = time.time_ns() // 1000 // 10
            info, maps = [], b""
            for number in range(min(count, definitions.vcpus(definition))):
                cpus = tuning_model.vcpu_pin(definition, number) or everywhere
                maps += to_map(cpus, length)
                info.append(VcpuInfo(number, _RUNNING, now, max(cpus)))
            return Vcpus(info, maps)

    def domain_pin_vcpu(self, domain: Any, vcpu: int, bits: bytes) -> None:
        self.domain_pin_vcpu_flags(domain, vcpu, bits, 0)

    def domain_pin_vcpu_flags(self, domain: Any, vcpu: int, bits: bytes, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainPinVcpuFlags")
        with self.domain(domain) as vm:
            if not vm.active:
                raise OperationInvalid("cannot pin vcpus on an inactive domain")
            if vcpu >= definitions.vcpus(vm.definition):
                raise InvalidArgument(f"requested vcpu '{vcpu}' is not present in the domain")
            tuning_model.set_vcpu_pin(vm.definition, vcpu, from_map(bits))

    def domain_get_vcpu_pin_info(
        self, domain: Any, count: int, length: int, flags: int = 0
    ) -> VcpuPins:
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            everywhere = range(self.world.host_cpus())
            number = min(count, definitions.max_vcpus(definition))
            maps = [
                to_map(tuning_model.vcpu_pin(definition, vcpu) or everywhere, length)
                for vcpu in range(number)
            ]
            return VcpuPins(b"".join(maps), number)

    def domain_pin_emulator(self, domain: Any, bits: bytes, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainPinEmulator")
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            cpus = from_map(bits)
            if not cpus:
                raise InvalidArgument("Empty cpu list for pinning")
            tuning_model.set_emulator_pin(definition, cpus)

    def domain_get_emulator_pin_info(self, domain: Any, length: int, flags: int = 0) -> EmulatorPin:
        self.accept(flags, 3, "testDomainGetEmulatorPinInfo")
        with self.domain(domain) as vm:
            cpus = tuning_model.emulator_pin(vm.one(flags)) or range(self.world.host_cpus())
            return EmulatorPin(to_map(cpus, length), 1)

    # ---- I/O threads

    def domain_get_iothread_info(self, domain: Any, flags: int = 0) -> list[IOThreadInfo]:
        self.accept(flags, 3, "testDomainGetIOThreadInfo")
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            count = definitions.vcpus(definition)
            answer = []
            for number, cpus in tuning_model.io_threads(definition).items():
                shown = cpus or tuning_model.cpu_set(definition) or range(count)
                answer.append(IOThreadInfo(number, to_map(shown, max(shown) // 8 + 1)))
            return answer

    def domain_add_iothread(self, domain: Any, number: int, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainAddIOThread")
        _not_zero(number)
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            if number in tuning_model.io_threads(definition):
                raise InvalidArgument(f"an IOThread is already using iothread_id '{number}'")
            tuning_model.add_io_thread(definition, number)
            vm.io_threads[number] = list(NEW_IO_THREAD)

    def domain_del_iothread(self, domain: Any, number: int, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainDelIOThread")
        _not_zero(number)
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            if number not in tuning_model.io_threads(definition):
                raise InvalidArgument(f"cannot find IOThread '{number}' in iothreadids list")
            user = tuning_model.io_thread_user(definition, number)
            if user is not None:
                raise InvalidArgument(user)
            tuning_model.remove_io_thread(definition, number)
            vm.io_threads.pop(number, None)

    def domain_pin_iothread(self, domain: Any, number: int, bits: bytes, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainPinIOThread")
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            cpus = from_map(bits)
            if not cpus:
                raise InvalidArgument("Empty iothread cpumap list for pinning")
            if number not in tuning_model.io_threads(definition):
                raise InvalidArgument(f"iothreadid {number} not found")
            tuning_model.set_io_thread_pin(definition, number, cpus)

    def domain_set_iothread_params(
        self, domain: Any, number: int, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, LIVE, "testDomainSetIOThreadParams")
        _not_zero(number)
        with self.domain(domain) as vm:
            if number not in tuning_model.io_threads(vm.one(flags)):
                raise InvalidArgument(f"cannot find IOThread '{number}' in iothreadids")
            _params.check(params, _POLLING)
            _set_polling(vm, number, params)


def _set_polling(vm: Vm, number: int, params: TypedParams) -> None:
    values = vm.io_threads.setdefault(number, list(NEW_IO_THREAD))
    for place, name in enumerate(_POLLING):
        values[place] = params.get(name, values[place])


def _not_zero(number: int) -> None:
    if number == 0:
        raise InvalidArgument("invalid value of 0 for iothread_id")
