"""A storage pool of this machine: its definition, and what is in it while it is active."""

from __future__ import annotations

import contextlib

from vsh.drivers.host.pool.backend import backend_of
from vsh.drivers.state import pools
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import Error, InternalError, NoStorageVolume, OperationInvalid
from vsh.words.pool import StoragePoolBuild, StoragePoolCreate
from vsh.xml.engine.flags import INACTIVE

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


class Pool(pools.Pool):
    """One pool.

    planned     what it will be when it is started next, where that is something else
    step        what is being done to the host: "building", "starting", or "using" what was there
                before, which is not ours to take away; None between acts
    making      the names of volumes that are being made
    used        the names of volumes that are being worked with, once for each work
    vault       gives the secrets that it may log in with
    """

    __slots__ = (
        "_definition", "_known", "_unread", "_volumes", "making", "planned", "step", "used",
        "vault",
    )  # fmt: skip

    def __init__(self, name: str, uuid: str, definition: BackedPool | None = None) -> None:
        super().__init__(name, uuid)
        self._definition = definition
        self._known: tuple[str, str] = ("", "")
        self._unread: Callable[[], BackedPool] | None = None
        self.planned: BackedPool | None = None
        self.step: str | None = None
        self.making: list[str] = []
        self.used: list[str] = []
        self.vault: Callable[[], Secrets] | None = None
        self._volumes: dict[str, StorageVolume | None] | None = None

    @property
    def definition(self) -> BackedPool:
        """What it is.  One that was kept is read when it is first asked for: a listing is not."""
        if self._definition is None:
            assert self._unread is not None
            self._definition = self._unread()
            if self.active:
                with Ignoring(Error):  # it is no more what it was: its next refresh says so
                    self.backend.measure(self)
        return self._definition

    @definition.setter
    def definition(self, definition: BackedPool) -> None:
        self._definition = definition

    def defer(self, kind: str, path: str, unread: Callable[[], BackedPool]) -> None:
        """Say how its definition is read when it is asked for, and what is in it."""
        self._definition, self._known, self._unread = None, (kind, path), unread

    @property
    def kind(self) -> str:
        """Its type."""
        return str(self.definition.type) if self._definition is not None else self._known[0]

    @property
    def path(self) -> str:
        """Where its volumes are."""
        if self._definition is None:
            return self._known[1]
        target = self.definition.target
        return "" if target is None or target.path is None else str(target.path)

    @property
    def backend(self) -> Backend:
        """What pools of its type can do.  Raises InternalError where there are none here."""
        return backend_of(self.kind)

    @property
    def volumes(self) -> dict[str, StorageVolume | None]:
        """Its volumes by name, looked for when they are first asked for.  Raises Error.

        None for one of a folder that nobody has looked at: ``volume`` does.
        """
        return self.look() if self._volumes is None else self._volumes

    def look(self) -> dict[str, StorageVolume | None]:
        """Look for its volumes, unless that was done already.  Raises Error."""
        if self._volumes is None:
            self._volumes = self.backend.look(self)
        return self._volumes

    def forget(self) -> None:
        """Its volumes are to be looked for again."""
        self._volumes = None

    def volume(self, name: str) -> StorageVolume:
        """The volume of that name.  Raises NoStorageVolume."""
        self.check(name)
        found = self.volumes[name]
        if found is None:
            from vsh.drivers.host.volume import files

            try:
                found = self.volumes[name] = self.backend.read(self, name)
            except files.NotAVolume:
                return files.unknown(self.path, name)
        return found

    def fresh(self, name: str) -> StorageVolume:
        """The volume of that name, its sizes up to date.  Raises NoStorageVolume."""
        self.check(name)
        known = self.volumes[name]
        found = self.volume(name)
        if known is not None or self.volumes[name] is None:  # else it was read this moment
            self.update(found)
        return found

    def update(self, volume: StorageVolume) -> None:
        """Bring a volume's sizes up to date.  Raises NoStorageVolume where it has gone."""
        from vsh.drivers.host.volume import files

        try:
            self.backend.update(self, volume)
        except files.NotAVolume:
            path = files.located(volume)[1]
            raise NoStorageVolume.whole(
                f"Storage volume not found: no storage vol with matching path '{path}'"
            ) from None

    def free(self, name: str, *, to_read: bool = False) -> StorageVolume:
        """The volume of that name, which nobody makes or works with.

        to_read  others may work with it as well

        Raises NoStorageVolume, OperationInvalid.
        """
        found = self.volume(name)
        if name in self.used and not to_read:
            raise OperationInvalid(f"volume '{name}' is still in use.")
        if name in self.making:
            raise OperationInvalid(f"volume '{name}' is still being allocated.")
        return found

    def check_idle(self) -> None:
        """Refuse what is for a pool that nobody works in.  Raises InternalError."""
        if self.making or self.used:
            raise InternalError(f"pool '{self.name}' has asynchronous jobs running.")

    def check(self, name: str) -> None:
        """Raise NoStorageVolume where there is no volume of that name."""
        if name not in self.volumes:
            text = f"no storage vol with matching name '{name}'"
            raise NoStorageVolume.whole(f"Storage volume not found: {text}")

    def key(self, name: str) -> str:
        """The key of a volume that is there: its path, where nobody has looked at it."""
        found = self.volumes[name]
        return self.backend.place_of(self, name) if found is None else str(found.key)

    def known_path(self, name: str) -> str | None:
        """The path of a volume that it is known to have; None where that takes a look.

        Of a folder that nobody has looked at since the daemon began, whoever asks has seen it.
        """
        known = self._volumes
        if known is None:
            return self.backend.place_of(self, name) if self.backend.folder else None
        if name not in known:
            return None
        found = known[name]
        target = None if found is None else found.target
        return self.backend.place_of(self, name) if target is None else str(target.path)

    def path_of(self, name: str) -> str:
        """The path of a volume.  Raises NoStorageVolume."""
        self.check(name)
        known = self.known_path(name)
        assert known is not None  # its pool was looked at
        return known

    @property
    def sizes(self) -> tuple[int | None, int | None, int | None]:
        """Its capacity, allocation and free room in bytes, as last seen."""
        definition = self.definition
        return definition.capacity, definition.allocation, definition.available

    def record(self) -> Record | None:
        """What the state file keeps; None for a transient pool that is not active."""
        from vsh.drivers.state.record import Record

        if not (self.persistent or self.active):
            return None
        planned = self.planned or self.definition
        return Record(
            self.name,
            self.uuid,
            persistent=self.persistent,
            autostart=self.autostart,
            planned=planned.format(INACTIVE) if self.persistent else None,
            live=self.definition.format() if self.active else None,
            facts={
                "active": self.active,
                "replaced": self.planned is not None,
                "step": self.step,
                "making": self.making,
                "sizes": [size or 0 for size in self.sizes],
                "kind": self.kind,
                "path": self.path,
            },
        )


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
