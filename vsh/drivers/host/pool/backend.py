"""What one type of storage pools can do: the base of all, which refuses in libvirt's words.

A type is a file of ``types/``, its ``backend`` an object of a class below this one.  Where a type
has no way to do a thing the method here says so.
"""

from __future__ import annotations

from vsh import lookup
from vsh.drivers.host import programs
from vsh.errors import InternalError, InvalidArgument, NoSupport
from vsh.words.pool import StoragePoolBuild
from vsh.words.volume import StorageVolDelete
from vsh.xml.storage.kinds import POOL_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.stream import Channel
    from vsh.drivers.host.pool.contents import Contents
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.xml.storage.pool import PoolSource, StoragePool
    from vsh.xml.storage.volume import StorageVolume

BUILDS = StoragePoolBuild.OVERWRITE | StoragePoolBuild.NO_OVERWRITE


class Backend:
    """One type of pools.

    needs      programs without which there are no such pools here
    folder     volumes are files of a folder, under their own names
    builds     flags that ``build`` takes; None: there is nothing to build, whatever is asked
    capacious  a new volume has to say how big it is
    deletes    flags that the removal of a volume takes
    function   what the names of libvirt's functions begin with, in errors about flags
    """

    needs: tuple[str, ...] = ()
    folder = False
    builds: int | None = None
    capacious = True
    deletes: int = StorageVolDelete.ZEROED
    deleting_volume = "virStorageBackendVolDeleteLocal"
    function = "virStorageBackend"

    @property
    def building(self) -> str:
        """libvirt's function that builds a pool."""
        return f"{self.function}BuildPool"

    @property
    def deleting(self) -> str:
        """libvirt's function that deletes a pool."""
        return f"{self.function}DeletePool"

    @property
    def fills(self) -> bool:
        """Whether a volume can be made from another one."""
        return type(self).fill is not Backend.fill

    def missing(self) -> list[str]:
        """Programs that are needed and are not installed here."""
        return [name for name in self.needs if programs.find(name) is None]

    def sources(self, kind: str, wanted: str | None, secrets: Secrets) -> list[PoolSource]:
        """What there is that pools of this type can be made of.  Raises Error.

        wanted  the document of a source to look at, or None
        """
        raise NoSupport(f"pool type '{kind}' does not support source discovery")

    # ---- a pool's life

    def is_there(self, pool: Contents) -> bool:
        """Whether an active pool still is: what is quick to see of it.  Raises Error."""
        return True

    def measure(self, pool: Contents) -> None:
        """Take a pool's sizes and owner from the host, where that is quick.  Raises Error."""

    def room(self, path: str) -> tuple[int, int, int] | None:
        """Capacity, allocation and free room of a pool that is there, in bytes; None: a definition
        has them.  Raises Error.
        """
        return None

    def build(self, pool: Contents, flags: int) -> None:
        """Make what a pool lies on.  Raises Error."""

    def start(self, pool: Contents) -> None:
        """Bring a pool up.  Raises Error."""

    def stop(self, pool: Contents) -> None:
        """Take a pool down.  Raises Error."""

    def undo(self, pool: Contents, step: str) -> None:
        """Take away what an act that was killed has left: ``building`` or ``starting``."""

    def delete(self, pool: Contents) -> None:
        """Remove what a pool lies on.  Raises Error."""
        raise NoSupport("pool does not support pool deletion")

    def look(self, pool: Contents) -> dict[str, StorageVolume | None]:
        """The volumes that are there, by name, and the pool's sizes.  Raises Error.

        None for one that ``read`` is to be asked about.
        """
        raise NotImplementedError

    def place_of(self, pool: Contents, name: str) -> str:
        """The path, which is also the key, of a volume that ``read`` was not asked about."""
        return f"{pool.path}/{name}"

    def read(self, pool: Contents, name: str) -> StorageVolume:
        """A volume that ``look`` found.  Raises NotAVolume, SystemFailure."""
        raise NotImplementedError

    # ---- volumes

    def place(self, pool: Contents, volume: StorageVolume) -> None:
        """Say what a new volume is and where it goes.  Raises Error where it cannot."""
        raise NoSupport("storage pool does not support volume creation")

    def make(self, pool: Contents, volume: StorageVolume, source: StorageVolume | None) -> None:
        """Make the place of a new volume, with the pool held, or leave nothing.  Raises Error."""

    def fill(
        self,
        pool: Contents,
        volume: StorageVolume,
        source: StorageVolume | None,
        secrets: Secrets,
        *,
        preallocate: bool,
        reflink: bool,
    ) -> None:
        """Give a volume its contents, another one's or none, with nothing held.  Raises Error.

        It may take hours, and changes nothing of the pool.
        """

    def finish(self, pool: Contents, volume: StorageVolume) -> None:
        """Look at a volume that was made, with the pool held.  Raises Error, and NotAVolume."""
        self.update(pool, volume)

    def discard(self, pool: Contents, name: str) -> None:
        """Take away a volume that was not made to its end, if there is anything of it."""

    def update(self, pool: Contents, volume: StorageVolume) -> None:
        """Bring a volume's sizes up to date.  Raises NotAVolume, SystemFailure."""

    def remove(self, pool: Contents, volume: StorageVolume, flags: int) -> None:
        """Remove a volume.  Raises Error."""
        raise NoSupport("storage pool does not support vol deletion")

    def resize(
        self,
        pool: Contents,
        volume: StorageVolume,
        capacity: int,
        secrets: Secrets,
        *,
        allocate: bool,
    ) -> None:
        """Give a volume another size, in bytes.  Raises Error."""
        raise NoSupport("storage pool does not support changing of volume capacity")

    def wipe(self, pool: Contents, volume: StorageVolume, algorithm: int, secrets: Secrets) -> None:
        """Overwrite a volume.  Raises Error."""
        from vsh.drivers.host.volume import files
        from vsh.words.volume import StorageVolWipeAlgorithm

        if algorithm == StorageVolWipeAlgorithm.ZERO:
            files.wipe(volume)
        else:
            files.scrub(volume, algorithm)

    def content(
        self,
        volume: StorageVolume,
        offset: int,
        length: int,
        *,
        write: bool,
        sparse: bool,
        finished: Callable[[], None] | None,
    ) -> Channel:
        """The bytes of a volume, for a stream to or from it.  Raises Error.

        finished  called when all has been written
        """
        from vsh.drivers.host.volume.content import Content

        path = self.bytes_of(volume, write=write)
        return Content(path, offset, length, write=write, sparse=sparse, finished=finished)

    def bytes_of(self, volume: StorageVolume, *, write: bool) -> str:
        """The path of what has a volume's bytes.  Raises Error where they cannot be had."""
        from vsh.drivers.host.volume.files import located

        return located(volume)[1]


