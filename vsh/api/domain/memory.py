# mypy: disable-error-code="empty-body"
"""Memory of a domain: sizes, limits, statistics, NUMA."""

from __future__ import annotations

from vsh.api._access import LIVE_OR_CONFIG, MODIFY
from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import MemoryStat
    from vsh.api.types import Blob, TypedParams, i32, u32, u64
    from vsh.words.domain import DomainModificationImpact
    from vsh.words.domain.memory import DomainDirtyRateCalc, DomainMemory, DomainMemoryMod


class Memory(Object):
    """Memory sizes are in KiB."""

    __slots__ = ()
    kind = "Domain"

    @call(17, "domain_get_max_memory", acl="domain:read")
    def get_max_memory(self) -> u64:
        """The most memory it can have, in KiB."""

    @call(
        30,
        "domain_set_max_memory",
        acl="domain:write",
        needs={"memory": "memory in %s must not be zero"},
    )
    def set_max_memory(self, memory: u64) -> None:
        """Change the most memory it can have, in KiB."""

    @call(
        31,
        "domain_set_memory",
        acl="domain:write",
        needs={"memory": "memory in %s must not be zero"},
    )
    def set_memory(self, memory: u64) -> None:
        """Change its memory, in KiB."""

    @call(104, "domain_memory_peek", acl="domain:mem_read", exclusive=[("VIRTUAL", "PHYSICAL")])
    def memory_peek(self, offset: u64, size: u32, flags: DomainMemory | u32 = 0) -> Blob:
        """At most 4 MiB of its memory, from byte ``offset`` on."""

    @call(
        159,
        "domain_memory_stats",
        acl="domain:read",
        wire="maxStats: u32 = 1024, flags",
        limit=1024,
    )
    def memory_stats(self, flags: u32 = 0) -> list[MemoryStat]:
        """Statistics of its memory."""

    @call(
        197,
        "domain_set_memory_parameters",
        acl=MODIFY,
        limit=16,
        needs={"params": "nparams in %s must be greater than zero"},
    )
    def set_memory_parameters(
        self, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change its memory limits, in KiB."""

    @call(
        198,
        "domain_get_memory_parameters",
        acl="domain:read",
        wire="nparams: i32 = 16, flags",
        count="i32",
        limit=16,
        exclusive=LIVE_OR_CONFIG,
        texts=True,
    )
    def get_memory_parameters(self, flags: DomainModificationImpact | u32 = 0) -> TypedParams:
        """Its memory limits, in KiB."""

    @call(
        204,
        "domain_set_memory_flags",
        acl=MODIFY,
        needs={"memory": "memory in %s must not be zero"},
    )
    def set_memory_flags(self, memory: u64, flags: DomainMemoryMod | u32 = 0) -> None:
        """Change its memory, or the most it can have, in KiB."""

    @call(205, "domain_set_blkio_parameters", acl=MODIFY, limit=16)
    def set_blkio_parameters(
        self, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change weights and limits of its block I/O."""

    @call(
        206,
        "domain_get_blkio_parameters",
        acl="domain:read",
        wire="nparams: i32 = 16, flags",
        count="i32",
        limit=16,
        exclusive=LIVE_OR_CONFIG,
        texts=True,
    )
    def get_blkio_parameters(self, flags: DomainModificationImpact | u32 = 0) -> TypedParams:
        """Weights and limits of its block I/O."""

    @call(
        254,
        "domain_set_numa_parameters",
        acl=MODIFY,
        limit=16,
        needs={"params": "nparams in %s must be greater than zero"},
    )
    def set_numa_parameters(
        self, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change on which NUMA nodes its memory lies."""

    @call(
        255,
        "domain_get_numa_parameters",
        acl="domain:read",
        wire="nparams: i32 = 16, flags",
        count="i32",
        limit=16,
        texts=True,
    )
    def get_numa_parameters(self, flags: DomainModificationImpact | u32 = 0) -> TypedParams:
        """On which NUMA nodes its memory lies."""

    @call(308, "domain_set_memory_stats_period", acl=MODIFY)
    def set_memory_stats_period(
        self, period: i32, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Collect memory statistics every so many seconds; 0 stops it."""

    @call(
        427,
        "domain_start_dirty_rate_calc",
        acl="domain:write",
        exclusive=[("DIRTY_BITMAP", "DIRTY_RING")],
    )
    def start_dirty_rate_calc(self, seconds: i32, flags: DomainDirtyRateCalc | u32 = 0) -> None:
        """Measure for so many seconds how fast it changes its memory; the statistics have the
        result.
        """
