"""<perf>: the performance counters that are measured of a guest."""

from __future__ import annotations

from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag

TYPE_CHECKING = False

PERF_EVENTS = (
    "cmt", "mbmt", "mbml", "cpu_cycles", "instructions", "cache_references", "cache_misses",
    "branch_instructions", "branch_misses", "bus_cycles", "stalled_cycles_frontend",
    "stalled_cycles_backend", "ref_cpu_cycles", "cpu_clock", "task_clock", "page_faults",
    "context_switches", "cpu_migrations", "page_faults_min", "page_faults_maj",
    "alignment_faults", "emulation_faults",
)  # fmt: skip


class PerfEvent(Element, tag="event"):
    """One performance counter."""

    name = Choice[str]("@name", PERF_EVENTS, required=True)
    enabled = Flag("@enabled", required=True)
