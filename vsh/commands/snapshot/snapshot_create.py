"""snapshot-create: take a snapshot that a document describes, or bring back one's metadata."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION, file_names
from vsh.cli.params import Argument, Flags
from vsh.commands._files import read_text
from vsh.commands._moments import created
from vsh.commands._redefining import EXPLAIN, LENIENT, NO_FILE, redefine
from vsh.commands.snapshot._taking import TAKING, take
from vsh.redefine.kinds.snapshot import SNAPSHOT
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done snapshot file?")
def snapshot_create(
    domain: Domain = DOMAIN,
    xmlfile: str | None = Argument(
        "file with the <domainsnapshot> document", required=False, complete=file_names
    ),
    flags: int = Flags(
        SnapshotCreate,
        redefine="take no snapshot: bring back the metadata of one that exists",
        current="with --redefine, make it the current snapshot",
        **TAKING,
    ),
    explain: bool = EXPLAIN,
    lenient: bool = LENIENT,
    session: Session = SESSION,
) -> Document:
    """Take a snapshot of a domain from an XML document.

    With --redefine the document has to be the whole one that snapshot-dumpxml --security-info gave.
    It is checked against every rule of libvirt's before anything is sent, and all that is wrong
    with it is reported at once; parents have to be redefined before their children.

    Examples:
        snapshot-create web1 snapshot.xml  # as the file says
        snapshot-create web1 clean.xml --redefine --current  # put lost metadata back
    """
    xml = "<domainsnapshot/>" if xmlfile is None else read_text(xmlfile)
    if not flags & SnapshotCreate.REDEFINE:
        return take(session, domain, xml, flags, xmlfile)
    snapshot = redefine(
        session,
        domain,
        SNAPSHOT,
        xml,
        flags,
        file=xmlfile or NO_FILE,
        explain=explain,
        lenient=lenient,
    )
    return created("snapshot", snapshot.name, xmlfile)
