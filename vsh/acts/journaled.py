"""Work of several calls that is done wholly or not at all: under a lock, with a journal.

What fails half way is undone; what is killed half way can be finished or undone later, from its
journal (``vsh.redefine.journal``).
"""

from __future__ import annotations

import os

from vsh.acts.note import Note
from vsh.errors import CheckpointInconsistent, CommandError, Error
from vsh.redefine.apply import Stopped, apply_levels, drop, make_current
from vsh.redefine.facts import Facts
from vsh.redefine.fetch import fetch
from vsh.redefine.journal import WORK, Journal, load, lock, path_of
from vsh.redefine.undo import Undone, alike, undo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from vsh.acts.note import Act
    from vsh.api.domain import Domain
    from vsh.redefine.fetch import Fetched
    from vsh.redefine.journal import Record
    from vsh.redefine.kinds import Kind
    from vsh.redefine.lock import Lock

NOTHING_CHANGED, UNDONE, NOT_UNDONE = 1, 3, 4


class Failed(CommandError):
    """Work that was not done.

    outcome  NOTHING_CHANGED, UNDONE (partly done, and then undone) or NOT_UNDONE (not, or not
             wholly, undone)
    """

    def __init__(self, message: str, outcome: int, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.outcome = outcome


class Working:
    """The right to change a domain's moments: ``with Working(domain, kind) as work:``.

    unfinished  the journal of work that was cut off, or None

    Raises CommandError where another process has it, or where a journal cannot be read.
    """

    __slots__ = ("_domain", "_kind", "_lock", "unfinished")

    def __init__(self, domain: Domain, kind: Kind) -> None:
        self._domain = domain
        self._kind = kind
        try:
            self._lock: Lock = lock(domain, kind)
        except OSError as error:
            raise CommandError(
                f"Failed to lock the {kind}s of domain '{domain.name}': {error}"
            ) from None
        self.unfinished: Journal | None = None

    def __enter__(self) -> Self:
        path = path_of(self._domain, self._kind)
        try:
            self._lock.__enter__()
        except BlockingIOError:
            raise CommandError(
                f"another process is importing {self._kind}s into domain '{self._domain.name}'",
                hint="wait until it is done",
            ) from None
        except OSError as error:
            raise CommandError(f"Failed to lock '{self._lock.path}': {error.strerror}") from None
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            self.unfinished = load(self._domain, self._kind)
        except BaseException as error:
            self._lock.__exit__()
            if isinstance(error, (OSError, ValueError)):
                raise CommandError(f"Failed to read journal '{path}': {error}") from None
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.__exit__()

    def refuse_unfinished(self) -> None:
        """Work that was cut off comes first.  Raises CommandError."""
        journal = self.unfinished
        if journal is None:
            return
        kind, name = self._kind, self._domain.name
        where = "into" if journal.work == "import" else "of"
        raise CommandError(
            f"{WORK[journal.work]} of {kind}s {where} domain '{name}' was cut off",
            hint=f"'{kind}-import {name} --resume' goes on with it, --rollback undoes it",
        )


def perform(journal: Journal, present: Fetched) -> Act[list[str]]:
    """Write a journal and do what is in it; undo all if something fails.

    present  what there is now

    Returns the names that were left out.  Raises Failed.
    """
    try:
        journal.write()
    except FileExistsError:
        raise CommandError(
            f"there is a journal of other work already: '{journal.path}'",
            hint=f"'{journal.kind}-import {journal.domain} --rollback' undoes what is in it",
        ) from None
    except OSError as error:
        raise CommandError(
            f"Failed to write journal '{journal.path}': {error.strerror}",
            hint="without it work that is cut off could not be undone",
        ) from None
    return (yield from _go(journal, journal.levels, present))


def _go(journal: Journal, levels: list[list[Record]], present: Fetched) -> Act[list[str]]:
    """Do what is left to do of a journal.  Returns the names that were left out."""
    domain, kind = present.domain, journal.kind
    excused: list[Error] = []

    def excuse(error: Error) -> bool:
        if journal.truncate and isinstance(error, CheckpointInconsistent):
            excused.append(error)
            return True
        return False

    try:
        done = apply_levels(domain, kind, levels, flags=journal.flags, excuse=excuse)
        if journal.current is not None and journal.current != present.current:
            xml, state = _current(journal, present.texts)
            make_current(domain, kind, xml, state, flags=journal.flags)
        drop(present, journal.gone)
    except Stopped as stopped:
        what = f"{kind} {stopped.name}"
        raise _taken_back(domain, journal, what) from stopped.error
    except Error as error:
        raise _taken_back(domain, journal, f"{kind}s") from error
    for each in excused:
        yield Note(each.message.strip())
    applied = {record.name for record in done}
    yield from _compare(domain, journal, applied)
    journal.remove()
    return [record.name for level in levels for record in level if record.name not in applied]


def _current(journal: Journal, texts: dict[str, str]) -> tuple[str, str | None]:
    """The document of the snapshot that is to be current, and its state."""
    assert journal.current is not None
    for record in journal.records:
        if record.name == journal.current:
            return record.xml, record.state
    xml = texts[journal.current]
    return xml, Facts(xml).state


_FAILED = {
    "import": "Failed to import {what} into domain '{domain}'",
    "rename": "Failed to rename {what} of domain '{domain}'",
    "delete": "Failed to forget {what} of domain '{domain}'",
}


def _taken_back(domain: Domain, journal: Journal, what: str) -> Failed:
    """Undo what was done before ``what`` was refused.  Returns what to say of it."""
    failed = _FAILED[journal.work].format(what=what, domain=domain.name)
    again = f"'{journal.kind}-import {domain.name} --rollback' tries again"
    try:
        undone = undo(domain, journal)
    except Error as reason:
        text = f"what was done before could not be undone: {reason.message.strip()}"
        return Failed(f"{failed}; {text}", NOT_UNDONE, hint=again)
    done = f"; undone: {undone.text()}" if undone.done else ""
    if undone.left:
        return Failed(f"{failed}; not undone: {undone.remains()}{done}", NOT_UNDONE, hint=again)
    journal.remove()
    if done:
        return Failed(f"{failed}{done}", UNDONE)
    return Failed(f"{failed}; nothing was changed", NOTHING_CHANGED)


def _compare(domain: Domain, journal: Journal, applied: set[str]) -> Act[None]:
    """E12: tell what the hypervisor did not keep of the documents.  Raises Failed where one is not
    there at all.
    """
    from vsh.redefine.compare import lost

    if journal.work != "import":
        return
    try:
        present = fetch(domain, journal.kind)
    except Error as error:
        yield Note(f"what was done could not be looked at: {error.message.strip()}")
        return
    gone = [name for name in applied if not present.has(name)]
    if gone:
        raise Failed(
            f"{journal.kind} {gone[0]} was imported, and is not there any more",
            NOT_UNDONE,
            hint=f"'{journal.kind}-import {domain.name} --resume' brings it back",
        )
    for record in journal.records:
        if record.name not in applied:
            continue
        diff = lost(record.xml, present.texts[record.name], journal.kind)
        if diff:
            text = f"not all that {record.file} says of {journal.kind} {record.name} was kept"
            yield Note("\n".join([text, *diff]))
    if journal.current is not None and present.current != journal.current:
        yield Note(f"snapshot {journal.current} is not current")


# ---- after work was cut off


class Finished:
    """What came of going on.

    rows      (name, what is done with it, parent, file), as the journal has them
    left_out  the names that were left out
    current   the snapshot that was made current, or None
    """

    __slots__ = ("current", "left_out", "rows")

    def __init__(
        self, rows: list[tuple[str, str, str | None, str]], left_out: list[str], current: str | None
    ) -> None:
        self.rows = rows
        self.left_out = left_out
        self.current = current


def resume(domain: Domain, kind: Kind) -> Act[Finished]:
    """Finish work that was cut off.  Raises CommandError where there is none, or where somebody
    else has changed something meanwhile; Failed.
    """
    with Working(domain, kind) as work:
        journal = _unfinished(work, domain, kind)
        present = fetch(domain, kind)
        standings = {
            record.name: record.standing(present, journal.texts.get(record.name))
            for record in journal.records
        }
        _refuse_strangers(journal, present, standings)
        rows = [
            (
                record.name,
                "unchanged" if standings[record.name] == "new" else record.action,
                record.parent,
                record.file or "",
            )
            for record in journal.records
        ]
        rows += [
            (name, "delete", present.parent_of(name), "")
            for name in journal.gone
            if present.has(name)
        ]
        levels = [
            [record for record in level if standings[record.name] != "new"]
            for level in journal.levels
        ]
        left_out = yield from _go(journal, levels, present)
        return Finished(rows, left_out, journal.current)


def _refuse_strangers(journal: Journal, present: Fetched, standings: dict[str, str]) -> None:
    """What somebody else changed meanwhile is not written over.  Raises CommandError."""
    foreign = [name for name, standing in standings.items() if standing == "foreign"]
    ours = {record.name for record in journal.records} | set(journal.gone)
    for name in journal.gone:
        if not present.has(name):
            continue
        if not alike(present.texts[name], journal.texts.get(name, "")):
            foreign.append(name)
        foreign += [child for child, _ in present.children_of(name) if child not in ours]
    current = journal.current
    if current is not None and current not in standings and not present.has(current):
        foreign.append(current)
    if foreign:
        raise CommandError(
            f"{journal.kind} {foreign[0]} has been changed by somebody else",
            hint="--rollback undoes what has not",
        )


def roll_back(domain: Domain, kind: Kind) -> Act[Undone]:
    """Undo work that was cut off.  Raises CommandError where there is none; Failed where not all
    could be undone.
    """
    with Working(domain, kind) as work:
        journal = _unfinished(work, domain, kind)
        undone = undo(domain, journal)
        if undone.left:
            done = f"; undone: {undone.text()}" if undone.done else ""
            raise Failed(
                f"not undone: {undone.remains()}{done}",
                NOT_UNDONE,
                hint=f"what is in the journal stays there: {journal.path}",
            )
        journal.remove()
        return undone
    yield  # an act like all others, which has nothing to say so far


def _unfinished(work: Working, domain: Domain, kind: Kind) -> Journal:
    if work.unfinished is None:
        raise CommandError(
            f"no import of {kind}s into domain '{domain.name}' was cut off",
            hint="there is nothing to go on with or to undo",
        )
    return work.unfinished
