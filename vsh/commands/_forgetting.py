"""snapshot-delete and checkpoint-delete of metadata with all that is below."""

from __future__ import annotations

from vsh.words.snapshot import SnapshotDelete

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.redefine.kinds import Kind
    from vsh.redefine.moments import Moment


def forgets(session: Session, domain: Domain, kind: Kind, moment: Moment, flags: int) -> bool:
    """Forget a moment's metadata and what is below it one by one, where that is what is asked for
    and the result is a daemon's own.  Returns whether it was done.
    """
    if session.lenient or flags not in (
        SnapshotDelete.METADATA_ONLY | SnapshotDelete.CHILDREN,
        SnapshotDelete.METADATA_ONLY | SnapshotDelete.CHILDREN_ONLY,
    ):
        return False
    from vsh.acts.forget import forget, is_the_same
    from vsh.acts.note import carry_out

    if not is_the_same(domain):
        return False
    forgetting = forget(domain, kind, moment, itself=bool(flags & SnapshotDelete.CHILDREN))
    try:
        carry_out(forgetting, lambda note: session.warn(note.text, note.facts))
    except KeyboardInterrupt:
        session.warn(f"cut off: '{kind}-import {domain.name} --rollback' undoes it")
        raise
    return True
