"""Devices that pools lie on: what is on one already, blanking it, and what its volumes are."""

from __future__ import annotations

import os

from vsh.drivers.host import programs
from vsh.drivers.host.volume import files, making
from vsh.errors import (
    ConfigUnsupported,
    OperationFailed,
    OperationInvalid,
    StoragePoolBuilt,
    StorageProbeFailed,
    SystemFailure,
)
from vsh.xml.storage.kinds import PARTITION_TABLES
from vsh.xml.storage.volume import StorageVolume, Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.secret.secrets import Secrets

_BLANKED = 1 << 20  # bytes at either end
_BY_PARTED = ("dvh", "pc98", "bsd")  # blkid(8) has other names for them, or misses them


def check_blank(device: str, wanted: str) -> None:
    """Refuse to write on a device that has something.

    wanted  what is to be there: a file system, a partition table, or LVM2_member

    Raises StoragePoolBuilt, StorageProbeFailed, OperationInvalid, OperationFailed.
    """
    found = _probe(device)
    if wanted in _BY_PARTED:
        _check_label(device, wanted, writing=True)
    elif found == wanted:
        raise StoragePoolBuilt(f"Device '{device}' already formatted using '{wanted}'")
    elif found is not None:
        raise StoragePoolBuilt(
            f"Format of device '{device}' does not match the expected format '{wanted}', forced "
            "overwrite is necessary"
        )


def check_format(device: str, wanted: str) -> None:
    """Refuse a device that has not the partition table that is wanted.

    Raises StorageProbeFailed, OperationInvalid, OperationFailed.
    """
    found = _probe(device)
    if wanted in _BY_PARTED:
        _check_label(device, wanted, writing=False)
    elif found is None:
        raise StorageProbeFailed(f"Device '{device}' is unrecognized, requires build")
    elif found != wanted:
        raise OperationInvalid(
            f"Format of device '{device}' does not match the expected format '{wanted}'"
        )


def _probe(device: str) -> str | None:
    """The file system, or else the partition table, that blkid(8) sees; None for neither."""
    import subprocess

    try:
        os.close(os.open(device, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK))
    except OSError:
        raise StorageProbeFailed(f"Failed to create filesystem probe for device {device}") from None
    command = [programs.needed("blkid", "this"), "-p", "-o", "export", device]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 2:
        return None
    if done.returncode:
        raise StorageProbeFailed("Found additional probes to run, probing may be incorrect")
    values = dict(line.partition("=")[::2] for line in done.stdout.splitlines())
    return values.get("TYPE") or values.get("PTTYPE")


def _check_label(device: str, wanted: str, *, writing: bool) -> None:
    """The same by parted(8), for tables that only it knows."""
    import subprocess

    command = [programs.needed("parted", "this"), device, "print", "--script"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    if done.returncode:
        if "unrecognised disk label" not in done.stdout + done.stderr:
            raise OperationFailed(
                "Error checking for disk label, failed to get disk partition information"
            )
        if not writing:
            raise OperationFailed("Unrecognized disk label found, requires build")
        return
    _, mark, rest = done.stdout.partition("Partition Table: ")
    if not mark:
        raise OperationFailed("Unable to determine Partition Type, requires build --overwrite")
    found = rest.split("\n")[0].replace("msdos", "dos")
    if found not in PARTITION_TABLES:
        raise OperationFailed("Unknown Partition Type, requires build --overwrite")
    if found != wanted:
        raise OperationFailed(
            "Known, but different label format present, requires build --overwrite"
        )
    if writing:
        raise OperationInvalid(f"Disk label already formatted using '{wanted}'")


def blank(device: str) -> None:
    """Write zeros over both ends of a device.  Raises Error."""
    descriptor = files.opened(device, os.O_RDWR, "Failed to open storage volume with path '{}'")
    try:
        size = os.lseek(descriptor, 0, os.SEEK_END)
        zeros = bytes(min(_BLANKED, size))
        files.put(descriptor, zeros, 0, device)
        files.put(descriptor, zeros, size - len(zeros), device)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def volume(name: str, path: str, key: str | None = None) -> StorageVolume:
    """A volume that is a device, its sizes not known yet."""
    made = StorageVolume()
    made.type, made.name, made.key = "block", name, key or path
    made.extents = []
    made.target = Target()
    made.target.path = path
    return made


def stable_path(folder: str, device: str) -> str | None:
    """The name of a device in a folder of stable names (/dev/disk/by-path and the like).

    The device itself where the folder is none; None where it has no name there.
    Raises SystemFailure where there is no such folder.
    """
    if not (folder.startswith("/dev/") and folder != "/dev/"):
        return device
    wanted = os.path.realpath(device)
    try:
        names = os.listdir(folder)
    except OSError as error:
        raise SystemFailure(f"cannot read dir '{folder}': {error.strerror}") from None
    for name in names:
        path = f"{folder}/{name}"
        if os.path.islink(path) and os.path.realpath(path) == wanted:
            return path
    return None


def fill(
    target: StorageVolume,
    source: StorageVolume | None,
    secrets: Secrets,
    *,
    preallocate: bool,
    reflink: bool,
) -> None:
    """Put the content of a volume into a device, or LUKS's header where it is to be encrypted.

    Raises Error.
    """
    if source is None:
        if files.located(target)[0].encryption is not None:
            making.make_image(target, None, secrets)
        return
    if making.is_image(source):
        making.make_image(target, source, secrets)
        return
    if preallocate:
        raise ConfigUnsupported("metadata preallocation is not supported for block volumes")
    path = files.located(target)[1]
    descriptor = files.opened(path, os.O_RDWR, "cannot create path '{}'")
    try:
        making.copy(source, descriptor, path, reflink=reflink, sparse=False)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    files.own(path, files.located(target)[0].permissions)


def refuse_encryption(volume: StorageVolume) -> None:
    """Refuse what is encrypted in another way than LUKS.  Raises ConfigUnsupported."""
    encryption = None if volume.target is None else volume.target.encryption
    if encryption is not None and encryption.scheme != "luks":
        raise ConfigUnsupported("storage pool only supports LUKS encrypted volumes")
