"""Files that commands take: documents of at most 10 MiB where nothing else is said, with virsh's
messages."""

from __future__ import annotations

import os

from vsh.cli.params import Flags
from vsh.errors import CommandError

TYPE_CHECKING = False

VALIDATE_HELP = "validate the description against the schema"
MAX_SIZE = 10 * 1024 * 1024
USUAL = 1 << 16
"""Few documents are longer; room for the longest is not asked of the system for each."""


def read_text(path: str, limit: int = MAX_SIZE) -> str:
    """A file's text; bytes that are not UTF-8 are kept.  Raises CommandError."""
    try:
        file = open(path, "rb", 0)  # noqa: SIM115 - closed below; opening has a message of its own
    except IsADirectoryError as error:
        raise CommandError(f"Failed to read file '{path}': {error.strerror}") from None
    except OSError as error:
        raise CommandError(f"Failed to open file '{path}': {error.strerror}") from None
    try:
        with file:
            data = b""
            while piece := file.read(min(USUAL, limit + 1 - len(data))):
                data += piece
    except OSError as error:
        raise CommandError(f"Failed to read file '{path}': {error.strerror}") from None
    if len(data) > limit:
        raise CommandError(
            f"Failed to read file '{path}': {os.strerror(75)}",
            hint=f"it may have {limit // 1024} KiB at most",
        )
    return data.decode("utf-8", "surrogateescape")


def validating(flags: type) -> int:
    """The option --validate of a document, as the only flag of a call (VALIDATE)."""
    return Flags(flags, validate=VALIDATE_HELP)
