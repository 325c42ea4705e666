"""Files that commands take: documents of at most 10 MiB, with virsh's messages."""

from __future__ import annotations

import os

from vsh.errors import CommandError

MAX_SIZE = 10 * 1024 * 1024


def read_text(path: str) -> str:
    """A file's text; bytes that are not UTF-8 are kept.  Raises CommandError."""
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed below; opening has a message of its own
    except OSError as error:
        raise CommandError(f"Failed to open file '{path}': {error.strerror}") from None
    try:
        with file:
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise CommandError(f"Failed to read file '{path}': {error.strerror}") from None
    if len(data) > MAX_SIZE:
        raise CommandError(f"Failed to read file '{path}': {os.strerror(75)}",
                           hint="documents have at most 10 MiB")
    return data.decode("utf-8", "surrogateescape")
