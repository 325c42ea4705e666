"""The storage pools of a hypervisor: found, held and listed; what a pool is, its driver says."""

from __future__ import annotations

from vsh.drivers.state.store import Kept, Store
from vsh.errors import NoStoragePool, OperationFailed, OperationInvalid
from vsh.words.connection import ListAllStoragePools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from vsh.drivers.state.store import Held, Target
    from vsh.errors import Error

    Thing = TypeVar("Thing", bound="Pool")
else:
    Thing = None

POOL_TYPES = (
    "dir",
    "fs",
    "netfs",
    "logical",
    "disk",
    "iscsi",
    "scsi",
    "mpath",
    "rbd",
    "sheepdog",
    "gluster",
    "zfs",
    "vstorage",
    "iscsi-direct",
)
"""In the order of the flags that ask for them."""


class Pool(Kept):
    """One storage pool, of any driver."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        """Its type."""
        raise NotImplementedError


def _of_type(kind: str) -> Callable[[Pool], bool]:
    return lambda pool: pool.kind == kind


FILTERS: tuple[tuple[tuple[int, Callable[[Pool], bool]], ...], ...] = (
    (
        (ListAllStoragePools.INACTIVE, lambda pool: not pool.active),
        (ListAllStoragePools.ACTIVE, lambda pool: pool.active),
    ),
    (
        (ListAllStoragePools.PERSISTENT, lambda pool: pool.persistent),
        (ListAllStoragePools.TRANSIENT, lambda pool: not pool.persistent),
    ),
    (
        (ListAllStoragePools.AUTOSTART, lambda pool: pool.autostart),
        (ListAllStoragePools.NO_AUTOSTART, lambda pool: not pool.autostart),
    ),
    tuple(
        (ListAllStoragePools.DIR << number, _of_type(kind))
        for number, kind in enumerate(POOL_TYPES)
    ),
)
ALL_FILTERS = (ListAllStoragePools.DIR << len(POOL_TYPES)) - 1


class Pools(Store[Thing]):
    """All storage pools."""

    __slots__ = ()

    def _sought(self, target: Target) -> Thing | None:
        return self.named(target.name)

    def missing(self, target: Target) -> Error:
        text = f"no storage pool with matching name '{target.name}'"
        return NoStoragePool.whole(f"Storage pool not found: {text}")

    def resting(self, thing: Thing) -> Error:
        return OperationInvalid(f"storage pool '{thing.name}' is not active")

    def conflict(self, name: str, uuid: str, other: Thing) -> Error:
        if other.uuid == uuid:
            return OperationFailed(f"pool '{other.name}' is already defined with uuid {uuid}")
        return OperationFailed(f"pool '{name}' already exists with uuid {other.uuid}")

    def check_place(self, name: str, uuid: str) -> None:
        """Refuse a definition whose name or UUID another pool has.  Raises OperationFailed."""
        found = self.known(uuid) or self.named(name)
        if found is not None and (found.name, found.uuid) != (name, uuid):
            raise self.conflict(name, uuid, found)

    def running(self, name: str, *, change: bool = False) -> Held[Thing]:
        """Hold the pool of that name, which has to be active.  Raises Error."""
        pool = self.called(name)
        return self.modify(pool, active=True) if change else self.query(pool, active=True)

    def called(self, name: str) -> Thing:
        """The pool of that name.  Raises NoStoragePool."""
        found = self.named(name)
        if found is None:
            raise NoStoragePool.whole(
                f"Storage pool not found: no storage pool with matching name '{name}'"
            )
        return found
