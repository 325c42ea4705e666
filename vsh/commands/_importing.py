"""snapshot-import and checkpoint-import: many documents read, checked as a whole, and applied.

Exit statuses: 0 all done, 1 nothing was changed, 3 partly done and then undone, 4 partly done and
not (or not wholly) undone.
"""

from __future__ import annotations

from vsh.cli.objects import file_names
from vsh.cli.params import Argument, Flag, Option
from vsh.errors import CommandError, Error
from vsh.output.document import Column, Done, Table, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.cli.session import Session
    from vsh.output.document import Document
    from vsh.redefine.batch import Batch
    from vsh.redefine.given import Given, Mending
    from vsh.redefine.journal import Journal
    from vsh.redefine.problem import Problem

UNDONE, NOT_UNDONE = 3, 4
INCONSISTENT = 109  # VIR_ERR_CHECKPOINT_INCONSISTENT

FILES = Argument(
    "documents, bundles, or folders of them", required=False, repeats=True, complete=file_names
)
DRY_RUN = Flag("check everything and show the plan, change nothing")
MAP_UUID = Flag("put the domain's UUID into the documents")
MAP_NAME = Flag("put the domain's name into the documents")
MAP_PATH = Option(
    "OLD=NEW: an image, or a folder of images, that is elsewhere now",
    repeats=True,
    complete=file_names,
)
REPARENT = Option("NAME=PARENT: another parent; nothing after the = makes a root", repeats=True)
ORPHANS = Option(
    "what becomes of a document whose parent is nowhere: fail, root or skip",
    complete=("fail", "root", "skip"),
)
RESUME = Flag("go on with an import that was cut off")
ROLLBACK = Flag("undo an import that was cut off")


class Wishes:
    """What the user asked for."""

    __slots__ = (
        "current", "drop_current", "dry_run", "explain", "flags", "lenient", "map_name", "map_path",
        "map_uuid", "orphans", "reparent", "resume", "rollback", "truncate",
    )  # fmt: skip

    def __init__(self, **values: Any) -> None:
        for name in Wishes.__slots__:
            setattr(self, name, values.get(name))


def rules(given: dict[str, Any]) -> None:
    """The rules between the options of an import."""
    again = [name for name in ("resume", "rollback") if name in given]
    if not again and "file" not in given:
        raise CommandError("<file> is required", hint="or --resume, or --rollback")
    others = [name for name in given if name not in ("domain", "resume", "rollback", "explain")]
    if again and others:
        raise CommandError(f"Options --{again[0]} and --{others[0]} are mutually exclusive")


def import_moments(
    session: Session, domain: Any, kind: str, files: list[str], wishes: Wishes
) -> Any:
    """Do what was asked for.  Returns documents."""
    from vsh.redefine.batch import prepare

    if wishes.resume or wishes.rollback:
        return _again(session, domain, kind, wishes)
    mending = _mending(domain, wishes)
    orphans = wishes.orphans or "fail"
    if orphans not in ("fail", "root", "skip"):
        raise CommandError(f"unknown word '{orphans}' for --orphans", hint="fail, root or skip")
    givens = _read(files, kind, mending)
    if not wishes.dry_run:
        _refuse_unfinished(domain, kind)
    batch = prepare(
        domain,
        kind,
        givens,
        wishes.flags,
        lenient=bool(wishes.lenient),
        orphans=orphans,
        current=wishes.current,
        drop_current=bool(wishes.drop_current),
        parents=mending.parents,
    )
    _tell(session, batch, len(givens), kind, domain, explain=bool(wishes.explain))
    if wishes.dry_run:
        return _plan(domain, batch, explain=bool(wishes.explain))
    return _apply(session, domain, batch, wishes)


def _mending(domain: Any, wishes: Wishes) -> Mending:
    from vsh.redefine.given import Mending, pairs

    return Mending(
        domain.uuid if wishes.map_uuid else None,
        domain.name if wishes.map_name else None,
        pairs("map-path", wishes.map_path or []),
        dict(pairs("reparent", wishes.reparent or [], empty=True)),
    )


# ---- the documents


def _read(files: list[str], kind: str, mending: Mending) -> list[Given]:
    """All documents of all files and folders."""
    from vsh.commands._files import read_text
    from vsh.redefine.given import documents
    from vsh.xml.reader import MAX_SIZE

    found = []
    for path in _documents_in(files):
        found += documents(path, read_text(path, MAX_SIZE), kind, mending)
    return found


def _documents_in(paths: Iterable[str]) -> list[str]:
    """The paths, and for folders those of the documents in them."""
    import os

    from vsh.redefine.plan import natural

    found: list[str] = []
    for path in paths:
        if not os.path.isdir(path):
            found.append(path)
            continue
        try:
            inside = [name for name in os.listdir(path) if name.endswith(".xml")]
        except OSError as error:
            raise CommandError(f"Failed to read folder '{path}': {error.strerror}") from None
        if not inside:
            raise CommandError(
                f"no documents in folder '{path}'", hint="their names have to end in .xml"
            )
        found += [os.path.join(path, name) for name in sorted(inside, key=natural)]
    return found


