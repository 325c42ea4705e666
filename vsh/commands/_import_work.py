"""The part of an import that changes something: applying, undoing, going on after a crash.

Exit statuses: 0 all done, 1 nothing was changed, 3 partly done and then undone, 4 partly done and
not (or not wholly) undone.
"""

from __future__ import annotations

from vsh.errors import CommandError, Error
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.cli.session import Session
    from vsh.output.document import Document
    from vsh.redefine.batch import Batch
    from vsh.redefine.fetch import Fetched
    from vsh.redefine.journal import Journal, Record

UNDONE, NOT_UNDONE = 3, 4
INCONSISTENT = 109  # VIR_ERR_CHECKPOINT_INCONSISTENT


def refuse_unfinished(domain: Any, kind: str) -> None:
    """An import that was cut off comes first.  Raises CommandError."""
    journal = _journal(domain, kind)
    if journal is not None:
        journal.release()
        raise CommandError(
            f"an import of {kind}s into domain '{domain.name}' was cut off",
            hint=f"'{kind}-import {domain.name} --resume' goes on with it, --rollback undoes it",
        )


def _journal(domain: Any, kind: str) -> Journal | None:
    from vsh.redefine.journal import load, path_of

    try:
        return load(domain, kind)
    except BlockingIOError:
        raise CommandError(
            f"another process is importing {kind}s into domain '{domain.name}'",
            hint="wait until it is done",
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"Failed to read journal '{path_of(domain, kind)}': {error}") from None


def work(session: Session, domain: Any, batch: Batch, *, truncate: bool = False) -> Document:
    """Do what was planned.

    truncate  leave out checkpoints whose bitmaps are not in order, and all that is below them
    """
    from vsh.redefine.journal import Journal

    left_out: list[str] = []
    if batch.entries or batch.current is not None:
        journal = Journal.of(domain, batch, truncate=truncate)
        try:
            journal.write()
        except OSError as error:
            raise CommandError(
                f"Failed to write journal '{journal.path}': {error.strerror}",
                hint="without it an import that is cut off could not be undone",
            ) from None
        try:
            left_out = _send(session, domain, journal, journal.levels, batch.base)
        finally:
            journal.release()
    return _summary(domain, batch.kind, batch.rows, left_out, batch.current)


def _summary(
    domain: Any,
    kind: str,
    rows: list[tuple[str, str, str | None, str]],
    left_out: list[str],
    current: str | None,
) -> Document:
    words = {
        "add": "added",
        "replace": "replaced",
        "reparent": "moved",
        "unchanged": "unchanged",
        "skip": "skipped",
    }
    done = [
        (name, "left out" if name in left_out else words[action], parent, file)
        for name, action, parent, file in rows
    ]
    actions = [action for _, action, _, _ in done]
    parts = [
        f"{actions.count(word)} {word}" for word in (*words.values(), "left out") if word in actions
    ]
    return Done(
        f"{kind.capitalize()}s of domain {{domain}}: {{summary}}",
        domain=domain.name,
        kind=kind,
        summary=", ".join(parts),
        current=current,
        moments=[
            {"name": name, "action": action, "parent": parent, "file": file}
            for name, action, parent, file in done
        ],
    )


def _send(
    session: Session, domain: Any, journal: Journal, levels: list[list[Record]], present: Fetched
) -> list[str]:
    """Send what is left to do of a journal; on failure undo all of it.  Returns the names that
    were left out.

    present  what there was before
    """
    from vsh.redefine.apply import apply_levels, make_current

    def excuse(error: Error) -> bool:
        if journal.truncate and error.code == INCONSISTENT:
            session.warn(error.message.strip())
            return True
        return False

    try:
        done = apply_levels(domain, levels, kind=journal.kind, flags=journal.flags, excuse=excuse)
        if journal.current is not None and journal.current != present.current:
            xml, state = _current(journal, present.texts)
            make_current(domain, xml, state, flags=journal.flags)
    except Error as error:
        raise _taken_back(session, domain, journal, error) from error
    except KeyboardInterrupt:
        session.warn(f"cut off: '{journal.kind}-import {domain.name} --rollback' undoes it")
        raise
    applied = {record.name for record in done}
    _compare(session, domain, journal, applied)
    journal.remove()
    return [record.name for level in levels for record in level if record.name not in applied]


