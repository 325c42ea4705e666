"""Open files that a guest is given: its document has a name for them (<source fdgroup='NAME'>).

They are the connection's that gave them, and are closed with it.
"""

from __future__ import annotations

import os

from vsh.errors import SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Associated:
    """What was given under one name.

    descriptors  of ours
    writable     whether they may be written whatever the disk is
    giver        the connection that gave them
    """

    __slots__ = ("descriptors", "giver", "writable")

    def __init__(self, files: Sequence[int], giver: object, *, writable: bool) -> None:
        self.descriptors: list[int] = []
        self.giver, self.writable = giver, writable
        try:
            for each in files:
                self.descriptors.append(_own(each))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        while self.descriptors:
            os.close(self.descriptors.pop())


def _own(descriptor: int) -> int:
    try:
        return os.dup(descriptor)
    except OSError as error:
        raise SystemFailure(f"Cannot duplicate FD {descriptor}: {error.strerror}") from None


def give(
    groups: dict[str, Associated], name: str, files: Sequence[int], giver: object, *, writable: bool
) -> None:
    """Give files to a guest that is held, in place of those of the same name.

    groups  what it has

    Raises SystemFailure.
    """
    found = Associated(files, giver, writable=writable)
    before = groups.pop(name, None)
    if before is not None:
        before.close()
    groups[name] = found


def forget(groups: dict[str, Associated], giver: object) -> None:
    """Close what a connection gave to a guest that is held."""
    for name in [name for name, each in groups.items() if each.giver is giver]:
        groups.pop(name).close()
