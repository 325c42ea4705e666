"""The kinds of a guest's devices: the lists of a definition that they are in."""

from __future__ import annotations

CHARACTERS = ("serials", "parallels", "channels", "consoles")
