"""Sizes as people read them: the largest binary unit that leaves at least one whole of it."""

from __future__ import annotations

UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def scaled(size: int) -> tuple[float, str]:
    """A number of bytes as a number of a unit, and the unit."""
    power = 0
    while power < len(UNITS) - 1 and size >= 1024 ** (power + 1):
        power += 1
    return size / 1024**power, UNITS[power]


def pretty(size: int, digits: int) -> str:
    """A number of bytes as "1.500 GiB", with that many digits after the point."""
    number, unit = scaled(size)
    return f"{number:.{digits}f} {unit}"
