"""checkpoint-create: make a checkpoint that a document describes, or bring back one's metadata."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument, file_names
from vsh.cli.params import Argument, Flags
from vsh.commands._files import read_text
from vsh.commands._moments import created
from vsh.commands._redefining import EXPLAIN, LENIENT, NO_FILE, redefine
from vsh.redefine.kinds.checkpoint import CHECKPOINT
from vsh.words.checkpoint import CheckpointCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document
    from vsh.redefine.moments import Moment


@command(requires={"redefine-validate": "redefine"}, tells="done checkpoint file?")
def checkpoint_create(
    domain: Domain = domain_argument(complete=1),
    xmlfile: str | None = Argument(
        "file with the <domaincheckpoint> document", required=False, complete=file_names
    ),
    flags: int = Flags(
        CheckpointCreate,
        redefine="make no checkpoint: bring back the metadata of one that exists",
        redefine_validate="with --redefine, see whether its bitmaps are in the images",
        quiesce="let the guest's agent quiesce its file systems",
    ),
    explain: bool = EXPLAIN,
    lenient: bool = LENIENT,
    session: Session = SESSION,
) -> Document:
    """Make a checkpoint of a domain from an XML document.

    Incremental backups can start at a checkpoint.  With --redefine the document is one that
    checkpoint-dumpxml gave, and is checked before anything is sent.

    Examples:
        checkpoint-create web1 checkpoint.xml  # as the file says
        checkpoint-create web1 saved.xml --redefine  # put lost metadata back
    """
    xml = "<domaincheckpoint/>" if xmlfile is None else read_text(xmlfile)
    checkpoint: Moment
    if not flags & CheckpointCreate.REDEFINE:
        checkpoint = domain.checkpoint_create_xml(xml, flags)
    else:
        checkpoint = redefine(
            session,
            domain,
            CHECKPOINT,
            xml,
            flags,
            file=xmlfile or NO_FILE,
            explain=explain,
            lenient=lenient,
        )
    return created("checkpoint", checkpoint.name, xmlfile)
