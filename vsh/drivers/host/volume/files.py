"""A volume that is a file, folder or device: found, made, changed and removed on this machine."""

from __future__ import annotations

import errno
import fcntl
import os
import stat

from vsh.drivers.host import programs
from vsh.drivers.host.volume import image, passphrase
from vsh.drivers.host.volume.probe import head_of, probe
from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    NoStorageVolume,
    NoSupport,
    OperationUnsupported,
    SystemFailure,
)
from vsh.xml.shared.encryption import Encryption
from vsh.xml.storage.kinds import Permissions
from vsh.xml.storage.volume import BackingImage, StorageVolume, Target, Timestamps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.drivers.host.volume.probe import Found
    from vsh.xml.storage.volume import Image

MODE = 0o600
"""Of a volume whose document says nothing."""
BLOCK = 1 << 20
_FICLONE = 0x40049409
_CONTENT = (stat.S_IFREG, stat.S_IFBLK, stat.S_IFDIR)


class NotAVolume(Exception):
    """What is there is none: a FIFO, a socket, a link to nowhere, or it has gone meanwhile."""


# ---- what is there


def located(volume: StorageVolume) -> tuple[Target, str]:
    """What a volume of this machine is and where: it always has both."""
    target = volume.target
    assert target is not None
    assert target.path is not None
    return target, target.path


def read(folder: str, name: str) -> StorageVolume:
    """The volume of that name in a folder.  Raises NotAVolume, SystemFailure."""
    path = f"{folder}/{name}"
    status = _status(path)
    volume = StorageVolume()
    volume.type, volume.name, volume.key = "file", name, path
    volume.extents = []
    volume.target = Target()
    volume.target.path = path
    volume.target.image_format = "raw"
    measure(volume, status)
    if stat.S_ISDIR(status.st_mode):
        volume.type = volume.target.image_format = "dir"
        return volume
    try:
        found = probe(head_of(path))
    except OSError as error:
        raise _refused(error, f"cannot read header '{path}'") from None
    _describe(volume, found)
    if found.backing is not None:
        volume.backing = _below(folder, found)
    return volume


def measure(volume: StorageVolume, status: os.stat_result | None = None) -> None:
    """Take the sizes, the owner and the times of a volume from what is there.

    Raises NotAVolume, SystemFailure.
    """
    target, path = located(volume)
    status = _status(path) if status is None else status
    folder, block = stat.S_ISDIR(status.st_mode), stat.S_ISBLK(status.st_mode)
    size = _end(path) if block else 0 if folder else status.st_size
    volume.allocation = size if block else 0 if folder else status.st_blocks * 512
    volume.capacity = volume.physical = size
    volume.physical = volume.physical or None
    _stamp(target, status)


def update(volume: StorageVolume) -> None:
    """Bring a volume's sizes up to date with its image, whose format stays what it is known as.

    Raises NotAVolume, SystemFailure.
    """
    target, path = located(volume)
    measure(volume)
    if volume.type == "dir":
        return
    try:
        found = probe(head_of(path))
    except OSError as error:
        raise _refused(error, f"cannot read header '{path}'") from None
    if found.format == target.image_format:
        volume.capacity = (found.capacity or volume.capacity or 0) - found.payload


def _status(path: str) -> os.stat_result:
    try:
        status = os.stat(path)
    except OSError as error:
        raise _refused(error, f"cannot stat file '{path}'") from None
    if stat.S_IFMT(status.st_mode) not in _CONTENT:
        raise NotAVolume(path)
    if not os.access(path, os.R_OK):
        raise NotAVolume(path)
    return status


def is_block(path: str) -> bool:
    """Whether a path leads to a block device."""
    try:
        return stat.S_ISBLK(os.stat(path).st_mode)
    except OSError:
        return False


def refuse_stream(*, write: bool) -> None:
    """Say that there is no stream of that direction.  Raises NoSupport."""
    what = "upload" if write else "download"
    raise NoSupport(f"storage pool doesn't support volume {what}")


def _refused(error: OSError, what: str) -> Exception:
    if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO, errno.EACCES, errno.EPERM):
        return NotAVolume(what)
    return SystemFailure(f"{what}: {error.strerror}")


def _end(path: str) -> int:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        return os.lseek(descriptor, 0, os.SEEK_END)
    finally:
        os.close(descriptor)


