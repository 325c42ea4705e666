"""checkpoint-edit: edit the metadata of a checkpoint."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.commands._redefining import EXPLAIN, LENIENT, redefine
from vsh.commands.checkpoint._shared import WITH_CHECKPOINTS, checkpoint_argument
from vsh.errors import CommandError, Error
from vsh.output.document import Done
from vsh.redefine.kinds.checkpoint import CHECKPOINT
from vsh.words.checkpoint import CheckpointCreate, CheckpointXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done checkpoint")
def checkpoint_edit(
    domain: Domain = domain_argument(complete=WITH_CHECKPOINTS),
    checkpointname: str = checkpoint_argument("the checkpoint to edit"),
    explain: bool = EXPLAIN,
    lenient: bool = LENIENT,
    session: Session = SESSION,
) -> Document:
    """Edit the metadata of a checkpoint in an editor.

    The editor is $VISUAL, else $EDITOR, else vi.  The name cannot be changed.

    Examples:
        checkpoint-edit web1 monday  # its description, in your editor
    """
    from vsh.cli.edit import edit_document

    checkpoint = domain.checkpoint_lookup_by_name(checkpointname, 0)
    name = checkpoint.name

    def define(xml: str) -> Document:
        from vsh.redefine.name import name_of

        new = name_of(xml) or name
        if new != name:
            raise CommandError(
                f"Cannot rename checkpoint {name} to {new}",
                hint="bitmaps in the images have the checkpoint's name",
            )
        redefine(
            session,
            domain,
            CHECKPOINT,
            xml,
            CheckpointCreate.REDEFINE,
            file=f"edited {name}",
            explain=explain,
            lenient=lenient,
            own=checkpoint.get_xml_desc(CheckpointXML.SECURE),
        )
        return Done("Checkpoint {checkpoint} edited.", checkpoint=name)

    try:
        done: Document | None = edit_document(
            session, lambda: str(checkpoint.get_xml_desc(CheckpointXML.SECURE)), define
        )
    except (CommandError, Error) as error:
        error.__cause__ = CommandError(f"Failed to update {name}")
        raise
    return done or Done("Checkpoint {checkpoint} XML configuration not changed.", checkpoint=name)
