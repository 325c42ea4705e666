"""Sizes, rates and numbers of I/O threads as the tuning commands take them."""

from __future__ import annotations

from vsh.cli.params import Kind, int32, integer, scale, size
from vsh.errors import CommandError, Error, InvalidArgument

UINT_MAX = 2**32 - 1
LONG_MAX = 2**63 - 1
KIB_LIMIT = 2**64 - 1
UNLIMITED = 9007199254740991
"""KiB that stand for no limit of a memory parameter (``VIR_DOMAIN_MEMORY_PARAM_UNLIMITED``)."""

kibibytes = Kind("number", lambda text, name: -(-size(1024, KIB_LIMIT).convert(text, name) // 1024))
"""A scaled size, KiB without a suffix, as a number of whole KiB, rounded up."""


def _limit(text: str, name: str) -> int:
    number = integer(text, -(2**63), LONG_MAX)
    if number is not None and number < 0:
        return UNLIMITED
    refused = CommandError(
        f"Unable to parse integer parameter {name}",
        hint="KiB, a size with a suffix, or -1 for no limit",
    )
    try:
        return -(-scale(text, 1024, LONG_MAX) // 1024)
    except ValueError:
        raise refused from None
    except Error as reason:
        raise refused from reason


memory_limit = Kind("number", _limit)
"""As ``kibibytes``; a negative number stands for no limit."""


def _thread(text: str, name: str) -> int:
    number: int = int32.convert(text, name)
    if number <= 0:
        raise CommandError(f"Invalid IOThread id value: '{number}'")
    return number


io_thread = Kind("number", _thread)
"""The number of an I/O thread."""


class Rate:
    """What an interface may carry: KiB/s on average and at its peak, and KiB in a burst."""

    __slots__ = ("average", "burst", "floor", "peak")

    def __init__(self, numbers: list[int]) -> None:
        self.average, self.peak, self.burst, self.floor = numbers


def rate(text: str) -> Rate:
    """A rate from "average,peak,burst,floor", where any may be left out.  Raises CommandError."""
    words = text.split(",")
    if len(words) > 4:
        raise CommandError(
            f"Rate string '{text}' has too many fields", hint="average,peak,burst,floor"
        )
    numbers = [0, 0, 0, 0]
    for place, word in enumerate(words):
        if not word:
            continue
        number = integer(word, 0, 2**64 - 1)
        if number is None:
            field = ("average", "peak", "burst", "floor")[place]
            raise CommandError(f"field '{field}' is malformed", hint="average,peak,burst,floor")
        numbers[place] = number
    return Rate(numbers)


def c_integer(text: str) -> int | None:
    """A number as C reads it: decimal, 0x hexadecimal or 0 octal; None if it is none."""
    digits = text.strip()
    sign = -1 if digits[:1] == "-" else 1
    digits = digits.removeprefix("-").removeprefix("+").lower()
    base = 16 if digits[:2] == "0x" else 8 if digits[:1] == "0" and len(digits) > 1 else 10
    try:
        value = sign * int(digits.removeprefix("0x") if base == 16 else digits, base)
    except ValueError:
        return None
    return value if -(2**31) <= value < 2**31 and "_" not in digits else None


number_text = Kind("number", lambda text, name: text)
"""A number that is read when it is known of what type it must be."""

_RANGES = {
    "int": (-(2**31), 2**31 - 1),
    "uint": (0, UINT_MAX),
    "llong": (-(2**63), LONG_MAX),
    "ullong": (0, 2**64 - 1),
}


def typed_value(name: str, kind: str, text: str) -> object:
    """The value of a parameter of that type.  Raises InvalidArgument in libvirt's words."""
    if kind in _RANGES:
        number = integer(text, *_RANGES[kind], wrap=kind in ("uint", "ullong"))
        if number is None:
            raise InvalidArgument(f"Invalid value for field '{name}': expected {_WORDS[kind]}")
        return number
    if kind == "double":
        try:
            return float(text)
        except ValueError:
            raise InvalidArgument(f"Invalid value for field '{name}': expected double") from None
    if kind == "boolean":
        if text not in ("0", "1"):
            raise InvalidArgument(f"Invalid boolean value for field '{name}'")
        return text == "1"
    return text


_WORDS = {
    "int": "int",
    "uint": "unsigned int",
    "llong": "long long",
    "ullong": "unsigned long long",
}
