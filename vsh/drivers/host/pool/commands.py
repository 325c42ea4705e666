"""The commands that bring a storage pool up and take it down: libvirt's, word for word.

Pure functions of the document; mount(8) and lvm(8) have the words.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.storage.pool import StoragePool

SAFE = "nodev,nosuid,noexec"
"""What libvirt asks of every mount on Linux: nothing in a pool can be run or be a device."""


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


def activate(pool: StoragePool, *, on: bool) -> list[str]:
    """The command that makes a volume group's volumes there, or takes them away."""
    assert pool.source is not None
    return ["vgchange", "-aly" if on else "-aln", pool.source.name or ""]
