# mypy: disable-error-code="empty-body"
"""Virtual CPUs, I/O threads, pinning, scheduling and their statistics."""

from __future__ import annotations

from vsh.api._access import MODIFY
from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import (
        CpuStats, EmulatorPin, IOThreadInfo, SchedulerType, VcpuPins, Vcpus,
    )
    from vsh.api.types import CpuMap, Text, TypedParams, i32, u32


class Cpu(Object):
    """CPU maps are bytes, one bit for each host CPU, lowest bit first."""

    __slots__ = ()
    prefix = "domain_"
    kind = "Domain"

    @call(18, acl="domain:read")
    def get_max_vcpus(self) -> i32:
        """Domain get max vcpus."""

    @call(20, acl="domain:read")
    def get_vcpus(self, maxinfo: i32, maplen: i32) -> Vcpus:
        """Domain get vcpus."""

    @call(26, acl="domain:write")
    def pin_vcpu(self, vcpu: u32, cpumap: CpuMap) -> None:
        """Domain pin vcpu."""

    @call(32, acl="domain:write")
    def set_vcpus(self, nvcpus: u32) -> None:
        """Domain set vcpus."""

    @call(56, acl="domain:read")
    def get_scheduler_type(self) -> SchedulerType:
        """Domain get scheduler type."""

    @call(57, acl="domain:read", wire="nparams: i32 = 16", limit=16)
    def get_scheduler_parameters(self) -> TypedParams:
        """Domain get scheduler parameters."""

    @call(58, acl="domain:read", limit=16)
    def set_scheduler_parameters(self, params: TypedParams) -> None:
        """Domain set scheduler parameters."""

    @call(
        199,
        acl=[
            "domain:write",
            "domain:save:!VIR_DOMAIN_AFFECT_CONFIG|VIR_DOMAIN_AFFECT_LIVE",
            "domain:save:VIR_DOMAIN_AFFECT_CONFIG",
            "domain:write:VIR_DOMAIN_VCPU_GUEST",
        ]
    )
    def set_vcpus_flags(self, nvcpus: u32, flags: u32 = 0) -> None:
        """Domain set vcpus flags."""

    @call(200, acl=["domain:read", "domain:write:VIR_DOMAIN_VCPU_GUEST"])
    def get_vcpus_flags(self, flags: u32 = 0) -> i32:
        """Domain get vcpus flags."""

    @call(219, acl=MODIFY, limit=16)
    def set_scheduler_parameters_flags(self, params: TypedParams, flags: u32 = 0) -> None:
        """Domain set scheduler parameters flags."""

    @call(223, acl="domain:read", wire="nparams: i32 = 16, flags", limit=16)
    def get_scheduler_parameters_flags(self, flags: u32 = 0) -> TypedParams:
        """Domain get scheduler parameters flags."""

    @call(225, acl=MODIFY)
    def pin_vcpu_flags(self, vcpu: u32, cpumap: CpuMap, flags: u32 = 0) -> None:
        """Domain pin vcpu flags."""

    @call(230, acl="domain:read")
    def get_vcpu_pin_info(self, ncpumaps: i32, maplen: i32, flags: u32 = 0) -> VcpuPins:
        """Domain get vcpu pin info."""

    @call(262, acl="domain:read")
    def get_cpu_stats(self, nparams: u32, start_cpu: i32, ncpus: u32, flags: u32 = 0) -> CpuStats:
        """Domain get cpu stats."""

    @call(279, acl=MODIFY)
    def pin_emulator(self, cpumap: CpuMap, flags: u32 = 0) -> None:
        """Domain pin emulator."""

    @call(280, acl="domain:read")
    def get_emulator_pin_info(self, maplen: i32, flags: u32 = 0) -> EmulatorPin:
        """Domain get emulator pin info."""

    @call(351, acl="domain:read", count="u32")
    def get_iothread_info(self, flags: u32 = 0) -> list[IOThreadInfo]:
        """Domain get iothread info."""

    @call(352, acl=MODIFY)
    def pin_iothread(self, iothreads_id: u32, cpumap: CpuMap, flags: u32 = 0) -> None:
        """Domain pin iothread."""

    @call(355, acl=MODIFY)
    def add_iothread(self, iothread_id: u32, flags: u32 = 0) -> None:
        """Domain add iothread."""

    @call(356, acl=MODIFY)
    def del_iothread(self, iothread_id: u32, flags: u32 = 0) -> None:
        """Domain del iothread."""

    @call(365, acl="domain:read")
    def get_perf_events(self, flags: u32 = 0) -> TypedParams:
        """Domain get perf events."""

    @call(366, acl="domain:write")
    def set_perf_events(self, params: TypedParams, flags: u32 = 0) -> None:
        """Domain set perf events."""

    @call(371, acl="domain:write")
    def get_guest_vcpus(self, flags: u32 = 0) -> TypedParams:
        """Domain get guest vcpus."""

    @call(372, acl="domain:write")
    def set_guest_vcpus(self, cpumap: Text, state: i32, flags: u32 = 0) -> None:
        """Domain set guest vcpus."""

    @call(384, acl=MODIFY)
    def set_vcpu(self, cpumap: Text, state: i32, flags: u32 = 0) -> None:
        """Domain set vcpu."""

    @call(402, acl=MODIFY)
    def set_iothread_params(self, iothread_id: u32, params: TypedParams, flags: u32 = 0) -> None:
        """Domain set iothread params."""