def _current(journal: Journal, texts: dict[str, str]) -> tuple[str, str | None]:
    """The document of the snapshot that is to be current, and its state."""
    from vsh.redefine.facts import Facts

    assert journal.current is not None
    for record in journal.records:
        if record.name == journal.current:
            return record.xml, record.state
    xml = texts[journal.current]
    return xml, Facts(xml).state


def _taken_back(session: Session, domain: Any, journal: Journal, error: Error) -> CommandError:
    """Undo what was done before an error, and set the exit status.  Returns what to say of it."""
    from vsh.redefine.undo import undo

    entry = getattr(error, "entry", None)
    what = f"{journal.kind} {entry.name}" if entry is not None else f"{journal.kind}s"
    failed = f"Failed to import {what} into domain '{domain.name}'"
    again = f"'{journal.kind}-import {domain.name} --rollback' tries again"
    try:
        undone = undo(domain, journal)
    except Error as reason:
        session.status = NOT_UNDONE
        return CommandError(
            f"{failed}; what was done before could not be undone: {reason.message.strip()}",
            hint=again,
        )
    done = f"; undone: {undone.text()}" if undone.done else ""
    if undone.left:
        session.status = NOT_UNDONE
        return CommandError(f"{failed}; not undone: {undone.remains()}{done}", hint=again)
    journal.remove()
    if done:
        session.status = UNDONE
        return CommandError(f"{failed}{done}")
    return CommandError(f"{failed}; nothing was changed")


def _compare(session: Session, domain: Any, journal: Journal, applied: set[str]) -> None:
    """E12: warn of what the hypervisor did not keep of the documents.  Raises CommandError where
    one is not there at all.
    """
    from vsh.redefine.compare import lost
    from vsh.redefine.fetch import fetch

    try:
        present = fetch(domain, journal.kind)
    except Error as error:
        session.warn(f"what was imported could not be looked at: {error.message.strip()}")
        return
    gone = [name for name in applied if not present.has(name)]
    if gone:
        session.status = NOT_UNDONE
        raise CommandError(
            f"{journal.kind} {gone[0]} was imported, and is not there any more",
            hint=f"'{journal.kind}-import {domain.name} --resume' brings it back",
        )
    for record in journal.records:
        if record.name not in applied:
            continue
        diff = lost(record.xml, present.texts[record.name], journal.kind)
        if diff:
            text = f"not all that {record.file} says of {journal.kind} {record.name} was kept"
            session.warn("\n".join([text, *diff]))
    if journal.current is not None and present.current != journal.current:
        session.warn(f"snapshot {journal.current} is not current")


def go_on(session: Session, domain: Any, kind: str, *, rollback: bool) -> Document:
    """Finish an import that was cut off, or undo it."""
    journal = _journal(domain, kind)
    if journal is None:
        raise CommandError(
            f"no import of {kind}s into domain '{domain.name}' was cut off",
            hint="there is nothing to go on with or to undo",
        )
    try:
        return (_roll_back if rollback else _resume)(session, domain, journal)
    finally:
        journal.release()


def _roll_back(session: Session, domain: Any, journal: Journal) -> Document:
    from vsh.redefine.undo import undo

    undone = undo(domain, journal)
    if undone.left:
        session.status = NOT_UNDONE
        done = f"; undone: {undone.text()}" if undone.done else ""
        raise CommandError(
            f"not undone: {undone.remains()}{done}",
            hint=f"what is in the journal stays there: {journal.path}",
        )
    journal.remove()
    text = "undone: {summary}" if undone.done else "there was nothing to undo"
    return Done(
        "Domain {domain}: " + text,
        domain=domain.name,
        summary=undone.text(),
        undone=[{"name": name, "action": what} for name, what in undone.done],
    )


def _resume(session: Session, domain: Any, journal: Journal) -> Document:
    from vsh.redefine.fetch import fetch

    kind = journal.kind
    present = fetch(domain, kind)
    standings = {
        record.name: record.standing(present, journal.texts.get(record.name))
        for record in journal.records
    }
    for name, standing in standings.items():
        if standing == "foreign":
            raise CommandError(
                f"{kind} {name} has been changed by somebody else",
                hint="--rollback undoes what has not",
            )
    rows = [
        (
            record.name,
            "unchanged" if standings[record.name] == "new" else record.action,
            record.parent,
            record.file or "",
        )
        for record in journal.records
    ]
    levels = [
        [record for record in level if standings[record.name] != "new"] for level in journal.levels
    ]
    left_out = _send(session, domain, journal, levels, present)
    return _summary(domain, kind, rows, left_out, journal.current)
