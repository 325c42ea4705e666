"""Making a volume that is a file or folder: empty, with another one's contents, or not at all."""

from __future__ import annotations

import errno
import fcntl
import os

from vsh.api.following import tell
from vsh.drivers.host.volume import files, image, passphrase, ploop, work
from vsh.drivers.host.volume.files import BLOCK, MODE, located, own, put, reserve, truncate
from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument, NoSupport, SystemFailure
from vsh.words.volume import StorageVolCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.xml.storage.volume import StorageVolume

_NEW_FORM = (8, 1)
"""The first qemu-img with which a qcow2 image is of the form 1.1 where its document says nothing,
as libvirt's are that came after it; with the older ones it is of 0.10, as by libvirt 9.0.0."""
_PREALLOCATE, _REFLINK = int(StorageVolCreate.PREALLOC_METADATA), int(StorageVolCreate.REFLINK)
_FICLONE = 0x40049409
_GET_FLAGS, _SET_FLAGS, _NO_COPIES = 0x80086601, 0x40086602, 0x00800000  # FS_NOCOW_FL
_BTRFS_INFO = 0x8400941F  # BTRFS_IOC_FS_INFO


def make(
    volume: StorageVolume,
    source: StorageVolume | None,
    secrets: Secrets,
    *,
    preallocate: bool = False,
    reflink: bool = False,
) -> None:
    """Make what a complete document describes, or nothing.

    source       the volume whose contents it gets
    secrets      where the passphrases of encrypted volumes are
    preallocate  with room for its metadata (qcow2 only)
    reflink      share the source's blocks; refused where the file system cannot

    Raises Error.
    """
    target, path = located(volume)
    form = target.image_format
    if form == "dir":
        _make_folder(volume, source)
        return
    if form == "ploop" and (source is None or not is_image(source)):
        ploop.make(volume, source, preallocate * _PREALLOCATE + reflink * _REFLINK)
        return
    locked = target.encryption is not None or passphrase.encryption_of(source) is not None
    raw = form == "raw" and (source is None or _format(source) == "raw") and not locked
    if raw and preallocate:
        raise ConfigUnsupported("metadata preallocation is not supported for raw volumes")
    if raw and volume.backing is not None:
        raise NoSupport("backing storage not supported for raw volumes")
    if reflink and not raw:
        raise InvalidArgument.whole(
            f"unsupported flags (0x{_REFLINK:x}) in function storageBackendCreateQemuImg"
        )
    try:
        if raw:
            _make_raw(volume, source, reflink=reflink)
        else:
            make_image(volume, source, secrets, preallocate=preallocate)
            own(path, target.permissions)
    except BaseException:
        files.forget(path)
        raise


def is_image(volume: StorageVolume) -> bool:
    """Whether a volume is more than its bytes: it has a format, or is encrypted."""
    encrypted = passphrase.encryption_of(volume) is not None
    return volume.type == "file" and (encrypted or _format(volume) != "raw")


def _format(volume: StorageVolume) -> str:
    return str(located(volume)[0].image_format)


def make_image(
    volume: StorageVolume,
    source: StorageVolume | None,
    secrets: Secrets,
    *,
    preallocate: bool = False,
) -> None:
    """Make what qemu-img makes, its passphrases at hand.  Raises Error."""
    size = 0 if source is None else source.capacity or 0
    target = located(volume)[0]
    if target.image_format == "qcow2" and not target.compat:
        new = target.features is not None or work.version() >= _NEW_FORM
        target.compat = "1.1" if new else "0.10"
    with passphrase.files(secrets, volume, source) as known:
        commands = image.create(volume, source, known, preallocate=preallocate)
        _check_below(volume)
        for command in commands:
            work.run(command, size)


