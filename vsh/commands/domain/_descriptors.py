"""Lists of file descriptors that the caller of this program left open for a guest (--pass-fds)."""

from __future__ import annotations

from vsh.cli.params import integer
from vsh.errors import CommandError

PASS_FDS_HELP = "file descriptors to hand to the guest, comma-separated"  # noqa: S105 - no password


def descriptors(text: str | None) -> list[int]:
    """The numbers of a list.  Raises CommandError."""
    found = []
    for word in text.split(",") if text else ():
        number = integer(word, -(2**31), 2**31 - 1)
        if number is None:
            raise CommandError(f"Unable to parse FD number '{word}'")
        found.append(number)
    return found
