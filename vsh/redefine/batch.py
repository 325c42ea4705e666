"""From many documents to a plan: all problems of all of them, an order, and what is to be done.

Rules:
- the hypervisor is asked once for all that it has; nothing is changed;
- documents are ordered by their parents alone, whatever their files are called;
- each is checked against the world as those before it leave it.
"""

from __future__ import annotations

from vsh.errors import InvalidArgument
from vsh.redefine.check import check_document
from vsh.redefine.compare import same
from vsh.redefine.fetch import Fetched, fetch
from vsh.redefine.given import make_root
from vsh.redefine.plan import Entry, Plan, natural, sources
from vsh.redefine.rules.batches import NAMED_EXACTLY, ONCE
from vsh.redefine.rules.contents import unnamed
from vsh.redefine.rules.current import active_is_current

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vsh.api.domain import Domain
    from vsh.redefine.check import Checked
    from vsh.redefine.given import Given
    from vsh.redefine.kinds import Kind
    from vsh.redefine.moments import Document
    from vsh.redefine.rule import Problem


class World(Plan):
    """A plan over what was fetched, which answers in constant time whatever the number of
    documents.

    givens   the documents of the batch, by name
    circles  the names that have themselves above them
    """

    def __init__(self, base: Fetched, givens: dict[str, Given]) -> None:
        super().__init__(base)
        self.fetched = base
        self.givens = givens
        self.circles: set[str] = set()
        self.ranks: dict[str, int] = {}
        self._rank()
        self._children: dict[str, list[tuple[str, int | None]]] = {}
        self._users: dict[str, set[str]] = {}
        for name in base.names():
            if name not in givens:
                self.note(name, base.parent_of(name), _created(base, name), base.sources(name))

    def final_parent(self, name: str) -> str | None:
        """The parent that a moment will have when all is done."""
        given = self.givens.get(name)
        return given.parent if given is not None else self.base.parent_of(name)

    def _rank(self) -> None:
        """Note how deep each document is, and which are in circles; those below circles come
        last."""
        endless = len(self.givens) + 1
        for start in self.givens:
            chain: dict[str, None] = {}
            above: str | None = start
            while above is not None and above not in self.ranks and above not in chain:
                chain[above] = None
                above = self.final_parent(above)
            if above in chain:
                names = list(chain)
                self.circles.update(names[names.index(above) :])
                self.ranks.update(dict.fromkeys(self.circles, endless))
            rank = self.ranks.get(above or "", -1)
            for each in reversed(chain):
                if each not in self.circles:
                    rank += 1
                    self.ranks[each] = rank
                else:
                    rank = endless

    def note(
        self, name: str, parent: str | None, created: int | None, paths: Iterable[str]
    ) -> None:
        """Remember what others may ask about a moment."""
        if parent is not None:
            self._children.setdefault(parent, []).append((name, created))
        for path in paths:
            self._users.setdefault(path, set()).add(name)

    def may_circle(self, name: str, parent: str) -> bool:
        return name in self.circles

    def children_of(self, name: str) -> Iterator[tuple[str, int | None]]:
        return iter(self._children.get(name, ()))

    def user_of(self, path: str, name: str) -> str | None:
        return min((other for other in self._users.get(path, ()) if other != name), default=None)


def _created(base: Fetched, name: str) -> int | None:
    facts = base.facts(name)
    return None if facts is None else facts.created


class Batch:
    """What is to be done.

    plan      the entries; those that are sent by level
    rows      (name, action, parent, file) for each document, in the order of the work
    problems  all, in the order of the user's files
    current   the snapshot to be made current at the end, or None
    flags     for every redefinition, beside REDEFINE
    """

    __slots__ = ("base", "current", "flags", "kind", "plan", "problems", "rows")

    def __init__(self, base: Fetched, kind: Kind, flags: int) -> None:
        self.base = base
        self.kind = kind
        self.flags = flags
        self.plan = World(base, {})
        self.rows: list[tuple[str, str, str | None, str]] = []
        self.problems: list[Problem] = []
        self.current: str | None = None

    @property
    def entries(self) -> list[Entry]:
        """What is to be sent, in order."""
        return [entry for level in self.plan.levels() for entry in level]

    @property
    def wrong(self) -> bool:
        """Whether anything keeps it from being done."""
        return any(not problem.warning for problem in self.problems)


def prepare(
    domain: Domain,
    kind: Kind,
    givens: list[Given],
    flags: int,
    *,
    lenient: bool = False,
    orphans: str = "fail",
    current: str | None = None,
    drop_current: bool = False,
    parents: Iterable[str] = (),
) -> Batch:
    """Check documents and plan the work.

    flags         of every redefinition
    orphans       what becomes of documents whose parent is nowhere: fail, root or skip
    current       the snapshot to be current afterwards
    drop_current  do not believe <active>
    parents       names that --reparent gives, which have to be in the batch
    """
    circumstances = kind.circumstances(domain, flags, lenient=lenient)
    if any(problem.rule == "4" for problem in circumstances):
        batch = Batch(Fetched(domain, kind, {}, {}), kind, flags)
        batch.problems += circumstances
        return batch  # all else would have to be asked for in vain
    batch = Batch(fetch(domain, kind), kind, flags)
    batch.problems += circumstances
    by_name = _named(batch, givens)
    for name in parents:
        if name not in by_name:
            text = f"--reparent: no document is about {kind} {name}"
            batch.problems.append(NAMED_EXACTLY.broken(InvalidArgument(text)))
    _orphans(batch, by_name, orphans)
    world = batch.plan = World(batch.base, by_name)
    _note_all(world, by_name)
    found: dict[int, list[Problem]] = {}
    # of a circle each has to be there for the others, so that they are told about the circle
    for name in world.circles & by_name.keys():
        given = by_name[name]
        world.entries[name] = Entry(None, given.xml, given.file, name=name, parent=given.parent)
    order = sorted(by_name, key=lambda name: (world.ranks[name], natural(name)))
    for name in order:
        given = by_name[name]
        found[id(given)] = _take(batch, given, lenient)
    for given in givens:
        batch.problems += given.problems
        batch.problems += found.get(id(given), [])
    if kind.has_current:
        batch.problems += unnamed(world, domain.connection)
        _choose_current(batch, by_name, current, drop_current, lenient)
    _list(batch, order)
    return batch


