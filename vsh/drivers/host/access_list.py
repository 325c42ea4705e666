"""Access control lists of files (acl(5)) as the kernel keeps them: what one user may by name."""

from __future__ import annotations

import os
import struct
from errno import ENODATA, EOPNOTSUPP

NAME = "system.posix_acl_access"
_OWNER, _USER, _GROUP, _NAMED_GROUP, _MASK, _OTHER = 1, 2, 4, 8, 16, 32
_VERSION, _NOBODY = 2, 0xFFFFFFFF
_HEAD, _ENTRY = struct.Struct("<I"), struct.Struct("<HHI")


def read(path: str) -> bytes | None:
    """The list of a file; None where it has none, or its file system has no lists."""
    try:
        return os.getxattr(path, NAME)
    except OSError as error:
        if error.errno in (ENODATA, EOPNOTSUPP):
            return None
        raise


def allowed(found: bytes | None, uid: int) -> int | None:
    """What a list lets a user do that it names; None where it does not."""
    entries = _entries(found)
    mask = next((may for kind, may, _ in entries if kind == _MASK), 7)
    return next((may & mask for kind, may, who in entries if kind == _USER and who == uid), None)


def with_user(found: bytes | None, mode: int, uid: int, may: int) -> bytes:
    """A list that lets a user do more, by name, and everybody else what it let them before.

    found  the list so far; None: the mode is all there is
    may    the bits of what the user can do beside what it could
    """
    entries = _entries(found) or [
        (_OWNER, mode >> 6 & 7, _NOBODY),
        (_GROUP, mode >> 3 & 7, _NOBODY),
        (_OTHER, mode & 7, _NOBODY),
    ]
    mask = next((bits for kind, bits, _ in entries if kind == _MASK), 7)
    kept, mine = [], may
    for kind, bits, who in entries:
        if kind == _USER and who == uid:
            mine |= bits & mask
        elif kind in (_USER, _GROUP, _NAMED_GROUP):
            kept.append((kind, bits & mask, who))  # the new mask lets through what the old one did
        elif kind != _MASK:
            kept.append((kind, bits, who))
    kept.append((_USER, mine, uid))
    through = 0
    for kind, bits, _ in kept:
        if kind in (_USER, _GROUP, _NAMED_GROUP):
            through |= bits
    kept.append((_MASK, through, _NOBODY))
    return _HEAD.pack(_VERSION) + b"".join(_ENTRY.pack(*each) for each in sorted(kept))


def put_back(path: str, mode: int, found: bytes | None) -> None:
    """Give a file the list and the mode that it had.  Raises OSError."""
    if found is None:
        try:
            os.removexattr(path, NAME)
        except OSError as error:
            if error.errno not in (ENODATA, EOPNOTSUPP):
                raise
        os.chmod(path, mode)
    else:
        os.setxattr(path, NAME, found)


def _entries(found: bytes | None) -> list[tuple[int, int, int]]:
    if found is None or _HEAD.unpack_from(found)[0] != _VERSION:
        return []
    return list(_ENTRY.iter_unpack(found[_HEAD.size :]))
