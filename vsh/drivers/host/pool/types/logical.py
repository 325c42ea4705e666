"""Pools of type logical: a volume group of LVM, its volumes the logical ones."""

from __future__ import annotations

import contextlib
import os
import re

from vsh.drivers.host.pool import commands, devices
from vsh.drivers.host.pool.backend import BUILDS, Backend, check_build_flags, source_of
from vsh.drivers.host.volume import files, work
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import ConfigUnsupported, Error, InternalError, NoSupport
from vsh.words.pool import StoragePoolBuild
from vsh.xml.storage.pool import PoolSource, SourceDevice
from vsh.xml.storage.volume import BackingImage, Extent, ExtentDevice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.pool.contents import Contents
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.xml.storage.volume import StorageVolume

_COLUMNS = "lv_name,origin,uuid,devices,segtype,stripes,seg_size,vg_extent_size,size,lv_attr"
_LABEL = b"LABELONE"
_EXTENT = re.compile(r"(\S+?)\(([0-9]+)\)(?:,|$)")


class Logical(Backend):
    """A volume group."""

    builds = BUILDS
    function = "virStorageBackendLogical"

    def sources(self, kind: str, wanted: str | None, secrets: Secrets) -> list[PoolSource]:
        return _groups()

    # ---- a pool's life

    def is_there(self, pool: Contents) -> bool:
        devices_of = source_of(pool.definition).devices
        return os.path.exists(pool.path) or any(_is_member(str(each.path)) for each in devices_of)

    def build(self, pool: Contents, flags: int) -> None:
        check_build_flags(flags)
        source, done = source_of(pool.definition), []
        try:
            for device in source.devices:
                path = str(device.path)
                if not flags & StoragePoolBuild.OVERWRITE:
                    devices.check_blank(path, "LVM2_member")
                devices.blank(path)
                work.run(["pvcreate", path])
                done.append(path)
            work.run(["vgcreate", str(source.name), *done])
        except BaseException:
            _forget(done)
            raise

    def undo(self, pool: Contents, step: str) -> None:
        """A build that was killed before its group was there leaves no physical volumes."""
        source = source_of(pool.definition)
        if step == "building" and not any(each.name == source.name for each in _groups()):
            _forget([str(device.path) for device in source.devices])

    def start(self, pool: Contents) -> None:
        _check(pool)
        work.run(commands.activate(pool.definition, on=True))

    def stop(self, pool: Contents) -> None:
        work.run(commands.activate(pool.definition, on=False))

    def delete(self, pool: Contents) -> None:
        source = source_of(pool.definition)
        work.run(["vgremove", "-f", str(source.name)])
        _forget([str(device.path) for device in source.devices])

    def look(self, pool: Contents) -> dict[str, StorageVolume | None]:
        name, definition = str(source_of(pool.definition).name), pool.definition
        found: dict[str, StorageVolume | None] = {}
        for volume in _volumes(name, pool.path):
            found[str(volume.name)] = volume
        told = work.run([*_listing("vgs", ":"), "vg_size,vg_free", name])
        sizes = re.search(r"(?m)^\s*(\d+):(\d+):?\s*$", told)
        if sizes is not None:
            definition.capacity, definition.available = int(sizes[1]), int(sizes[2])
            definition.allocation = definition.capacity - definition.available
        return found

    # ---- volumes

    def place(self, pool: Contents, volume: StorageVolume) -> None:
        devices.refuse_encryption(volume)
        volume.type = "block"
        assert volume.target is not None
        volume.target.path = f"{pool.path}/{volume.name}"

    def make(self, pool: Contents, volume: StorageVolume, source: StorageVolume | None) -> None:
        work.run(commands.logical_volume(pool.definition, volume))

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
        target, path = files.located(volume)
        devices.fill(volume, source, secrets, preallocate=preallocate, reflink=reflink)
        files.own(path, target.permissions)

    def finish(self, pool: Contents, volume: StorageVolume) -> None:
        group = str(source_of(pool.definition).name)
        for found in _volumes(group, pool.path, only=str(volume.name)):
            volume.key, volume.extents = found.key, found.extents
            volume.capacity, volume.allocation = found.capacity, found.allocation

    def discard(self, pool: Contents, name: str) -> None:
        path = f"{pool.path}/{name}"
        if os.path.exists(path):
            _remove(path)

    def update(self, pool: Contents, volume: StorageVolume) -> None:
        """Its sizes are those of the group, which were read with all others."""

    def remove(self, pool: Contents, volume: StorageVolume, flags: int) -> None:
        _remove(files.located(volume)[1])

    def wipe(self, pool: Contents, volume: StorageVolume, algorithm: int, secrets: Secrets) -> None:
        path = files.located(volume)[1]
        told = work.run(["lvs", "--noheadings", "--options", "lv_attr", path])
        if told.strip().startswith("s"):
            raise NoSupport(f"logical volume '{path}' is sparse, volume wipe not supported")
        super().wipe(pool, volume, algorithm, secrets)


