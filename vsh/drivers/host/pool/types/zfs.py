"""Pools of type zfs: a pool or dataset of ZFS, its volumes the block devices in it."""

from __future__ import annotations

import os

from vsh.drivers.host import programs
from vsh.drivers.host.pool import commands, devices
from vsh.drivers.host.pool.backend import Backend, source_of
from vsh.drivers.host.volume import work
from vsh.errors import ConfigUnsupported, InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.pool.contents import Contents
    from vsh.xml.storage.volume import StorageVolume


class Zfs(Backend):
    """A pool of ZFS."""

    needs = ("zfs", "zpool")
    builds = 0
    function = "virStorageBackendZFS"

    def is_there(self, pool: Contents) -> bool:
        return os.path.isdir(f"/dev/zvol/{source_of(pool.definition).name}")

    def build(self, pool: Contents, flags: int) -> None:
        source = source_of(pool.definition)
        name = str(source.name)
        if "/" in name:
            work.run(["zfs", "create", "-o", "mountpoint=none", name])
            return
        if not source.devices:
            raise ConfigUnsupported("missing source devices")
        work.run(["zpool", "create", name, *(str(device.path) for device in source.devices)])

    def delete(self, pool: Contents) -> None:
        name = str(source_of(pool.definition).name)
        work.run(["zfs", "destroy", "-r", name] if "/" in name else ["zpool", "destroy", name])

    def look(self, pool: Contents) -> dict[str, StorageVolume | None]:
        definition, name = pool.definition, str(source_of(pool.definition).name)
        told = work.run(
            ["zpool", "get", "-Hp", "health,size,free,allocated", name.split("/", maxsplit=1)[0]]
        )
        for line in told.splitlines():
            columns = line.split("\t")
            if len(columns) != 4 or columns[1] == "health":
                continue
            if columns[1] == "size":
                definition.capacity = int(columns[2])
            elif columns[1] == "free":
                definition.available = int(columns[2])
            elif columns[1] == "allocated":
                definition.allocation = int(columns[2])
        return dict(_volumes(pool))

    def place(self, pool: Contents, volume: StorageVolume) -> None:
        assert volume.target is not None
        if volume.target.encryption is not None:
            raise ConfigUnsupported("storage pool does not support encrypted volumes")
        volume.type = "block"
        volume.target.path = volume.key = f"{pool.path}/{volume.name}"

    def make(self, pool: Contents, volume: StorageVolume, source: StorageVolume | None) -> None:
        work.run(commands.zfs_volume(pool.definition, volume, mode=_needs_mode()))
        made = _volumes(pool).get(str(volume.name))
        if made is None:
            raise InternalError(f"cannot find newly created volume '{volume.name}'")
        volume.capacity, volume.allocation = made.capacity, made.allocation

    def discard(self, pool: Contents, name: str) -> None:
        if name in _volumes(pool):
            work.run(["zfs", "destroy", f"{source_of(pool.definition).name}/{name}"])

    def remove(self, pool: Contents, volume: StorageVolume, flags: int) -> None:
        work.run(["zfs", "destroy", f"{source_of(pool.definition).name}/{volume.name}"])


def _volumes(pool: Contents) -> dict[str, StorageVolume]:
    """The volumes of a pool, by name.  Raises Error."""
    found = {}
    name = str(source_of(pool.definition).name)
    columns = "name,volsize,refreservation"
    for line in work.run(
        ["zfs", "list", "-Hp", "-t", "volume", "-r", "-o", columns, name]
    ).splitlines():
        words = line.split("\t")
        if len(words) != 3:
            continue
        short = words[0].rpartition("/")[2]
        made = devices.volume(short, f"{pool.path}/{short}", words[0])
        made.capacity, made.allocation = int(words[1]), int(words[2])
        found[short] = made
    return found


def _needs_mode() -> bool:
    """Whether this zfs knows ``volmode``, which its list of properties tells."""
    import subprocess

    command = [programs.needed("zfs", "this"), "get"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    return " volmode " in done.stderr


backend = Zfs()
