"""Pools of type fs: the file system of a device, mounted on a folder."""

from __future__ import annotations

import os

from vsh.drivers.host.pool import commands, devices
from vsh.drivers.host.pool.backend import BUILDS, check_build_flags, source_of
from vsh.drivers.host.pool.types.dir import Folder, make_folder
from vsh.drivers.host.volume import work
from vsh.errors import ConfigUnsupported, InternalError, OperationFailed, OperationInvalid
from vsh.words.pool import StoragePoolBuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.pool.contents import Contents
    from vsh.xml.storage.pool import StoragePool

_FORCE = {"xfs": "-f", "ext2": "-F", "ext3": "-F", "ext4": "-F", "vfat": "-I"}
"""How mkfs is told to overwrite what is there."""


class Mounted(Folder):
    """A folder on which something is mounted while the pool is up."""

    def check_source(self, definition: StoragePool) -> None:
        """Refuse a source that cannot be mounted.  Raises Error."""

    def mounted_from(self, pool: Contents) -> str:
        """What is mounted, as mount(8) writes it."""
        return commands.mounted_from(pool.definition)

    def mount(self, pool: Contents) -> list[str]:
        """The command that mounts it."""
        return commands.mount(pool.definition)

    def is_there(self, pool: Contents) -> bool:
        return mounted(self.mounted_from(pool), pool.path)

    def start(self, pool: Contents) -> None:
        self.check_source(pool.definition)
        if not self.is_there(pool):
            work.run(self.mount(pool))

    def stop(self, pool: Contents) -> None:
        if self.is_there(pool):
            work.run(commands.unmount(pool.definition))

    def undo(self, pool: Contents, step: str) -> None:
        if step == "starting" and self.is_there(pool):
            work.run(commands.unmount(pool.definition))


class FileSystem(Mounted):
    """A device's file system."""

    def check_source(self, definition: StoragePool) -> None:
        found = source_of(definition).devices
        if not found:
            raise InternalError("missing source device")
        if len(found) > 1:
            raise ConfigUnsupported("expected exactly 1 device for the storage pool")

    def build(self, pool: Contents, flags: int) -> None:
        check_build_flags(flags)
        make_folder(pool)
        if flags & BUILDS:
            self.check_source(pool.definition)
            _make(pool.definition, overwrite=bool(flags & StoragePoolBuild.OVERWRITE))


def mounted(source: str, path: str) -> bool:
    """Whether something is mounted in its place.

    Raises OperationFailed where another is mounted there.
    """
    with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as table:
        rows = [line.split()[:2] for line in table]
    for device, place in rows:
        here = _unescaped(place) == path
        if here and _unescaped(device) == source:
            return True
        if here:
            raise OperationFailed(f"Target '{path}' is already mounted from '{_unescaped(device)}'")
    return False


def _unescaped(text: str) -> str:
    for code, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, sign)
    return text


def _make(definition: StoragePool, *, overwrite: bool) -> None:
    source = source_of(definition)
    device, form = str(source.devices[0].path), str(source.source_format)
    if not os.path.exists(device):
        raise OperationInvalid(
            f"Source device does not exist when formatting pool '{definition.name}'"
        )
    if not overwrite:
        devices.check_blank(device, form)
    force = [_FORCE[form]] if form in _FORCE else []
    work.run(["mkfs", "-t", form, *force, device])


backend = FileSystem()
