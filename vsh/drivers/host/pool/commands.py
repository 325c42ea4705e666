"""The commands that bring a storage pool up and take it down: libvirt's, word for word.

Pure functions of the document; mount(8) and lvm(8) have the words.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.storage.pool import StoragePool
    from vsh.xml.storage.volume import StorageVolume

SAFE = "nodev,nosuid,noexec"
"""What libvirt asks of every mount on Linux: nothing in a pool can be run or be a device."""


LUKS_HEADER = 2 << 20
"""Bytes that an encrypted volume needs besides its capacity."""


def mount(pool: StoragePool, defaults: str = SAFE) -> list[str]:
    """The command that mounts a pool of type fs or netfs.

    defaults  options that every mount gets; "" for none
    """
    source, target = pool.source, pool.target
    assert source is not None
    assert target is not None
    remote = pool.type == "netfs"
    form = source.source_format or "auto"
    options = [defaults] if defaults else []
    if remote and form == "glusterfs":
        options.append("direct-io-mode=1")
    elif remote and form == "cifs":
        options.append("guest")
    elif remote and source.protocol:
        options.append(f"nfsvers={source.protocol}")
    options += getattr(pool, "fs_options", None) or []
    command = ["mount"]
    if options:
        command += ["-o", ",".join(options)]
    if not (remote and form == "auto"):
        command += ["-t", form]  # "mount -t auto" finds no network file systems, "mount" does
    return [*command, mounted_from(pool), target.path or ""]


def mounted_from(pool: StoragePool) -> str:
    """What a pool of type fs or netfs mounts, as mount(8) writes it."""
    source = pool.source
    assert source is not None
    if pool.type == "fs":
        return source.devices[0].path or ""
    host = source.hosts[0].name
    if source.source_format == "cifs":
        return f"//{host}/{source.dir}"
    return f"{host}:{source.dir}"


def unmount(pool: StoragePool) -> list[str]:
    """The command that unmounts a pool of type fs or netfs."""
    assert pool.target is not None
    return ["umount", pool.target.path or ""]


def ceph(pool: StoragePool) -> list[str]:
    """The words that tell a program of Ceph's which cluster a pool of type rbd is in, and as whom.

    No file of the host's is looked at: all is in the document, as libvirt has it.
    """
    source = pool.source
    assert source is not None
    monitors = []
    for host in source.hosts:
        name = f"[{host.name}]" if host.port and ":" in str(host.name) else str(host.name)
        monitors.append(f"{name}:{host.port}" if host.port else name)
    words = ["--conf", "/dev/null", "-m", ",".join(monitors)]
    auth = source.auth
    words += ["--auth-supported", "none" if auth is None else "cephx"]
    words += ["--id", "admin" if auth is None else str(auth.username)]
    options = {
        "client_mount_timeout": "30", "rados_mon_op_timeout": "30", "rados_osd_op_timeout": "30",
        "rbd_default_format": "2", **dict(getattr(pool, "rbd_options", None) or ()),
    }  # fmt: skip
    return [*words, *(f"--{name.replace('_', '-')}={value}" for name, value in options.items())]


def activate(pool: StoragePool, *, on: bool) -> list[str]:
    """The command that makes a volume group's volumes there, or takes them away."""
    assert pool.source is not None
    return ["vgchange", "-aly" if on else "-aln", pool.source.name or ""]


def logical_volume(pool: StoragePool, volume: StorageVolume) -> list[str]:
    """The command that makes a logical volume; a sparse one is a snapshot of nothing."""
    target = volume.target
    assert pool.source is not None
    assert target is not None
    capacity, allocation = volume.capacity or 0, volume.allocation or 0
    command = ["lvcreate", "--name", str(volume.name), "-L"]
    if capacity != allocation:
        sparse = f"{-(-(allocation or 1) // 1024)}K"
        command += [sparse, "--type", "snapshot", "--virtualsize"]
    if target.encryption is not None:
        capacity += LUKS_HEADER
    command.append(f"{-(-capacity // 1024)}K")
    if volume.backing is not None:
        command += ["-s", str(volume.backing.path)]
    else:
        command.append(str(pool.source.name))
    return [*command, "--yes"]


def zfs_volume(pool: StoragePool, volume: StorageVolume, *, mode: bool) -> list[str]:
    """The command that makes a volume of a ZFS pool.

    mode  the system's zfs has to be told that it is to be a device
    """
    assert pool.source is not None
    capacity, allocation = volume.capacity or 0, volume.allocation or 0
    command = ["zfs", "create"]
    if mode:
        command += ["-o", "volmode=dev"]
    if capacity != allocation:
        command.append("-s")
        if allocation:
            command += ["-o", f"refreservation={-(-allocation // 1024)}K"]
    return [*command, "-V", f"{-(-capacity // 1024)}K", f"{pool.source.name}/{volume.name}"]
