"""The storage pools of this machine: what they are asked, started, built, kept and read again."""

from __future__ import annotations

import contextlib

from vsh.drivers.driver import WouldWait
from vsh.drivers.host.pool.backend import backend_of
from vsh.drivers.host.pool.contents import Contents
from vsh.drivers.state import pools
from vsh.errors import Error
from vsh.words.pool import StoragePoolBuild, StoragePoolCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.drivers.host.pool.backend import Backend
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.drivers.state.record import Record
    from vsh.drivers.state.store import Taking
    from vsh.xml.storage.pool import BackedPool
    from vsh.xml.storage.volume import StorageVolume

_BUILDS = (
    (StoragePoolCreate.WITH_BUILD_OVERWRITE, StoragePoolBuild.OVERWRITE),
    (StoragePoolCreate.WITH_BUILD_NO_OVERWRITE, StoragePoolBuild.NO_OVERWRITE),
)


class Pool(Contents):
    """One pool."""

    __slots__ = ()

    @property
    def backend(self) -> Backend:
        """What pools of its type can do.  Raises InternalError where there are none here."""
        return backend_of(self.kind)


class AtHand:
    """A pool that is held to look at it, or at a volume of it, if that can be done at once."""

    __slots__ = ("_name", "_pool")

    def __init__(self, pool: Pool, name: str | None = None) -> None:
        self._pool = pool
        self._name = name

    def __enter__(self) -> Pool:
        pool, name = self._pool, self._name
        if not pool.lock.acquire(blocking=False):
            raise WouldWait
        at_hand = pool.measured if name is None else pool.active and pool.at_hand(name)
        if pool.gone or not at_hand:
            pool.lock.release()
            raise WouldWait
        return pool

    def __exit__(self, *raised: object) -> None:
        self._pool.lock.release()


class Pools(pools.Pools[Pool]):
    """All storage pools."""

    __slots__ = ("vault",)
    vault: Callable[[], Secrets]

    def defining(self, definition: BackedPool) -> Taking[Pool]:
        """Hold the pool that a definition is of, made with it if there is none."""
        name, uuid = str(definition.name), str(definition.uuid)
        return self.taking(name, uuid, lambda: self._new(name, uuid, definition))

    def _new(self, name: str, uuid: str, definition: BackedPool) -> Pool:
        made = Pool(name, uuid, definition)
        made.vault = self.vault
        return made

    def start(self, pool: Pool, flags: int) -> None:
        """Bring a pool up, built before where the flags of its creation say so.  Raises Error.

        It is then as it was.
        """
        backend = pool.backend
        if flags:
            self.build(pool, sum(int(how) for bit, how in _BUILDS if flags & bit))
        with self._doing(pool, "using" if _was_there(pool) else "starting"):
            backend.start(pool)
            pool.forget()
            try:
                pool.look()
            except BaseException:
                backend.stop(pool)
                raise
        pool.active = True

    def build(self, pool: Pool, flags: int) -> None:
        """Make what a pool lies on.  Raises Error."""
        with self._doing(pool, "building"):
            pool.backend.build(pool, flags)

    @contextlib.contextmanager
    def _doing(self, pool: Pool, step: str) -> Iterator[None]:
        """Keep that the host is being changed, so that what a crash leaves can be undone."""
        pool.step = step
        self.keep(pool)
        try:
            yield
        finally:
            pool.step = None

    def at_hand(self, pool: Pool, name: str | None = None) -> AtHand:
        """Hold a pool if nobody does, and its sizes, or those of a volume, are known at once.

        Raises WouldWait.
        """
        return AtHand(pool, name)

    def begin_making(self, pool: Pool, name: str) -> None:
        """Keep that a volume is being made, so that half of it does not stay after a crash."""
        pool.making.append(name)
        self.keep(pool)

    def end_making(self, pool: Pool, name: str) -> None:
        """It is made, or there is nothing of it."""
        pool.making.remove(name)
        self.keep(pool)

    @contextlib.contextmanager
    def working(
        self, pool_name: str, name: str, *, to_read: bool = False
    ) -> Iterator[tuple[Pool, StorageVolume]]:
        """Work with a volume, its pool not held: others leave the volume alone, and the pool on.

        to_read  it is only read: others may read it as well

        Raises NoStoragePool, NoStorageVolume, OperationInvalid.
        """
        with self.running(pool_name) as pool:
            found = pool.free(name, to_read=to_read)
            pool.used.append(name)
        try:
            yield pool, found
        finally:
            with pool:
                pool.used.remove(name)


def _was_there(pool: Pool) -> bool:
    """Whether what a pool needs is there before it is started: mounted by somebody else, say."""
    try:
        return pool.backend.is_there(pool)
    except Error:
        return False  # its start will say what is wrong


def parsed(xml: str) -> BackedPool:
    """The definition in a document.  Raises the first problem."""
    from vsh.xml.engine.reader import read
    from vsh.xml.storage.pool import BackedPool

    return read(xml, BackedPool)


def loaded(kept: Record, planned: Callable[[], str] | None, live: Callable[[], str] | None) -> Pool:
    """A pool that was kept: active if it was, and is still there.

    What an act that was killed has left of itself is taken away.

    planned  gives its persistent definition, or None
    live     gives the one that was active, or None
    """
    pool, facts = Pool(kept.name, kept.uuid), kept.facts
    pool.persistent, pool.autostart = kept.persistent, kept.autostart
    text = live or planned
    assert text is not None  # one without any document is not kept
    known = facts.get("kind") or "", facts.get("path") or ""
    pool.defer(*known, lambda: _seen(text(), facts.get("sizes") if live is not None else None))
    if not known[0]:  # kept by an older vsh
        pool.definition = _seen(text(), facts.get("sizes"))
    step = facts.get("step")
    try:
        backend = pool.backend
        if step is not None:
            backend.undo(pool, str(step))
        pool.active = bool(facts["active"]) and backend.is_there(pool)
        if pool.active and not known[0]:
            backend.measure(pool)
        for name in facts.get("making") or () if pool.active else ():
            backend.discard(pool, name)
    except Error:
        pool.active = False
    if planned is not None and not pool.active and live is not None:
        pool.definition = parsed(planned())
    elif planned is not None and pool.active and facts["replaced"]:
        pool.planned = parsed(planned())
    return pool


def _seen(text: str, sizes: list[int] | None) -> BackedPool:
    """A definition with the sizes that were last seen, if any were."""
    definition = parsed(text)
    if sizes:
        definition.capacity, definition.allocation, definition.available = sizes
    return definition
