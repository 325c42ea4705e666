"""Kinds of values that several documents share: UUIDs, MAC addresses, sizes with units, sets of
numbers."""

from __future__ import annotations

from vsh.errors import Error, InvalidArgument, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.field import Counted, Int, Text
from vsh.xml.engine.generic import Whole, Words
from vsh.xml.engine.text import ULONG_MAX, below, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Unpack

    from lxml.etree import _Element

    from vsh.xml.engine.field import Asked

_HEX = frozenset("0123456789abcdefABCDEF")

# unit: bytes, in lower case; a lone letter counts in 1024s, one with "b" in 1000s
UNITS = {
    "": 1,
    "b": 1,
    "byte": 1,
    "bytes": 1,
    **{letter: 1024**power for power, letter in enumerate("kmgtpe", 1)},
    **{letter + "ib": 1024**power for power, letter in enumerate("kmgtpe", 1)},
    **{letter + "b": 1000**power for power, letter in enumerate("kmgtpe", 1)},
}


class Overflow(Error):
    """A number that does not fit."""

    code = 82


def parse_uuid(text: str) -> str:
    """A UUID in its usual form; hyphens may stand anywhere between bytes.  Raises ValueError."""
    body = text.strip(" \t\n\v\f\r")
    groups = body.split("-")
    if [len(group) for group in groups] == [8, 4, 4, 4, 12] and _HEX.issuperset("".join(groups)):
        return body.lower()  # the usual form already
    digits = []
    place = 0
    while place < len(body):
        if body[place] == "-":
            place += 1
            continue
        pair = body[place : place + 2]
        if len(pair) != 2 or not _HEX.issuperset(pair):
            raise ValueError(text)
        digits.append(pair)
        place += 2
    if len(digits) != 16:
        raise ValueError(text)
    plain = "".join(digits).lower()
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def generate_uuid() -> str:
    """A random UUID (version 4)."""
    import os

    raw = bytearray(os.urandom(16))
    raw[6] = (raw[6] & 0x0F) | 0x40
    raw[8] = (raw[8] & 0x3F) | 0x80
    return parse_uuid(raw.hex())


def parse_mac(text: str) -> str:
    """A MAC address in lower case.  Raises ValueError."""
    parts = text.split(":")
    if len(parts) != 6:
        raise ValueError(text)
    for part in parts:
        if not 1 <= len(part) <= 2 or not _HEX.issuperset(part):
            raise ValueError(text)
    return ":".join(f"{int(part, 16):02x}" for part in parts)


def generate_mac(prefix: tuple[int, int, int] = (0x52, 0x54, 0x00)) -> str:
    """A random MAC address below a vendor's prefix."""
    import os

    return ":".join(f"{byte:02x}" for byte in (*prefix, *os.urandom(3)))


_LONGEST_NUMBER = 4000  # of digits; int() refuses from 4,300 on


_MOST_CPUS = 16384


def parse_set(text: str, most: int = _MOST_CPUS) -> list[int]:
    """Numbers below ``most`` written like ``0-3,^2,8``, sorted.

    Raises InvalidArgument with libvirt's text.
    """
    found: set[int] = set()
    wrong = InvalidArgument(f"Failed to parse bitmap '{text}'")
    for part in text.split(","):
        body = part.strip()
        negative = body[:1] == "^"
        if negative:
            body = body[1:]
        first, dash, last = body.partition("-")
        first, last = first.strip(), last.strip()
        if not first.isdigit() or not first.isascii() or (dash and not last.isdecimal()):
            raise wrong
        if len(first) > _LONGEST_NUMBER or len(last) > _LONGEST_NUMBER:
            raise wrong
        low = int(first)
        high = int(last) if dash else low
        if high < low or high >= most or (negative and dash):
            raise wrong
        numbers = range(low, high + 1)
        if negative:
            found.difference_update(numbers)
        else:
            found.update(numbers)
    return sorted(found)


