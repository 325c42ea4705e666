# mypy: disable-error-code="empty-body"
"""Memory of a domain: sizes, limits, statistics, NUMA."""

from __future__ import annotations

from vsh.api._access import MODIFY
from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import MemoryStat
    from vsh.api.types import Blob, TypedParams, i32, u32, u64


class Memory(Object):
    """Memory sizes are in KiB."""

    __slots__ = ()
    prefix = "domain_"
    kind = "Domain"

    @call(17, acl="domain:read")
    def get_max_memory(self) -> u64:
        """Domain get max memory."""

    @call(30, acl="domain:write")
    def set_max_memory(self, memory: u64) -> None:
        """Domain set max memory."""

    @call(31, acl="domain:write")
    def set_memory(self, memory: u64) -> None:
        """Domain set memory."""

    @call(104, acl="domain:mem_read")
    def memory_peek(self, offset: u64, size: u32, flags: u32 = 0) -> Blob:
        """Domain memory peek."""

    @call(159, acl="domain:read", wire="maxStats: u32 = 1024, flags", limit=1024)
    def memory_stats(self, flags: u32 = 0) -> list[MemoryStat]:
        """Domain memory stats."""

    @call(197, acl=MODIFY, limit=16)
    def set_memory_parameters(self, params: TypedParams, flags: u32 = 0) -> None:
        """Domain set memory parameters."""

    @call(198, acl="domain:read", wire="nparams: i32 = 16, flags", count="i32", limit=16)
    def get_memory_parameters(self, flags: u32 = 0) -> TypedParams:
        """Domain get memory parameters."""

    @call(204, acl=MODIFY)
    def set_memory_flags(self, memory: u64, flags: u32 = 0) -> None:
        """Domain set memory flags."""

    @call(205, acl=MODIFY, limit=16)
    def set_blkio_parameters(self, params: TypedParams, flags: u32 = 0) -> None:
        """Domain set blkio parameters."""

    @call(206, acl="domain:read", wire="nparams: i32 = 16, flags", count="i32", limit=16)
    def get_blkio_parameters(self, flags: u32 = 0) -> TypedParams:
        """Domain get blkio parameters."""

    @call(254, acl=MODIFY, limit=16)
    def set_numa_parameters(self, params: TypedParams, flags: u32 = 0) -> None:
        """Domain set numa parameters."""

    @call(255, acl="domain:read", wire="nparams: i32 = 16, flags", count="i32", limit=16)
    def get_numa_parameters(self, flags: u32 = 0) -> TypedParams:
        """Domain get numa parameters."""

    @call(308, acl=MODIFY)
    def set_memory_stats_period(self, period: i32, flags: u32 = 0) -> None:
        """Domain set memory stats period."""

    @call(427, acl="domain:write")
    def start_dirty_rate_calc(self, seconds: i32, flags: u32 = 0) -> None:
        """Domain start dirty rate calc."""
