"""What is needed to go on with work that was cut off, or to undo it: one file for each.

Work is what takes several calls: an import, a renaming, forgetting a snapshot with all below it.

Rules:
- the file is complete before anything is changed, and is removed when all is well again; it never
  takes the place of another one;
- how far the work came is not written down: it is seen from what the hypervisor has, which cannot
  lie;
- documents have passwords in them: nobody but the user may read the file;
- who works holds the lock from before the first look: a file is read and written under it alone.
"""

from __future__ import annotations

import os

from vsh.redefine.facts import Facts
from vsh.redefine.lock import Lock
from vsh.redefine.private import write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.redefine.batch import Batch
    from vsh.redefine.fetch import Fetched
    from vsh.redefine.kinds import Kind
    from vsh.redefine.plan import Entry

VERSION = 2
WORK = {"import": "an import", "rename": "a renaming", "delete": "a deletion"}
"""What can be cut off, and how it is spoken of."""


class NoJournal(ValueError):
    """A file is no journal, or not a whole one; the text says why."""


class Record:
    """One document that is to be sent.

    parent, created, state  what it says; by these it is known again
    """

    __slots__ = ("action", "created", "file", "name", "parent", "state", "xml")

    def __init__(
        self,
        name: str,
        action: str,
        xml: str,
        parent: str | None,
        created: int | None,
        state: str | None,
        file: str | None,
    ) -> None:
        self.name = name
        self.action = action
        self.xml = xml
        self.parent = parent
        self.created = created
        self.state = state
        self.file = file

    def standing(self, present: Fetched, old: str | None) -> str:
        """How far it is: "absent", "old" (as before), "new" (as the document says), or "foreign":
        something else is there.
        """
        text = present.texts.get(self.name)
        if text is None:
            return "absent"
        if old is not None and text.strip() == old.strip():
            return "old"
        facts = Facts(text)
        if (facts.parent, facts.created) == (self.parent, self.created) and (
            self.state is None or facts.state == self.state
        ):
            return "new"
        return "foreign"


def _record(entry: Entry) -> Record:
    created = None if entry.document is None else entry.document.created
    return Record(
        entry.name, entry.action, entry.xml, entry.parent, created, entry.state, entry.file
    )


class Journal:
    """Work: what is sent, what is forgotten then, and what was there before.

    work         one of ``WORK``
    levels       the documents, each level after the one before
    flags        for every redefinition, beside REDEFINE
    current      the snapshot to make current after that, or None
    gone         the names whose metadata is forgotten at last, in order
    old_current  the one that was current
    texts        what was there before, of everything that the work may touch
    truncate     leave out checkpoints whose bitmaps are not in order, and all that is below them
    """

    __slots__ = (
        "current", "domain", "flags", "gone", "kind", "levels", "old_current", "path", "texts",
        "truncate", "uri", "work",
    )  # fmt: skip

    def __init__(self, domain: Domain, kind: Kind, work: str = "import") -> None:
        self.path = path_of(domain, kind)
        self.kind = kind
        self.work = work
        self.uri = str(domain.connection.uri)
        self.domain = str(domain.name)
        self.flags = 0
        self.current: str | None = None
        self.old_current: str | None = None
        self.levels: list[list[Record]] = []
        self.gone: list[str] = []
        self.texts: dict[str, str] = {}
        self.truncate = False

    @classmethod
    def of_batch(cls, domain: Domain, batch: Batch, *, truncate: bool = False) -> Journal:
        """The journal of a batch that has been checked."""
        self = cls(domain, batch.kind)
        self.flags = batch.flags
        self.current = batch.current
        self.truncate = truncate
        self.levels = [[_record(entry) for entry in level] for level in batch.plan.levels()]
        if batch.kind.serial:
            self.levels = [[record] for record in self.records]
        self.note(batch.base)
        return self

    @property
    def records(self) -> list[Record]:
        """All documents, in order."""
        return [record for level in self.levels for record in level]

    def note(self, base: Fetched) -> None:
        """Keep what there is now of everything that the work may touch."""
        self.old_current = base.current
        touched = {record.name for record in self.records} | set(self.gone)
        # becoming current, and losing a child, change more of a moment than its children
        touched.update(record.parent for record in self.records if record.parent is not None)
        touched.update(parent for name in self.gone if (parent := base.parent_of(name)) is not None)
        touched.update(name for name in (base.current, self.current) if name is not None)
        self.texts = {name: base.texts[name] for name in touched if base.has(name)}

    def write(self) -> None:
        """Write the file; it is there as a whole or not at all.

        Raises FileExistsError where there is one already, and OSError.
        """
        import json

        data = {name: getattr(self, name) for name in _FIELDS}
        data["version"] = VERSION
        data["kind"] = self.kind.name
        data["levels"] = [
            [{slot: getattr(record, slot) for slot in Record.__slots__} for record in level]
            for level in self.levels
        ]
        data["before"] = self.texts
        os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
        write(self.path, [json.dumps(data)])

    def remove(self) -> None:
        """All is well: the file is not needed any more."""
        if os.path.exists(self.path):
            os.unlink(self.path)


