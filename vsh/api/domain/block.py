# mypy: disable-error-code="empty-body"
"""Disks of a domain: statistics, jobs, throttling."""

from __future__ import annotations

from vsh.api._access import MODIFY
from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import BlockInfo, BlockJobInfo, BlockStats, DiskError
    from vsh.api.types import Blob, Text, TypedParams, u32, u64


class Block(Object):
    """``path``, ``disk``: the target ("vda") or the path of the source."""

    __slots__ = ()
    prefix = "domain_"
    kind = "Domain"

    @call(64, acl="domain:read")
    def block_stats(self, path: Text) -> BlockStats:
        """Domain block stats."""

    @call(103, acl="domain:block_read")
    def block_peek(self, path: Text, offset: u64, size: u32, flags: u32 = 0) -> Blob:
        """Domain block peek."""

    @call(194, acl="domain:read")
    def get_block_info(self, path: Text, flags: u32 = 0) -> BlockInfo:
        """Domain get block info."""

    @call(237, acl="domain:write")
    def block_job_abort(self, path: Text, flags: u32 = 0) -> None:
        """Domain block job abort."""

    @call(238, acl="domain:read")
    def get_block_job_info(self, path: Text, flags: u32 = 0) -> BlockJobInfo:
        """Domain get block job info."""

    @call(239, acl="domain:write")
    def block_job_set_speed(self, path: Text, bandwidth: u64, flags: u32 = 0) -> None:
        """Domain block job set speed."""

    @call(240, acl="domain:block_write")
    def block_pull(self, path: Text, bandwidth: u64, flags: u32 = 0) -> None:
        """Domain block pull."""

    @call(243, acl="domain:read", wire="path, nparams: i32 = 16, flags", count="i32", limit=16)
    def block_stats_flags(self, path: Text, flags: u32 = 0) -> TypedParams:
        """Domain block stats flags."""

    @call(251, acl="domain:block_write")
    def block_resize(self, disk: Text, size: u64, flags: u32 = 0) -> None:
        """Domain block resize."""

    @call(252, acl=MODIFY, api="virDomainSetBlockIoTune", limit=32)
    def set_block_io_tune(self, disk: Text, params: TypedParams, flags: u32 = 0) -> None:
        """Domain set block io tune."""

    @call(
        253, acl="domain:read", api="virDomainGetBlockIoTune",
        wire="disk, nparams: i32 = 32, flags", count="i32", limit=32
    )
    def get_block_io_tune(self, disk: Text | None = None, flags: u32 = 0) -> TypedParams:
        """Domain get block io tune."""

    @call(263, acl="domain:read", wire="maxerrors: u32 = 256, flags", count="i32", limit=256)
    def get_disk_errors(self, flags: u32 = 0) -> list[DiskError]:
        """Domain get disk errors."""

    @call(266, acl="domain:block_write")
    def block_rebase(self, path: Text, base: Text | None, bandwidth: u64, flags: u32 = 0) -> None:
        """Domain block rebase."""

    @call(290, acl="domain:block_write")
    def block_commit(
        self, disk: Text, base: Text | None, top: Text | None, bandwidth: u64, flags: u32 = 0
    ) -> None:
        """Domain block commit."""

    @call(345, acl="domain:block_write", limit=16)
    def block_copy(self, path: Text, destxml: Text, params: TypedParams, flags: u32 = 0) -> None:
        """Domain block copy."""

    @call(386, acl="domain:write")
    def set_block_threshold(self, dev: Text, threshold: u64, flags: u32 = 0) -> None:
        """Domain set block threshold."""

    @call(451, acl=MODIFY)
    def set_throttle_group(self, group: Text, params: TypedParams, flags: u32 = 0) -> None:
        """Domain set throttle group."""

    @call(452, acl=MODIFY)
    def del_throttle_group(self, group: Text | None = None, flags: u32 = 0) -> None:
        """Domain del throttle group."""
