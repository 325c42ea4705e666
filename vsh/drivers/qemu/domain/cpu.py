"""Virtual CPUs and I/O threads of a guest, the host CPUs they run on, scheduler, numbers."""

from __future__ import annotations

import os

from vsh.api.domain import cpu
from vsh.api.domain.records import (
    CpuStats,
    EmulatorPin,
    IOThreadInfo,
    SchedulerType,
    VcpuInfo,
    VcpuPins,
    Vcpus,
)
from vsh.api.types import TypedParams
from vsh.drivers.qemu import (
    agent,
    changing,
    confinement,
    core_scheduling,
    counters,
    cpu_account,
    guest_vcpus,
    io_threads,
    statistics,
    threads,
    vcpus,
)
from vsh.drivers.qemu.limits import Limits
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state import parameters, tuning_model
from vsh.errors import ConfigUnsupported, InvalidArgument, OperationInvalid, OperationUnsupported
from vsh.hypervisors.qemu.machine import is_modern
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.cpu import DomainSetVcpu, DomainVcpu, VcpuState
from vsh.words.parameter import TypedParameterFlags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.drivers.qemu.guest import Guest

_IMPACT = DomainModificationImpact.LIVE | DomainModificationImpact.CONFIG
_TUNABLE = 17
_MAX_VCPU_ID = 16384

# parameter of the scheduler: its field in <cputune>, its type, and what its value may be
_PERIOD = (1000, 1000000)
_QUOTA = (1000, 17592186044415)
_SCHEDULER: dict[str, tuple[str, str, tuple[int, int] | None]] = {
    "cpu_shares": ("shares", "ullong", None),
    "vcpu_period": ("period", "ullong", _PERIOD),
    "vcpu_quota": ("quota", "llong", _QUOTA),
    "emulator_period": ("emulator_period", "ullong", _PERIOD),
    "emulator_quota": ("emulator_quota", "llong", _QUOTA),
    "global_period": ("global_period", "ullong", _PERIOD),
    "global_quota": ("global_quota", "llong", _QUOTA),
    "iothread_period": ("iothread_period", "ullong", _PERIOD),
    "iothread_quota": ("iothread_quota", "llong", _QUOTA),
}