_FIELDS: dict[str, tuple[type, ...]] = {
    "work": (str,), "uri": (str,), "domain": (str,), "flags": (int,), "truncate": (bool,),
    "current": (str, type(None)), "old_current": (str, type(None)), "gone": (list,),
}  # fmt: skip
_RECORD: dict[str, tuple[type, ...]] = {
    "name": (str,), "action": (str,), "xml": (str,), "parent": (str, type(None)),
    "created": (int, type(None)), "state": (str, type(None)), "file": (str, type(None)),
}  # fmt: skip


def _name(domain: Domain, kind: Kind) -> str:
    from zlib import crc32

    where = crc32(str(domain.connection.uri).encode())
    return f"journal-{kind.name}-{domain.uuid}-{where:08x}"


def path_of(domain: Domain, kind: Kind) -> str:
    """Where the journal of work on a domain's moments is."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(state, "vsh", f"{_name(domain, kind)}.json")


def lock(domain: Domain, kind: Kind) -> Lock:
    """The lock of all work on a domain's moments of a kind: snapshots are not checkpoints'."""
    return Lock(_name(domain, kind))


def load(domain: Domain, kind: Kind) -> Journal | None:
    """The journal of work that was not finished, or None.  The lock has to be held.

    Raises NoJournal for a file that is no journal, and OSError.
    """
    journal = Journal(domain, kind)
    try:
        number = os.open(journal.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(number, encoding="utf-8", errors="surrogateescape") as file:
        text = file.read()
    _fill(journal, _parsed(text))
    return journal


def _parsed(text: str) -> dict[str, Any]:
    """The object in a journal.  Raises NoJournal."""
    import json

    try:
        data = json.loads(text)
    except RecursionError:
        raise NoJournal("it is nested too deeply") from None
    except ValueError as error:
        raise NoJournal(str(error)) from None
    if not isinstance(data, dict):
        raise NoJournal("it is no object")
    if data.get("version") == 1:  # of before there was other work than imports
        data.update(work="import", gone=[])
    elif data.get("version") != VERSION:
        raise NoJournal(f"version {str(data.get('version'))[:40]}")
    return data


def _fill(journal: Journal, data: dict[str, Any]) -> None:
    """Take a journal's values over.  Raises NoJournal where one is missing or of another form."""
    for name, value in _typed(data, _FIELDS, "the journal").items():
        setattr(journal, name, value)
    if data.get("kind") != journal.kind.name:
        raise NoJournal(f"it is not about {journal.kind.name}s")
    if journal.work not in WORK:
        raise NoJournal(f"work '{journal.work[:40]}'")
    before = _typed(data, {"before": (dict,), "levels": (list,)}, "the journal")
    journal.texts = before["before"]
    _all_texts(journal.texts.values())
    _all_texts(journal.gone)
    for level in before["levels"]:
        if not isinstance(level, list):
            raise NoJournal("a level is no list")
        journal.levels.append([Record(**_typed(each, _RECORD, "a record")) for each in level])
    if not 0 <= journal.flags < 2**32:
        raise NoJournal(f"flags {journal.flags}")
    known = {record.name for record in journal.records} | set(journal.texts)
    if journal.current is not None and journal.current not in known:
        raise NoJournal("the current one is not among its documents")


def _typed(data: Any, fields: dict[str, tuple[type, ...]], where: str) -> dict[str, Any]:
    """The fields of an object.  Raises NoJournal where one is missing or of another type."""
    if not isinstance(data, dict):
        raise NoJournal(f"{where} is no object")
    found = {}
    for name, types in fields.items():
        if name not in data or type(data[name]) not in types:
            raise NoJournal(f"'{name}' of {where} is missing or of another form")
        found[name] = data[name]
    return found


def _all_texts(values: Iterable[Any]) -> None:
    if not all(isinstance(value, str) for value in values):
        raise NoJournal("a text is missing or of another form")
