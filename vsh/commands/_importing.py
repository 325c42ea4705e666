"""snapshot-import and checkpoint-import: their options, and what is said of an import.

Exit statuses: 0 all done, 1 nothing was changed, 3 partly done and then undone, 4 partly done and
not (or not wholly) undone.
"""

from __future__ import annotations

from vsh.cli.objects import file_names
from vsh.cli.params import Argument, Flag, Option
from vsh.commands._redefining import tell
from vsh.errors import CommandError, Error
from vsh.output.document import Column, Done, Table, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.acts.import_ import Wishes
    from vsh.acts.journaled import Finished
    from vsh.acts.note import Note
    from vsh.api.domain import Domain
    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document
    from vsh.redefine.batch import Batch
    from vsh.redefine.kinds import Kind
    from vsh.redefine.undo import Undone

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


class Options:
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


def rules(given: Given) -> None:
    """The rules between the options of an import."""
    again = [name for name in ("resume", "rollback") if name in given]
    if not again and "file" not in given:
        raise CommandError("<file> is required", hint="or --resume, or --rollback")
    others = [name for name in given if name not in ("domain", "resume", "rollback", "explain")]
    if again and others:
        raise CommandError(f"Options --{again[0]} and --{others[0]} are mutually exclusive")


def import_moments(
    session: Session, domain: Domain, kind: Kind, files: list[str], options: Options
) -> object:
    """Do what was asked for.  Returns documents."""
    from vsh.acts import import_ as act
    from vsh.acts.journaled import Failed, resume, roll_back
    from vsh.acts.note import carry_out

    def told(note: Note) -> None:
        tell(session, note, explain=options.explain)

    try:
        if options.rollback:
            return _undone(domain, carry_out(roll_back(domain, kind), told))
        if options.resume:
            return _done(domain, kind, carry_out(resume(domain, kind), told))
        wishes = _wishes(domain, options)
        if options.dry_run:
            batch = carry_out(act.plan_import(domain, kind, files, wishes), told)
            return _plan(domain, batch, explain=options.explain)
        return _done(domain, kind, carry_out(act.import_(domain, kind, files, wishes), told))
    except Failed as failed:
        session.status = failed.outcome
        raise
    except CommandError as error:
        if isinstance(error.__cause__, Error):
            error.__cause__.explain = options.explain
        raise
    except KeyboardInterrupt:
        session.warn(f"cut off: '{kind}-import {domain.name} --rollback' undoes it")
        raise


def _wishes(domain: Domain, options: Options) -> Wishes:
    from vsh.acts.import_ import Wishes
    from vsh.redefine.given import Mending, pairs

    if options.orphans not in POLICIES:
        raise CommandError(
            f"unknown word '{options.orphans}' for --orphans", hint="one of " + ", ".join(POLICIES)
        )
    mending = Mending(
        domain.uuid if options.map_uuid else None,
        domain.name if options.map_name else None,
        pairs("map-path", options.map_path),
        dict(pairs("reparent", options.reparent, empty=True)),
    )
    return Wishes(
        options.flags,
        mending=mending,
        orphans=options.orphans,
        current=options.current,
        drop_current=options.drop_current,
        lenient=options.lenient,
        truncate=options.truncate,
    )


# ---- what is said


_WORDS = {
    "add": "added", "replace": "replaced", "reparent": "moved", "delete": "deleted",
    "unchanged": "unchanged", "skip": "skipped",
}  # fmt: skip


def _done(domain: Domain, kind: Kind, finished: Finished) -> Document:
    done = [
        (name, "left out" if name in finished.left_out else _WORDS[action], parent, file)
        for name, action, parent, file in finished.rows
    ]
    actions = [action for _, action, _, _ in done]
    parts = [
        f"{actions.count(word)} {word}"
        for word in (*_WORDS.values(), "left out")
        if word in actions
    ]
    return Done(
        f"{kind.name.capitalize()}s of domain {{domain}}: {{summary}}",
        domain=domain.name,
        kind=kind.name,
        summary=", ".join(parts),
        current_name=finished.current,
        moments=[
            {"name": name, "action": action, "parent": parent, "file": file}
            for name, action, parent, file in done
        ],
    )


def _undone(domain: Domain, undone: Undone) -> Document:
    text = "undone: {summary}" if undone.done else "there was nothing to undo"
    return Done(
        "Domain {domain}: " + text,
        domain=domain.name,
        summary=undone.text(),
        undone=[{"name": name, "action": what} for name, what in undone.done],
    )


def _plan(domain: Domain, batch: Batch, *, explain: bool) -> object:
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
    return [table, *(_Diff(f"\n{text}") for text in diffs.values())]


class _Diff(Text):
    """A difference for people: for programs the plan has it."""

    __slots__ = ()

    def data(self) -> object:
        return None
