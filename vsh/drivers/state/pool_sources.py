"""Whether two storage pools would use the same source."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.storage.pool import Adapter, PoolSource, StoragePool

_ON_DEVICES = ("iscsi", "fs", "logical", "disk", "zfs")


def same_source(pool: StoragePool, other: StoragePool) -> bool:
    """Whether a pool's definition uses what another, new one wants."""
    if pool.type in _ON_DEVICES and other.type in _ON_DEVICES:
        return _same_devices(pool, other)
    if pool.type != other.type:
        return False
    ours, theirs = pool.source, other.source
    if pool.type == "dir":
        return bool((pool.target and pool.target.path) == (other.target and other.target.path))
    if pool.type == "gluster":
        return (ours.name, ours.dir) == (theirs.name, theirs.dir) and _same_host(ours, theirs)
    if pool.type == "netfs":
        return ours.dir == theirs.dir and _same_host(ours, theirs)
    if pool.type == "scsi":
        return _same_adapter(ours.adapter, theirs.adapter)
    if pool.type == "sheepdog":
        return _same_host(ours, theirs)
    if pool.type == "vstorage":
        return bool(ours.name == theirs.name)
    return bool(pool.type == "mpath")  # a host has one


def _same_host(ours: PoolSource, theirs: PoolSource) -> bool:
    if len(ours.hosts) != 1 and len(theirs.hosts) != 1:
        return False
    one, other = ours.hosts[0], theirs.hosts[0]
    return bool(one.name == other.name and (not other.port or other.port == one.port))


def _same_devices(pool: StoragePool, other: StoragePool) -> bool:
    if (pool.type == "iscsi") != (other.type == "iscsi"):
        return False
    paths = {device.path for device in pool.source.devices}
    if not any(device.path in paths for device in other.source.devices):
        return False
    return bool(pool.type != "iscsi" or pool.source.initiator == other.source.initiator)


def _same_adapter(ours: Adapter | None, theirs: Adapter | None) -> bool:
    if ours is None or theirs is None:
        return False
    if ours.type == theirs.type == "fc_host":
        return (ours.wwnn, ours.wwpn) == (theirs.wwnn, theirs.wwpn)
    if ours.type == theirs.type == "scsi_host":
        if ours.parent_address is not None and theirs.parent_address is not None:
            return bool(ours.parent_address == theirs.parent_address)
        number = _host_number(ours.name)
        return number is not None and number == _host_number(theirs.name)
    if ours.type == "fc_host":
        ours, theirs = theirs, ours
    number = _host_number(ours.name)
    return number is not None and number == _host_number(theirs.parent)


def _host_number(name: str | None) -> int | None:
    """The number in ``host4`` or ``scsi_host4``."""
    text = (name or "").removeprefix("scsi_").removeprefix("fc_")
    digits = text.removeprefix("host")
    return int(digits) if text.startswith("host") and digits.isdecimal() else None