class Cpu(QemuPart, answers=cpu):
    """Answers about CPUs."""

    # ---- how many vCPUs

    def get_max_vcpus(self, domain: Domain) -> int:
        return self.get_vcpus_flags(domain, DomainModificationImpact.LIVE | DomainVcpu.MAXIMUM)

    def get_vcpus_flags(self, domain: Domain, flags: int = 0) -> int:
        known = _IMPACT | DomainVcpu.MAXIMUM | DomainVcpu.GUEST
        self.accept(flags, known, "qemuDomainGetVcpusFlags")
        if flags & DomainVcpu.GUEST:
            return self._guest_count(domain, flags)
        with self.guests.query(domain) as guest:
            definition = guest.one(flags)
            most = bool(flags & DomainVcpu.MAXIMUM)
            return int(definition.vcpus if most else definition.vcpu_current)

    def _guest_count(self, domain: Domain, flags: int) -> int:
        """How many vCPUs the guest itself has, or has online."""
        with self.guests.query(domain) as guest:
            guest.one(flags & _IMPACT)
            if not guest.active:
                raise InvalidArgument(
                    "vCPU count provided by the guest agent can only be requested for live domains"
                )
            return guest_vcpus.count(guest, most=bool(flags & DomainVcpu.MAXIMUM))

    def get_guest_vcpus(self, domain: Domain, flags: int = 0) -> TypedParams:
        self.accept(flags, 0, "qemuDomainGetGuestVcpus")
        with self.guests.query(domain, active=True) as guest:
            return guest_vcpus.described(guest)

    def set_guest_vcpus(self, domain: Domain, cpus: str, state: int, flags: int = 0) -> None:
        self.accept(flags, 0, "qemuDomainSetGuestVcpus")
        if state not in (0, 1):
            raise InvalidArgument("unsupported state value")
        wanted = set(tuning_model.number_set(cpus))
        with self.guests.query(domain, active=True) as guest:
            guest_vcpus.switch(guest, wanted, on=bool(state))

    def _set_guest_count(self, domain: Domain, count: int, flags: int) -> None:
        with self.guests.query(domain) as guest:
            live, _ = guest.both(flags)
            if live is None:
                raise OperationInvalid("domain is not running")
            agent.check_available(guest)
            if count > int(live.vcpu_current):
                raise InvalidArgument(
                    "requested vcpu count is greater than the count of enabled vcpus in "
                    f"the domain: {count} > {int(live.vcpu_current)}"
                )
            guest_vcpus.set_count(guest, count)

    def set_vcpus(self, domain: Domain, count: int) -> None:
        self.set_vcpus_flags(domain, count, DomainModificationImpact.LIVE)

    def set_vcpus_flags(self, domain: Domain, count: int, flags: int = 0) -> None:
        known = _IMPACT | DomainVcpu.MAXIMUM | DomainVcpu.HOTPLUGGABLE | DomainVcpu.GUEST
        if is_modern(self.guests.find(domain).definition):
            known |= DomainVcpu.ASYNC_UNPLUG
        self.accept(flags, known, "qemuDomainSetVcpusFlags")
        if flags & DomainVcpu.GUEST:
            if flags & DomainVcpu.ASYNC_UNPLUG:
                raise OperationInvalid(
                    "asynchronous mode is unsupported with VIR_DOMAIN_VCPU_GUEST"
                )
            self._set_guest_count(domain, count, flags & _IMPACT)
            return
        with self.guests.modify(domain) as guest:
            live, planned = guest.both(flags & ~DomainVcpu.ASYNC_UNPLUG)
            if flags & DomainVcpu.MAXIMUM:
                if live is not None or planned is None:
                    raise OperationUnsupported(
                        "maximum vcpu count of a live domain can't be modified"
                    )
                vcpus.set_most(planned, count)
                guest.facts = None
                return
            for definition, which in ((live, "live"), (planned, "persistent")):
                if definition is not None and count > int(definition.vcpus):
                    raise InvalidArgument(
                        "requested vcpus is greater than max allowable vcpus for the "
                        f"{which} domain: {count} > {int(definition.vcpus)}"
                    )
            if planned is not None:
                planned = planned.copy()
                hotpluggable = bool(flags & DomainVcpu.HOTPLUGGABLE)
                vcpus.set_current(planned, count, hotpluggable=hotpluggable)
            if live is not None:
                wait = not flags & DomainVcpu.ASYNC_UNPLUG
                with changing.Becoming(guest, planned):
                    self._plugged(guest, count, lambda: vcpus.change(guest, count, wait=wait))
            if planned is not None:
                guest.assign(planned, live=False)
                guest.facts = None

    def set_vcpu(self, domain: Domain, cpus: str, state: int, flags: int = 0) -> None:
        known = _IMPACT
        if is_modern(self.guests.find(domain).definition):
            known |= DomainSetVcpu.ASYNC_UNPLUG
        self.accept(flags, known, "qemuDomainSetVcpu")
        if state not in (0, 1):
            raise InvalidArgument("unsupported state value")
        numbers = set(tuning_model.number_set(cpus))
        if not numbers:
            raise InvalidArgument("no vcpus selected for modification")
        with self.guests.modify(domain) as guest:
            live, planned = guest.both(flags & _IMPACT)
            for definition, which in ((planned, "persistent"), (live, "live")):
                if definition is not None and max(numbers) >= int(definition.vcpus):
                    raise InvalidArgument(f"vcpu {max(numbers)} is not present in {which} config")
            if planned is not None:
                planned = planned.copy()
                vcpus.switch(planned, numbers, on=bool(state))
            if live is not None:
                found, on = vcpus.of(guest), bool(state)
                chosen = vcpus.selected(found, numbers, on=on)
                count = sum(place.online for place in found)
                count += len(numbers) if on else -len(numbers)
                wait = not flags & DomainSetVcpu.ASYNC_UNPLUG
                with changing.Becoming(guest, planned):
                    self._plugged(
                        guest, count, lambda: vcpus.plug(guest, found, chosen, on=on, wait=wait)
                    )
            if planned is not None:
                guest.assign(planned, live=False)
                guest.facts = None

    def _plugged(self, guest: Guest, count: int, act: Callable[[], None]) -> None:
        """Plug vCPUs in or out; ``count`` are there then."""
        changing.begin(self.hypervisor, guest, "vcpus", {"count": count})
        try:
            act()
            Limits.of(self.hypervisor, guest).follow(guest.definition)
            known = guest.running.threads
            core_scheduling.follow(
                self.hypervisor.settings.sched_core, lambda: known.vcpus(guest.ask)
            )
        except BaseException:
            changing.over(self.hypervisor, guest)
            raise
        changing.done(self.hypervisor, guest)

    def get_vcpus(self, domain: Domain, count: int, length: int) -> Vcpus:
        with self.guests.query(domain) as guest:
            if not guest.active:
                raise OperationInvalid("cannot retrieve vcpu information for inactive domain")
            assert guest.run is not None
            online = [(n, place) for n, place in enumerate(vcpus.of(guest)) if place.online]
            if not all(place.thread for _, place in online):
                raise OperationInvalid("cpu affinity is not supported")
            info, maps = [], b""
            for number, place in online[:count]:
                spent, last = statistics.thread_times(guest.run.process.pid, place.thread)
                info.append(VcpuInfo(number, VcpuState.RUNNING, spent, last))
                if length:
                    maps += tuning_model.to_map(threads.cpus_of(place.thread), length)
            return Vcpus(info, maps)

    # ---- where threads run

    def pin_vcpu(self, domain: Domain, vcpu: int, bits: bytes) -> None:
        self.pin_vcpu_flags(domain, vcpu, bits, DomainModificationImpact.LIVE)

    def pin_vcpu_flags(self, domain: Domain, vcpu: int, bits: bytes, flags: int = 0) -> None:
        self.accept(flags, _IMPACT, "qemuDomainPinVcpuFlags")
        with self.guests.modify(domain) as guest:
            live, planned = guest.both(flags)
            if planned is not None and vcpu >= int(planned.vcpus):
                raise InvalidArgument(
                    f"vcpu {vcpu} is out of range of persistent cpu count "
                    f"{int(planned.vcpu_current)}"
                )
            cpus = _cpus(bits, "Empty cpu list for pinning")
            if live is not None:
                found = vcpus.of(guest)
                if not any(place.thread for place in found):
                    raise OperationInvalid("cpu affinity is not supported")
                if vcpu >= len(found):
                    raise InvalidArgument(
                        f"vcpu {vcpu} is out of range of live cpu count {len(found)}"
                    )
                if found[vcpu].online:
                    Limits.of(self.hypervisor, guest).pin(f"vcpu{vcpu}", cpus)
                    threads.pin(found[vcpu].thread, cpus)
                tuning_model.set_vcpu_pin(live, vcpu, cpus)
                self._tell_pin(guest, f"cputune.vcpupin{vcpu}", cpus)
            if planned is not None:
                tuning_model.set_vcpu_pin(planned, vcpu, cpus)

    def get_vcpu_pin_info(
        self, domain: Domain, count: int, length: int, flags: int = 0
    ) -> VcpuPins:
        self.accept(flags, _IMPACT, "qemuDomainGetVcpuPinInfo")
        with self.guests.query(domain) as guest:
            definition = guest.one(flags)
            everywhere = threads.host_cpus()
            number = min(count, int(definition.vcpus))
            maps = [
                tuning_model.to_map(tuning_model.vcpu_pin(definition, vcpu) or everywhere, length)
                for vcpu in range(number)
            ]
            return VcpuPins(b"".join(maps), number)

    def pin_emulator(self, domain: Domain, bits: bytes, flags: int = 0) -> None:
        self.accept(flags, _IMPACT, "qemuDomainPinEmulator")
        with self.guests.modify(domain) as guest:
            live, planned = guest.both(flags)
            cpus = _cpus(bits, "Empty cpu list for pinning")
            if live is not None:
                Limits.of(self.hypervisor, guest).pin("emulator", cpus)
                threads.pin(guest.running.process.pid, cpus)
                tuning_model.set_emulator_pin(live, cpus)
                self._tell_pin(guest, "cputune.emulatorpin", cpus)
            if planned is not None:
                tuning_model.set_emulator_pin(planned, cpus)

    def get_emulator_pin_info(self, domain: Domain, length: int, flags: int = 0) -> EmulatorPin:
        self.accept(flags, _IMPACT, "qemuDomainGetEmulatorPinInfo")
        with self.guests.query(domain) as guest:
            cpus = tuning_model.emulator_pin(guest.one(flags)) or threads.host_cpus()
            return EmulatorPin(tuning_model.to_map(cpus, length), 1)

    # ---- I/O threads

    def get_iothread_info(self, domain: Domain, flags: int = 0) -> list[IOThreadInfo]:
        self.accept(flags, _IMPACT, "qemuDomainGetIOThreadInfo")
        with self.guests.query(domain) as guest:
            return io_threads.shown(guest, flags)

    def add_iothread(self, domain: Domain, number: int, flags: int = 0) -> None:
        self.accept(flags, _IMPACT, "qemuDomainAddIOThread")
        if not number:
            raise InvalidArgument("invalid value of 0 for iothread_id")
        with self.guests.modify(domain) as guest:
            io_threads.add(self.hypervisor, guest, number, flags)
            if guest.active:
                Limits.of(self.hypervisor, guest).follow(guest.definition)

    def del_iothread(self, domain: Domain, number: int, flags: int = 0) -> None:
        self.accept(flags, _IMPACT, "qemuDomainDelIOThread")
        with self.guests.modify(domain) as guest:
            io_threads.remove(self.hypervisor, guest, number, flags)

    def pin_iothread(self, domain: Domain, number: int, bits: bytes, flags: int = 0) -> None:
        self.accept(flags, _IMPACT, "qemuDomainPinIOThread")
        with self.guests.modify(domain) as guest:
            live, planned = guest.both(flags)
            cpus = _cpus(bits, "Empty iothread cpumap list for pinning")
            if live is not None:
                io_threads.check(guest.definition, number)
                Limits.of(self.hypervisor, guest).pin(f"iothread{number}", cpus)
                io_threads.pin(guest, number, cpus)
                self._tell_pin(guest, f"cputune.iothreadpin{number}", cpus)
            if planned is not None:
                io_threads.plan_pin(planned, number, cpus)

    def set_iothread_params(
        self, domain: Domain, number: int, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, _IMPACT, "qemuDomainSetIOThreadParams")
        if not number:
            raise InvalidArgument("invalid value of 0 for iothread_id")
        modern = is_modern(self.guests.find(domain).definition)
        parameters.check(params, io_threads.kinds(params, modern=modern))
        with self.guests.modify(domain) as guest:
            io_threads.tune(guest, number, params, flags)

    # ---- scheduler, performance events

    def get_scheduler_type(self, domain: Domain) -> SchedulerType:
        with self.guests.query(domain) as guest:
            _privileged(OperationUnsupported("CPU tuning is not available in session mode"))
            if guest.active:
                Limits.of(self.hypervisor, guest).group("cpu")
            return SchedulerType("posix", len(_SCHEDULER))

    def get_scheduler_parameters(self, domain: Domain) -> TypedParams:
        return self.get_scheduler_parameters_flags(domain, 0)

    def get_scheduler_parameters_flags(self, domain: Domain, flags: int = 0) -> TypedParams:
        known = _IMPACT | TypedParameterFlags.STRING_OKAY
        self.accept(flags, known, "qemuDomainGetSchedulerParametersFlags")
        with self.guests.query(domain) as guest:
            _privileged(ConfigUnsupported("CPU tuning is not available in session mode"))
            _, planned = guest.both(flags)
            params = TypedParams()
            if planned is None:
                now = Limits.of(self.hypervisor, guest).cpu_time()
                for name, (field, kind, _) in _SCHEDULER.items():
                    params.set(name, kind, now[field])
                return params
            tune = planned.cputune
            for name, (field, kind, _) in _SCHEDULER.items():
                params.set(name, kind, (tune is not None and getattr(tune, field)) or 0)
            return params

    def set_scheduler_parameters(self, domain: Domain, params: TypedParams) -> None:
        self.set_scheduler_parameters_flags(domain, params, 0)

    def set_scheduler_parameters_flags(
        self, domain: Domain, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, _IMPACT, "qemuDomainSetSchedulerParametersFlags")
        parameters.check(params, {name: kind for name, (_, kind, _) in _SCHEDULER.items()})
        with self.guests.modify(domain) as guest:
            _privileged(ConfigUnsupported("CPU tuning is not available in session mode"))
            live, planned = guest.both(flags)
            now = None if live is None else Limits.of(self.hypervisor, guest)
            if now is not None:
                now.group("cpu")
            for name, value in params.items():
                limits = _SCHEDULER[name][2]
                if limits and ((0 < value < limits[0]) or value > limits[1]):
                    raise InvalidArgument(
                        f"value of '{name}' is out of range [{limits[0]}, {limits[1]}]"
                    )
            told = TypedParams()
            for name, value in params.items():
                field, kind, _ = _SCHEDULER[name]
                if now is not None and live is not None:
                    now.set_cpu_time(field, value)
                    if value or field == "shares":
                        tuning_model.set_cpu_tune(live, field, value)
                        told.set(f"cputune.{name}", kind, value)
                if planned is not None:
                    tuning_model.set_cpu_tune(planned, field, value)
            if told:
                self.tell_guest(guest, _TUNABLE, told)

    def get_perf_events(self, domain: Domain, flags: int = 0) -> TypedParams:
        self.accept(flags, _IMPACT | TypedParameterFlags.STRING_OKAY, "qemuDomainGetPerfEvents")
        with self.guests.query(domain) as guest:
            definition = guest.one(flags)
            enabled = tuning_model.perf_events(definition)
            if guest.run is not None and definition is guest.definition:
                counters.of(guest)
                enabled = dict.fromkeys(guest.run.counters, True)
            params = TypedParams()
            for name in tuning_model.PERF_EVENTS:
                params.set(name, "boolean", bool(enabled.get(name)))
            return params

    def set_perf_events(self, domain: Domain, params: TypedParams, flags: int = 0) -> None:
        self.accept(flags, _IMPACT, "qemuDomainSetPerfEvents")
        parameters.check(params, dict.fromkeys(tuning_model.PERF_EVENTS, "boolean"))
        with self.guests.modify(domain) as guest:
            live, planned = guest.both(flags)
            if live is not None and guest.run is not None:
                counters.of(guest)
                for name, value in params.items():
                    (counters.enable if value else counters.disable)(guest.run, name)
            for definition in (live, planned):
                if definition is None:
                    continue
                for name, value in params.items():
                    tuning_model.set_perf_event(
                        definition, name, bool(value), tuning_model.PERF_EVENTS
                    )

    def get_cpu_stats(
        self, domain: Domain, count: int, first: int, cpus: int, flags: int = 0
    ) -> CpuStats:
        self.accept(flags, TypedParameterFlags.STRING_OKAY, "qemuDomainGetCPUStats")
        with self.guests.query(domain, active=True) as guest:
            group = confinement.account(self.hypervisor.root.path, guest.uuid)
            if group is None:
                raise OperationInvalid("cgroup CPUACCT controller is not mounted")
            if first == -1:
                return cpu_account.total(group, count)
            with open("/sys/devices/system/cpu/present", encoding="ascii") as file:
                present = max(tuning_model.number_set(file.read().strip())) + 1
            return cpu_account.by_cpu(group, count, first, cpus, present)

    def _tell_pin(self, guest: Guest, name: str, cpus: list[int]) -> None:
        from vsh.xml.engine.values import show_set

        self.tell_guest(guest, _TUNABLE, TypedParams().set(name, "string", show_set(cpus)))


def _cpus(bits: bytes, none: str) -> list[int]:
    cpus = tuning_model.from_map(bits)
    if not cpus:
        raise InvalidArgument(none)
    return cpus


def _privileged(otherwise: Exception) -> None:
    if os.geteuid() != 0:
        raise otherwise