# ---- what is said


def _tell(
    session: Session, batch: Batch, count: int, kind: str, domain: Any, *, explain: bool
) -> None:
    """Raise the first problem, with all of them; or warn of what does not stop the work."""
    from vsh.commands._redefining import warn_of
    from vsh.redefine.problem import first_of

    error = first_of(batch.problems)
    if error is None:
        warn_of(session, _collected(batch.problems), explain=explain)
        return
    error.explain = explain
    error.listed = True
    wrong = sum(not problem.warning for problem in batch.problems)
    raise error from CommandError(
        f"{_number(wrong, 'problem')} in {_number(count, 'document')}: nothing was changed"
    )


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _collected(problems: list[Problem]) -> list[Problem]:
    """Warnings, the same of many documents once."""
    found: dict[tuple[str, str], Problem] = {}
    counts: dict[tuple[str, str], int] = {}
    for problem in problems:
        key = (problem.rule, problem.error.message)
        found.setdefault(key, problem)
        counts[key] = counts.get(key, 0) + 1
    for key, problem in found.items():
        if counts[key] > 1:
            more = _number(counts[key] - 1, "more place")
            problem.also = f"and {more}"
    return list(found.values())


def _plan(domain: Any, batch: Batch, *, explain: bool) -> Any:
    """The plan as a table; with --explain what would be replaced as diffs below it."""
    from vsh.redefine.compare import difference, text_of

    diffs: dict[str, str] = {}
    for entry in batch.plan.entries.values():
        if entry.action in ("replace", "reparent"):
            old = text_of(batch.base.document(entry.name))
            lines = difference(old, text_of(entry.document), names=("now", entry.file or "new"))
            diffs[entry.name] = "".join(f"{line}\n" for line in lines)
    table = Table(
        batch.rows,
        Column("Name", "name"),
        Column("Action", "action"),
        Column("Parent", "parent", lambda parent: parent or ""),
        Column("File", "file"),
        title=f"Plan for {domain.name}",
        extra=[
            {"current": row[0] == batch.current, "diff": diffs.get(row[0])} for row in batch.rows
        ],
    )
    if not explain or not diffs:
        return table
    return [table, *(Text(f"\n{text}", name=name, diff=text) for name, text in diffs.items())]


# ---- the work


def _refuse_unfinished(domain: Any, kind: str) -> None:
    if _journal(domain, kind) is not None:
        raise CommandError(
            f"an import of {kind}s into domain '{domain.name}' was cut off",
            hint=f"'{kind}-import {domain.name} --resume' goes on with it, --rollback undoes it",
        )


def _journal(domain: Any, kind: str) -> Journal | None:
    from vsh.redefine.journal import load, path_of

    try:
        return load(domain, kind)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"Failed to read journal '{path_of(domain, kind)}': {error}") from None


def _apply(session: Session, domain: Any, batch: Batch, wishes: Wishes) -> Document:
    from vsh.redefine.journal import Journal

    actions = [action for _, action, _, _ in batch.rows]
    counts = {word: actions.count(word) for word in dict.fromkeys(actions)}
    left_out: list[str] = []
    if batch.entries or batch.current is not None:
        journal = Journal.of(domain, batch, truncate=bool(wishes.truncate))
        try:
            journal.write()
        except OSError as error:
            raise CommandError(
                f"Failed to write journal '{journal.path}': {error.strerror}",
                hint="without it an import that is cut off could not be undone",
            ) from None
        left_out = _work(session, domain, journal, batch.base.texts)
        for name, action, _, _ in batch.rows:
            if name in left_out:
                counts[action] -= 1
    return _summary(domain, batch.kind, counts, left_out, batch.rows, batch.current)


def _summary(
    domain: Any,
    kind: str,
    counts: dict[str, int],
    left_out: list[str],
    rows: list[tuple[str, str, str | None, str]],
    current: str | None,
) -> Document:
    words = {
        "add": "added",
        "replace": "replaced",
        "reparent": "moved",
        "unchanged": "unchanged",
        "skip": "skipped",
    }
    if left_out:
        counts = {**counts, "left": len(left_out)}
        words["left"] = "left out"
    parts = [f"{counts[word]} {text}" for word, text in words.items() if counts.get(word)]
    return Done(
        "Domain {domain}: {kind}s {summary}",
        domain=domain.name,
        kind=kind,
        summary=", ".join(parts),
        current=current,
        moments=[
            {
                "name": name,
                "action": "left out" if name in left_out else action,
                "parent": parent,
                "file": file,
            }
            for name, action, parent, file in rows
        ],
    )