def _check_below(volume: StorageVolume) -> None:
    """Refuse an image on top of one that cannot be read.  Raises SystemFailure."""
    below, path = volume.backing, located(volume)[1]
    if below is None or below.path is None:
        return
    try:
        os.close(os.open(os.path.join(os.path.dirname(path), below.path), os.O_RDONLY))
    except OSError as error:
        raise SystemFailure(
            f"inaccessible backing store volume {below.path}: {error.strerror}"
        ) from None


def _make_folder(volume: StorageVolume, source: StorageVolume | None) -> None:
    target, path = located(volume)
    if source is not None:
        raise InternalError("cannot copy from volume to a directory volume")
    if volume.backing is not None:
        raise NoSupport("backing storage not supported for directories volumes")
    try:
        os.mkdir(path)
        own(path, target.permissions)
    except OSError as error:
        raise SystemFailure(f"failed to create directory '{path}': {error.strerror}") from None


def _make_raw(volume: StorageVolume, source: StorageVolume | None, *, reflink: bool) -> None:
    target, path = located(volume)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
    except OSError as error:
        raise SystemFailure(f"Failed to create file '{path}': {error.strerror}") from None
    try:
        own(path, target.permissions, f"Failed to create file '{path}'")
        if target.nocow:
            control_copies(path, on=False)
        truncate(descriptor, volume.capacity or 0, f"cannot extend file '{path}'")
        sparse = source is not None and (volume.allocation or 0) < (source.capacity or 0)
        if volume.allocation and not sparse:
            reserve(descriptor, volume.allocation, path)
        if source is not None:
            copy(source, descriptor, path, reflink=reflink)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def control_copies(path: str, *, on: bool | None) -> None:
    """Have Btrfs copy a file or folder on writing, or not.

    on  None: it does not, and elsewhere nothing is done

    Raises SystemFailure where it lies on something else.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    what = f"unable to control COW flag on '{path}', not btrfs: {os.strerror(errno.ENOSYS)}"
    try:
        if not _on_btrfs(descriptor):
            if on is None:
                return
            raise SystemFailure(what)
        what = f"unable get directory flags on '{path}'"
        flags = bytearray(8)
        fcntl.ioctl(descriptor, _GET_FLAGS, flags)
        what = f"unable control COW flag on '{path}'"
        now = int.from_bytes(flags[:4], "little")
        now = now & ~_NO_COPIES if on else now | _NO_COPIES
        fcntl.ioctl(descriptor, _SET_FLAGS, now.to_bytes(8, "little"))
    except OSError as error:
        if on is not None:
            raise SystemFailure(f"{what}: {error.strerror}") from None
    finally:
        os.close(descriptor)


def _on_btrfs(descriptor: int) -> bool:
    """Whether an open file lies on Btrfs, which alone knows this request."""
    try:
        fcntl.ioctl(descriptor, _BTRFS_INFO, bytearray(1024))
    except OSError:
        return False
    return True


def copy(
    source: StorageVolume, descriptor: int, path: str, *, reflink: bool, sparse: bool = True
) -> None:
    """Put the content of a raw volume into an open one.  Raises SystemFailure.

    sparse  it reads as zeros: zeros are left out
    """
    original = located(source)[1]
    given = os.open(original, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if reflink:
            try:
                fcntl.ioctl(descriptor, _FICLONE, given)
            except OSError as error:
                raise SystemFailure(
                    f"failed to clone files from '{original}': {error.strerror}"
                ) from None
            return
        at, zeros, size = 0, bytes(BLOCK), os.lseek(given, 0, os.SEEK_END)
        while part := os.pread(given, BLOCK, at):
            if not sparse or part != zeros[: len(part)]:
                put(descriptor, part, at, path)
            at += len(part)
            if sparse and at < size:
                at = _next_data(given, at, size)
            tell(max(0, size - at), size)
    finally:
        os.close(given)


def _next_data(descriptor: int, at: int, size: int) -> int:
    """Where a file has data again, from a place on: its end where it has none."""
    try:
        return os.lseek(descriptor, at, os.SEEK_DATA)
    except OSError as error:
        return size if error.errno == errno.ENXIO else at
