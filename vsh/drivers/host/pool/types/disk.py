"""Pools of type disk: a device's partitions, made and removed by parted(8).

A partition's name is the kernel's, so a new volume has to be called what it will be.
"""

from __future__ import annotations

import os

from vsh.drivers.host.pool import devices
from vsh.drivers.host.pool.backend import BUILDS, Backend, check_build_flags, source_of
from vsh.drivers.host.pool.commands import LUKS_HEADER
from vsh.drivers.host.pool.partitions import EXTENDED, LOGICAL, Partition, Table, read
from vsh.drivers.host.volume import files, work
from vsh.errors import InternalError, InvalidArgument, NoSupport
from vsh.words.pool import StoragePoolBuild
from vsh.xml.storage.pool import FreeExtent
from vsh.xml.storage.volume import Extent, ExtentDevice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.pool.contents import Contents
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.xml.storage.pool import SourceDevice
    from vsh.xml.storage.volume import StorageVolume

_FORMATS = {
    "none": "ext2", "linux": "ext2", "fat16": "fat16", "fat32": "fat32",
    "linux-swap": "linux-swap", "linux-lvm": "ext2", "linux-raid": "ext2", "extended": "extended",
}  # fmt: skip
"""What parted calls the formats of volumes."""


class Disk(Backend):
    """A partitioned device."""

    builds = BUILDS
    function = "virStorageBackendDisk"

    # ---- a pool's life

    def is_there(self, pool: Contents) -> bool:
        return os.path.exists(_path(pool))

    def build(self, pool: Contents, flags: int) -> None:
        check_build_flags(flags)
        device, source = _path(pool), source_of(pool.definition)
        if not flags & StoragePoolBuild.OVERWRITE:
            devices.check_blank(device, str(source.source_format))
        devices.blank(device)
        label = _table_format(pool)
        work.run(["parted", device, "mklabel", "--script", "msdos" if label == "dos" else label])

    def start(self, pool: Contents) -> None:
        device = _path(pool)
        _check_device(device)
        devices.check_format(device, _table_format(pool))

    def delete(self, pool: Contents) -> None:
        devices.blank(_path(pool))

    def look(self, pool: Contents) -> dict[str, StorageVolume | None]:
        _check_device(_path(pool))
        table, definition = _read(pool), pool.definition
        found = {part.name: _volume(pool, part) for part in table.partitions}
        for part in table.partitions:
            if part.kind == LOGICAL and table.extended is not None:
                outer = found[table.extended.name]
                outer.allocation = (outer.allocation or 0) + (found[part.name].allocation or 0)
        definition.allocation = sum(
            found[part.name].allocation or 0 for part in table.partitions if part.kind != EXTENDED
        )
        definition.available = sum(free.end - free.start for free in table.free)
        areas = (*table.free, *table.partitions)
        definition.capacity = max((area.end for area in areas), default=0)
        _device(pool).free_extents = [_free(free.start, free.end) for free in table.free]
        return dict(found)

    # ---- volumes

    def place(self, pool: Contents, volume: StorageVolume) -> None:
        devices.refuse_encryption(volume)
        volume.type = "block"

    def make(self, pool: Contents, volume: StorageVolume, source: StorageVolume | None) -> None:
        before = _read(pool)
        dos = _table_format(pool) == "dos"
        target, name = volume.target, str(volume.name)
        assert target is not None
        kind = _words(before, str(target.image_format)) if dos else "primary"
        capacity = (volume.capacity or 0) + (LUKS_HEADER if target.encryption else 0)
        start, end = before.room(capacity, dos=dos)
        work.run(["parted", _path(pool), "mkpart", "--script", kind, f"{start}B", f"{end}B"])
        known = {part.name for part in before.partitions}
        made = next((part for part in _read(pool).partitions if part.name not in known), None)
        if made is None:
            raise InternalError(f"cannot find newly created volume '{name}'")
        if made.name != name:
            _remove(pool, made.number)
            raise InvalidArgument(f"invalid partition name '{name}', expected '{made.name}'")
        found = _volume(pool, made)
        target.path = files.located(found)[1]
        volume.key, volume.extents = found.key, found.extents

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
        devices.fill(volume, source, secrets, preallocate=preallocate, reflink=reflink)

    def finish(self, pool: Contents, volume: StorageVolume) -> None:
        pool.forget()
        fresh, target = pool.volume(str(volume.name)), files.located(volume)[0]
        fresh_target = files.located(fresh)[0]
        fresh_target.image_format = target.image_format
        fresh_target.encryption = target.encryption
        for field in ("capacity", "allocation", "physical", "key", "extents"):
            setattr(volume, field, getattr(fresh, field))
        volume.target = fresh_target

    def discard(self, pool: Contents, name: str) -> None:
        for part in _read(pool).partitions:
            if part.name == name:
                _remove(pool, part.number)

    def update(self, pool: Contents, volume: StorageVolume) -> None:
        """Its sizes are those of the table, which were read with all others."""

    def remove(self, pool: Contents, volume: StorageVolume, flags: int) -> None:
        for part in _read(pool).partitions:
            if part.name == volume.name:
                _remove(pool, part.number)
        pool.forget()
        pool.look()

    def wipe(self, pool: Contents, volume: StorageVolume, algorithm: int, secrets: Secrets) -> None:
        path = files.located(volume)[1]
        table = _read(pool)
        if table.extended is not None and table.extended.name == volume.name:
            raise NoSupport(f"cannot wipe extended partition '{path}'")
        super().wipe(pool, volume, algorithm, secrets)


def _device(pool: Contents) -> SourceDevice:
    return source_of(pool.definition).devices[0]


def _path(pool: Contents) -> str:
    return str(_device(pool).path)


def _check_device(device: str) -> None:
    if not os.path.exists(device):
        raise InvalidArgument(f"device path '{device}' doesn't exist")


def _table_format(pool: Contents) -> str:
    """What kind of table the pool has: dos where its document does not say."""
    source = source_of(pool.definition)
    if source.source_format in (None, "unknown"):
        source.source_format = "dos"
    return str(source.source_format)


def _read(pool: Contents) -> Table:
    return read(_path(pool), separator=bool(_device(pool).part_separator))


def _words(table: Table, format: str) -> str:
    """What parted is to make: the kind of a partition, and of what.  Raises InternalError."""
    known = _FORMATS[format]
    if format == EXTENDED:
        if table.extended is not None:
            raise InternalError("extended partition already exists")
        return known
    if not table.is_full:
        return f"primary {known}"
    if table.extended is None:
        raise InternalError("no extended partition found and no primary partition available")
    return f"logical {known}"


def _remove(pool: Contents, number: int) -> None:
    work.run(["parted", _path(pool), "rm", "--script", str(number)])


def _volume(pool: Contents, part: Partition) -> StorageVolume:
    folder = pool.path
    path = devices.stable_path(folder, part.path) if folder.startswith("/dev/disk/") else part.path
    made = devices.volume(part.name, path or part.path)
    target = files.located(made)[0]
    target.image_format = "none"
    device, extent = ExtentDevice(), Extent()
    device.path = _path(pool)
    extent.start, extent.end = str(part.start), str(part.end)
    device.extents = [extent]
    made.extents = [device]
    try:
        files.measure(made)
    except files.NotAVolume:  # an extended partition cannot always be opened
        made.physical = None
    size = part.end - part.start
    made.capacity = size
    made.allocation = 0 if part.kind == EXTENDED else size
    return made


def _free(start: int, end: int) -> FreeExtent:
    free = FreeExtent()
    free.start, free.end = str(start), str(end)
    return free


backend = Disk()