def _work(session: Session, domain: Any, journal: Journal, texts: dict[str, str]) -> list[str]:
    """Apply a journal; on failure undo it.  Returns the names that were left out.

    texts  what of the journal's documents is there already
    """
    from vsh.redefine.apply import apply_levels, make_current

    def excuse(error: Error) -> bool:
        if journal.truncate and error.code == INCONSISTENT:
            session.warn(error.message.strip())
            return True
        return False

    try:
        done = apply_levels(
            domain, journal.levels, kind=journal.kind, flags=journal.flags, excuse=excuse
        )
        if journal.current is not None:
            xml, state = _current(journal, texts)
            make_current(domain, xml, state, flags=journal.flags)
    except Error as error:
        _take_back(session, domain, journal, error)
        raise
    except KeyboardInterrupt:
        session.warn(f"cut off: '{journal.kind}-import {domain.name} --rollback' undoes it")
        raise
    applied = {record.name for record in done}
    _compare(session, domain, journal, applied)
    journal.remove()
    return [record.name for record in journal.records if record.name not in applied]


def _current(journal: Journal, texts: dict[str, str]) -> tuple[str, str | None]:
    """The document of the snapshot that is to be current, and its state."""
    from vsh.redefine.facts import Facts

    assert journal.current is not None
    for record in journal.records:
        if record.name == journal.current:
            return record.xml, record.state
    xml = texts[journal.current]
    return xml, Facts(xml).state


def _take_back(session: Session, domain: Any, journal: Journal, error: Error) -> None:
    """Undo what was done before an error, say so, and set the exit status."""
    from vsh.redefine.undo import undo

    entry = getattr(error, "entry", None)
    what = f"{journal.kind} {entry.name}" if entry is not None else f"{journal.kind}s"
    failed = f"Failed to import {what} into domain '{domain.name}'"
    again = f"'{journal.kind}-import {domain.name} --rollback' tries again"
    try:
        undone = undo(domain, journal)
    except Error as reason:
        session.status = NOT_UNDONE
        raise error from CommandError(
            f"{failed}, and what was done before could not be undone: {reason.message.strip()}",
            hint=again,
        )
    if undone.left:
        session.status = NOT_UNDONE
        done = f"; undone: {undone.text()}" if undone.done else ""
        raise error from CommandError(f"{failed}; not undone: {undone.remains()}{done}", hint=again)
    journal.remove()
    if undone.done:
        session.status = UNDONE
        raise error from CommandError(
            f"{failed}; what was done before has been undone: {undone.text()}"
        )
    raise error from CommandError(f"{failed}: nothing was changed")


def _compare(session: Session, domain: Any, journal: Journal, applied: set[str]) -> None:
    """E12: warn of what the hypervisor did not keep of the documents."""
    from vsh.redefine.compare import lost
    from vsh.redefine.fetch import fetch

    present = fetch(domain, journal.kind)
    for record in journal.records:
        if record.name not in applied:
            continue
        text = present.texts.get(record.name)
        if text is None:
            session.warn(f"{journal.kind} {record.name} is not there any more")
            continue
        diff = lost(record.xml, text, journal.kind)
        if diff:
            session.warn(
                f"{journal.kind} {record.name} is not all that {record.file} says:\n"
                + "\n".join(diff)
            )
    if journal.current is not None and present.current != journal.current:
        session.warn(f"snapshot {journal.current} is not current")


def _again(session: Session, domain: Any, kind: str, wishes: Wishes) -> Document:
    """--resume and --rollback."""
    from vsh.redefine.fetch import fetch
    from vsh.redefine.undo import undo

    journal = _journal(domain, kind)
    if journal is None:
        raise CommandError(
            f"no import of {kind}s into domain '{domain.name}' was cut off",
            hint="there is nothing to go on with or to undo",
        )
    if wishes.rollback:
        undone = undo(domain, journal)
        if undone.left:
            session.status = NOT_UNDONE
            raise CommandError(f"not undone: {undone.remains()}", hint=undone.text() or None)
        journal.remove()
        return Done(
            "Domain {domain}: import undone: {summary}" if undone.done
            else "Domain {domain}: nothing to undo",
            domain=domain.name,
            summary=undone.text(),
            undone=[{"name": name, "action": what} for name, what in undone.done],
        )
    present = fetch(domain, kind)
    standings = {
        record.name: record.standing(present, journal.texts.get(record.name))
        for record in journal.records
    }
    foreign = [name for name, standing in standings.items() if standing == "foreign"]
    if foreign:
        raise CommandError(
            f"{kind} {foreign[0]} has been changed by somebody else",
            hint="--rollback undoes the rest",
        )
    rows = [
        (record.name, "unchanged" if standings[record.name] == "new" else record.action,
         record.parent, record.file or "")
        for record in journal.records
    ]  # fmt: skip
    whole = journal.levels
    journal.levels = [
        [record for record in level if standings[record.name] != "new"] for level in whole
    ]
    left_out = _resume(session, domain, journal, whole, present.texts)
    actions = [action for name, action, _, _ in rows if name not in left_out]
    counts = {word: actions.count(word) for word in dict.fromkeys(actions)}
    return _summary(domain, kind, counts, left_out, rows, journal.current)