def no_stream(*, write: bool) -> NoSupport:
    """That there is no stream of that direction."""
    what = "upload" if write else "download"
    return NoSupport(f"storage pool doesn't support volume {what}")


_known: dict[str, Backend] = {}


def backend_of(kind: str) -> Backend:
    """What pools of a type can do here.  Raises InternalError where there can be none."""
    backend = _known.get(kind)
    if backend is None:
        found = lookup.module("vsh.drivers.host.pool.types", kind)
        if found is not None:
            backend = _known[kind] = found.backend
    missing = [] if backend is None else backend.missing()
    if backend is not None and not missing:
        return backend
    hint = f"not installed here: {', '.join(missing)}" if missing else None
    raise InternalError(
        f"missing backend for pool type {POOL_TYPES.index(kind)} ({kind})", hint=hint
    )


def check_build_flags(flags: int) -> None:
    """Refuse two ways to build at once.  Raises InvalidArgument."""
    if flags & BUILDS == BUILDS:
        raise InvalidArgument.whole(
            "Flags 'VIR_STORAGE_POOL_BUILD_OVERWRITE' and "
            "'VIR_STORAGE_POOL_BUILD_NO_OVERWRITE' are mutually exclusive"
        )


def supported() -> dict[str, bool]:
    """Which types of pools there can be here."""
    found = {}
    for kind in POOL_TYPES:
        module = lookup.module("vsh.drivers.host.pool.types", kind)
        found[kind] = module is not None and not module.backend.missing()
    return found


def source_of(document: StoragePool) -> PoolSource:
    """What a pool is made of: a read document always has it."""
    assert document.source is not None
    return document.source
