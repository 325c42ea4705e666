# mypy: disable-error-code="empty-body"
"""Disks of a domain: statistics, jobs, throttling."""

from __future__ import annotations

from vsh.api._access import LIVE_OR_CONFIG, MODIFY
from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import BlockInfo, BlockJobInfo, BlockStats, DiskError
    from vsh.api.types import Blob, Text, TypedParams, u32, u64
    from vsh.words.domain import DomainModificationImpact
    from vsh.words.domain.block import (
        DomainBlockCommit,
        DomainBlockCopy,
        DomainBlockJobAbort,
        DomainBlockJobInfo,
        DomainBlockJobSetSpeed,
        DomainBlockPull,
        DomainBlockRebase,
        DomainBlockResize,
    )


class Block(Object):
    """``path``, ``disk``: the target ("vda") or the path of the source."""

    __slots__ = ()
    kind = "Domain"

    @call(64, "domain_block_stats", acl="domain:read")
    def block_stats(self, path: Text) -> BlockStats:
        """Requests, bytes and errors of a disk."""

    @call(
        103,
        "domain_block_peek",
        acl="domain:block_read",
        needs={"path": "string disk in %s must not be empty"},
    )
    def block_peek(self, path: Text, offset: u64, size: u32, flags: u32 = 0) -> Blob:
        """At most 4 MiB of a disk's content, from byte ``offset`` on."""

    @call(
        194,
        "domain_get_block_info",
        acl="domain:read",
        needs={"path": "string disk in %s must not be empty"},
    )
    def get_block_info(self, path: Text, flags: u32 = 0) -> BlockInfo:
        """Sizes of a disk, in bytes."""

    @call(237, "domain_block_job_abort", acl="domain:write")
    def block_job_abort(self, path: Text, flags: DomainBlockJobAbort | u32 = 0) -> None:
        """End a disk's job; with PIVOT, by going over to the copy."""

    @call(238, "domain_get_block_job_info", acl="domain:read")
    def get_block_job_info(self, path: Text, flags: DomainBlockJobInfo | u32 = 0) -> BlockJobInfo:
        """A disk's job; ``found`` is 0 if there is none."""

    @call(239, "domain_block_job_set_speed", acl="domain:write")
    def block_job_set_speed(
        self, path: Text, bandwidth: u64, flags: DomainBlockJobSetSpeed | u32 = 0
    ) -> None:
        """Limit a disk's job to MiB/s, or bytes/s with the flag for it."""

    @call(240, "domain_block_pull", acl="domain:block_write")
    def block_pull(self, path: Text, bandwidth: u64, flags: DomainBlockPull | u32 = 0) -> None:
        """Copy a disk's backing files into it, at most so many MiB/s."""

    @call(
        243,
        "domain_block_stats_flags",
        acl="domain:read",
        wire="path, nparams: i32 = 16, flags",
        count="i32",
        limit=16,
        texts=True,
    )
    def block_stats_flags(self, path: Text, flags: u32 = 0) -> TypedParams:
        """Statistics of a disk ("": of all together), by name."""

    @call(251, "domain_block_resize", acl="domain:block_write")
    def block_resize(self, disk: Text, size: u64, flags: DomainBlockResize | u32 = 0) -> None:
        """Give a disk another size: KiB, or bytes with the flag for it."""

    @call(
        252,
        "domain_set_block_io_tune",
        acl=MODIFY,
        limit=32,
        needs={"params": "nparams in %s must be greater than zero"},
    )
    def set_block_io_tune(
        self, disk: Text, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Throttle a disk."""

    @call(
        253,
        "domain_get_block_io_tune",
        acl="domain:read",
        wire="disk, nparams: i32 = 32, flags",
        count="i32",
        limit=32,
        exclusive=LIVE_OR_CONFIG,
        texts=True,
    )
    def get_block_io_tune(
        self, disk: Text | None = None, flags: DomainModificationImpact | u32 = 0
    ) -> TypedParams:
        """How a disk is throttled."""

    @call(
        263,
        "domain_get_disk_errors",
        acl="domain:read",
        wire="maxerrors: u32 = 256, flags",
        count="i32",
        limit=256,
    )
    def get_disk_errors(self, flags: u32 = 0) -> list[DiskError]:
        """The disks that have met an I/O error."""

    @call(266, "domain_block_rebase", acl="domain:block_write")
    def block_rebase(
        self, path: Text, base: Text | None, bandwidth: u64, flags: DomainBlockRebase | u32 = 0
    ) -> None:
        """Copy what lies above ``base`` into a disk, or (with a flag) start a copy to ``base``."""

    @call(290, "domain_block_commit", acl="domain:block_write")
    def block_commit(
        self,
        disk: Text,
        base: Text | None,
        top: Text | None,
        bandwidth: u64,
        flags: DomainBlockCommit | u32 = 0,
    ) -> None:
        """Write the changes of the images from ``top`` down into ``base``."""

    @call(345, "domain_block_copy", acl="domain:block_write", limit=16)
    def block_copy(
        self, path: Text, destxml: Text, params: TypedParams, flags: DomainBlockCopy | u32 = 0
    ) -> None:
        """Start to mirror a disk to the destination that the XML describes."""

    @call(386, "domain_set_block_threshold", acl="domain:write")
    def set_block_threshold(self, dev: Text, threshold: u64, flags: u32 = 0) -> None:
        """Ask for an event when a disk is written beyond that many bytes."""

    @call(
        451,
        "domain_set_throttle_group",
        acl=MODIFY,
        needs={"params": "nparams in %s must be greater than zero"},
    )
    def set_throttle_group(
        self, group: Text, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Make a named group of throttling limits, or change it."""

    @call(452, "domain_del_throttle_group", acl=MODIFY, readonly=True)
    def del_throttle_group(
        self, group: Text | None = None, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Remove a named group of throttling limits."""
