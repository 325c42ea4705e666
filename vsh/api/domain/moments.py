# mypy: disable-error-code="empty-body"
"""Snapshots, checkpoints and backups of a domain."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.checkpoint import Checkpoint
    from vsh.api.snapshot import Snapshot
    from vsh.api.types import Text, i32, u32


class Moments(Object):
    """Points in time of a domain: made, found, listed."""

    __slots__ = ()
    prefix = "domain_"
    kind = "Domain"

    @call(185, acl=["domain:snapshot", "domain:fs_freeze:VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE"])
    def snapshot_create_xml(self, xml_desc: Text, flags: u32 = 0) -> Snapshot:
        """Domain snapshot create xml."""

    @call(187, acl="domain:read")
    def snapshot_num(self, flags: u32 = 0) -> i32:
        """Domain snapshot num."""

    @call(188, acl="domain:read", wire="maxnames: i32 = 16384, flags")
    def snapshot_list_names(self, flags: u32 = 0) -> list[Text]:
        """Domain snapshot list names."""

    @call(189, acl="domain:read")
    def snapshot_lookup_by_name(self, name: Text, flags: u32 = 0) -> Snapshot:
        """Domain snapshot lookup by name."""

    @call(190, acl="domain:read")
    def has_current_snapshot(self, flags: u32 = 0) -> i32:
        """Domain has current snapshot."""

    @call(191, acl="domain:read")
    def snapshot_current(self, flags: u32 = 0) -> Snapshot:
        """Domain snapshot current."""

    @call(274, acl="domain:read", wire="need_results: i32 = 1, flags", count="i32")
    def list_all_snapshots(self, flags: u32 = 0) -> list[Snapshot]:
        """Domain list all snapshots."""

    @call(411, acl=["domain:checkpoint", "domain:fs_freeze:VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE"])
    def checkpoint_create_xml(self, xml_desc: Text, flags: u32 = 0) -> Checkpoint:
        """Domain checkpoint create xml."""

    @call(413, acl="domain:read", wire="need_results: i32 = 1, flags", count="i32")
    def list_all_checkpoints(self, flags: u32 = 0) -> list[Checkpoint]:
        """Domain list all checkpoints."""

    @call(415, acl="domain:read")
    def checkpoint_lookup_by_name(self, name: Text, flags: u32 = 0) -> Checkpoint:
        """Domain checkpoint lookup by name."""

    @call(421, acl=["domain:checkpoint", "domain:block_write"])
    def backup_begin(
        self, backup_xml: Text, checkpoint_xml: Text | None = None, flags: u32 = 0
    ) -> None:
        """Domain backup begin."""

    @call(422, acl="domain:read")
    def backup_get_xml_desc(self, flags: u32 = 0) -> Text:
        """Domain backup get xml desc."""
