"""Which guests may move to another host while they run, and with which disks.

What QEMU itself says is in the way comes first.
"""

from __future__ import annotations

from vsh.drivers.host.file_systems import file_system
from vsh.drivers.qemu import folder_program
from vsh.drivers.qemu.migration import mirrors
from vsh.errors import MigrateUnsafe, OperationInvalid, OperationUnsupported
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import struct, structs, texts
from vsh.words.domain.migration import DomainMigrate
from vsh.words.domain.state import DomainPausedReason, DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.settings import Settings
    from vsh.xml.domain import Domain as Definition

SHARED = frozenset((
    "nfs", "nfs4", "gfs2", "ocfs2", "afs", "smb3", "cifs", "ceph", "gpfs", "lustre", "beegfs",
    "fuse.glusterfs", "fuse.quobyte", "fuse.ceph", "fuse.ceph-fuse", "acfs",
))  # fmt: skip
"""File systems that several hosts see alike, by the kernel's names."""
_COPIED = DomainMigrate.NON_SHARED_DISK | DomainMigrate.NON_SHARED_INC


def check(guest: Guest, settings: Settings, targets: list[str], flags: int) -> None:
    """Refuse a guest that cannot move, or not safely.

    Raises OperationInvalid, OperationUnsupported, MigrateUnsafe.

    settings  say which folders other hosts see
    targets   the disks that are copied, where not all are
    """
    if guest.has_snapshots:
        raise OperationInvalid(f"cannot migrate domain with {len(guest.snapshots)} snapshots")
    if flags & DomainMigrate.OFFLINE:
        return
    _check_qemu(guest)
    failing = guest.state == DomainState.PAUSED and guest.reason == DomainPausedReason.IOERROR
    if failing and flags & DomainMigrate.ABORT_ON_ERROR:
        raise OperationInvalid("cannot migrate domain with I/O error")
    if guest.run is not None and guest.run.ends:
        raise OperationInvalid("domain is marked for auto destroy")
    _check_still(guest)
    if not flags & DomainMigrate.UNSAFE:
        _check_disks(guest, settings, targets, flags)


def check_written(guest: Guest) -> None:
    """Refuse a guest whose memory cannot be written to a file.

    Raises OperationInvalid, OperationUnsupported.
    """
    _check_qemu(guest)
    _check_still(guest)


def _check_qemu(guest: Guest) -> None:
    reasons = texts(struct(guest.ask("query-migrate")).get("blocked-reasons"))
    if reasons:
        raise OperationInvalid(f"cannot migrate domain: {'; '.join(reasons)}")


def _check_still(guest: Guest) -> None:
    if structs(guest.ask("query-block-jobs")):
        raise OperationInvalid("domain has active block job")
    _check_devices(guest.definition)


def _check_devices(definition: Definition) -> None:
    cpu = definition.cpu
    constant = cpu is not None and any(
        feature.name == "invtsc" and feature.policy in ("require", "force", None)
        for feature in cpu.features
    )
    timers = definition.clock.timers
    if constant and not any(timer.name == "tsc" and timer.frequency for timer in timers):
        raise OperationInvalid("domain has 'invtsc' CPU feature but TSC frequency is not specified")
    for shmem in definition.shmems:
        if shmem.model == "ivshmem":
            raise OperationInvalid("migration with legacy shmem device is not supported")
        if shmem.role != "master":
            raise OperationInvalid(
                f"shmem device '{shmem.name}' cannot be migrated, only shmem with "
                "role='master' can be migrated"
            )
    _check_folders(definition)
    if any(disk.transient for disk in definition.disks):  # what it wrote is thrown away here
        raise OperationInvalid("migration with transient disk is not supported")


def _check_folders(definition: Definition) -> None:
    """Of a folder only a virtiofsd that says so hands over what the guest has open."""
    for folder in definition.filesystems:
        if folder.driver_type == "virtiofs" and not is_modern(definition):
            raise OperationInvalid("migration with virtiofs device is not supported")
        if folder_program.wanted(folder):
            program = folder.binary or folder_program.find()
            if "migrate-precopy" not in folder_program.features(program):
                raise OperationUnsupported("migration with this virtiofs device is not supported")


def _check_disks(guest: Guest, settings: Settings, targets: list[str], flags: int) -> None:
    """What is neither copied nor seen by both hosts is lost on the way."""
    copied = mirrors.chosen(guest, targets) if flags & _COPIED else []
    for disk in guest.definition.disks:
        source = disk.source
        if source is None or disk.readonly or disk in copied:
            continue
        local = disk.type == "file" and source.path and not settings.is_shared(source.path)
        if disk.type == "nvme" or (local and file_system(str(source.path)) not in SHARED):
            raise MigrateUnsafe("Migration without shared storage is unsafe")
