"""Pools of type dir: their volumes are files of a folder, as in all that are mounted somewhere."""

from __future__ import annotations

import os

from vsh.drivers.host.pool.backend import BUILDS, Backend, check_build_flags
from vsh.drivers.host.volume import files, making, ploop
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InvalidArgument, OperationInvalid, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from vsh.drivers.host.pool.contents import Contents
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.xml.storage.volume import StorageVolume

    Answered = TypeVar("Answered")

MODE = 0o711
"""Of a pool's folder that is made and whose document says nothing."""


def _asked(ask: Callable[[str], Answered], path: str) -> Answered:
    """What the system says of a folder.  Raises SystemFailure."""
    try:
        return ask(path)
    except OSError as error:
        raise SystemFailure(f"cannot statvfs path '{path}': {error.strerror}") from None


class Folder(Backend):
    """A folder of images."""

    folder = True
    capacious = False
    builds: int | None = BUILDS
    building = "virStorageBackendFileSystemBuild"
    deleting = "virStorageBackendDeleteLocal"

    def is_there(self, pool: Contents) -> bool:
        return os.access(pool.path, os.F_OK)

    def measure(self, pool: Contents) -> None:
        path, definition = pool.path, pool.definition
        definition.capacity, definition.allocation, definition.available = self.room(path)
        assert definition.target is not None
        definition.target.permissions = files.permissions(_asked(os.stat, path))

    def room(self, path: str) -> tuple[int, int, int]:
        system = _asked(os.statvfs, path)
        capacity, free = system.f_frsize * system.f_blocks, system.f_frsize * system.f_bfree
        return capacity, capacity - free, free

    def build(self, pool: Contents, flags: int) -> None:
        check_build_flags(flags)
        make_folder(pool)
        if flags & BUILDS:
            raise OperationInvalid(f"No source device specified when formatting pool '{pool.name}'")

    def delete(self, pool: Contents) -> None:
        try:
            os.rmdir(pool.path)
        except OSError as error:
            raise SystemFailure(f"failed to remove pool '{pool.path}': {error.strerror}") from None

    def look(self, pool: Contents) -> dict[str, StorageVolume | None]:
        path, all_readable = pool.path, os.geteuid() == 0
        found: dict[str, StorageVolume | None] = {}
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    name = entry.name
                    if not name.isprintable() and any(ord(sign) < 32 for sign in name):
                        continue
                    if not (entry.is_file() or entry.is_dir() or files.is_block(entry.path)):
                        continue  # a FIFO, a socket, a terminal, a link to nowhere
                    if all_readable or os.access(entry.path, os.R_OK):
                        found[name] = None
        except OSError as error:
            raise SystemFailure(f"cannot open directory '{path}': {error.strerror}") from None
        self.measure(pool)
        return found

    def read(self, pool: Contents, name: str) -> StorageVolume:
        return files.read(pool.path, name)

    # ---- volumes

    def place(self, pool: Contents, volume: StorageVolume) -> None:
        target = volume.target
        assert target is not None
        kinds = {"dir": "dir", "ploop": "ploop"}
        volume.type = kinds.get(str(target.image_format), "file")
        if "/" in str(volume.name):
            raise OperationInvalid(f"volume name '{volume.name}' cannot contain '/'")
        target.path = volume.key = f"{pool.path}/{volume.name}"
        if os.path.lexists(target.path):
            raise OperationInvalid(f"volume target path '{target.path}' already exists")

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
        making.make(volume, source, secrets, preallocate=preallocate, reflink=reflink)

    def discard(self, pool: Contents, name: str) -> None:
        path = f"{pool.path}/{name}"
        with Ignoring(OSError):  # it is not there, or somebody has put something into it
            if os.path.isdir(path) and not os.path.islink(path):
                for part in files.PLOOP:
                    files.forget(f"{path}/{part}")
                os.rmdir(path)
            else:
                os.unlink(path)

    def update(self, pool: Contents, volume: StorageVolume) -> None:
        files.update(volume)

    def remove(self, pool: Contents, volume: StorageVolume, flags: int) -> None:
        files.remove(volume)

    def resize(
        self,
        pool: Contents,
        volume: StorageVolume,
        capacity: int,
        secrets: Secrets,
        *,
        allocate: bool,
    ) -> None:
        if volume.type == "ploop":
            ploop.resize(volume, capacity)
        else:
            files.resize(volume, capacity, secrets, allocate=allocate)

    def wipe(self, pool: Contents, volume: StorageVolume, algorithm: int, secrets: Secrets) -> None:
        if volume.type != "ploop":
            super().wipe(pool, volume, algorithm, secrets)
            return
        overwrite = super().wipe
        ploop.wipe(volume, lambda image: overwrite(pool, image, algorithm, secrets))

    def bytes_of(self, volume: StorageVolume, *, write: bool) -> str:
        if volume.type == "ploop":
            return ploop.image(volume, write=write)
        return super().bytes_of(volume, write=write)


def make_folder(pool: Contents) -> None:
    """Make a pool's folder, its owner and mode those of the document.  Raises Error."""
    path = pool.path
    target = pool.definition.target
    assert target is not None
    parent = os.path.dirname(path)
    if not path.startswith("/"):
        raise InvalidArgument(f"path '{path}' is not absolute")
    try:
        os.makedirs(parent, exist_ok=True)
    except OSError as error:
        raise SystemFailure(f"cannot create path '{parent}': {error.strerror}") from None
    try:
        existed = os.path.isdir(path)
        if not existed:
            os.mkdir(path)
        files.give(path, target.permissions, None if existed else MODE)
    except OSError as error:
        raise SystemFailure(f"failed to create directory '{path}': {error.strerror}") from None
    making.control_copies(path, on=pool.definition.cow)


backend = Folder()
