"""Files that only the user may read, and that are there as a whole or not at all.

Rules:
- a file gets its name when all of it is on the disk: one that is cut off leaves nothing behind (or,
  where one is replaced or the file system has no files without names, a hidden one of a name that
  nobody can guess);
- no link is followed, and nothing that others prepared is written to: documents have passwords.
"""

from __future__ import annotations

import os
from errno import EINVAL, EMLINK, ENOSYS, EOPNOTSUPP, EPERM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MODE = 0o600


def write(path: str, parts: Iterable[str], *, replace: bool = False, settled: bool = True) -> None:
    """Write a file.

    replace  a file of that name that is there already is replaced; else it is left alone
    settled  it is on the disk before it has its name; else ``settle`` sees to that, of many at once

    Raises FileExistsError where there is one, and OSError; nothing is left behind then.
    """
    folder, name = os.path.split(path)
    place = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _write(place, name, parts, replace, settled)
        if settled:
            _settle_folder(place)
    finally:
        os.close(place)


def _settle_folder(place: int) -> None:
    try:
        os.fsync(place)
    except OSError as error:
        if error.errno not in (EINVAL, EOPNOTSUPP):  # some file systems do that by themselves
            raise


def settle(paths: Iterable[str]) -> None:
    """See to it that files are on the disk.  Raises OSError."""
    for path in paths:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _write(place: int, name: str, parts: Iterable[str], replace: bool, settled: bool) -> None:
    """Write a file in an open folder."""
    hidden = f".vsh-{os.urandom(8).hex()}~"
    number, named = _opened(place, hidden)
    try:
        _fill(number, parts, settled)
        try:
            _link(number, place, name, hidden if named else None)
        except FileExistsError:
            if not replace:
                raise
            if not named:
                _link(number, place, hidden)
                named = True
            os.rename(hidden, name, src_dir_fd=place, dst_dir_fd=place)
            named = False
        except OSError as error:
            if not named or error.errno not in _NO_LINKS:
                raise
            _claim(place, name, replace)
            os.rename(hidden, name, src_dir_fd=place, dst_dir_fd=place)
            named = False
    finally:
        os.close(number)
        if named:
            os.unlink(hidden, dir_fd=place)


_NO_LINKS = (EPERM, ENOSYS, EOPNOTSUPP, EMLINK)
"""What file systems say where a file has one name only: those of memory sticks."""


def _claim(place: int, name: str, replace: bool) -> None:
    """Take a name by an empty file, where that is the only way."""
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        os.close(os.open(name, flags, MODE, dir_fd=place))
    except FileExistsError:
        if not replace:
            raise


def _opened(place: int, hidden: str) -> tuple[int, bool]:
    """A new file in a folder, and whether it has a name (``hidden``)."""
    flags = os.O_WRONLY | os.O_CLOEXEC
    if os.path.isdir("/proc/self/fd"):
        try:
            return os.open(".", flags | os.O_TMPFILE, MODE, dir_fd=place), False
        except OSError:
            pass  # not every file system has files without names; what else is wrong is found below
    flags |= os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    return os.open(hidden, flags, MODE, dir_fd=place), True


def _link(number: int, place: int, name: str, known: str | None = None) -> None:
    """Give an open file a name that is free; ``known`` is another one that it has already."""
    if known is not None:
        os.link(known, name, src_dir_fd=place, dst_dir_fd=place)
    else:
        os.link(f"/proc/self/fd/{number}", name, dst_dir_fd=place, follow_symlinks=True)


def _fill(number: int, parts: Iterable[str], settled: bool) -> None:
    with os.fdopen(number, "wb", closefd=False) as file:
        for part in parts:
            file.write(part.encode("utf-8", "surrogateescape"))
        file.flush()
        if settled:
            os.fsync(number)
