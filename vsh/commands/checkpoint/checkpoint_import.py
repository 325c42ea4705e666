"""checkpoint-import: the metadata of many checkpoints brought back at once."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION
from vsh.cli.params import Flag
from vsh.commands._importing import CHANGES, FILES, WAYS, import_moments, rules
from vsh.redefine.kinds.checkpoint import CHECKPOINT
from vsh.words.checkpoint import CheckpointCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.commands._importing import Changes, Ways
    from vsh.output.document import Document


@command(
    extra=True,
    exclusive=(
        ("resume", "rollback"),
        ("resume", "dry-run"),
        ("validate", "no-validate"),
        ("validate", "truncate-at-invalid"),
        ("no-validate", "truncate-at-invalid"),
    ),
    check=rules,
    tells=(
        "[name action parent file current diff] | done kind? summary? current_name? "
        "moments? undone_moments?"
    ),
)
def checkpoint_import(
    domain: Domain = DOMAIN,
    file: list[str] = FILES,
    changes: Changes = CHANGES,
    validate: bool = Flag("see whether the bitmaps are in the images of the running domain"),
    no_validate: bool = Flag("believe the documents (this is the default)"),
    truncate_at_invalid: bool = Flag(
        "like --validate, but leave out what has no bitmaps, and all below it"
    ),
    ways: Ways = WAYS,
    session: Session = SESSION,
) -> Document | Iterable[Document]:
    """Bring back the metadata of many checkpoints, all or none.

    The documents are those of checkpoint-export or checkpoint-dumpxml, in any order.  All of them
    are checked before anything is sent; parents are redefined before their children.  If something
    fails, what was done is undone: the exit status is then 3, or 4 if not all could be undone, and
    1 if nothing was changed.  After a crash --resume goes on and --rollback undoes.

    Examples:
        checkpoint-import web1 saved/ --dry-run  # what would be done
        checkpoint-import web1 saved/  # all of it, or nothing
    """
    flags = CheckpointCreate.REDEFINE
    if validate or truncate_at_invalid:
        flags |= CheckpointCreate.REDEFINE_VALIDATE
    return import_moments(
        session, domain, CHECKPOINT, file, changes, ways, flags=flags, truncate=truncate_at_invalid
    )