def _named(batch: Batch, givens: list[Given]) -> dict[str, Given]:
    """The documents by name; E4 for names that come twice."""
    by_name: dict[str, Given] = {}
    for given in givens:
        if given.problems:
            continue
        if given.name is None:
            given.problems += _check(batch, given, lenient=True).problems
            continue
        first = by_name.setdefault(given.name, given)
        if first is given:
            continue
        if _alike(first, given, batch.kind):
            batch.rows.append((given.name, "skip", given.parent, given.file))
            continue
        text = f"{given.name} is in {first.file} already"
        given.problems += given.place([ONCE.broken(InvalidArgument(text), line=1)])
    return by_name


def _alike(one: Given, other: Given, kind: Kind) -> bool:
    """Whether two documents of one name say the same."""
    if one.xml.strip() == other.xml.strip():
        return True
    return bool(kind.read(one.xml) == kind.read(other.xml))


def _orphans(batch: Batch, by_name: dict[str, Given], policy: str) -> None:
    """What becomes of documents whose parent is nowhere."""
    if policy == "fail":
        return  # rule 32 finds them
    lost = [
        given
        for given in by_name.values()
        if given.parent is not None
        and given.parent not in by_name
        and not batch.base.has(given.parent)
    ]
    if policy == "root":
        for given in lost:
            make_root(given)
        return
    below: dict[str, list[Given]] = {}
    for given in by_name.values():
        if given.parent is not None:
            below.setdefault(given.parent, []).append(given)
    while lost:
        given = lost.pop()
        assert given.name is not None
        if by_name.pop(given.name, None) is not None:
            batch.rows.append((given.name, "skip", given.parent, given.file))
            if not batch.base.has(given.name):
                lost += below.get(given.name, [])


def _note_all(world: World, by_name: dict[str, Given]) -> None:
    """Who is whose child when all is done.  Images are noted as documents are taken in."""
    from vsh.redefine.facts import Facts

    for name, given in by_name.items():
        try:
            created = Facts(given.xml).created
        except ValueError:  # rule 13 finds it
            created = None
        world.note(name, given.parent, created, ())


def _check(batch: Batch, given: Given, *, lenient: bool) -> Checked:
    checked = check_document(
        batch.base.domain, batch.kind, batch.plan, given.xml, batch.flags, lenient=lenient
    )
    given.place(checked.problems)
    return checked


def _take(batch: Batch, given: Given, lenient: bool) -> list[Problem]:
    """Check one document and take it into the plan.  Returns its problems."""
    world, base = batch.plan, batch.base
    name = given.name
    assert name is not None
    if base.has(name) and given.xml.strip() == base.texts[name].strip():
        created = _created(base, name)
        entry = Entry(None, given.xml, given.file, name=name, parent=given.parent, created=created)
        entry.action = "unchanged"
        world.entries[name] = entry
        world.note(name, None, None, base.sources(name))
        return []
    checked = _check(batch, given, lenient=lenient)
    problems: list[Problem] = checked.problems
    if checked.document is None:
        return problems
    entry = Entry(checked.document, given.xml, given.file)
    if base.has(name):
        entry.action = "replace"
        there = base.document(name)
        if there is not None and not any(not problem.warning for problem in problems):
            entry.action = _action(checked.document, there)
    world.entries[name] = entry
    world.note(name, None, None, sources(checked.document))
    return problems


def _action(document: Document, there: Document) -> str:
    if same(document, there):
        return "unchanged"
    parent, document.parent = document.parent, there.parent
    moved = same(document, there)
    document.parent = parent
    return "reparent" if moved else "replace"


def _choose_current(
    batch: Batch, by_name: dict[str, Given], current: str | None, drop: bool, lenient: bool
) -> None:
    """Which snapshot is current afterwards: --current, else what <active> says."""
    claims = [] if drop else [given for given in by_name.values() if given.active]
    wanted = current
    if current is not None and not batch.plan.has(current):
        text = f"--current: there is no snapshot named {current}, and no document"
        batch.problems.append(NAMED_EXACTLY.broken(InvalidArgument(text)))
    for given in claims:
        if wanted is None:
            wanted = given.name
        elif given.name != wanted:
            text = f"<active> of snapshot {given.name} says current, so does "
            text += "--current of" if current is not None else "that of"
            error = InvalidArgument(f"{text} {wanted}")
            problem = active_is_current.broken(error, line=1, warning=lenient)
            batch.problems += given.place([problem])
    # a snapshot that is replaced stays current; to say so again would only lose its <revertDisks>
    batch.current = wanted if wanted != batch.base.current else None


def _list(batch: Batch, order: list[str]) -> None:
    """The rows of the plan, in the order of the work."""
    rows = []
    for name in order:
        entry = batch.plan.entries.get(name)
        if entry is not None:
            row = (name, entry.action, entry.parent, entry.file or "")
            rows.append((batch.plan.ranks[name], entry.created, natural(name), row))
    rows.sort(key=lambda row: row[:3])
    batch.rows[:0] = [row[3] for row in rows]
