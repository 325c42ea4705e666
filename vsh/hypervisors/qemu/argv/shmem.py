"""Memory that guests share."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.backend import Backend
from vsh.hypervisors.qemu.argv.chardev import add_chardev
from vsh.hypervisors.qemu.argv.properties import nonzero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.xml.domain.devices.shmem import Shmem

_MEBIBYTE = 1024 * 1024


def add_shmems(line: Line) -> None:
    """All shared memory devices."""
    for shmem in line.domain.shmems:
        add_shmem(line, shmem)


def add_shmem(line: Line, shmem: Shmem) -> None:
    """One device, its memory, or the server that gives it."""
    alias, size = line.alias(shmem), shmem.size or 0
    if size & (size - 1):
        raise XmlError("shmem size must be a power of two")
    if size and size < _MEBIBYTE:
        raise XmlError("shmem size must be at least 1 MiB (1024 KiB)")
    if shmem.address is None or shmem.address.type != "pci":
        raise ConfigUnsupported("only 'pci' addresses are supported for the shared memory device")
    chardev = f"char{alias}" if shmem.server else None
    common = {"vectors": nonzero(shmem.msi_vectors), "ioeventfd": shmem.msi_ioeventfd}
    if shmem.model == "ivshmem":
        line.zpci(shmem)
        line.device({
            "driver": "ivshmem", "id": alias, "size": f"{size >> 20}m",
            "shm": None if shmem.server else shmem.name, "chardev": chardev,
            "msi": True if shmem.msi else None, **common, **address_of(line, shmem),
        })  # fmt: skip
    else:
        if shmem.model == "ivshmem-plain":
            line.add_object("memory-backend-file", f"shmmem-{alias}", {
                "mem-path": f"/dev/shm/{shmem.name}", "size": size, "share": True,  # noqa: S108
            })  # fmt: skip
        role = {"master": "on", "peer": "off"}.get(str(shmem.role))
        line.zpci(shmem)
        line.device({
            "driver": shmem.model, "id": alias, "chardev": chardev,
            "memdev": None if shmem.server else f"shmmem-{alias}",
            "master": None if shmem.server else role, **common, **address_of(line, shmem),
        })  # fmt: skip
    if shmem.server:
        path = shmem.server_path or f"/var/lib/libvirt/shmem-{shmem.name}-sock"
        add_chardev(line, Backend("unix", f"char{alias}", path=path, passed=False))
