"""What the snapshot and checkpoint commands share: finding one, and what its document says at the
top.
"""

from __future__ import annotations

from vsh.commands._moment_marks import notes, table
from vsh.errors import CommandError, Error, NoSnapshot, NoSupport
from vsh.output.document import Column, Lines, Said, Shaped, Table, Tree
from vsh.output.units import moment as as_moment
from vsh.redefine.facts import Facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from vsh.api.checkpoint import Checkpoint
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.snapshot import Snapshot
    from vsh.cli.params import Given
    from vsh.output.document import Document, Row

    Moment = TypeVar("Moment", Snapshot, Checkpoint)


def when(created: int) -> str:
    """A creation time as listings show it."""
    from time import localtime, strftime

    return strftime("%Y-%m-%d %H:%M:%S %z", localtime(created))


def as_domain_state(word: str | None) -> str | None:
    """A snapshot's state in the words for states of domains: "shutoff" is "shut off"."""
    return "shut off" if word == "shutoff" else word


def by_name(moment: Moment) -> bytes:
    """The order of listings: names without regard to the case of ASCII letters."""
    name: str = moment.name
    return name.encode("utf-8", "surrogateescape").lower()


def facts_of(connection: Connection, moments: list[Moment]) -> list[tuple[Moment, Facts]]:
    """The moments whose documents can be had, with what these say; all asked for at once."""
    answers = connection.many([moment.get_xml_desc.request(0) for moment in moments])
    return [
        (moment, Facts(answer))
        for moment, answer in zip(moments, answers, strict=True)
        if not isinstance(answer, Error)
    ]


def parents_of(
    connection: Connection, moments: list[Moment], none: type[Error], kind: str
) -> dict[str, str | None]:
    """The parents' names; ``none`` is the error that says that there is no parent."""
    parents: dict[str, str | None] = {}
    answers = connection.many([moment.get_parent.request(0) for moment in moments])
    for moment, answer in zip(moments, answers, strict=True):
        if not isinstance(answer, Error):
            parents[moment.name] = answer.name
        elif isinstance(answer, none):
            parents[moment.name] = None
        else:
            raise answer from CommandError(f"unable to determine if {kind} has parent")
    return parents


def listing_check(
    filters: tuple[str, ...], starts: tuple[str, ...], needed: str
) -> Callable[[dict[str, object]], None]:
    """The rules between a listing's options: no filter with --tree, no --descendants of nothing."""

    def check(given: Given) -> None:
        for name in filters:
            if name in given and "tree" in given:
                raise CommandError(
                    f"--{name} and --tree are mutually exclusive",
                    hint="a tree needs all that is in it",
                )
        if "descendants" in given and not any(start in given for start in starts):
            raise CommandError(f"--descendants requires {needed}")

    return check


def listing(
    domain: Domain,
    found: list[Moment],
    start: Moment | None,
    none: type[Error],
    kind: str,
    *,
    tree: bool,
    name: bool,
    parent: bool,
    sort: bool,
    people: bool,
) -> Document:
    """What was found, in the form that was asked for.

    start  what the listing began at, which is the top of a tree
    none   as ``parents_of`` has it
    """
    connection = domain.connection

    def listed(moments: list[Moment]) -> Table:
        title = f"{kind.capitalize()}s of {domain.name}"
        facts = facts_of(connection, moments)
        return _table(domain, facts, state=kind == "snapshot", parent=parent, title=title)

    def whole(moments: list[Moment]) -> list[Row]:
        return listed(moments).rows_as_data()

    if tree:
        parents = parents_of(connection, found, none, kind)
        if start is not None:
            found = found.copy()
            found.append(start)
            parents[start.name] = None
    if sort:
        found = sorted(found, key=by_name)
    if tree:
        named = {moment.name: moment for moment in found}

        def rows_of(names: list[str]) -> list[Row]:
            return whole([named[name] for name in names])

        return _tree(found, parents, rows_of, notes(domain, found) if people else None)
    if name and not parent:
        return Lines([moment.name for moment in found], rows=lambda: whole(found))
    if people and not name:
        title = f"{kind.capitalize()}s of {domain.name}"
        return table(domain, found, parent=parent, title=title, more=_teller(domain, kind))
    if name:
        return _names(facts_of(connection, found), lambda: whole(found))
    return listed(found)