def show_set(numbers: list[int]) -> str:
    """The canonical text of a set of numbers: ``0-1,3``."""
    parts: list[str] = []
    start = previous = -2
    for value in [*numbers, -2]:
        if value == previous + 1:
            previous = value
            continue
        if start >= 0:
            parts.append(str(start) if start == previous else f"{start}-{previous}")
        start = previous = value
    return ",".join(parts)


def scale(value: int, unit: str | None, default: int, limit: int = ULONG_MAX) -> int:
    """A size in bytes.  Raises InvalidArgument for an unknown unit and Overflow for what does
    not fit."""
    factor = default if not unit else UNITS.get(unit.lower(), 0)
    if not factor:
        raise InvalidArgument(f"unknown suffix '{unit}'")
    if value and value > limit // factor:
        raise Overflow(f"value too large: {value}{unit or ''}")
    return value * factor


class Uuid(Text[Words]):
    """A UUID, in its usual form."""

    def known_form(self, text: str) -> bool:
        return shapes.fits(text, shapes.UUID)

    def parse(self, text: str) -> str:
        return parse_uuid(text)

    def expected(self) -> str:
        return " Expected UUID"


class Mac(Text[Words]):
    """A MAC address, in lower case."""

    def known_form(self, text: str) -> bool:
        return shapes.fits(text, shapes.MAC)

    def parse(self, text: str) -> str:
        return parse_mac(text)


class NumberSet(Text[Words]):
    """A set of small numbers, kept in its canonical text; ``empty`` is the complaint about a set
    of none."""

    def __init__(
        self, path: str, *, empty: tuple[type[Error], str] | None = None, **options: Unpack[Asked]
    ) -> None:
        super().__init__(path, **options)
        self.empty = empty

    def known_form(self, text: str) -> bool:
        return shapes.fits(text, shapes.CPUS)

    def parse(self, text: str) -> str:
        numbers = parse_set(text)
        if not numbers and self.empty is not None:
            kind, words = self.empty
            raise kind(words.replace("{}", text))
        return show_set(numbers)


class Measure(Int):
    """A number in an attribute that another gives the unit of; one that is empty is not there."""

    def __init__(self, path: str, **options: Any) -> None:
        wrong = (XmlError, f"Invalid value '{{}}' for element or attribute './{path}'")
        super().__init__(path, 0, ULONG_MAX, wrong=wrong, **options)

    def parse(self, text: str) -> int | None:
        return super().parse(text) if text else None


class Scaled(Counted[Whole]):
    """A size: text with a ``unit`` attribute, kept in ``step``s of bytes (1024: KiB).

    ``unit`` is written, ``default`` is the unit of a bare number, ``xpath`` is how errors call the
             place.
    """

    def __init__(
        self,
        path: str,
        *,
        unit: str = "KiB",
        step: int = 1024,
        bare: int = 1024,
        xpath: str | None = None,
        limit: int = ULONG_MAX,
        zero: bool = True,
        **options: Unpack[Asked],
    ) -> None:
        super().__init__(path, **options)
        self.step = step
        self.bare = bare
        self.limit = limit
        self.zero = zero
        self.xpath = xpath or f"./{path}"
        self.suffix = f" unit='{unit}'" if unit else ""

    def known_form(self, text: str) -> bool:
        return below(text, ULONG_MAX + 1) is not None

    def parse_text(self, element: _Element, text: str) -> int | None:
        try:
            return self._size(element, text)
        except Error as error:
            if self.wrong is None:
                raise
            raise ValueError(text) from error

    def _size(self, element: _Element, text: str) -> int | None:
        try:
            value = number(text)
        except ValueError:
            value = -1
        if value < 0 or value > ULONG_MAX:
            raise XmlError(f"Invalid value '{text}' for element or attribute '{self.xpath}'")
        size = scale(value, element.get("unit"), self.bare, self.limit)
        size = -(-size // self.step)
        return None if not size and not self.zero else size

    def show(self, value: object) -> str:
        return str(value)
