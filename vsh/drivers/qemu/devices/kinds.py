"""The kinds of a guest's devices: the lists of a definition that they are in."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import typing

    AnyDevice = typing.Any
    """A device of any kind; the list that it is in tells what it has."""

CHARACTERS = ("serials", "parallels", "channels", "consoles")
