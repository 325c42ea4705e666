"""snapshot-import and checkpoint-import: their options, and what is said of an import.

Exit statuses: 0 all done, 1 nothing was changed, 3 partly done and then undone, 4 partly done and
not (or not wholly) undone.
"""

from __future__ import annotations

from vsh.cli.objects import file_names
from vsh.cli.params import Argument, Flag, Option, Options
from vsh.commands._redefining import EXPLAIN, LENIENT, tell
from vsh.errors import CommandError
from vsh.output.document import Column, Done, Table, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.acts.journaled import Finished
    from vsh.acts.note import Note
    from vsh.api.domain import Domain
    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document
    from vsh.redefine.batch import Batch
    from vsh.redefine.given import Mending
    from vsh.redefine.kinds import Kind
    from vsh.redefine.undo import Undone

POLICIES = ("fail", "root", "skip")

FILES = Argument(
    "documents, bundles, or folders of them", required=False, repeats=True, complete=file_names
)
CHANGES = Options(
    dry_run=Flag("check everything and show the plan, change nothing"),
    map_uuid=Flag("put the domain's UUID into the documents"),
    map_name=Flag("put the domain's name into the documents"),
    map_path=Option(
        "OLD=NEW: an image, or a folder of images, that is elsewhere now",
        repeats=True,
        complete=file_names,
    ),
    reparent=Option("NAME=PARENT: another parent; nothing after the = makes a root", repeats=True),
    orphans=Option(
        "what becomes of a document whose parent is nowhere: fail, root or skip", complete=POLICIES
    ),
)
"""What is done to the documents before they are redefined."""
WAYS = Options(
    resume=Flag("go on with an import that was cut off"),
    rollback=Flag("undo an import that was cut off"),
    explain=EXPLAIN,
    lenient=LENIENT,
)
"""How the work is done."""

if TYPE_CHECKING:
    from typing import TypedDict

    class Changes(TypedDict):
        """The values of CHANGES."""

        dry_run: bool
        map_uuid: bool
        map_name: bool
        map_path: list[str]
        reparent: list[str]
        orphans: str | None

    class Ways(TypedDict):
        """The values of WAYS."""

        resume: bool
        rollback: bool
        explain: bool
        lenient: bool


def rules(given: Given) -> None:
    """The rules between the options of an import."""
    again = [name for name in ("resume", "rollback") if name in given]
    if not again and "file" not in given:
        raise CommandError("<file> is required", hint="or --resume, or --rollback")
    others = [name for name in given if name not in ("domain", "resume", "rollback", "explain")]
    if again and others:
        raise CommandError(f"Options --{again[0]} and --{others[0]} are mutually exclusive")


def import_moments(
    session: Session,
    domain: Domain,
    kind: Kind,
    files: list[str],
    changes: Changes,
    ways: Ways,
    *,
    flags: int,
    current: str | None = None,
    drop_current: bool = False,
    truncate: bool = False,
) -> Document | Iterable[Document]:
    """Do what was asked for.  Returns documents.

    flags                  of every redefinition
    current, drop_current  --current, --drop-current;  truncate  --truncate-at-invalid
    """
    from vsh.acts import import_ as act
    from vsh.acts.journaled import Failed, resume, roll_back
    from vsh.acts.note import carry_out

    def told(note: Note) -> None:
        tell(session, note)

    session.explains = ways["explain"]
    try:
        if ways["rollback"]:
            return _undone(domain, carry_out(roll_back(domain, kind), told))
        if ways["resume"]:
            return _done(domain, kind, carry_out(resume(domain, kind), told))
        wishes = act.Wishes(
            flags,
            mending=_mending(domain, changes),
            orphans=changes["orphans"] or POLICIES[0],
            current=current,
            drop_current=drop_current,
            lenient=ways["lenient"] or session.lenient,
            truncate=truncate,
        )
        if changes["dry_run"]:
            batch = carry_out(act.plan_import(domain, kind, files, wishes), told)
            return _plan(domain, batch, explain=ways["explain"])
        return _done(domain, kind, carry_out(act.import_(domain, kind, files, wishes), told))
    except Failed as failed:
        session.status = failed.outcome
        raise
    except KeyboardInterrupt:
        session.warn(f"cut off: '{kind}-import {domain.name} --rollback' undoes it")
        raise


def _mending(domain: Domain, changes: Changes) -> Mending:
    from vsh.redefine.given import Mending, pairs

    orphans = changes["orphans"]
    if orphans is not None and orphans not in POLICIES:
        raise CommandError(
            f"unknown word '{orphans}' for --orphans", hint="one of " + ", ".join(POLICIES)
        )
    return Mending(
        domain.uuid if changes["map_uuid"] else None,
        domain.name if changes["map_name"] else None,
        pairs("map-path", changes["map_path"]),
        dict(pairs("reparent", changes["reparent"], empty=True)),
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
        undone_moments=[{"name": name, "action": what} for name, what in undone.done],
    )


def _plan(domain: Domain, batch: Batch, *, explain: bool) -> Document | Iterable[Document]:
    """The plan as a table; with --explain what would be replaced as diffs below it."""
    from vsh.redefine.compare import difference, text_of

    diffs: dict[str, str] = {}
    for entry in batch.plan.entries.values():
        if entry.action in ("replace", "reparent"):
            there, new = batch.base.document(entry.name), entry.document
            if there is None or new is None:
                continue
            lines = difference(text_of(there), text_of(new), names=("now", entry.file or "new"))
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
