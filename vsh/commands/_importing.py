"""snapshot-import and checkpoint-import: many documents read, checked as a whole, and applied.

Nothing is changed here; ``_import_work`` does that.
"""

from __future__ import annotations

from vsh.cli.objects import file_names
from vsh.cli.params import Argument, Flag, Option
from vsh.errors import CommandError
from vsh.output.document import Column, Table, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.cli.session import Session
    from vsh.redefine.batch import Batch
    from vsh.redefine.given import Given, Mending
    from vsh.redefine.problem import Problem

POLICIES = ("fail", "root", "skip")

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
    "what becomes of a document whose parent is nowhere: fail, root or skip", complete=POLICIES
)
RESUME = Flag("go on with an import that was cut off")
ROLLBACK = Flag("undo an import that was cut off")


class Wishes:
    """What the user asked for: the options, by their names.

    flags     of every redefinition
    truncate  --truncate-at-invalid
    """

    __slots__ = (
        "current", "drop_current", "dry_run", "explain", "flags", "lenient", "map_name", "map_path",
        "map_uuid", "orphans", "reparent", "resume", "rollback", "truncate",
    )  # fmt: skip

    def __init__(
        self,
        *,
        flags: int,
        dry_run: bool,
        map_uuid: bool,
        map_name: bool,
        map_path: list[str],
        reparent: list[str],
        orphans: str | None,
        resume: bool,
        rollback: bool,
        explain: bool,
        lenient: bool,
        current: str | None = None,
        drop_current: bool = False,
        truncate: bool = False,
    ) -> None:
        self.flags = flags
        self.dry_run = dry_run
        self.map_uuid = map_uuid
        self.map_name = map_name
        self.map_path = map_path
        self.reparent = reparent
        self.orphans = orphans or "fail"
        self.resume = resume
        self.rollback = rollback
        self.explain = explain
        self.lenient = lenient
        self.current = current
        self.drop_current = drop_current
        self.truncate = truncate


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
    from vsh.commands._import_work import go_on, refuse_unfinished, work
    from vsh.redefine.batch import prepare

    if wishes.resume or wishes.rollback:
        return go_on(session, domain, kind, rollback=wishes.rollback)
    mending = _mending(domain, wishes)
    if wishes.orphans not in POLICIES:
        raise CommandError(
            f"unknown word '{wishes.orphans}' for --orphans", hint="one of " + ", ".join(POLICIES)
        )
    givens = _read(files, kind, mending)
    if not wishes.dry_run:
        refuse_unfinished(domain, kind)
    batch = prepare(
        domain,
        kind,
        givens,
        wishes.flags,
        lenient=wishes.lenient,
        orphans=wishes.orphans,
        current=wishes.current,
        drop_current=wishes.drop_current,
        parents=mending.parents,
    )
    _tell(session, batch, len(givens), explain=wishes.explain)
    if wishes.dry_run:
        return _plan(domain, batch, explain=wishes.explain)
    return work(session, domain, batch, truncate=wishes.truncate)


def _mending(domain: Any, wishes: Wishes) -> Mending:
    from vsh.redefine.given import Mending, pairs

    return Mending(
        domain.uuid if wishes.map_uuid else None,
        domain.name if wishes.map_name else None,
        pairs("map-path", wishes.map_path),
        dict(pairs("reparent", wishes.reparent, empty=True)),
    )


# ---- the documents


def _read(files: list[str], kind: str, mending: Mending) -> list[Given]:
    """All documents of all files and folders."""
    from vsh.commands._files import read_text
    from vsh.redefine.given import documents
    from vsh.xml.engine.reader import MAX_SIZE

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


def _tell(session: Session, batch: Batch, count: int, *, explain: bool) -> None:
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
    raise CommandError(
        f"{_number(wrong, 'problem')} in {_number(count, 'document')}: nothing was changed"
    ) from error


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
