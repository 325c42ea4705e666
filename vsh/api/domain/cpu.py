# mypy: disable-error-code="empty-body"
"""Virtual CPUs, I/O threads, pinning, scheduling and their statistics."""

from __future__ import annotations

from vsh.api._access import LIVE_OR_CONFIG, MODIFY
from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import (
        CpuStats,
        EmulatorPin,
        IOThreadInfo,
        SchedulerType,
        VcpuPins,
        Vcpus,
    )
    from vsh.api.types import CpuMap, Text, TypedParams, i32, u32
    from vsh.words.domain import DomainModificationImpact
    from vsh.words.domain.cpu import DomainSetVcpu, DomainVcpu


class Cpu(Object):
    """CPU maps are bytes, one bit for each host CPU, lowest bit first."""

    __slots__ = ()
    kind = "Domain"

    @call(18, "domain_get_max_vcpus", acl="domain:read")
    def get_max_vcpus(self) -> i32:
        """How many vCPUs it can have."""

    @call(20, "domain_get_vcpus", acl="domain:read")
    def get_vcpus(self, maxinfo: i32, maplen: i32) -> Vcpus:
        """At most ``maxinfo`` vCPUs, with CPU maps of ``maplen`` bytes; none with ``maplen`` 0."""

    @call(
        26,
        "domain_pin_vcpu",
        acl="domain:write",
        needs={"cpumap": "maplen in %s must be greater than zero"},
    )
    def pin_vcpu(self, vcpu: u32, cpumap: CpuMap) -> None:
        """Let a vCPU run on these host CPUs only."""

    @call(
        32,
        "domain_set_vcpus",
        acl="domain:write",
        needs={"nvcpus": "nvcpus in %s must not be zero"},
    )
    def set_vcpus(self, nvcpus: u32) -> None:
        """Change the number of vCPUs of a running domain."""

    @call(56, "domain_get_scheduler_type", acl="domain:read")
    def get_scheduler_type(self) -> SchedulerType:
        """The scheduler, and how many parameters it has."""

    @call(
        57, "domain_get_scheduler_parameters", acl="domain:read", wire="nparams: i32 = 16", limit=16
    )
    def get_scheduler_parameters(self) -> TypedParams:
        """The scheduler's parameters."""

    @call(58, "domain_set_scheduler_parameters", acl="domain:read", limit=16, readonly=False)
    def set_scheduler_parameters(self, params: TypedParams) -> None:
        """Change the scheduler's parameters."""

    @call(
        199,
        "domain_set_vcpus_flags",
        acl=[
            "domain:write",
            "domain:save:!VIR_DOMAIN_AFFECT_CONFIG|VIR_DOMAIN_AFFECT_LIVE",
            "domain:save:VIR_DOMAIN_AFFECT_CONFIG",
            "domain:write:VIR_DOMAIN_VCPU_GUEST",
        ],
        exclusive=[("GUEST", "DomainModificationImpact.CONFIG")],
        requires=[("MAXIMUM", "DomainModificationImpact.CONFIG")],
        needs={"nvcpus": "nvcpus in %s must not be zero"},
    )
    def set_vcpus_flags(self, nvcpus: u32, flags: DomainVcpu | u32 = 0) -> None:
        """Change the number of vCPUs, or the most there can be."""

    @call(
        200,
        "domain_get_vcpus_flags",
        acl=["domain:read", "domain:write:VIR_DOMAIN_VCPU_GUEST"],
        exclusive=LIVE_OR_CONFIG,
        agent={"flags": "GUEST"},
    )
    def get_vcpus_flags(self, flags: DomainVcpu | u32 = 0) -> i32:
        """The number of vCPUs, or the most there can be."""

    @call(219, "domain_set_scheduler_parameters_flags", acl=MODIFY, limit=16)
    def set_scheduler_parameters_flags(
        self, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change the scheduler's parameters, live, in the definition, or both."""

    @call(
        223,
        "domain_get_scheduler_parameters_flags",
        acl="domain:read",
        wire="nparams: i32 = 16, flags",
        limit=16,
        exclusive=LIVE_OR_CONFIG,
        texts=True,
    )
    def get_scheduler_parameters_flags(
        self, flags: DomainModificationImpact | u32 = 0
    ) -> TypedParams:
        """The scheduler's parameters, live or in the definition."""

    @call(
        225,
        "domain_pin_vcpu_flags",
        acl=MODIFY,
        needs={"cpumap": "maplen in %s must be greater than zero"},
    )
    def pin_vcpu_flags(
        self, vcpu: u32, cpumap: CpuMap, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Let a vCPU run on these host CPUs only, live, in the definition, or both."""

    @call(230, "domain_get_vcpu_pin_info", acl="domain:read", exclusive=LIVE_OR_CONFIG)
    def get_vcpu_pin_info(
        self, ncpumaps: i32, maplen: i32, flags: DomainModificationImpact | u32 = 0
    ) -> VcpuPins:
        """Which host CPUs each of at most ``ncpumaps`` vCPUs may run on, ``maplen`` bytes each."""

    @call(262, "domain_get_cpu_stats", api="virDomainGetCPUStats", acl="domain:read", texts=True)
    def get_cpu_stats(self, nparams: u32, start_cpu: i32, ncpus: u32, flags: u32 = 0) -> CpuStats:
        """CPU times in ns of ``ncpus`` host CPUs from ``start_cpu`` on; -1 and 1 for the total.

        With ``nparams`` and ``ncpus`` 0 the answer's ``nparams`` is the number of CPUs; with
        ``nparams`` 0 and ``ncpus`` 1 it is the number of values for each.
        """

    @call(
        279,
        "domain_pin_emulator",
        acl=MODIFY,
        needs={"cpumap": "maplen in %s must be greater than zero"},
    )
    def pin_emulator(self, cpumap: CpuMap, flags: DomainModificationImpact | u32 = 0) -> None:
        """Let the emulator run on these host CPUs only."""

    @call(280, "domain_get_emulator_pin_info", acl="domain:read", exclusive=LIVE_OR_CONFIG)
    def get_emulator_pin_info(
        self, maplen: i32, flags: DomainModificationImpact | u32 = 0
    ) -> EmulatorPin:
        """Which host CPUs the emulator may run on."""

    @call(
        351,
        "domain_get_iothread_info",
        api="virDomainGetIOThreadInfo",
        acl="domain:read",
        count="u32",
        exclusive=LIVE_OR_CONFIG,
    )
    def get_iothread_info(self, flags: DomainModificationImpact | u32 = 0) -> list[IOThreadInfo]:
        """The I/O threads and the host CPUs that they may run on."""

    @call(
        352,
        "domain_pin_iothread",
        api="virDomainPinIOThread",
        acl=MODIFY,
        needs={"cpumap": "maplen in %s must be greater than zero"},
    )
    def pin_iothread(
        self, iothreads_id: u32, cpumap: CpuMap, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Let an I/O thread run on these host CPUs only."""

    @call(355, "domain_add_iothread", api="virDomainAddIOThread", acl=MODIFY)
    def add_iothread(self, iothread_id: u32, flags: DomainModificationImpact | u32 = 0) -> None:
        """Add an I/O thread."""

    @call(
        356,
        "domain_del_iothread",
        api="virDomainDelIOThread",
        acl=MODIFY,
        needs={"iothread_id": "iothread_id in %s must not be zero"},
    )
    def del_iothread(self, iothread_id: u32, flags: DomainModificationImpact | u32 = 0) -> None:
        """Remove an I/O thread."""

    @call(365, "domain_get_perf_events", acl="domain:read")
    def get_perf_events(self, flags: DomainModificationImpact | u32 = 0) -> TypedParams:
        """Which performance events are counted."""

    @call(366, "domain_set_perf_events", acl="domain:write")
    def set_perf_events(
        self, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Turn the counting of performance events on or off."""

    @call(371, "domain_get_guest_vcpus", acl="domain:write")
    def get_guest_vcpus(self, flags: u32 = 0) -> TypedParams:
        """The guest's own view of its vCPUs: lists of present, online and offlinable ones."""

    @call(372, "domain_set_guest_vcpus", acl="domain:write")
    def set_guest_vcpus(self, cpumap: Text, state: i32, flags: u32 = 0) -> None:
        """Let the guest bring vCPUs of a list online (``state`` 1) or offline (0)."""

    @call(384, "domain_set_vcpu", acl=MODIFY)
    def set_vcpu(self, cpumap: Text, state: i32, flags: DomainSetVcpu | u32 = 0) -> None:
        """Plug in (``state`` 1) or out (0) the vCPUs of a list such as "1-3"."""

    @call(
        402,
        "domain_set_iothread_params",
        api="virDomainSetIOThreadParams",
        acl=MODIFY,
        needs={"params": "nparams in %s must be greater than zero"},
    )
    def set_iothread_params(
        self, iothread_id: u32, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change how an I/O thread polls, and its thread pool."""
