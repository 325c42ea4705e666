"""What a comparison of CPUs gives."""

from __future__ import annotations

from vsh.words.host import CPUCompareResult

INCOMPATIBLE = CPUCompareResult.INCOMPATIBLE
IDENTICAL = CPUCompareResult.IDENTICAL
SUPERSET = CPUCompareResult.SUPERSET


class Comparison:
    """How a host's CPU compares to another, and, where it does not fit, why."""

    __slots__ = ("result", "why")

    def __init__(self, result: int, why: str | None = None) -> None:
        self.result = result
        self.why = why
