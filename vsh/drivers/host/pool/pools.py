"""A storage pool of this machine: its definition, and what is in it while it is active."""

from __future__ import annotations

from vsh.drivers.state import pools
from vsh.errors import NoStorageVolume
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.reader import read
from vsh.xml.storage.pool import BackedPool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.state.record import Record
    from vsh.drivers.state.store import Taking
    from vsh.xml.storage.volume import StorageVolume

FOLDERS = ("dir", "fs", "netfs")
"""The types of pools whose volumes are files of a folder."""


class Pool(pools.Pool):
    """One pool.

    definition  what it is; its sizes and its owner are those that were last seen
    planned     what it will be when it is started next, where that is something else
    """

    __slots__ = ("_volumes", "definition", "planned")

    def __init__(self, name: str, uuid: str, definition: BackedPool) -> None:
        super().__init__(name, uuid)
        self.definition = definition
        self.planned: BackedPool | None = None
        self._volumes: dict[str, StorageVolume] | None = None

    @property
    def kind(self) -> str:
        """Its type."""
        return str(self.definition.type)

    @property
    def path(self) -> str:
        """Where its volumes are."""
        target = self.definition.target
        return "" if target is None or target.path is None else str(target.path)

    @property
    def volumes(self) -> dict[str, StorageVolume]:
        """Its volumes by name, looked for when they are first asked for.  Raises Error."""
        if self._volumes is None:
            from vsh.drivers.host.pool import folders

            self._volumes = folders.look(self)
        return self._volumes

    def forget(self) -> None:
        """Its volumes are to be looked for again."""
        self._volumes = None

    def volume(self, name: str) -> StorageVolume:
        """The volume of that name.  Raises NoStorageVolume."""
        found = self.volumes.get(name)
        if found is None:
            text = f"no storage vol with matching name '{name}'"
            raise NoStorageVolume.whole(f"Storage volume not found: {text}")
        return found

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
            facts={"active": self.active, "replaced": self.planned is not None},
        )


class Pools(pools.Pools[Pool]):
    """All storage pools."""

    __slots__ = ()

    def defining(self, definition: BackedPool) -> Taking[Pool]:
        """Hold the pool that a definition is of, made with it if there is none."""
        name, uuid = str(definition.name), str(definition.uuid)
        return self.taking(name, uuid, lambda: Pool(name, uuid, definition))


def parsed(xml: str) -> BackedPool:
    """The definition in a document.  Raises the first problem."""
    return read(xml, BackedPool)


def loaded(kept: Record, planned: str | None, live: str | None) -> Pool:
    """A pool that was kept: active if it was, and is still there.

    planned  its persistent definition, or None
    live     the one that was active, or None
    """
    from vsh.drivers.host.pool import folders

    definition = parsed(live or planned or "")
    pool = Pool(kept.name, kept.uuid, definition)
    pool.persistent, pool.autostart = kept.persistent, kept.autostart
    pool.active = bool(kept.facts["active"]) and folders.is_there(pool)
    if pool.active:
        folders.measure(pool)
        pool.planned = parsed(planned) if kept.facts["replaced"] and planned is not None else None
    elif planned is not None:
        pool.definition = parsed(planned)
    return pool
