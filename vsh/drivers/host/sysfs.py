"""Values in the kernel's files under /sys and /proc: one number, one word, one set of CPUs."""

from __future__ import annotations

from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InternalError, InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

RANGE_LIMIT = 1 << 20
"""The highest number that a set may hold; the kernel's own limit of CPUs is 8,192."""


def word(path: str) -> str | None:
    """The text of a file, without white space around it; None if there is no such file.

    Raises InternalError where it is there and cannot be read.
    """
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InternalError(f"Failed to read file '{path}': {error.strerror}") from None


def number(path: str, *, signed: bool = False) -> int | None:
    """The whole number in a file; None if there is no such file.  Raises InternalError.

    signed  it may be below 0
    """
    text = word(path)
    if text is None:
        return None
    found = None
    with Ignoring(ValueError):
        found = int(text[:40])
    if found is None or (found < 0 and not signed):
        kind = "integer" if signed else "unsigned integer"
        raise InternalError(f"Invalid {kind} value '{text[:40]}' in file '{path}'")
    return found


def numbers(path: str, *, empty: bool = False) -> set[int] | None:
    """The set in a file ("0-3,8"); None if there is no such file.

    empty  there may be nothing in it

    Raises InvalidArgument where it is no set, InternalError where it cannot be read.
    """
    text = word(path)
    if text is None:
        return None
    try:
        found = set(_each(text))
    except ValueError:
        found = set()
    if not found and not (empty and not text):
        raise InvalidArgument(f"Failed to parse bitmap '{text[:80]}'")
    return found


def _each(text: str) -> Iterator[int]:
    for part in filter(None, text.split(",")):
        first, dash, last = part.strip().partition("-")
        low = int(first[:40])
        high = int(last[:40]) if dash else low
        if not 0 <= low <= high <= RANGE_LIMIT:
            raise ValueError(part)
        yield from range(low, high + 1)
