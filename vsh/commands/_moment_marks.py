"""What people see of snapshots and checkpoints in a listing and in a tree: state, kind, age, and
where the domain stands."""

from __future__ import annotations

from vsh.output.document import Column, Table
from vsh.output.units import age
from vsh.output.units import moment as as_moment
from vsh.redefine.facts import Facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vsh.api._call import Request
    from vsh.api.checkpoint import Checkpoint
    from vsh.api.domain import Domain
    from vsh.api.snapshot import Snapshot

    Moments = Sequence[Snapshot | Checkpoint]

CURRENT = "← current"


def looked_at(domain: Domain, moments: Moments) -> tuple[dict[str, Facts], str | None]:
    """What the document of each says, by name, and the name of the current one; asked in one go."""
    snapshots = bool(moments) and moments[0].kind == "Snapshot"
    requests: list[Request[object]] = [moment.get_xml_desc.request(0) for moment in moments]
    if snapshots:
        requests.append(domain.snapshot_current.request(0))
    answers = list(domain.connection.many(requests))
    current = getattr(answers.pop(), "name", None) if snapshots else None
    found = {
        str(getattr(moment, "name", "")): Facts(answer)
        for moment, answer in zip(moments, answers, strict=True)
        if isinstance(answer, str)
    }
    return found, current


def table(
    domain: Domain,
    moments: Moments,
    *,
    parent: bool,
    title: str,
    more: Callable[[list[Facts], list[str]], Sequence[dict[str, object]]],
) -> Table:
    """The listing for people.

    more  what only structured formats show of those that are listed, by what is known and named
    """
    found, current = looked_at(domain, moments)
    found = {name: facts for name, facts in found.items() if facts.created is not None}
    snapshots = bool(moments) and moments[0].kind == "Snapshot"
    described = any(facts.description for facts in found.values())
    columns = [Column("Name", "name")]
    if snapshots:
        columns += [
            Column("State", "state", _state, rank=2),
            Column("Kind", "location", _kind, rank=3),
        ]
    columns.append(Column("Created", "created", _when, value=as_moment, rank=4))
    if parent:
        columns.append(Column("Parent", "parent", _text, rank=1))
    if described:
        columns.append(Column("Description", "description", _text, rank=6))
    if snapshots:
        columns.append(Column("", "current", _mark, rank=1))
    rows = []
    for name, facts in found.items():
        row: list[object] = [name]
        row += [facts.state, _location(facts)] if snapshots else []
        row.append(facts.created)
        row += [facts.parent] if parent else []
        row += [facts.description] if described else []
        row += [name == current] if snapshots else []
        rows.append(row)
    kept, names = list(found.values()), list(found)
    return Table(rows, *columns, title=title, extra=lambda: more(kept, names))


def notes(domain: Domain, moments: Moments) -> Callable[[str], str]:
    """What people see beside a name in a tree; asked for when the first one is shown."""
    known: dict[str, str] = {}

    def note(name: str) -> str:
        if not known and moments:
            found, current = looked_at(domain, moments)
            for each, facts in found.items():
                parts = [facts.state or "", _kind(_location(facts)) if facts.state else ""]
                parts.append("" if facts.created is None else age(facts.created))
                text = " · ".join(filter(None, parts))
                known[each] = f"{text}   {CURRENT}" if each == current else text
        return known.get(name, "")

    return note


def _location(facts: Facts) -> str:
    return "external" if facts.external else "internal"


def _state(word: str | None) -> str:
    return word or "-"


def _kind(location: str) -> str:
    return {"external": "ext", "internal": "int"}.get(location, location)


def _when(created: int) -> str:
    from time import localtime, strftime

    return f"{strftime('%Y-%m-%d %H:%M', localtime(created))}  {age(created)}"


def _text(value: str | None) -> str:
    return "-" if value is None else value


def _mark(current: bool) -> str:
    return CURRENT if current else ""
