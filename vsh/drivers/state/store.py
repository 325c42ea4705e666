"""The objects of one kind that a hypervisor has: found, listed, held while something is done.

    with guests.query(domain) as guest:         # found and locked, or the right error
        return guest.state
    with guests.modify(domain, active=True) as guest:   # and its job begun, and it runs
        guest.suspend()
    with guests.taking(name, uuid, make) as (guest, new):   # there already, or made now
        ...

What is kept beyond the process is written by ``Records``: after a ``modify`` or ``taking`` that
did not fail, the object is put, in one transaction with whatever else the act wrote.  Where that
cannot be written the object is again what is kept of it: who was told that a change failed does
not find it made.
"""

from __future__ import annotations

from _thread import RLock, allocate_lock

from vsh.drivers.driver import take

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import Generic, Protocol, Self

    from typing_extensions import TypeVar

    from vsh.drivers.state.jobs import Jobs
    from vsh.drivers.state.record import Record, Records, Text
    from vsh.errors import Error

    class Named(Protocol):
        """What is known by its name: an object of the API, or one of a store."""

        @property
        def name(self) -> str: ...

    class Target(Named, Protocol):
        """What is known by its UUID: an object of the API, or one of a store."""

        @property
        def uuid(self) -> str: ...

    Thing = TypeVar("Thing", bound="Kept")
    Whom = TypeVar("Whom", default=Target)  # what the API's objects of the kind are known by
    Looked_co = TypeVar("Looked_co", bound="Kept", covariant=True)

    class Looking(Protocol[Looked_co]):
        """A store whose objects are only looked at: see ``Store.query`` and ``Store.check``."""

        def query(
            self, target: Target, *, active: bool = False
        ) -> AbstractContextManager[Looked_co]: ...
        def check(self, target: Target, *, active: bool = False) -> None: ...
else:
    from vsh.api._call import Generic

    Thing = Whom = None


class Kept:
    """One object of a store.  ``with`` holds its lock.

    gone        it was removed from its store: who waited for its lock must not use it
    active      it runs; so of a guest, a network, a pool ...
    persistent  it stays when it is stopped
    autostart   it is started with its hypervisor
    """

    __slots__ = (
        "name",
        "uuid",
        "lock",
        "gone",
        "active",
        "persistent",
        "autostart",
        "most_queued",
        "_jobs",
    )

    def __init__(self, name: str, uuid: str) -> None:
        self.name = name
        self.uuid = uuid
        self.lock = RLock()
        self.gone = False
        self.active = False
        self.persistent = False
        self.autostart = False
        self.most_queued: Callable[[], int] | None = None
        self._jobs: Jobs | None = None

    @property
    def jobs(self) -> Jobs:
        """What is being done to it.  With its lock held."""
        if self._jobs is None:
            from vsh.drivers.state.jobs import Jobs

            self._jobs = Jobs(self.lock, self.most_queued)
        return self._jobs

    def record(self) -> Record | None:
        """What is kept of it beyond the process; nothing of one that a driver says nothing of."""
        return None

    def restore(self, kept: Record, planned: Text | None, live: Text | None) -> None:
        """Be what is kept, in all that is not as it is by itself (that a QEMU runs, say).

        planned, live  give the documents that are kept, or None
        """
        self.persistent, self.autostart = kept.persistent, kept.autostart

    def __enter__(self) -> Self:
        take(self.lock)
        return self

    def __exit__(self, *raised: object) -> None:
        self.lock.release()


