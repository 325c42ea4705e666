"""What the host's CPUs have given to a guest (virDomainGetCPUStats), by its control group."""

from __future__ import annotations

from vsh.api.domain.records import CpuStats
from vsh.api.types import TypedParam
from vsh.errors import InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.first_groups import Group

_TOTAL = ("cpu_time", "user_time", "system_time")


def total(group: Group, count: int) -> CpuStats:
    """Of all CPUs together, at most so many values; 0: how many there are."""
    if count == 0:
        return CpuStats([], len(_TOTAL))
    times = list(zip(_TOTAL, group.cpu_times(), strict=True))[:count]
    return CpuStats([TypedParam(name, "ullong", time) for name, time in times], len(times))


def by_cpu(group: Group, count: int, first: int, cpus: int, present: int) -> CpuStats:
    """Of CPUs one by one: all that it got, and what its vCPUs got of that.

    present  how many CPUs the host has

    Raises InvalidArgument, OperationUnsupported.
    """
    vcpus = [each for each in group.children() if each.path.rpartition("/")[2][:4] == "vcpu"]
    width = 2 if vcpus else 1
    if count == 0 and cpus != 0:
        return CpuStats([], width)
    if cpus == 0:
        return CpuStats([], present)
    if first >= present:
        raise InvalidArgument(f"start_cpu {first} larger than maximum of {present - 1}")
    every = group.times_by_cpu()
    own = [sum(times) for times in zip(*(each.times_by_cpu() for each in vcpus), strict=False)]
    params = []
    for number in range(first, min(present, first + cpus)):
        params.append(TypedParam("cpu_time", "ullong", every[number]))
        if vcpus and count > 1:
            params.append(TypedParam("vcpu_time", "ullong", own[number]))
    return CpuStats(params, min(width, count))
