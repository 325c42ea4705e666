"""What a comparison of CPUs gives."""

from __future__ import annotations

from vsh.cpu.definition import is_host
from vsh.words.host import CPUCompareResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from vsh.cpu.definition import HostCpu
    from vsh.xml.domain.cpu import Cpu

INCOMPATIBLE = CPUCompareResult.INCOMPATIBLE
IDENTICAL = CPUCompareResult.IDENTICAL
SUPERSET = CPUCompareResult.SUPERSET


class Comparison:
    """How a host's CPU compares to another, and, where it does not fit, why."""

    __slots__ = ("result", "why")

    def __init__(self, result: int, why: str | None = None) -> None:
        self.result = result
        self.why = why


def other_kind(
    host: HostCpu | Cpu, cpu: HostCpu | Cpu, architectures: Container[str | None]
) -> Comparison | None:
    """The answer where a CPU is of another architecture or vendor than the host's, else None."""
    if is_host(cpu) and cpu.arch not in architectures:
        return Comparison(INCOMPATIBLE, f"CPU arch {cpu.arch} does not match host arch")
    if cpu.vendor and cpu.vendor != host.vendor:
        return Comparison(
            INCOMPATIBLE, f"host CPU vendor does not match required CPU vendor {cpu.vendor}"
        )
    return None
