"""Numbers about a running guest.  Most mean nothing: they are libvirt's, made from the clock."""

from __future__ import annotations

import time

from vsh.api.connection.records import DomainStats
from vsh.api.domain import Domain
from vsh.api.domain.records import (
    BlockInfo,
    BlockStats,
    CpuStats,
    DiskError,
    InterfaceStats,
    MemoryStat,
)
from vsh.api.types import TypedParam, TypedParams
from vsh.drivers.test import device_model
from vsh.drivers.test._part import Part
from vsh.drivers.test.domain_listing import found
from vsh.errors import ArgumentUnsupported, InvalidArgument, OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers.test.world import Vm

_TOTAL_CPU_TIME, _USER_TIME, _SYSTEM_TIME = 48772617035, 5540000000, 6460000000
_OUTSIDE_VCPUS = 1234567890

_CAPACITY, _ALLOCATION, _PHYSICAL = 1099506450432, 1099511627776, 1099511627776

# virDomainMemoryStatTags, each with its part of the present memory, or a number of its own
_MEMORY_STATS: tuple[tuple[int, int, int], ...] = (
    (6, 1, 0),  # actual balloon
    (0, 0, 0),  # swap in
    (1, 0, 0),  # swap out
    (2, 0, 0),  # major fault
    (3, 0, 0),  # minor fault
    (4, 2, 0),  # unused
    (5, 1, 0),  # available
    (8, 2, 0),  # usable
    (9, 0, 627319920),  # last update
    (10, 8, 0),  # disk caches
    (11, 0, 0),  # huge page allocations
    (12, 0, 0),  # huge page failures
    (7, 2, 0),  # resident
)

_STATE, _IO_THREAD = 1, 1 << 7
_LIST_FILTERS = 0xFF
_NO_WAIT, _BACKING, _ENFORCE = 1 << 29, 1 << 30, 1 << 31

# virDomainDiskErrorCode: unspecified, no space
_DISK_ERRORS = 2


