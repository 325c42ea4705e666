"""Taking an import back: in reverse order, and only what is still as the import left it.

This is compensation, not a transaction: others may have changed something meanwhile.  What they
changed is left alone, and named.
"""

from __future__ import annotations

from vsh.errors import Error
from vsh.redefine.apply import flags_of, make_current, send
from vsh.redefine.facts import Facts
from vsh.redefine.fetch import fetch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.redefine.fetch import Fetched
    from vsh.redefine.journal import Journal, Record

METADATA_ONLY = 2


class Undone:
    """What came of it.

    done  (name, what was done to it) in that order
    left  (name, why it is not as it was)
    """

    __slots__ = ("done", "left")

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.left: list[tuple[str, str]] = []

    def text(self) -> str:
        """What was undone, in one line."""
        return ", ".join(f"{name} {what}" for name, what in self.done)

    def remains(self) -> str:
        """What was not."""
        return ", ".join(f"{name} ({why})" for name, why in self.left)


def undo(domain: Any, journal: Journal) -> Undone:
    """Undo what is in place of an import.  Raises Error where the hypervisor cannot be asked."""
    undone = Undone()
    present = fetch(domain, journal.kind)
    for level in reversed(journal.levels):
        _undo_level(domain, journal, level, present, undone)
    _restore(domain, journal, undone)
    return undone


def _undo_level(
    domain: Any, journal: Journal, level: list[Record], present: Fetched, undone: Undone
) -> None:
    """Undo documents that do not depend on each other, together."""
    steps: list[tuple[str, str, Any]] = []
    # whose parent may go: what the import made and what is undone already
    ours = {record.name for record in journal.records} - {name for name, _ in undone.left}
    for record in reversed(level):
        old = journal.texts.get(record.name)
        standing = record.standing(present, old)
        if standing == "foreign":
            undone.left.append((record.name, "somebody else has changed it"))
        elif old is None and standing == "new":
            strangers = [name for name, _ in present.children_of(record.name) if name not in ours]
            if strangers:
                undone.left.append((record.name, f"{strangers[0]} is below it now"))
                continue
            handle = present.handles[record.name]
            steps.append((record.name, "deleted", handle.delete.request(_forget(domain, journal))))
        elif old is not None and standing in ("new", "absent"):
            steps.append((record.name, "put back", _again(domain, journal, old)))
    answers = domain.connection.many([request for _, _, request in steps])
    for (name, what, _), answer in zip(steps, answers, strict=True):
        if isinstance(answer, Error):
            undone.left.append((name, answer.message.strip()))
        else:
            undone.done.append((name, what))


def _forget(domain: Any, journal: Journal) -> int:
    """The flags that delete metadata and nothing else."""
    from vsh.redefine.circumstances import profile_of

    if journal.kind == "snapshot" and profile_of(domain.connection).metadata_only:
        return 0
    return METADATA_ONLY


def _again(domain: Any, journal: Journal, old: str) -> Any:
    create = (
        domain.snapshot_create_xml if journal.kind == "snapshot" else domain.checkpoint_create_xml
    )
    return create.request(old, flags_of(domain, journal.kind, Facts(old).state))


def _restore(domain: Any, journal: Journal, undone: Undone) -> None:
    """The current snapshot, and whatever else of what was there is not as it was."""
    left = {name for name, _ in undone.left}
    ours = {record.name for record in journal.records}
    present = fetch(domain, journal.kind)
    was = journal.old_current
    if journal.kind == "snapshot" and present.current != was:
        if was is None:
            if present.current == journal.current:
                undone.left.append((str(present.current), "no call makes a domain have no current"))
        elif was in journal.texts and was not in left:
            old = journal.texts[was]
            try:
                make_current(domain, old, Facts(old).state)
                undone.done.append((was, "made current again"))
            except Error as error:
                undone.left.append((was, error.message.strip()))
            present = fetch(domain, journal.kind)
    for name, old in journal.texts.items():
        if name in left or present.texts.get(name, "").strip() == old.strip():
            continue
        if name not in ours and not _alike(present.texts.get(name), old):
            undone.left.append((name, "somebody else has changed it"))
            continue
        try:
            send(domain, old, flags_of(domain, journal.kind, Facts(old).state), kind=journal.kind)
            undone.done.append((name, "put back"))
        except Error as error:
            undone.left.append((name, error.message.strip()))


def _alike(text: str | None, old: str) -> bool:
    """Whether a moment is still the one that it was, in another state at most of its images."""
    if text is None:
        return False
    now, before = Facts(text), Facts(old)
    return (now.parent, now.created, now.state) == (before.parent, before.created, before.state)