def _stamp(target: Image, status: os.stat_result) -> None:
    target.permissions = permissions(status)
    times = Timestamps()
    times.accessed = _time(status.st_atime_ns)
    times.modified = _time(status.st_mtime_ns)
    times.changed = _time(status.st_ctime_ns)
    times.born = "0"  # as libvirt has it on Linux
    target.timestamps = times


def permissions(status: os.stat_result) -> Permissions:
    """Whose a file is, as documents say it."""
    found = Permissions()
    found.mode = status.st_mode & 0o777
    found.owner, found.group = status.st_uid, status.st_gid
    return found


def _time(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 10**9)
    return f"{seconds}.{rest:09d}" if rest else str(seconds)


def _describe(volume: StorageVolume, found: Found) -> None:
    target, _ = located(volume)
    target.image_format = found.format
    volume.capacity = found.capacity or volume.capacity
    target.compat = found.compat
    target.cluster_size = found.cluster_size
    target.features = None if found.features is None else found.features or [""]
    if found.encryption is None:
        target.encryption = None
        return
    volume.capacity = (volume.capacity or 0) - found.payload
    if target.encryption is None:
        target.encryption = Encryption()
        target.encryption.scheme = found.encryption


def _below(folder: str, found: Found) -> BackingImage:
    path = found.backing or ""
    below = BackingImage()
    below.path, below.image_format = path, "raw"
    if path.startswith(("json:", "nbd:", "rbd:", "fd:")) or "://" in path:
        return below  # not on this machine: libvirt says raw, too
    below.path = path if path.startswith("/") else f"{folder}/{path}"
    below.image_format = found.backing_format or "raw"
    try:
        if found.backing_format is None:
            below.image_format = probe(head_of(below.path)).format
        _stamp(below, os.stat(below.path))
    except OSError:
        below.timestamps = None  # it is not there now; the volume is
    return below


# ---- making


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
    if form == "ploop":
        raise InternalError("unable to find ploop, please install ploop tools")
    locked = target.encryption is not None or passphrase.encryption_of(source) is not None
    raw = form == "raw" and (source is None or _format(source) == "raw") and not locked
    if raw and preallocate:
        raise ConfigUnsupported("metadata preallocation is not supported for raw volumes")
    if raw and volume.backing is not None:
        raise NoSupport("backing storage not supported for raw volumes")
    try:
        if raw:
            _make_raw(volume, source, reflink=reflink)
        else:
            with passphrase.files(secrets, volume, source) as known:
                for command in image.create(volume, source, known, preallocate=preallocate):
                    run(command)
            own(path, target.permissions)
    except BaseException:
        forget(path)
        raise


def is_image(volume: StorageVolume) -> bool:
    """Whether a volume is more than its bytes: it has a format, or is encrypted."""
    encrypted = passphrase.encryption_of(volume) is not None
    return volume.type == "file" and (encrypted or _format(volume) != "raw")


def _format(volume: StorageVolume) -> str:
    return str(located(volume)[0].image_format)


def run(command: list[str]) -> str:
    """Run a command; gives what it says.  Raises InternalError as libvirt words it."""
    import subprocess

    program = programs.find(command[0])
    if program is None:
        raise SystemFailure(
            f"Cannot find '{command[0]}' in path: {os.strerror(errno.ENOENT)}",
            hint=f"install the package that has {command[0]}",
        )
    done = subprocess.run(
        [program, *command[1:]],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        umask=0o077,
    )
    if done.returncode:
        words = " ".join(command)
        raise InternalError(
            f"Child process ({words}) unexpected exit status {done.returncode}: {done.stderr}"
        )
    return done.stdout


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
        own(path, target.permissions)
        try:
            os.truncate(descriptor, volume.capacity or 0)
        except OSError as error:
            raise SystemFailure(f"cannot extend file '{path}': {error.strerror}") from None
        sparse = source is not None and (volume.allocation or 0) < (source.capacity or 0)
        if volume.allocation and not sparse:
            _allocate(descriptor, volume.allocation, path)
        if source is not None:
            copy(source, descriptor, path, reflink=reflink)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _allocate(descriptor: int, size: int, path: str) -> None:
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError as error:
        raise SystemFailure(
            f"cannot allocate {size} bytes in file '{path}': {error.strerror}"
        ) from None


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
        at, zeros = 0, bytes(BLOCK)
        while part := os.pread(given, BLOCK, at):
            if not sparse or part != zeros[: len(part)]:
                put(descriptor, part, at, path)
            at += len(part)
    finally:
        os.close(given)


