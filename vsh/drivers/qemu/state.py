"""The state file: what was said to be done is in it, in one transaction for each act.

Documents are kept once, by their hash: a tree of 5,000 snapshots holds their domain once.  What a
listing needs is a column, so that it reads no document.
"""

from __future__ import annotations

from _thread import RLock

from vsh.drivers.qemu.state_file import SCHEMA, TABLES, close_to_others, hash_of
from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.database import FileError, connect
from vsh.drivers.state.record import NotWritten, Record
from vsh.errors import InternalError, OperationTimeout
from vsh.qmp import notation
from vsh.qmp.value import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Cursor
    from collections.abc import Callable, Iterable

    from vsh.drivers.state.moments import Document, Moment
    from vsh.drivers.state.record import Facts, Kept, Restoring
    from vsh.qmp.value import Struct

SWEPT_BY = "00"
"""A new document whose hash begins so, one of 256, has those dropped that nothing names."""

if TYPE_CHECKING:

    def _facts(text: str) -> Facts: ...

else:
    _facts = notation.loads


class Act:
    """What is done to the file inside ``with``: see ``State.act``."""

    __slots__ = ("_state",)

    def __init__(self, state: State) -> None:
        self._state = state

    def __enter__(self) -> None:
        self._state.begin()

    def __exit__(self, kind: object, *raised: object) -> None:
        self._state.end(well=kind is None)