class DomainStatistics(Part):
    """Statistics."""

    def domain_block_stats(self, domain: Any, path: str) -> BlockStats:
        if not path:
            raise OperationUnsupported("summary statistics are not supported yet")
        with self.domain(domain, active=True) as vm:
            if device_model.disk(vm.definition, path) is None:
                raise InvalidArgument(f"invalid path: {path}")
            now = _now()
            return BlockStats(now // 10, now // 20, now // 30, now // 40, now // 2000000)

    def domain_interface_stats(self, domain: Any, device: str) -> InterfaceStats:
        with self.domain(domain, active=True) as vm:
            device_model.interface(vm.definition, device)
            now = _now()
            return InterfaceStats(
                now // 10,
                now // 100,
                now // 1000000,
                now // 2000000,
                now // 20,
                now // 110,
                now // 3000000,
                now // 4000000,
            )

    def domain_memory_stats(self, domain: Any, flags: int = 0) -> list[MemoryStat]:
        self.accept(flags, 0, "testDomainMemoryStats")
        with self.domain(domain, active=True) as vm:
            if not device_model.has_balloon(vm.definition):
                return []
            current = vm.sizes()[1]
            return [
                MemoryStat(tag, current // part if part else number)
                for tag, part, number in _MEMORY_STATS
            ]

    def domain_memory_peek(self, domain: Any, start: int, size: int, flags: int = 0) -> bytes:
        self.accept(flags, 3, "testDomainMemoryPeek")
        if flags not in (1, 2):
            raise InvalidArgument(
                "flags parameter must be VIR_MEMORY_VIRTUAL or VIR_MEMORY_PHYSICAL"
            )
        self.domain(domain, active=True)
        return bytes((start + place) & 0xFF for place in range(size))

    def domain_get_block_info(self, domain: Any, path: str, flags: int = 0) -> BlockInfo:
        self.accept(flags, 0, "testDomainGetBlockInfo")
        with self.domain(domain) as vm:
            disk = device_model.disk(vm.definition, path)
            if disk is None:
                raise InvalidArgument(f"invalid path {path} not assigned to domain")
            if device_model.is_empty(disk):
                raise InvalidArgument(f"disk '{path}' does not currently have a source assigned")
            return BlockInfo(_ALLOCATION, _CAPACITY, _PHYSICAL)

    def domain_get_disk_errors(self, domain: Any, flags: int = 0) -> list[DiskError]:
        self.accept(flags, 0, "testDomainGetDiskErrors")
        with self.domain(domain, active=True) as vm:
            return [
                DiskError(disk.target, number % _DISK_ERRORS + 1)
                for number, disk in enumerate(device_model.disks(vm.definition))
            ]

    def domain_get_cpu_stats(
        self, domain: Any, count: int, first: int, cpus: int, flags: int = 0
    ) -> CpuStats:
        self.accept(flags, 4, "testDomainGetCPUStats")
        self.domain(domain, active=True)
        if first == -1:
            return _total_cpu_stats(count)
        total = int(self.world.node[6])
        if count == 0 and cpus != 0:
            return CpuStats([], 2)
        if cpus == 0:
            return CpuStats([], total)
        if first >= total:
            raise InvalidArgument(f"start_cpu {first} larger than maximum of {total - 1}")
        each = _TOTAL_CPU_TIME // total
        params = []
        for cpu in range(first, min(total, first + cpus)):
            params.append(TypedParam("cpu_time", "ullong", each + cpu))
            if count > 1:
                params.append(TypedParam("vcpu_time", "ullong", each + cpu - _OUTSIDE_VCPUS))
        return CpuStats(params, 2 if count > 1 else 1)

    def connect_get_all_domain_stats(
        self, connection: Any, domains: list[Any], stats: int, flags: int = 0
    ) -> list[DomainStats]:
        self.accept(
            flags, _LIST_FILTERS | _NO_WAIT | _BACKING | _ENFORCE, "testConnectGetAllDomainStats"
        )
        if stats and flags & _ENFORCE and stats & ~(_STATE | _IO_THREAD):
            raise ArgumentUnsupported(
                f"Stats types bits 0x{stats & ~(_STATE | _IO_THREAD):x} "
                "are not supported by this daemon"
            )
        chosen = found(self.world, flags & _LIST_FILTERS)
        if domains:
            wanted = [self.world.domains.get(domain.uuid) for domain in domains]
            chosen = [vm for vm in wanted if vm is not None and vm in chosen]
        return [
            DomainStats(
                Domain(connection, vm.name, vm.uuid, vm.id),
                _stats(vm, stats or _STATE | _IO_THREAD),
            )
            for vm in chosen
        ]


def _stats(vm: Vm, groups: int) -> TypedParams:
    params = TypedParams()
    if groups & _STATE:
        params.set("state.state", "int", vm.state).set("state.reason", "int", vm.reason)
    if groups & _IO_THREAD and vm.active and vm.io_threads:
        params.set("iothread.count", "uint", len(vm.io_threads))
        for number, (longest, grow, shrink, weight) in vm.io_threads.items():
            params.set(f"iothread.{number}.poll-max-ns", "ullong", longest)
            params.set(f"iothread.{number}.poll-grow", "uint", grow)
            params.set(f"iothread.{number}.poll-shrink", "uint", shrink)
            params.set(f"iothread.{number}.poll-weight", "uint", weight)
    return params


def _total_cpu_stats(count: int) -> CpuStats:
    if count == 0:
        return CpuStats([], 3)
    params = [
        TypedParam("cpu_time", "ullong", _TOTAL_CPU_TIME),
        TypedParam("user_time", "ullong", _USER_TIME),
        TypedParam("system_time", "ullong", _SYSTEM_TIME),
    ][:count]
    return CpuStats(params, len(params))


def _now() -> int:
    return time.time_ns() // 1000