def put(descriptor: int, data: bytes, at: int, path: str) -> None:
    """Write all of some bytes in a place.  Raises SystemFailure."""
    try:
        while data:
            written = os.pwrite(descriptor, data, at)
            data, at = data[written:], at + written
    except OSError as error:
        raise SystemFailure(f"failed writing to file '{path}': {error.strerror}") from None


def give(path: str, wanted: Permissions | None, mode: int | None) -> None:
    """Give a file or folder the owner and mode that a document wants; ``mode`` where it has none.

    Raises OSError.
    """
    if wanted is not None:
        if wanted.owner is not None or wanted.group is not None:
            os.chown(
                path,
                -1 if wanted.owner is None else wanted.owner,
                -1 if wanted.group is None else wanted.group,
            )
        mode = mode if wanted.mode is None else wanted.mode
    if mode is not None:
        os.chmod(path, mode)


def own(path: str, wanted: Permissions | None) -> None:
    """Give a new volume the owner and mode that its document wants.  Raises SystemFailure."""
    try:
        give(path, wanted, MODE)
    except OSError as error:
        raise SystemFailure(f"cannot set permissions of '{path}': {error.strerror}") from None


def forget(path: str) -> None:
    """Remove a file, if it is there."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return


# ---- changing and removing


def remove(volume: StorageVolume) -> None:
    """Remove a volume; one that has gone already is no error.  Raises Error."""
    path = located(volume)[1]
    if volume.type == "block":
        raise NoSupport(f"removing block or network volumes is not supported: {path}")
    try:
        if volume.type == "dir":
            os.rmdir(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        what = "remove directory" if volume.type == "dir" else "unlink file"
        raise SystemFailure(f"cannot {what} '{path}': {error.strerror}") from None


def resize(volume: StorageVolume, capacity: int, secrets: Secrets, *, allocate: bool) -> None:
    """Give a volume another size, in bytes.  Raises Error."""
    target, path = located(volume)
    if target.image_format != "raw" or target.encryption is not None:
        if allocate:
            raise OperationUnsupported("preallocate is only supported for raw type volume")
        with passphrase.files(secrets, volume) as known:
            run(image.resize(path, str(target.image_format), capacity, secret=known.own))
        return
    descriptor = opened(path, os.O_RDWR, "Unable to open '{}'")
    try:
        try:
            os.truncate(descriptor, capacity)
        except OSError as error:
            raise SystemFailure(f"Failed to truncate file '{path}': {error.strerror}") from None
        if allocate:
            _allocate(descriptor, capacity, path)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def wipe(volume: StorageVolume) -> None:
    """Overwrite all of a volume with zeros: a sparse file by dropping its blocks.  Raises Error."""
    path = located(volume)[1]
    descriptor = opened(path, os.O_RDWR, "Failed to open storage volume with path '{}'")
    try:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and status.st_blocks * 512 < status.st_size:
            os.truncate(descriptor, 0)
            os.truncate(descriptor, status.st_size)
        else:
            zeros = bytes(BLOCK)
            size = os.lseek(descriptor, 0, os.SEEK_END)
            for at in range(0, size, BLOCK):
                put(descriptor, zeros[: min(BLOCK, size - at)], at, path)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_SCRUB = {
    1: "nnsa", 2: "dod", 3: "bsi", 4: "gutmann", 5: "schneier", 6: "pfitzner7", 7: "pfitzner33",
    8: "random",
}  # fmt: skip


def scrub(volume: StorageVolume, algorithm: int) -> None:
    """Overwrite a volume by scrub(1) in one of its patterns.  Raises Error."""
    word = _SCRUB.get(algorithm)
    if word is None:
        raise OperationUnsupported("'trim' algorithm not supported")
    run(["scrub", "-f", "-p", word, located(volume)[1]])


def opened(path: str, flags: int, what: str) -> int:
    """An open volume; ``what`` begins the error's text, with the path in it.  Raises Error."""
    try:
        return os.open(path, flags | os.O_CLOEXEC | os.O_NOCTTY)
    except FileNotFoundError:
        raise NoStorageVolume.whole(
            f"Storage volume not found: no storage vol with matching path '{path}'"
        ) from None
    except OSError as error:
        raise SystemFailure(f"{what.format(path)}: {error.strerror}") from None
