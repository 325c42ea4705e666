"""snapshot-import: the metadata of many snapshots brought back at once."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION
from vsh.cli.params import Flag, Flags, Option
from vsh.commands._importing import CHANGES, FILES, WAYS, import_moments, rules
from vsh.commands.snapshot._shared import snapshot_names
from vsh.redefine.kinds.snapshot import SNAPSHOT
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.commands._importing import Changes, Ways
    from vsh.output.document import Document


@command(
    extra=True,
    exclusive=(("resume", "rollback"), ("current", "drop-current"), ("resume", "dry-run")),
    check=rules,
    tells=(
        "[name action parent file current diff] | done kind? summary? current_name? "
        "moments? undone_moments?"
    ),
)
def snapshot_import(
    domain: Domain = DOMAIN,
    file: list[str] = FILES,
    changes: Changes = CHANGES,
    drop_current: bool = Flag("leave the current snapshot as it is, whatever <active> says"),
    current: str | None = Option("the snapshot to be the current one", complete=snapshot_names),
    flags: int = Flags(SnapshotCreate, validate="check the documents against their schema"),
    ways: Ways = WAYS,
    session: Session = SESSION,
) -> Document | Iterable[Document]:
    """Bring back the metadata of many snapshots, all or none.

    The documents are those of snapshot-export, of snapshot-dumpxml --security-info, or the daemon's
    own files, in any order.  All of them are checked before anything is sent, against each other
    and against what is there; parents are redefined before their children, and the current snapshot
    is set last.  What is there already in the same form is left alone.  If something fails, what
    was done is undone: the exit status is then 3, or 4 if not all could be undone, and 1 if nothing
    was changed.  After a crash --resume goes on and --rollback undoes.

    Examples:
        snapshot-import web1 saved/ --dry-run  # what would be done
        snapshot-import web1 saved/ --map-uuid --map-path /old/images=/srv/images  # on another host
    """
    return import_moments(
        session,
        domain,
        SNAPSHOT,
        file,
        changes,
        ways,
        flags=flags | SnapshotCreate.REDEFINE,
        current=current,
        drop_current=drop_current,
    )
