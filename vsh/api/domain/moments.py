# mypy: disable-error-code="empty-body"
"""Snapshots, checkpoints and backups of a domain."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.checkpoint import Checkpoint
    from vsh.api.snapshot import Snapshot
    from vsh.api.types import Text, i32, u32
    from vsh.words.checkpoint import CheckpointCreate, CheckpointList
    from vsh.words.domain.moments import DomainBackupBegin
    from vsh.words.snapshot import SnapshotCreate, SnapshotList


class Moments(Object):
    """Points in time of a domain: made, found, listed."""

    __slots__ = ()
    kind = "Domain"

    @call(
        185,
        "domain_snapshot_create_xml",
        api="virDomainSnapshotCreateXML",
        acl=["domain:snapshot", "domain:fs_freeze:VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE"],
        exclusive=[("REDEFINE", "NO_METADATA"), ("REDEFINE", "HALT")],
        requires=[("CURRENT", "REDEFINE")],
        words="snapshot",
    )
    def snapshot_create_xml(self, xml_desc: Text, flags: SnapshotCreate | u32 = 0) -> Snapshot:
        """Take a snapshot, or with REDEFINE bring back the record of one."""

    @call(187, "domain_snapshot_num", acl="domain:read")
    def snapshot_num(self, flags: SnapshotList | u32 = 0) -> i32:
        """How many snapshots it has."""

    @call(188, "domain_snapshot_list_names", acl="domain:read", wire="maxnames: i32 = 16384, flags")
    def snapshot_list_names(self, flags: SnapshotList | u32 = 0) -> list[Text]:
        """Names of its snapshots."""

    @call(189, "domain_snapshot_lookup_by_name", acl="domain:read")
    def snapshot_lookup_by_name(self, name: Text, flags: u32 = 0) -> Snapshot:
        """The snapshot of that name.  Raises NoSnapshot."""

    @call(190, "domain_has_current_snapshot", acl="domain:read")
    def has_current_snapshot(self, flags: u32 = 0) -> i32:
        """1 if one of its snapshots is current."""

    @call(191, "domain_snapshot_current", acl="domain:read")
    def snapshot_current(self, flags: u32 = 0) -> Snapshot:
        """The current snapshot.  Raises NoSnapshot."""

    @call(
        274,
        "domain_list_all_snapshots",
        acl="domain:read",
        wire="need_results: i32 = 1, flags",
        count="i32",
    )
    def list_all_snapshots(self, flags: SnapshotList | u32 = 0) -> list[Snapshot]:
        """Its snapshots."""

    @call(
        411,
        "domain_checkpoint_create_xml",
        api="virDomainCheckpointCreateXML",
        acl=["domain:checkpoint", "domain:fs_freeze:VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE"],
        exclusive=[("REDEFINE", "QUIESCE")],
        requires=[("REDEFINE_VALIDATE", "REDEFINE")],
        words="checkpoint",
    )
    def checkpoint_create_xml(
        self, xml_desc: Text, flags: CheckpointCreate | u32 = 0
    ) -> Checkpoint:
        """Make a checkpoint, or with REDEFINE bring back the record of one."""

    @call(
        413,
        "domain_list_all_checkpoints",
        acl="domain:read",
        wire="need_results: i32 = 1, flags",
        count="i32",
    )
    def list_all_checkpoints(self, flags: CheckpointList | u32 = 0) -> list[Checkpoint]:
        """Its checkpoints."""

    @call(415, "domain_checkpoint_lookup_by_name", acl="domain:read")
    def checkpoint_lookup_by_name(self, name: Text, flags: u32 = 0) -> Checkpoint:
        """The checkpoint of that name.  Raises NoCheckpoint."""

    @call(421, "domain_backup_begin", acl=["domain:checkpoint", "domain:block_write"])
    def backup_begin(
        self,
        backup_xml: Text,
        checkpoint_xml: Text | None = None,
        flags: DomainBackupBegin | u32 = 0,
    ) -> None:
        """Start a backup, and make a checkpoint with it if its XML is given."""

    @call(422, "domain_backup_get_xml_desc", api="virDomainBackupGetXMLDesc", acl="domain:read")
    def backup_get_xml_desc(self, flags: u32 = 0) -> Text:
        """The running backup, as XML.  Raises NoDomainBackup."""