def _tree(
    moments: list[Moment],
    parents: dict[str, str | None],
    values: Callable[[list[str]], list[Row]],
    notes: Callable[[str], str] | None,
) -> Document:
    """A tree by name; those that have no parent stand at the top."""
    below: dict[str, list[str]] = {}
    roots = []
    for moment in moments:
        parent = parents[moment.name]
        if parent is None:
            roots.append(moment.name)
        else:
            below.setdefault(parent, []).append(moment.name)
    return Tree(roots, lambda name: below.get(name, ()), values, notes)


def _names(found: list[tuple[Moment, Facts]], whole: Callable[[], list[Row]]) -> Document:
    """Names with their parents beside them, one pair a line."""
    lines = [
        f"{moment.name}\t{facts.parent}" if facts.parent else moment.name for moment, facts in found
    ]
    return Shaped("".join(f"{line}\n" for line in lines), whole)


def _teller(
    domain: Domain, kind: str
) -> Callable[[list[Facts], list[str]], list[dict[str, object]]]:
    """What gives all that structured formats tell of each beyond the table."""

    def tell(found: list[Facts], names: list[str]) -> list[dict[str, object]]:
        if kind == "snapshot":
            return _more(domain, found, names)
        return [
            {"parent": facts.parent, "description": facts.description, "domain": domain.name}
            for facts in found
        ]

    return tell


def _more(domain: Domain, found: list[Facts], names: list[str]) -> list[dict[str, object]]:
    """What structured formats tell of each snapshot beyond the table: its place in the tree."""
    try:
        current = domain.snapshot_current(0).name
    except (NoSnapshot, NoSupport):
        current = None
    return [
        {
            "parent": facts.parent,
            "current": name == current,
            "location": "external" if facts.external else "internal",
            "description": facts.description,
            "domain": domain.name,
        }
        for name, facts in zip(names, found, strict=True)
    ]


def _table(
    domain: Domain, found: list[tuple[Moment, Facts]], *, state: bool, parent: bool, title: str
) -> Table:
    """The table of a listing, with what structured formats tell of each beyond it."""
    columns = [Column("Name", "name"), Column("Creation Time", "created", when, value=as_moment)]
    if state:
        columns.append(Column("State", "state", value=as_domain_state))
    if parent:
        columns.append(Column("Parent", "parent", lambda name: name or ""))
    rows = []
    kept: list[Facts] = []
    for moment, facts in found:
        if facts.created is None or (state and facts.state is None):
            continue
        kept.append(facts)
        row: list[object] = [moment.name, facts.created]
        if state:
            row.append(facts.state)
        if parent:
            row.append(facts.parent)
        rows.append(row)
    names = [str(row[0]) for row in rows]

    tell = _teller(domain, "snapshot" if state else "checkpoint")
    return Table(rows, *columns, title=title, extra=lambda: tell(kept, names))


def created(kind: str, name: str, file: str | None) -> Document:
    """What was made, and from which file."""
    if file is None:
        return Said(f"Domain {kind} {{{kind}}} created", **{kind: name})
    return Said(f"Domain {kind} {{{kind}}} created from '{{file}}'", **{kind: name}, file=file)


def pieces(text: str) -> list[str]:
    """The parts of a comma-separated text; a doubled comma is a comma."""
    parts = [""]
    position = 0
    while position < len(text):
        char = text[position]
        if char == "," and text[position + 1 : position + 2] == ",":
            parts[-1] += ","
            position += 2
        elif char == ",":
            parts.append("")
            position += 1
        else:
            parts[-1] += char
            position += 1
    return parts


def keyed(parts: Iterable[str], *keys: str) -> dict[str, str] | None:
    """``key=value`` parts by key, each key once; None if a part is anything else."""
    found: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if not equals or key not in keys or key in found:
            return None
        found[key] = value
    return found


def escaped(text: str) -> str:
    """Text as libvirt writes it into XML."""
    from vsh.xml.engine.text import escape

    return escape(text)
