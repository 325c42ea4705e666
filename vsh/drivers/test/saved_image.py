"""Guests saved in files: libvirt's test driver's own format.

15 bytes of magic, the length of the document as a native int, the document.
"""

from __future__ import annotations

import os

from vsh.errors import InternalError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.errors import Error

MAGIC = b"TestGuestMagic\0"

_LONGEST = 8192


def write(path: str, name: str, text: str) -> None:
    """Save the document of the guest of that name.  Raises SystemFailure."""
    document = text.encode()
    try:
        write_bytes(path, MAGIC + len(document).to_bytes(4, "little") + document)
    except OSError as error:
        raise failure(f"saving domain '{name}' to '{path}': open failed", error) from error


def read(path: str) -> str:
    """The document that was saved.  Raises SystemFailure or InternalError."""
    try:
        with open(path, "rb") as file:
            magic = file.read(len(MAGIC))
            length = int.from_bytes(file.read(4), "little", signed=True)
            document = file.read(max(0, min(length, _LONGEST)))
    except IsADirectoryError as error:  # it can be opened, and not be read
        raise failure(f"incomplete save header in '{path}'", error) from error
    except OSError as error:
        raise failure(f"cannot read domain image '{path}'", error) from error
    if len(magic) != len(MAGIC):
        raise SystemFailure.whole(f"incomplete save header in '{path}': Success")
    if magic != MAGIC:
        raise InternalError("mismatched header magic")
    if not 1 <= length <= _LONGEST:
        raise InternalError("length of metadata out of range")
    if len(document) != length:
        raise SystemFailure.whole(f"incomplete metadata in '{path}': Success")
    return document.decode(errors="replace")


def write_bytes(path: str, content: bytes) -> None:
    """Make a file that only its owner can read, or empty the one that is there."""
    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def failure(what: str, error: OSError) -> Error:
    """What libvirt says of a failed system call."""
    return SystemFailure.whole(f"{what}: {os.strerror(error.errno or 0)}")