def _listing(program: str, separator: str) -> list[str]:
    return [
        program, "--separator", separator, "--noheadings", "--units", "b", "--unbuffered",
        "--nosuffix", "--options",
    ]  # fmt: skip


def _is_member(device: str) -> bool:
    """Whether LVM's mark is on a device; its group has no folder while it has no volumes."""
    try:
        with open(device, "rb") as file:
            return _LABEL in file.read(4 * 512)
    except OSError:
        return False


def _groups() -> list[PoolSource]:
    """Every volume group with its physical volumes.  Raises Error."""
    with contextlib.suppress(Error):  # vgscan only wakes up what hangs around
        work.run(["vgscan"])
    found: dict[str, PoolSource] = {}
    told = work.run(["pvs", "--noheadings", "-o", "pv_name,vg_name"])
    for device, group in re.findall(r"(?m)^\s*(\S+)[ \t]+(\S+)\s*$", told):
        source = found.get(group)
        if source is None:
            source = found[group] = PoolSource()
            source.hosts, source.devices = [], []
            source.name, source.source_format = group, "lvm2"
        source.devices = [*source.devices, _device(device)]
    return list(found.values())


def _device(path: str) -> SourceDevice:
    made = SourceDevice()
    made.path, made.free_extents = path, []
    return made


def _check(pool: Contents) -> None:
    """Refuse a group that is not there, or lies on other devices.  Raises ConfigUnsupported."""
    wanted = source_of(pool.definition)
    group = next((each for each in _groups() if each.name == wanted.name), None)
    if group is None:
        raise ConfigUnsupported(f"cannot find logical volume group name '{wanted.name}'")
    here = {device.path for device in group.devices}
    if wanted.devices and not any(device.path in here for device in wanted.devices):
        raise ConfigUnsupported(
            f"cannot find any matching source devices for logical volume group '{wanted.name}'"
        )


def _volumes(group: str, folder: str, only: str | None = None) -> list[StorageVolume]:
    """The active volumes of a group, each with all its extents.  Raises Error."""
    found: dict[str, StorageVolume] = {}
    for line in work.run([*_listing("lvs", "#"), _COLUMNS, group]).splitlines():
        columns = line.strip().split("#")
        if len(columns) < 10 or columns[9][4:5] != "a" or columns[9].startswith("t"):
            continue  # not active, or a thin pool, which has no device
        name = columns[0]
        if only not in (None, name):
            continue
        volume = found.get(name)
        if volume is None:
            volume = found[name] = devices.volume(name, f"{folder}/{name}", columns[2])
            with Ignoring(files.NotAVolume):  # its device may come later
                files.measure(volume)
            volume.capacity = volume.capacity or int(columns[8])
            volume.allocation = int(columns[8])
            if columns[1] and not columns[1].startswith("["):
                volume.backing = BackingImage()
                volume.backing.path = f"{folder}/{columns[1]}"
        _extend(volume, columns)
    return list(found.values())


def _extend(volume: StorageVolume, columns: list[str]) -> None:
    """Say where one segment of a volume lies.  Raises InternalError."""
    places = _EXTENT.findall(columns[3])
    if not places:
        raise InternalError("malformed volume extent devices value")
    length, size = int(columns[6]), int(columns[7])
    for path, offset in places:
        extent = Extent()
        extent.start, extent.end = str(int(offset) * size), str(int(offset) * size + length)
        device = next((each for each in volume.extents if each.path == path), None)
        if device is None:
            device = ExtentDevice()
            device.path, device.extents = path, []
            volume.extents = [*volume.extents, device]
        device.extents = [*device.extents, extent]


def _remove(path: str) -> None:
    """Remove a logical volume, made inactive first where LVM wants that.  Raises Error."""
    try:
        work.run(["lvremove", "-f", path])
    except Error:
        work.run(["lvchange", "-aln", path])
        work.run(["lvremove", "-f", path])


def _forget(paths: list[str]) -> None:
    """Take LVM's mark off devices, so that they can be used again."""
    for path in paths:
        with contextlib.suppress(Error):  # it may have none
            work.run(["pvremove", path])


backend = Logical()
