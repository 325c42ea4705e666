"""Which of a guest's disks can be in a new snapshot, and how: libvirt's rules, in its order."""

from __future__ import annotations

import os
import stat

from vsh.drivers.qemu.blocks import jobs, starting
from vsh.errors import ConfigUnsupported, InternalError, OperationUnsupported, SystemFailure
from vsh.hypervisors.qemu.machine import is_modern
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.moment.snapshot import DomainSnapshot, SnapshotDisk

_SYSTEM_IMAGES = ("file", "block")
_FORMATS = ("qcow2", "qed")
"""What an overlay can be."""


def check(guest: Guest, document: DomainSnapshot, flags: int) -> None:
    """Refuse a snapshot, whose disks are known, that cannot be taken.  Raises Error."""
    chosen = set()
    left_out = False
    for disk in document.disks:
        own = own_disk(guest.definition, disk)
        where = disk.snapshot
        if where != "no":
            jobs.check_free(guest, own)
        if where == "internal":
            _check_internal(guest, document, disk, own)
        elif where == "external":
            _check_external(guest, disk, own, reuse=bool(flags & SnapshotCreate.REUSE_EXT))
        elif where == "manual":
            if flags & SnapshotCreate.QUIESCE and is_modern(guest.definition):
                raise OperationUnsupported(
                    "'manual' disk snapshot mode requires explicit quiescing "
                    "(VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE is not supported)"
                )
            left_out = True
        elif not own.readonly and not own.empty():
            left_out = True
        chosen.add(where)
    _check_together(guest, document, chosen, left_out=left_out)


def _check_together(
    guest: Guest, document: DomainSnapshot, chosen: set[str | None], *, left_out: bool
) -> None:
    internal, external = "internal" in chosen, "external" in chosen
    by_others = is_modern(guest.definition) and "manual" in chosen
    if not internal and not external and not by_others and document.memory in (None, "no"):
        raise ConfigUnsupported("nothing selected for snapshot")
    if (document.memory == "internal" and not internal) or (internal and left_out):
        raise ConfigUnsupported(
            "internal and full system snapshots require all disks to be selected for snapshot"
        )
    if document.state == "disk-snapshot" and not external and not by_others:
        raise ConfigUnsupported(
            "disk-only snapshots require at least one disk to be selected for snapshot"
        )
    if (internal and external) or (document.memory == "external" and internal):
        raise ConfigUnsupported(
            "mixing internal and external targets for a snapshot is not yet supported"
        )
    if internal and guest.definition.os.loader_type == "pflash":
        _check_variables(guest)
    if external and not guest.active and guest.has_checkpoints:
        raise OperationUnsupported(  # nobody hands their bitmaps on to the overlay
            "support for offline external snapshots while checkpoint exists was not yet implemented"
        )


def _check_variables(guest: Guest) -> None:
    """Refuse variables that have no place for a snapshot.  Raises OperationUnsupported."""
    nvram = guest.definition.os.nvram
    if not is_modern(guest.definition):
        raise OperationUnsupported(
            "internal snapshots of a VM with pflash based firmware are not supported"
        )
    if guest.active and nvram is not None and nvram.format != "qcow2":
        raise OperationUnsupported(
            "internal snapshots of a VM with pflash based firmware require QCOW2 nvram format"
        )


def _check_internal(guest: Guest, document: DomainSnapshot, disk: SnapshotDisk, own: Disk) -> None:
    if document.state == "disk-snapshot" and guest.active:
        raise ConfigUnsupported(
            "active qemu domains require external disk snapshots; "
            f"disk {disk.name} requested internal"
        )
    if not guest.active:
        _check_resting(own.type, own, "internal")
    if own.driver_type not in (None, "qcow2"):
        raise ConfigUnsupported(
            f"internal snapshot for disk {disk.name} unsupported for storage type {own.driver_type}"
        )


def _check_external(guest: Guest, disk: SnapshotDisk, own: Disk, *, reuse: bool) -> None:
    disk.driver_type = disk.driver_type or "qcow2"
    if disk.driver_type not in _FORMATS:
        raise ConfigUnsupported(
            f"external snapshot format for disk {disk.name} is unsupported: {disk.driver_type}"
        )
    if not guest.active:
        _check_resting(own.type, own, "external")
        if disk.type not in _SYSTEM_IMAGES:
            raise InternalError(
                f"external inactive snapshots are not supported on '{disk.type}' disks"
            )
    else:
        if own.device == "lun":
            raise ConfigUnsupported(
                "external active snapshots are not supported on scsi passthrough devices"
            )
        starting.check_supported(own)
        if disk.type not in (*_SYSTEM_IMAGES, "network"):
            raise InternalError(
                f"external active snapshots are not supported on '{disk.type}' disks"
            )
    if own.shareable and not own.readonly:
        raise ConfigUnsupported(
            f"shared access for disk '{own.target}' requires use of supported storage format"
        )
    if disk.type in _SYSTEM_IMAGES:
        _check_file(disk, reuse=reuse)


def _check_resting(kind: str | None, own: Disk, where: str) -> None:
    """Refuse what qemu-img is not run on.  Raises InternalError."""
    if kind in _SYSTEM_IMAGES or own.source is None:
        return
    if kind == "network":
        raise InternalError(
            f"{where} inactive snapshots are not supported on 'network' disks using "
            f"'{own.source.protocol}' protocol"
        )
    raise InternalError(f"{where} inactive snapshots are not supported on '{kind}' disks")


def _check_file(disk: SnapshotDisk, *, reuse: bool) -> None:
    """Refuse to write over what is there, and to use what is not.  Raises Error."""
    path = image_of(disk)
    try:
        found = os.stat(path)
    except FileNotFoundError as error:
        if reuse:
            raise SystemFailure(
                f"missing existing file for disk {disk.name}: {path}: {error.strerror}"
            ) from None
        if disk.type == "block":
            raise OperationUnsupported(
                f"block device snapshot target '{path}' doesn't exist"
            ) from None
        return
    except OSError as error:
        raise SystemFailure(
            f"unable to stat for disk {disk.name}: {path}: {error.strerror}"
        ) from None
    fits = stat.S_ISBLK if disk.type == "block" else stat.S_ISREG
    if not fits(found.st_mode):
        raise ConfigUnsupported(
            f"mismatch between configured type for snapshot disk '{disk.name}' and the type of "
            f"existing file '{path}'"
        )
    if not reuse and disk.type == "file" and found.st_size:
        raise ConfigUnsupported(
            f"external snapshot file for disk {disk.name} already exists and is not a block "
            f"device: {path}"
        )


def by_hand(document: DomainSnapshot) -> bool:
    """Whether somebody else takes the snapshot of some disks, while the guest stands still."""
    return any(disk.snapshot == "manual" for disk in document.disks)


def own_disk(definition: Definition, disk: SnapshotDisk) -> Disk:
    """The guest's disk that one of a snapshot is about.  Raises InternalError."""
    found = definition.disk(str(disk.name))
    if found is None:
        raise InternalError(f"the domain has no disk '{disk.name}'")
    return found


def image_of(disk: Disk | SnapshotDisk) -> str:
    """The path of a disk's image.  Raises InternalError."""
    if disk.source is None or disk.source.path is None:
        raise InternalError("a disk of a snapshot has no image")
    return disk.source.path
