"""Disks on a volume of a storage pool: the file, device or network unit that it is."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.hypervisors.qemu.argv.host import Volume

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.xml.shared.encryption import Auth
    from vsh.xml.shared.image import Source

_LOCAL = ("dir", "fs", "netfs", "logical", "disk", "scsi", "zfs", "vstorage", "iscsi")


def translated(line: Line, source: Source) -> tuple[str, Source, Auth | None]:
    """What an image on a volume is on: the type of source, the source, and who asks for it."""
    import copy

    volume = line.host.volume(source.pool, source.volume)
    found = copy.copy(source)
    found.pool = found.volume = None
    if volume.pool == "iscsi" and source.mode == "direct":
        return "network", _unit(found, volume), volume.auth
    if volume.pool not in _LOCAL:
        raise ConfigUnsupported(
            f"using '{volume.pool}' pools for backing 'volume' disks isn't yet supported"
        )
    if source.mode is not None and volume.pool != "iscsi":
        raise XmlError("disk source mode is only valid when storage pool is of iscsi type")
    if volume.kind == "file":
        found.file = volume.path
    elif volume.kind == "block":
        found.dev = volume.path
    elif volume.kind == "dir":
        found.dir = volume.path
    else:
        raise InternalError(
            f"unexpected storage volume type '{volume.kind}' for storage pool type '{volume.pool}'"
        )
    return volume.kind, found, None


def _unit(source: Source, volume: Volume) -> Source:
    """A unit of an iSCSI target: ``unit:host:bus:LUN`` is its name in the pool."""
    name = volume.path.rpartition("/")[2]
    parts = name.split(":")
    if len(parts) != 4 or not parts[3].isdecimal():
        raise InternalError(f"unexpected iSCSI volume name '{name}'")
    source.protocol, source.hosts = "iscsi", volume.hosts
    source.name = f"{volume.target}/{parts[3]}"
    return source