class Store(Generic[Thing, Whom]):
    """All objects of one kind, in the order in which they came.

    kind      its name for ``Records``
    records   where it is kept, or None
    making    held by who looks at all of them before one is made; taken before the lock of any

    A subclass says how errors are worded, and what objects of the API are known by if not by UUID.
    """

    __slots__ = (
        "kind", "records", "making", "_lock", "_all", "_by_name", "_by_uuid", "_by_id", "_next_id",
    )  # fmt: skip

    def __init__(self, kind: str, records: Records | None = None) -> None:
        self.kind = kind
        self.records = records
        self.making = RLock()
        self._lock = allocate_lock()  # of the indexes; nothing is waited for while it is held
        self._all: dict[object, Thing] = {}
        self._by_name: dict[str, Thing] = {}
        self._by_uuid: dict[str, Thing] = {}
        self._by_id: dict[int, Thing] = {}
        self._next_id = 1
        if records is not None:
            records.serve(self)

    # ---- the words of errors

    def missing(self, target: Whom | Kept) -> Error:
        """What to say where there is no object that the target stands for."""
        raise NotImplementedError

    def resting(self, thing: Thing) -> Error:
        """What to say where it has to run and does not."""
        raise NotImplementedError

    def conflict(self, name: str, uuid: str, other: Thing) -> Error:
        """What to say where another has the name, or the UUID, that a new one wants."""
        raise NotImplementedError

    # ---- looking

    def __len__(self) -> int:
        return len(self._all)

    def all(self) -> list[Thing]:
        """All of them at this moment."""
        return list(self._all.values())

    def named(self, name: str) -> Thing | None:
        """The one of that name."""
        return self._by_name.get(name)

    def known(self, uuid: str) -> Thing | None:
        """The one of that UUID."""
        return self._by_uuid.get(uuid)

    def numbered(self, number: int) -> Thing | None:
        """The one that runs with that id."""
        return self._by_id.get(number)

    def find(self, target: Whom | Kept) -> Thing:
        """What an object of the API stands for, or one of the store's own.  Raises ``missing``."""
        thing = self._all.get(target) if isinstance(target, Kept) else self._sought(target)
        if thing is None:
            raise self.missing(target)
        return thing

    def _sought(self, target: Whom) -> Thing | None:
        """What an object of the API stands for, by its UUID; other kinds override this."""
        return self._by_uuid.get(getattr(target, "uuid", ""))

    # ---- holding

    def query(self, target: Whom | Kept, *, active: bool = False) -> Held[Thing, Whom]:
        """Hold what a target stands for, an object of the API or of the store, to look at it.

        Raises ``missing``, and ``resting`` where it has to be active.
        """
        return Held(self, target, active, writes=False)

    def check(self, target: Whom | Kept, *, active: bool = False) -> None:
        """Whether there is such an object, active if it has to be.  Raises as ``query``."""
        with self.query(target, active=active):
            pass

    def modify(
        self, target: Whom | Kept, *, active: bool = False, kind: int | None = None
    ) -> Held[Thing, Whom]:
        """Hold an object to change it, as its one job.  Raises as ``query``, and OperationTimeout.

        What was changed is kept when the ``with`` ends well.

        kind  of the job (``state/jobs.py``): some may be done beside a long one
        """
        return Held(self, target, active, writes=True, kind=kind)

    def taking(
        self, name: str, uuid: str, make: Callable[[], Thing], *, kind: int | None = None
    ) -> Taking[Thing, Whom]:
        """Hold the object of that name and UUID, made if there is none: (object, is it new).

        kind  of the job, as in ``modify``

        Raises ``conflict``.
        """
        return Taking(self, name, uuid, make, kind)

    # ---- changing: with the object's lock held

    def add(self, thing: Thing) -> None:
        """Take an object in, whose name and UUID must be free.  Raises ``conflict``."""
        with self._lock:
            self._check_free(thing.name, thing.uuid)
            self._insert(thing)

    def forget(self, thing: Thing) -> None:
        """An object is not there, and no record of it either."""
        with self._lock:
            thing.gone = True
            self._all.pop(thing, None)
            if self._by_uuid.get(thing.uuid) is thing:
                del self._by_uuid[thing.uuid]
            if self._by_name.get(thing.name) is thing:
                del self._by_name[thing.name]

    def remove(self, thing: Thing, *, ended: bool = False) -> None:
        """Forget an object, and its record first: where that cannot be written it stays.  So it is
        an act of its own.

        ended  there is nothing left of it, whatever can be written
        """
        if ended:
            self.forget(thing)
        if self.records is not None:
            self.records.drop(self.kind, thing)
        self.forget(thing)

    def rename(self, thing: Thing, name: str) -> bool:
        """Give an object another name; False if that is taken.  Its place stays."""
        before = thing.name
        with self._lock:
            if name in self._by_name:
                return False
            del self._by_name[before]
            thing.name = name
            self._by_name[name] = thing
        if self.records is not None:
            self.records.rename(self.kind, thing, before)
        return True

    def number(self, thing: Thing) -> int:
        """The id of an object that starts."""
        with self._lock:
            number = self._next_id
            self._next_id += 1
            self._by_id[number] = thing
        return number

    def renumber(self, thing: Thing, number: int) -> None:
        """An object runs with an id that it got in another life of the hypervisor."""
        with self._lock:
            self._by_id[number] = thing
            self._next_id = max(self._next_id, number + 1)

    def unnumber(self, number: int) -> None:
        """The object of that id has stopped."""
        with self._lock:
            self._by_id.pop(number, None)

    def claim(self, name: str, uuid: str, make: Callable[[], Thing]) -> tuple[Thing, bool]:
        """The object of that name and UUID ("": the kind has none), and whether it is new.

        A new one is held by who asked.
        """
        with self._lock:
            thing = self._by_uuid.get(uuid) if uuid else self._by_name.get(name)
            if thing is not None and thing.name == name:
                return thing, False
            self._check_free(name, uuid)
            thing = make()
            thing.lock.acquire()
            self._insert(thing)
            return thing, True

    def refresh(self, thing: Thing) -> None:
        """Bring what is known of an object up to date, with its lock held; nothing by itself."""

    def keep(self, thing: Thing) -> None:
        """Write an object that has changed."""
        if self.records is not None and not thing.gone:
            self.records.put(self.kind, thing)

    def restore(
        self, lost: object, kept: Record | None, planned: Text | None, live: Text | None
    ) -> None:
        """What was to be written of an object was not: it is again what is kept of it.

        Nothing of one that was never kept, unless it runs; one that is not persistent is what it is
        by itself.
        """
        thing = self._all.get(lost)
        if thing is None:
            return
        if kept is None or not kept.persistent:
            if kept is None and not thing.active:
                self.forget(thing)
            return
        with self._lock:
            if thing.name != kept.name:
                del self._by_name[thing.name]
                thing.name = kept.name
                self._by_name[thing.name] = thing
        thing.restore(kept, planned, live)

    def _check_free(self, name: str, uuid: str) -> None:
        other = self._by_uuid.get(uuid) or self._by_name.get(name)
        if other is not None:
            raise self.conflict(name, uuid, other)

    def _insert(self, thing: Thing) -> None:
        self._all[thing] = thing
        self._by_name[thing.name] = thing
        if thing.uuid:
            self._by_uuid[thing.uuid] = thing


