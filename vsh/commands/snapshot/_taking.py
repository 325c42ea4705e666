"""Taking a snapshot: what snapshot-create and snapshot-create-as share."""

from __future__ import annotations

from vsh.commands._moments import created
from vsh.commands.domain._jobs import with_progress
from vsh.errors import NoSupport
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.snapshot import Snapshot
    from vsh.cli.session import Session
    from vsh.output.document import Document

TAKING: dict[str, tuple[str, str]] = {
    "no_metadata": ("take the snapshot, but let libvirt forget it", "NO_METADATA"),
    "halt": ("shut the domain off once the snapshot is taken", "HALT"),
    "disk_only": ("take the disks, not the memory", "DISK_ONLY"),
    "reuse_external": ("use external files that exist already", "REUSE_EXT"),
    "quiesce": ("let the guest's agent quiesce its file systems", "QUIESCE"),
    "atomic": ("take all of it or nothing", "ATOMIC"),
    "live": ("let the domain run meanwhile", "LIVE"),
    "validate": ("check the document against its schema", "VALIDATE"),
}
"""The options of both commands: help and bit."""


def take(
    session: Session, domain: Domain, xml: str, flags: int, file: str | None = None
) -> Document:
    """Take a snapshot as a document says.

    A hypervisor that refuses is never asked again without what it refused (virsh does so for
    --halt, and then powers the domain off itself).  Only --validate of a document that is not the
    user's is dropped where it is not known.
    """

    def work() -> Snapshot:
        try:
            return domain.snapshot_create_xml(xml, flags)
        except NoSupport:
            if file is not None or not flags & SnapshotCreate.VALIDATE:
                raise
            return domain.snapshot_create_xml(xml, flags & ~SnapshotCreate.VALIDATE)

    return created("snapshot", with_progress(session, domain, work, "Snapshot").name, file)
