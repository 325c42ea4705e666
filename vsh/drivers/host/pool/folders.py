"""Pools whose volumes are files of a folder: dir, and fs and netfs, which are mounted there."""

from __future__ import annotations

import os

from vsh.drivers.host.pool import commands
from vsh.drivers.host.pool.pools import FOLDERS
from vsh.drivers.host.volume import files
from vsh.drivers.state.pools import POOL_TYPES
from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    InvalidArgument,
    OperationFailed,
    OperationInvalid,
    SystemFailure,
)
from vsh.words.pool import StoragePoolBuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.pool.pools import Pool
    from vsh.xml.storage.pool import StoragePool
    from vsh.xml.storage.volume import StorageVolume

MODE = 0o711
"""Of a pool's folder that is made and whose document says nothing."""


def check_type(definition: StoragePool) -> None:
    """Refuse types of pools that this machine cannot have here.  Raises InternalError."""
    kind = str(definition.type)
    if kind not in FOLDERS:
        raise InternalError(f"missing backend for pool type {POOL_TYPES.index(kind)} ({kind})")


def look(pool: Pool) -> dict[str, StorageVolume]:
    """The volumes that are there, by name; the pool's sizes and owner with them.

    Raises SystemFailure.
    """
    path = pool.path
    try:
        names = os.listdir(path)
    except OSError as error:
        raise SystemFailure(f"cannot open directory '{path}': {error.strerror}") from None
    found = {}
    for name in names:
        if any(ord(sign) < 32 for sign in name):
            continue
        try:
            found[name] = files.read(path, name)
        except files.NotAVolume:
            continue
    measure(pool)
    return found


def measure(pool: Pool) -> None:
    """The sizes and the owner of a pool, from its file system.  Raises SystemFailure."""
    path, definition = pool.path, pool.definition
    try:
        system, status = os.statvfs(path), os.stat(path)
    except OSError as error:
        raise SystemFailure(f"cannot statvfs path '{path}': {error.strerror}") from None
    definition.capacity = system.f_frsize * system.f_blocks
    definition.available = system.f_frsize * system.f_bfree
    definition.allocation = definition.capacity - definition.available
    assert definition.target is not None
    definition.target.permissions = files.permissions(status)


def is_there(pool: Pool) -> bool:
    """Whether a pool is up: its folder exists, and is mounted where it has to be."""
    if pool.kind == "dir":
        return os.access(pool.path, os.F_OK)
    return mounted(pool)


def mounted(pool: Pool) -> bool:
    """Whether the file system of an fs or netfs pool is mounted in its place.

    Raises OperationFailed where it is mounted elsewhere as well, or another is mounted there.
    """
    source = commands.mounted_from(pool.definition)
    with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as table:
        rows = [line.split()[:2] for line in table]
    for device, place in rows:
        here = _unescaped(place) == pool.path
        if here and _unescaped(device) == source:
            return True
        if here:
            raise OperationFailed(
                f"Target '{pool.path}' is already mounted from '{_unescaped(device)}'"
            )
    return False


def _unescaped(text: str) -> str:
    for code, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, sign)
    return text


def start(pool: Pool) -> None:
    """Bring a pool up: mount what is to be mounted, and look what is there.  Raises Error."""
    check_type(pool.definition)
    mount = pool.kind != "dir"
    if mount:
        _check_source(pool.definition)
        if not mounted(pool):
            files.run(commands.mount(pool.definition))
    pool.forget()
    try:
        pool.volumes  # noqa: B018 - it looks
    except BaseException:
        if mount:
            files.run(commands.unmount(pool.definition))
        raise


def stop(pool: Pool) -> None:
    """Take a pool down.  Raises Error."""
    if pool.kind != "dir" and mounted(pool):
        files.run(commands.unmount(pool.definition))
    pool.forget()


def _check_source(definition: StoragePool) -> None:
    source = definition.source
    assert source is not None
    if definition.type == "netfs":
        if len(source.hosts) != 1:
            raise InternalError("Expected exactly 1 host for the storage pool")
        if not source.hosts[0].name:
            raise InternalError("missing source host")
        if not source.dir:
            raise InternalError("missing source path")
    elif not source.devices:
        raise InternalError("missing source device")
    elif len(source.devices) > 1:
        raise InternalError("Expected exactly 1 device for the storage pool")


def build(pool: Pool, flags: int) -> None:
    """Make a pool's folder, and its file system where the flags say so.  Raises Error."""
    check_type(pool.definition)
    both = StoragePoolBuild.OVERWRITE | StoragePoolBuild.NO_OVERWRITE
    if flags & both == both:
        raise InvalidArgument.whole(
            "Flags 'VIR_STORAGE_POOL_BUILD_OVERWRITE' and "
            "'VIR_STORAGE_POOL_BUILD_NO_OVERWRITE' in virStoragePoolBuild are mutually exclusive"
        )
    _make_folder(pool)
    if flags & both and pool.kind == "fs":
        _check_source(pool.definition)
        _make_file_system(pool.definition, overwrite=bool(flags & StoragePoolBuild.OVERWRITE))


def _make_folder(pool: Pool) -> None:
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


def _make_file_system(definition: StoragePool, *, overwrite: bool) -> None:
    source = definition.source
    assert source is not None
    device, form = str(source.devices[0].path), str(source.source_format)
    if not os.path.exists(device):
        raise OperationInvalid(
            f"Source device does not exist when formatting pool '{definition.name}'"
        )
    if form == "auto":
        raise OperationInvalid(
            f"No source format specified for formatting pool '{definition.name}'"
        )
    if not overwrite and not _empty(device):
        raise OperationInvalid(
            f"Format of device '{device}' does not match the expected format '{form}', forced "
            "overwrite is necessary"
        )
    force = {"xfs": ["-f"], "ext2": ["-F"], "ext3": ["-F"], "ext4": ["-F"]}.get(form, [])
    if form not in ("ext2", "ext3", "ext4", "xfs", "vfat"):
        raise ConfigUnsupported(f"failed to make filesystem of type '{form}' on device '{device}'")
    files.run(["mkfs", "-t", form, *force, device])


def _empty(device: str) -> bool:
    """Whether blkid(8) finds nothing on a device."""
    import subprocess

    done = subprocess.run(["blkid", "-p", device], capture_output=True, check=False)
    return done.returncode == 2


def delete(pool: Pool) -> None:
    """Remove a pool's folder, which has to be empty.  Raises SystemFailure."""
    check_type(pool.definition)
    try:
        os.rmdir(pool.path)
    except OSError as error:
        raise SystemFailure(f"failed to remove pool '{pool.path}': {error.strerror}") from None
