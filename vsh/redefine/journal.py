"""What is needed to go on with an import that was cut off, or to undo it: one file for each.

Rules:
- the file is complete before anything is changed, and is removed when all is well again;
- how far the work came is not written down: it is seen from what the hypervisor has, which cannot
  lie;
- documents have passwords in them: nobody but the user may read the file;
- who works on an import has its file locked: a file without a lock is of one that was cut off.
"""

from __future__ import annotations

import os

from vsh.redefine.facts import Facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.redefine.batch import Batch
    from vsh.redefine.fetch import Fetched
    from vsh.redefine.plan import Entry

VERSION = 1


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
    created = entry.document.created
    return Record(
        entry.name, entry.action, entry.xml, entry.parent, created, entry.state, entry.file
    )


class Journal:
    """An import: what is sent, and what was there before.

    levels       the documents, each level after the one before
    flags        for every redefinition, beside REDEFINE
    current      the snapshot to make current at the end, or None
    old_current  the one that was
    texts        what was there before, of everything that the import may touch
    """

    __slots__ = (
        "_lock", "current", "domain", "flags", "kind", "levels", "old_current", "path", "texts",
        "truncate", "uri",
    )  # fmt: skip

    def __init__(self, path: str) -> None:
        self.path = path
        self.kind = "snapshot"
        self.uri = ""
        self.domain = ""
        self.flags = 0
        self.current: str | None = None
        self.old_current: str | None = None
        self.levels: list[list[Record]] = []
        self.texts: dict[str, str] = {}
        self.truncate = False
        self._lock: int | None = None

    @classmethod
    def of(cls, domain: Any, batch: Batch, *, truncate: bool = False) -> Journal:
        """The journal of a batch that has been checked."""
        self = cls(path_of(domain, batch.kind))
        base = batch.base
        self.kind = batch.kind
        self.uri = domain.connection.uri
        self.domain = domain.name
        self.flags = batch.flags
        self.current = batch.current
        self.old_current = base.current
        self.truncate = truncate
        self.levels = [[_record(entry) for entry in level] for level in batch.plan.levels()]
        if batch.kind == "checkpoint":
            # the first child of the current one becomes current itself: which is first must not be
            # left to chance
            self.levels = [[record] for record in self.records]
        touched = {record.name for record in self.records}
        # becoming current, and losing a child, change more of a snapshot than its children
        touched.update(record.parent for record in self.records if record.parent is not None)
        touched.update(name for name in (base.current, batch.current) if name is not None)
        self.texts = {name: base.texts[name] for name in touched if base.has(name)}
        return self

    @property
    def records(self) -> list[Record]:
        """All documents, in order."""
        return [record for level in self.levels for record in level]

    def write(self) -> None:
        """Write the file, and lock it; it is there as a whole or not at all.  Raises OSError."""
        import json

        data = {
            "version": VERSION,
            "kind": self.kind,
            "uri": self.uri,
            "domain": self.domain,
            "flags": self.flags,
            "current": self.current,
            "old_current": self.old_current,
            "truncate": self.truncate,
            "levels": [
                [{slot: getattr(record, slot) for slot in Record.__slots__} for record in level]
                for level in self.levels
            ],
            "before": self.texts,
        }
        os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
        made = f"{self.path}.{os.getpid()}"
        number = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(number, "w", encoding="utf-8", errors="surrogateescape") as file:
            json.dump(data, file)
            file.flush()
            os.fsync(file.fileno())
        self.lock(made)
        os.replace(made, self.path)

    def lock(self, path: str) -> None:
        """Lock the file.  Raises BlockingIOError where another process has."""
        import fcntl

        self.release()
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(number)
            raise
        except OSError:
            pass  # there are file systems without locks
        self._lock = number

    def release(self) -> None:
        """Nothing is done with it any more."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def remove(self) -> None:
        """All is well: the file is not needed any more."""
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.release()


def path_of(domain: Any, kind: str) -> str:
    """Where the journal of a domain's imports is."""
    from zlib import crc32

    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    where = crc32(str(domain.connection.uri).encode())
    return os.path.join(state, "vsh", f"journal-{kind}-{domain.uuid}-{where:08x}.json")


def load(domain: Any, kind: str) -> Journal | None:
    """The journal of an import that was not finished, locked, or None.

    Raises ValueError for a file that is none, BlockingIOError where a process works on it.
    """
    journal = Journal(path_of(domain, kind))
    try:
        journal.lock(journal.path)
    except FileNotFoundError:
        return None
    try:
        _fill(journal)
    except BaseException:
        journal.release()
        raise
    return journal


def _fill(journal: Journal) -> None:
    import json

    with open(journal.path, encoding="utf-8", errors="surrogateescape") as file:
        data = json.load(file)
    if data["version"] != VERSION:
        raise ValueError(f"version {data['version']}")
    for name in ("kind", "uri", "domain", "flags", "current", "old_current", "truncate"):
        setattr(journal, name, data[name])
    journal.levels = [[Record(**record) for record in level] for level in data["levels"]]
    journal.texts = data["before"]