class Held(Generic[Thing, Whom]):
    """An object that is held inside ``with``: see ``Store.query`` and ``Store.modify``."""

    __slots__ = ("_store", "_target", "_thing", "_active", "_writes", "_kind")

    def __init__(
        self,
        store: Store[Thing, Whom],
        target: Whom | Kept,
        active: bool,
        *,
        writes: bool,
        kind: int | None = None,
    ) -> None:
        self._store = store
        self._target = target
        self._thing = store.find(target)
        self._active = active
        self._writes = writes
        self._kind = kind

    def __enter__(self) -> Thing:
        thing = self._thing
        take(thing.lock)
        if self._writes:
            _begin(thing, self._kind)
        try:
            if not thing.gone:
                self._store.refresh(thing)
        except BaseException:
            self._leave()
            raise
        if thing.gone:
            self._leave()
            raise self._store.missing(self._target)
        if self._active and not thing.active:
            self._leave()
            raise self._store.resting(thing)
        return thing

    def __exit__(self, kind: object, *raised: object) -> None:
        try:
            if self._writes and kind is None:
                self._store.keep(self._thing)
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._writes:
            self._thing.jobs.end()
        self._thing.lock.release()


class Taking(Generic[Thing, Whom]):
    """An object that is held inside ``with``, made if need be: see ``Store.taking``."""

    __slots__ = ("_store", "_name", "_uuid", "_make", "_thing", "_new", "_kind")

    def __init__(
        self,
        store: Store[Thing, Whom],
        name: str,
        uuid: str,
        make: Callable[[], Thing],
        kind: int | None,
    ) -> None:
        self._kind = kind
        self._store = store
        self._name = name
        self._uuid = uuid
        self._make = make
        self._thing: Thing
        self._new = False

    def __enter__(self) -> tuple[Thing, bool]:
        while True:
            thing, new = self._store.claim(self._name, self._uuid, self._make)
            if not new:
                thing.lock.acquire()
            _begin(thing, self._kind)
            if not thing.gone:
                self._thing, self._new = thing, new
                return thing, new
            thing.jobs.end()  # removed while we waited for it: look again
            thing.lock.release()

    def __exit__(self, kind: object, *raised: object) -> None:
        try:
            if kind is None:
                self._store.keep(self._thing)
        except BaseException:
            if self._new:  # what could not be written was never made
                self._store.forget(self._thing)
            raise
        finally:
            self._thing.jobs.end()
            self._thing.lock.release()


def _begin(thing: Kept, kind: int | None = None) -> None:
    from vsh.drivers.state.jobs import MODIFY

    try:
        thing.jobs.begin(MODIFY if kind is None else kind)
    except BaseException:
        thing.lock.release()
        raise
