"""A volume that is a file, folder or device: found, made, changed and removed on this machine."""

from __future__ import annotations

import errno
import os
import stat

from vsh.api.following import tell
from vsh.drivers.host.volume import image, passphrase, work
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import ArgumentUnsupported, NoSupport, OperationUnsupported, SystemFailure
from vsh.image.probe import head_of, probe
from vsh.xml.shared.encryption import Encryption
from vsh.xml.storage.kinds import Permissions
from vsh.xml.storage.volume import BackingImage, StorageVolume, Target, Timestamps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.image.probe import Found
    from vsh.xml.storage.volume import Image

MODE = 0o600
"""Of a volume whose document says nothing."""
BLOCK = 1 << 20
PLOOP = ("root.hds", "DiskDescriptor.xml")
"""What is in a folder that is a volume of the format ploop."""
_SAME = 0xFFFFFFFF  # an owner that stays, as libvirt shows it
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
    volume = unknown(folder, name)
    measure(volume, status)
    if stat.S_ISDIR(status.st_mode):
        ploop = all(os.path.exists(f"{path}/{name}") for name in PLOOP)
        volume.type = located(volume)[0].image_format = "ploop" if ploop else "dir"
        return volume
    try:
        found = probe(head_of(path))
    except OSError as error:
        raise _refused(error, f"cannot read header '{path}'") from None
    _describe(volume, found)
    if found.backing is not None:
        volume.backing = _below(folder, found)
    return volume


def unknown(folder: str, name: str) -> StorageVolume:
    """A volume of a folder that has gone before anybody looked at it."""
    volume = StorageVolume()
    volume.type, volume.name, volume.key = "file", name, f"{folder}/{name}"
    volume.extents = []
    volume.target = Target()
    volume.target.path, volume.target.image_format = volume.key, "raw"
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
    before, times = volume.capacity, target.timestamps
    measure(volume)
    if volume.type in ("dir", "ploop"):
        return
    now = target.timestamps
    if times is not None and now is not None and now.modified == times.modified:
        volume.capacity = before  # nobody has written to it
    else:
        try:
            found = probe(head_of(path))
        except OSError as error:
            raise _refused(error, f"cannot read header '{path}'") from None
        if found.format == target.image_format:
            volume.capacity = (found.capacity or volume.capacity or 0) - found.payload
    below = volume.backing
    if below is not None and below.path is not None and below.path.startswith("/"):
        with Ignoring(OSError):  # it is not there now; the volume is
            _stamp(below, os.stat(below.path))


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


def reserve(descriptor: int, size: int, path: str) -> None:
    """Give the first bytes of an open file their blocks.  Raises SystemFailure."""
    try:
        os.posix_fallocate(descriptor, 0, size)
    except (OSError, OverflowError) as error:
        raise SystemFailure(
            f"cannot allocate {size} bytes in file '{path}': {why(error)}"
        ) from None


def truncate(descriptor: int, size: int, what: str) -> None:
    """Give an open file its size in bytes.  Raises SystemFailure, beginning with ``what``."""
    try:
        os.truncate(descriptor, size)
    except (OSError, OverflowError) as error:
        raise SystemFailure(f"{what}: {why(error)}") from None


def why(error: OSError | OverflowError) -> str:
    """What the kernel says, or would say of a number that is more than it can be given."""
    number = error.errno if isinstance(error, OSError) else errno.EINVAL
    return os.strerror(number or errno.EINVAL)


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


def own(path: str, wanted: Permissions | None, what: str = "") -> None:
    """Give a new volume the owner and mode that its document wants.

    what  what is said to have failed, if that does; "": that itself

    Raises SystemFailure.
    """
    try:
        give(path, wanted, MODE)
    except OSError as error:
        raise SystemFailure(f"{what or _giving(path, wanted)}: {error.strerror}") from None


def _giving(path: str, wanted: Permissions | None) -> str:
    """What ``give`` cannot do, in libvirt's words."""
    owner, group = (None, None) if wanted is None else (wanted.owner, wanted.group)
    if owner is None and group is None:
        return f"cannot set mode of '{path}'"
    user, own = (_SAME if each is None else each for each in (owner, group))
    return f"cannot chown {path} to ({user}, {own})"


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
        elif volume.type == "ploop":
            import shutil

            shutil.rmtree(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        what = "unlink file" if volume.type == "file" else "remove directory"
        raise SystemFailure(f"cannot {what} '{path}': {error.strerror}") from None


def resize(volume: StorageVolume, capacity: int, secrets: Secrets, *, allocate: bool) -> None:
    """Give a volume another size, in bytes.  Raises Error."""
    target, path = located(volume)
    if target.image_format != "raw" or target.encryption is not None:
        if allocate:
            what = "an unencrypted raw" if target.image_format == "raw" else "raw type"
            raise OperationUnsupported(f"preallocate is only supported for {what} volume")
        passphrase.name(secrets, volume)
        image.check_resize(volume)
        with passphrase.files(secrets, volume) as known:
            work.run(image.resize(volume, capacity, known))
        return
    descriptor = opened(path, os.O_RDWR, "Unable to open '{}'")
    try:
        truncate(descriptor, capacity, f"Failed to truncate file '{path}'")
        if allocate:
            reserve(descriptor, capacity, path)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def wipe(volume: StorageVolume) -> None:
    """Overwrite all of a volume with zeros: a sparse file by dropping its blocks.  Raises Error.

    Of a file all blocks: it may end a little later than before, as libvirt leaves it.
    """
    path = located(volume)[1]
    descriptor = opened(path, os.O_RDWR, "Failed to open storage volume with path '{}'")
    try:
        status = os.fstat(descriptor)
        regular, taken = stat.S_ISREG(status.st_mode), status.st_blocks * 512
        if regular and taken < status.st_size:
            os.truncate(descriptor, 0)
            os.truncate(descriptor, status.st_size)
        else:
            zeros = bytes(BLOCK)
            size = taken if regular else os.lseek(descriptor, 0, os.SEEK_END)
            for at in range(0, size, BLOCK):
                put(descriptor, zeros[: min(BLOCK, size - at)], at, path)
                tell(max(0, size - at - BLOCK), size)
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
        raise ArgumentUnsupported("'trim' algorithm not supported")
    work.run(["scrub", "-f", "-p", word, located(volume)[1]])


def opened(path: str, flags: int, what: str) -> int:
    """An open volume; ``what`` begins the error's text, with the path in it.  Raises Error."""
    try:
        return os.open(path, flags | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise SystemFailure(f"{what.format(path)}: {error.strerror}") from None