class State:
    """The file, open.  For many threads at once; a thread's acts may be nested."""

    def __init__(self, path: str) -> None:
        self._lock = RLock()
        self._depth = 0
        self._rows: dict[tuple[str, str], tuple[object, ...]] = {}  # of objects, as they stand
        self._open: set[str] = set()  # the domains to which something is being done
        self.doubted: set[str] = set()
        self._current: dict[tuple[str, str], str | None] = {}  # moments, by kind and domain
        self._stores: dict[str, Restoring] = {}
        self._touched: dict[Kept, str] = {}  # what this act writes of, and of which kind it is
        self._untidy = False  # it is time to look for documents that nothing names any more
        try:
            close_to_others(path)
            self._file = connect(path, isolation_level=None, check_same_thread=False)
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=FULL")
            self._upgrade(path)
        except (OSError, FileError) as error:
            raise InternalError(f"cannot use the state file {path}: {error}") from None

    def _upgrade(self, path: str) -> None:
        [version] = self._file.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA:
            raise InternalError(f"the state file {path} was written by a newer vsh ({version})")
        if version < SCHEMA:
            with self.act():
                for statement in TABLES.split(";\n"):
                    if statement.strip():
                        self._file.execute(statement)
                self._file.execute(f"PRAGMA user_version={SCHEMA}")

    def close(self) -> None:
        """Close it."""
        with self._lock:
            self._file.close()

    def act(self) -> Act:
        """All or nothing of what is written inside is kept; it is on disk when this ends well."""
        return Act(self)

    def begin(self) -> None:
        """An act begins, maybe inside another one."""
        self._lock.acquire()
        try:
            if self._depth == 0:
                self._do("BEGIN IMMEDIATE")
        except BaseException:
            self._lock.release()
            raise
        self._depth += 1

    def end(self, *, well: bool) -> None:
        """The act that was begun last ends."""
        kept = well
        try:
            self._depth -= 1
            if self._depth == 0:
                kept = False
                if well:
                    if self._untidy:
                        self._sweep()
                    self._do("COMMIT")
                elif self._file.in_transaction:  # a disk that is full has ended it
                    self._file.execute("ROLLBACK")
                kept = well
        finally:
            if not kept:
                self._rows.clear()
                self._current.clear()
            if self._depth == 0:
                touched, self._touched = self._touched, {}
                if not kept:
                    for thing, kind in touched.items():
                        self._restore(kind, thing)
            self._lock.release()

    def touch(self, kind: str, thing: Kept) -> None:
        """The act that goes on writes of an object: where it fails the object is told."""
        if self._depth:
            self._touched[thing] = kind

    def serve(self, store: Restoring) -> None:
        """A store's objects are told what could not be written of them."""
        self._stores[store.kind] = store

    def _restore(self, kind: str, thing: Kept) -> None:
        """An object is what the file has of it."""
        store = self._stores.get(kind)
        if store is None:
            return
        found = self._load(kind, thing.uuid or thing.name)
        kept, planned, live = found[0] if found else (None, None, None)
        store.restore(thing, kept, self.reader(planned), self.reader(live))

    def reader(self, hash: str | None) -> Callable[[], str] | None:
        """What gives a document when it is wanted; None where there is none."""
        return None if hash is None else lambda: self.text(hash)

    def _do(self, statement: str, values: tuple[object, ...] = ()) -> Cursor:
        try:
            return self._file.execute(statement, values)
        except FileError as error:
            with Ignoring(FileError):  # it was closed meanwhile
                if self._depth == 0 and self._file.in_transaction:
                    self._file.execute("ROLLBACK")
            raise NotWritten(f"cannot write the state file: {error}") from None

    def _ask(self, statement: str, values: tuple[object, ...] = ()) -> Cursor:
        try:
            return self._file.execute(statement, values)
        except FileError as error:
            raise InternalError(f"cannot read the state file: {error}") from None

    # ---- objects

    def put(self, kind: str, thing: Kept) -> None:
        """Write what there is of an object; ``thing.record()`` says what that is."""
        record = thing.record()
        if record is None:
            self.drop(kind, thing)
            return
        place = (kind, record.name)
        row = (
            *place,
            record.uuid,
            record.persistent,
            record.autostart,
            hash_of(record.planned),
            hash_of(record.live),
            notation.dumps(record.facts),
        )
        with self._lock:
            if self._rows.get(place) == row:
                return
            with self.act():
                self.touch(kind, thing)
                self.document(record.planned)
                self.document(record.live)
                self._do("INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
                self._rows[place] = row

    def drop(self, kind: str, thing: Kept) -> None:
        """Forget an object, and a domain's moments and job with it."""
        with self.act():
            self.touch(kind, thing)
            self._rows.pop((kind, thing.name), None)
            self._do("DELETE FROM object WHERE kind=? AND name=?", (kind, thing.name))
            if kind == "domain":
                self._do("DELETE FROM moment WHERE domain=?", (thing.uuid,))
                self._current.clear()
                self._do("DELETE FROM job WHERE domain=?", (thing.uuid,))
                self._open.discard(thing.uuid)
                self.doubted.discard(thing.uuid)

    def rename(self, kind: str, thing: Kept, before: str) -> None:
        """An object has another name."""
        with self.act():
            self.touch(kind, thing)
            self._rows.pop((kind, before), None)
            self._do("UPDATE object SET name=? WHERE kind=? AND name=?", (thing.name, kind, before))

    def load(self, kind: str) -> list[tuple[Record, str | None, str | None]]:
        """All objects of a kind: each record, without documents, and the hashes of those."""
        return self._load(kind, "")

    def _load(self, kind: str, wanted: str) -> list[tuple[Record, str | None, str | None]]:
        """Those of a name or UUID; "": all."""
        with self._lock:
            rows = self._ask(
                "SELECT name, uuid, persistent, autostart, planned, live, facts"
                " FROM object WHERE kind=?1 AND ?2 IN ('', uuid, name) ORDER BY name",
                (kind, wanted),
            ).fetchall()
        return [
            (
                Record(
                    name,
                    uuid,
                    persistent=bool(persistent),
                    autostart=bool(autostart),
                    planned=None,
                    live=None,
                    facts=_facts(facts),
                ),
                planned,
                live,
            )
            for name, uuid, persistent, autostart, planned, live, facts in rows
        ]

    def runs(self) -> set[str]:
        """The folders of the QEMUs that run guests, as far as is known."""
        with self._lock:
            rows = self._file.execute(
                "SELECT json_extract(facts, '$.run.folder') FROM object"
                " WHERE kind='domain' AND live IS NOT NULL"
            ).fetchall()
        return {str(folder) for (folder,) in rows}

    # ---- jobs: what is being done to a domain, so that a crash can be cleaned up

    def begin_job(self, domain: str, operation: str, facts: dict[str, object]) -> None:
        """Something is about to be done to a domain that is not done in one write.

        facts  what it takes to finish it or to take it back

        Raises OperationTimeout where nobody knows yet what became of the act before.
        """
        if domain in self.doubted:
            raise OperationTimeout("cannot acquire state change lock")
        self._open.add(domain)
        with self.act():
            self._do(
                "INSERT OR REPLACE INTO job VALUES (?, ?, '', ?)",
                (domain, operation, notation.dumps(facts)),
            )

    def end_job(self, domain: str) -> None:
        """It is done, or taken back; what nobody knows of stays until it is known."""
        if domain in self.doubted:
            return
        self._open.discard(domain)
        with self.act():
            self._do("DELETE FROM job WHERE domain=?", (domain,))

    def doubt(self, domain: str) -> None:
        """A domain's QEMU has not answered: what is being done may still come to be."""
        if domain in self._open:
            self.doubted.add(domain)

    def settle(self, domain: str) -> tuple[str, Struct] | None:
        """What was being done when a QEMU did not answer; it can be finished or taken back now."""
        if domain not in self.doubted:
            return None
        self.doubted.discard(domain)
        return self.jobs().get(domain)

    def jobs(self) -> dict[str, tuple[str, Struct]]:
        """What was cut off: the operation and its facts, by the domain's UUID."""
        with self._lock:
            rows = self._ask("SELECT domain, operation, facts FROM job").fetchall()
        return {
            domain: (operation, struct(notation.loads(facts))) for domain, operation, facts in rows
        }

    def unfinished(self, kind: str) -> bool:
        """Whether something was being done to an object of a kind when the file was left."""
        with self._lock:
            row = self._ask(
                "SELECT 1 FROM object WHERE kind=? AND (json_extract(facts, '$.step') <> ''"
                " OR json_array_length(facts, '$.making') > 0) LIMIT 1",
                (kind,),
            ).fetchone()
        return row is not None

    # ---- moments

    def put_moment(
        self,
        kind: str,
        domain: str,
        moment: Moment[Document],
        texts: tuple[str, str | None, str | None],
    ) -> None:
        """Write a snapshot or checkpoint; one that is replaced keeps its place.

        texts  its document without domains, its domain, and its inactive domain
        """
        document, definition, inactive = texts
        with self.act():
            [place] = self._do(
                "SELECT coalesce("
                "(SELECT place FROM moment WHERE kind=?1 AND domain=?2 AND name=?3),"
                " (SELECT max(place) + 1 FROM moment WHERE kind=?1 AND domain=?2), 0)",
                (kind, domain, moment.name),
            ).fetchone()
            self._do(
                "INSERT OR REPLACE INTO moment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    kind,
                    domain,
                    moment.name,
                    moment.document.parent,
                    place,
                    self._current.get((kind, domain), "") == moment.name,
                    self.document(document),
                    self.document(definition),
                    self.document(inactive),
                ),
            )

    def drop_moments(self, kind: str, domain: str, names: Iterable[str]) -> None:
        """Forget snapshots or checkpoints."""
        with self.act():
            for name in names:
                if self._current.get((kind, domain)) == name:
                    del self._current[kind, domain]
                self._do(
                    "DELETE FROM moment WHERE kind=? AND domain=? AND name=?", (kind, domain, name)
                )

    def set_parent(self, kind: str, domain: str, name: str, parent: str | None) -> None:
        """A moment has another parent."""
        with self.act():
            self._do(
                "UPDATE moment SET parent=? WHERE kind=? AND domain=? AND name=?",
                (parent, kind, domain, name),
            )

    def set_current(self, kind: str, domain: str, name: str | None) -> None:
        """Which moment is the current one; the others are looked through only where that is
        another one than before."""
        if self._current.get((kind, domain), "") == name:
            return
        with self.act():
            self._current[kind, domain] = name
            self._do(
                "UPDATE moment SET current = (name IS ?) WHERE kind=? AND domain=?"
                " AND current <> (name IS ?)",
                (name, kind, domain, name),
            )

    def moments(
        self, kind: str, domain: str
    ) -> list[tuple[str, str | None, bool, str, str | None, str | None]]:
        """A domain's moments in order: name, parent, current, and the hashes of its documents."""
        with self._lock:
            return self._ask(
                "SELECT name, parent, current, document, definition, inactive FROM moment"
                " WHERE kind=? AND domain=? ORDER BY place",
                (kind, domain),
            ).fetchall()

    def moment_counts(self, kind: str) -> dict[str, int]:
        """How many moments of a kind each domain has."""
        with self._lock:
            counted = "SELECT domain, count(*) FROM moment WHERE kind=? GROUP BY domain"
            return dict(self._ask(counted, (kind,)).fetchall())

    # ---- documents

    def document(self, text: str | None) -> str | None:
        """Keep a document; gives its hash."""
        hash = hash_of(text)
        if hash is None:
            return None
        new = self._do("INSERT OR IGNORE INTO document VALUES (?, ?)", (hash, text)).rowcount > 0
        if new and hash.startswith(SWEPT_BY):
            self._untidy = True
        return hash

    def text(self, hash: str) -> str:
        """A document by its hash.  Raises InternalError where the file is damaged."""
        with self._lock:
            row = self._ask("SELECT text FROM document WHERE hash=?", (hash,)).fetchone()
        if row is None:
            raise InternalError(f"the state file has no document {hash}")
        return str(row[0])

    def _sweep(self) -> None:
        """Drop documents that nothing names any more."""
        self._untidy = False
        self._do(
            "DELETE FROM document WHERE hash NOT IN ("
            "SELECT planned FROM object WHERE planned IS NOT NULL"
            " UNION SELECT live FROM object WHERE live IS NOT NULL"
            " UNION SELECT document FROM moment"
            " UNION SELECT definition FROM moment WHERE definition IS NOT NULL"
            " UNION SELECT inactive FROM moment WHERE inactive IS NOT NULL)"
        )
