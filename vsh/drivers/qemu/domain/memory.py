"""Memory of a guest, limits on the host, block I/O weights."""

from __future__ import annotations

import contextlib
import os
import tempfile

from vsh.api.domain import memory
from vsh.api.domain.records import MemoryStat
from vsh.api.types import TypedParams
from vsh.drivers.qemu import changing, statistics
from vsh.drivers.qemu.limits import Limits
from vsh.drivers.qemu.monitor import CommandRefused
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state import parameters, tuning_model
from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    InvalidArgument,
    OperationInvalid,
    OperationUnsupported,
)
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.memory import (
    DomainDirtyRateCalc,
    DomainMemory,
    DomainMemoryMod,
    DomainNumatuneMemMode,
)
from vsh.words.parameter import TypedParameterFlags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.drivers.qemu.guest import Guest
    from vsh.xml.domain import Domain as Definition

_IMPACT = DomainModificationImpact.LIVE | DomainModificationImpact.CONFIG

_RATE_TIMES = 1, 60
"""Seconds that the rate at which memory changes may be measured for."""


class Memory(QemuPart, answers=memory):
    """Answers about memory."""

    def get_max_memory(self, domain: Domain) -> int:
        with self.guests.query(domain) as guest:
            return guest.sizes()[0]

    def set_max_memory(self, domain: Domain, kibibytes: int) -> None:
        self.set_memory_flags(domain, kibibytes, DomainMemoryMod.MAXIMUM)

    def set_memory(self, domain: Domain, kibibytes: int) -> None:
        self.set_memory_flags(domain, kibibytes, DomainModificationImpact.LIVE)

    def set_memory_flags(self, domain: Domain, kibibytes: int, flags: int = 0) -> None:
        self.accept(flags, _IMPACT | DomainMemoryMod.MAXIMUM, "qemuDomainSetMemoryFlags")
        with self.guests.modify(domain) as guest:
            live, planned = guest.both(flags)
            if flags & DomainMemoryMod.MAXIMUM:
                if live is not None or planned is None:
                    raise OperationInvalid("cannot resize the maximum memory on an active domain")
                _set_most(planned, kibibytes)
                guest.facts = None
                return
            limits = [_most(one) for one in (live, planned) if one is not None]
            if kibibytes > min(limits):
                raise InvalidArgument("cannot set memory higher than max memory")
            if live is not None:
                before = int(live.current_memory) * 1024
                changing.begin(self.hypervisor, guest, "balloon", {"value": before})
                try:
                    guest.ask("balloon", {"value": kibibytes * 1024})
                except CommandRefused as error:
                    changing.over(self.hypervisor, guest)
                    if error.kind != "DeviceNotActive":
                        raise
                    raise OperationInvalid(
                        "Unable to change memory of active domain without the balloon "
                        "device and guest OS balloon driver"
                    ) from None
                self.hypervisor.digest(guest)
            if planned is not None:
                planned.current_memory = kibibytes
            guest.facts = None
            if live is not None:
                changing.over(self.hypervisor, guest)

    def set_memory_stats_period(self, domain: Domain, period: int, flags: int = 0) -> None:
        self.accept(flags, _IMPACT, "qemuDomainSetMemoryStatsPeriod")
        with self.guests.modify(domain) as guest:
            live, planned = guest.both(flags)
            for definition in (live, planned):
                if definition is not None and statistics.balloon(definition) is None:
                    raise InternalError(
                        "No memory balloon device configured, can not set the collection period"
                    )
            if live is not None:
                try:
                    statistics.set_period(guest.ask, live, period)
                except CommandRefused:
                    raise OperationInvalid(
                        "unable to set balloon driver collection period"
                    ) from None
            for definition in (live, planned):
                balloon = None if definition is None else statistics.balloon(definition)
                if balloon is not None:
                    balloon.stats_period = period

    def memory_stats(self, domain: Domain, flags: int = 0) -> list[MemoryStat]:
        self.accept(flags, 0, "qemuDomainMemoryStats")
        with self.guests.query(domain, active=True) as guest:
            return [MemoryStat(tag, value) for tag, value in statistics.memory(guest, guest.ask)]

    def memory_peek(self, domain: Domain, start: int, size: int, flags: int = 0) -> bytes:
        self.accept(flags, DomainMemory.VIRTUAL | DomainMemory.PHYSICAL, "qemuDomainMemoryPeek")
        if flags not in (DomainMemory.VIRTUAL, DomainMemory.PHYSICAL):
            raise InvalidArgument(
                "flags parameter must be VIR_MEMORY_VIRTUAL or VIR_MEMORY_PHYSICAL"
            )
        with self.guests.modify(domain, active=True) as guest:
            assert guest.run is not None
            descriptor, path = tempfile.mkstemp(dir=guest.run.folder, prefix="memory-")
            command = "memsave" if flags == DomainMemory.VIRTUAL else "pmemsave"
            with os.fdopen(descriptor, "rb") as file:
                try:
                    guest.ask(command, {"val": start, "size": size, "filename": path})
                    return file.read(size)
                finally:
                    with contextlib.suppress(FileNotFoundError):  # gone with the guest's QEMU
                        os.unlink(path)

    def start_dirty_rate_calc(self, domain: Domain, seconds: int, flags: int = 0) -> None:
        modes = DomainDirtyRateCalc
        self.accept(flags, modes.DIRTY_BITMAP | modes.DIRTY_RING, "qemuDomainStartDirtyRateCalc")
        if not _RATE_TIMES[0] <= seconds <= _RATE_TIMES[1]:
            raise ConfigUnsupported(
                f"seconds={seconds} is invalid, please choose value within "
                f"[{_RATE_TIMES[0]}, {_RATE_TIMES[1]}]."
            )
        with self.guests.modify(domain, active=True) as guest:
            mode = "page-sampling"
            if flags & modes.DIRTY_BITMAP:
                mode = "dirty-bitmap"
            elif flags & modes.DIRTY_RING:
                features = guest.definition.features
                if features is None or features.kvm is None or not features.kvm.dirty_ring:
                    raise OperationUnsupported(
                        "dirty-ring calculation mode requires dirty-ring feature enabled."
                    )
                mode = "dirty-ring"
            guest.ask("calc-dirty-rate", {"calc-time": seconds, "mode": mode})

    # ---- limits

    def get_memory_parameters(self, domain: Domain, flags: int = 0) -> TypedParams:
        known = _IMPACT | TypedParameterFlags.STRING_OKAY
        self.accept(flags, known, "qemuDomainGetMemoryParameters")
        with self.guests.query(domain) as guest:
            _privileged(OperationUnsupported("Memory tuning is not available in session mode"))
            _, planned = guest.both(flags)
            limits = (
                Limits.of(self.hypervisor, guest).memory()
                if planned is None
                else tuning_model.memory_limits(planned)
            )
            params = TypedParams()
            for name in tuning_model.MEMORY_LIMITS:
                params.set(name, "ullong", limits[name])
            return params

    def set_memory_parameters(self, domain: Domain, params: TypedParams, flags: int = 0) -> None:
        self.accept(flags, _IMPACT, "qemuDomainSetMemoryParameters")
        parameters.check(params, dict.fromkeys(tuning_model.MEMORY_LIMITS, "ullong"))
        with self.guests.modify(domain) as guest:
            _privileged(OperationUnsupported("Memory tuning is not available in session mode"))
            live, planned = guest.both(flags)
            now = None if live is None else Limits.of(self.hypervisor, guest)
            if now is not None:
                now.group("memory")
            if "swap_hard_limit" in params or "hard_limit" in params:
                wanted = {**tuning_model.memory_limits(guest.definition), **params}
                if wanted["hard_limit"] > wanted["swap_hard_limit"]:
                    raise InvalidArgument(
                        "memory hard_limit tunable value must be lower than "
                        "or equal to swap_hard_limit"
                    )
            if now is not None and live is not None:
                now.set_memory(dict(params))
                tuning_model.set_memory_limits(live, dict(params))
            if planned is not None:
                tuning_model.set_memory_limits(planned, dict(params))

    def get_numa_parameters(self, domain: Domain, flags: int = 0) -> TypedParams:
        known = _IMPACT | TypedParameterFlags.STRING_OKAY
        self.accept(flags, known, "qemuDomainGetNumaParameters")
        with self.guests.query(domain) as guest:
            mode, nodes = tuning_model.numa(guest.one(flags))
            number = DomainNumatuneMemMode.words().index(mode) if mode is not None else 0
            return (
                TypedParams().set("numa_mode", "int", number).set("numa_nodeset", "string", nodes)
            )

    def set_numa_parameters(self, domain: Domain, params: TypedParams, flags: int = 0) -> None:
        self.accept(flags, _IMPACT, "qemuDomainSetNumaParameters")
        parameters.check(params, {"numa_mode": "int", "numa_nodeset": "string"})
        mode, nodes = tuning_model.numa_of(params)
        with self.guests.modify(domain) as guest:
            live, planned = guest.both(flags)
            if live is not None:
                _privileged(OperationUnsupported("NUMA tuning is not available in session mode"))
                self._move(guest, live, mode, nodes)
            if planned is not None:
                tuning_model.set_numa(planned, mode, nodes)

    def _move(
        self, guest: Guest, live: Definition, mode: str | None, nodes: list[int] | None
    ) -> None:
        """Have a running guest's memory on other nodes.  Raises OperationInvalid."""
        from vsh.xml.engine.values import show_set

        now = Limits.of(self.hypervisor, guest)
        now.group("cpuset")
        before, before_nodes = tuning_model.numa(live)
        if mode is not None and before is not None and mode != before:
            raise OperationInvalid("can't change numatune mode for running domain")
        if mode == "strict":
            if nodes != tuning_model.number_set(before_nodes):
                raise OperationInvalid("can't change nodeset for strict mode for running domain")
            return
        if nodes is not None:
            if before not in (None, "restrictive"):
                raise OperationInvalid(
                    "change of nodeset for running domain requires restrictive numa mode"
                )
            now.set_nodes(show_set(nodes))
        tuning_model.set_numa(live, mode, nodes)

    # ---- block I/O

    def get_blkio_parameters(self, domain: Domain, flags: int = 0) -> TypedParams:
        known = _IMPACT | TypedParameterFlags.STRING_OKAY
        self.accept(flags, known, "qemuDomainGetBlkioParameters")
        with self.guests.query(domain) as guest:
            _privileged(ConfigUnsupported("Block I/O tuning is not available in session mode"))
            live, planned = guest.both(flags)
            if live is not None:
                weight = Limits.of(self.hypervisor, guest).weight()
                params = tuning_model.shown_blkio(live)
                params.set("weight", "uint", weight)
                return params
            assert planned is not None
            return tuning_model.shown_blkio(planned)

    def set_blkio_parameters(self, domain: Domain, params: TypedParams, flags: int = 0) -> None:
        self.accept(flags, _IMPACT, "qemuDomainSetBlkioParameters")
        known = {"weight": "uint", **dict.fromkeys(tuning_model.BLKIO_DEVICE, "string")}
        parameters.check(params, known)
        with self.guests.modify(domain) as guest:
            _privileged(ConfigUnsupported("Block I/O tuning is not available in session mode"))
            live, planned = guest.both(flags)
            if live is not None:
                now = Limits.of(self.hypervisor, guest)
                now.group("blkio")
                now.set_blkio(params)
                tuning_model.set_blkio(live, params)
            if planned is not None:
                tuning_model.set_blkio(planned, params)


def _most(definition: Definition) -> int:
    """The memory that the balloon can give a guest, in KiB: virtio-mem has its own ways."""
    plugged = sum(int(one.size) for one in definition.memory_devices if one.model == "virtio-mem")
    return int(definition.memory) - plugged


def _set_most(definition: Definition, kibibytes: int) -> None:
    cpu = definition.cpu
    if cpu is not None and cpu.numa is not None and cpu.numa.cells:
        raise OperationInvalid(
            "initial memory size of a domain with NUMA nodes cannot be modified with this API"
        )
    if definition.max_memory and definition.max_memory < kibibytes:
        raise OperationInvalid(
            "cannot set initial memory size greater than the maximum memory size"
        )
    definition.memory = kibibytes
    definition.current_memory = min(definition.current_memory, kibibytes)


def _privileged(otherwise: Exception) -> None:
    if os.geteuid() != 0:
        raise otherwise
