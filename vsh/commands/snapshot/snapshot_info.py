"""snapshot-info: what is known about a snapshot, in a few lines."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, domain_argument
from vsh.cli.params import Flag
from vsh.commands._moments import as_domain_state
from vsh.commands.snapshot._shared import WITH_SNAPSHOTS, find, snapshot_argument
from vsh.errors import Error, NoSupport
from vsh.output.document import Fields
from vsh.redefine.facts import Facts
from vsh.words.snapshot import SnapshotList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="name domain current state location parent children descendants metadata")
def snapshot_info(
    domain: Domain = domain_argument(complete=WITH_SNAPSHOTS),
    snapshotname: str | None = snapshot_argument("the snapshot to tell about"),
    current: bool = Flag("tell about the current snapshot"),
    connection: Connection = CONNECTION,
) -> Document:
    """Print what is known about a snapshot.

    Location says whether all of it is inside the domain's disk images (internal), or part of it is
    in files of its own (external).

    Examples:
        snapshot-info web1 clean  # its state, parent and children
    """
    snapshot = find(domain, snapshotname, current)
    is_current, xml, children, descendants, metadata = connection.many(
        [
            snapshot.get_is_current.request(0),
            snapshot.get_xml_desc.request(0),
            snapshot.num_children.request(0),
            snapshot.num_children.request(SnapshotList.DESCENDANTS),
            snapshot.has_metadata.request(0),
        ]
    )
    if isinstance(xml, Error):
        raise xml
    facts = Facts(xml)
    now = not isinstance(is_current, Error) and is_current > 0
    location = "external" if facts.external else "internal"
    fields = Fields()
    fields.add("Name:", snapshot.name, name=snapshot.name)
    fields.add("Domain:", domain.name, domain=domain.name)
    fields.add("Current:", _yes(now), current=now)
    fields.add("State:", facts.state or "", state=as_domain_state(facts.state))
    fields.add("Location:", location, location=location)
    fields.add("Parent:", facts.parent or "-", parent=facts.parent)
    if isinstance(children, NoSupport):
        return fields
    for label, key, count in (
        ("Children:", "children", children),
        ("Descendants:", "descendants", descendants),
    ):
        if isinstance(count, Error):
            raise count
        fields.add(label, count, **{key: count})
    if not isinstance(metadata, Error):
        fields.add("Metadata:", _yes(metadata), metadata=bool(metadata))
    return fields


def _yes(value: object) -> str:
    return "yes" if value else "no"
