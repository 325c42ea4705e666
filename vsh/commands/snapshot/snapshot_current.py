"""snapshot-current: the current snapshot of a domain, or another one in its place."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.cli.params import Flag
from vsh.commands._redefining import EXPLAIN, LENIENT, redefine
from vsh.commands.snapshot._shared import WITH_SNAPSHOTS, snapshot_argument
from vsh.errors import CommandError
from vsh.output.document import Said, Text, Xml
from vsh.redefine.facts import Facts
from vsh.redefine.kinds.snapshot import SNAPSHOT
from vsh.words.snapshot import SnapshotCreate, SnapshotXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(exclusive=(("name", "snapshotname"),), tells="xml document | name | done snapshot")
def snapshot_current(
    domain: Domain = domain_argument(complete=WITH_SNAPSHOTS),
    name: bool = Flag("print its name, not its document"),
    security_info: bool = Flag("include passwords and other secrets"),
    snapshotname: str | None = snapshot_argument("make this the current snapshot"),
    explain: bool = EXPLAIN,
    lenient: bool = LENIENT,
    session: Session = SESSION,
) -> Document:
    """Print the current snapshot of a domain, or make another snapshot the current one.

    The next snapshot becomes a child of the current one.  Making a snapshot current redefines its
    metadata; nothing of the domain changes.

    Examples:
        snapshot-current web1 --name  # which one it stands on
    """
    if snapshotname is not None:
        snapshot = domain.snapshot_lookup_by_name(snapshotname, 0)
        xml = snapshot.get_xml_desc(SnapshotXML.SECURE)
        flags = SnapshotCreate.REDEFINE | SnapshotCreate.CURRENT
        if Facts(xml).state == "disk-snapshot":
            flags |= SnapshotCreate.DISK_ONLY
        redefine(
            session,
            domain,
            SNAPSHOT,
            xml,
            flags,
            explain=explain,
            lenient=lenient,
            file=f"the metadata of {snapshotname}",
            own=xml,
        )
        return Said("Snapshot {snapshot} set as current", snapshot=snapshotname)
    if domain.has_current_snapshot(0) <= 0:
        raise CommandError(
            f"domain '{domain.called}' has no current snapshot",
            hint="'snapshot-current DOMAIN SNAPSHOT' makes one current",
        )
    snapshot = domain.snapshot_current(0)
    if name:
        return Text(snapshot.name, name=snapshot.name)
    return Xml(snapshot.get_xml_desc(SnapshotXML.SECURE if security_info else 0))
