"""Texts of a document: the numbers in them, and how they are escaped."""

from __future__ import annotations

INT_MAX = 2**31 - 1
INT_MIN = -(2**31)
UINT_MAX = 2**32 - 1
LONG_MAX = 2**63 - 1
LONG_MIN = -(2**63)
ULONG_MAX = 2**64 - 1

HEX_DIGITS = frozenset("0123456789abcdefABCDEF")

# every ASCII character is listed, since one that is not found costs more than one that is
_ESCAPES: dict[int, int | str | None] = {
    **{code: code for code in range(0x80)},
    **{code: None for code in range(0x20) if code not in (9, 10, 13)},
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord("&"): "&amp;",
    ord('"'): "&quot;",
    ord("'"): "&apos;",
}


_MOST_DIGITS = 4000  # Python itself reads no more than 4300


def below(text: str, limit: int) -> int | None:
    """The number that a text of nothing but digits stands for; None where it is not below."""
    if not (text.isascii() and text.isdigit()) or len(text.lstrip("0")) > len(str(limit)):
        return None
    value = int(text.lstrip("0") or "0")
    return value if value < limit else None


def escape(text: str) -> str:
    """Text as libvirt escapes it; control characters, which XML cannot hold, are dropped."""
    return text if text.isalnum() else text.translate(_ESCAPES)


def unsigned(text: str) -> int:
    """A number as C reads one of 64 bits without a sign: a negative one comes from the other end.

    Raises ValueError.
    """
    value = number(text)
    if not -ULONG_MAX <= value <= ULONG_MAX:
        raise ValueError(text)
    return value % (ULONG_MAX + 1)


def number(text: str, base: int = 10) -> int:
    """An integer as the C library reads it; the whole text must be one.  Raises ValueError."""
    if len(text) > _MOST_DIGITS:
        raise ValueError("a number of too many digits")
    if base == 10 and text.isdigit() and text.isascii():
        return int(text)
    body = text.lstrip(" \t\n\v\f\r")
    sign = -1 if body[:1] == "-" else 1
    if body[:1] in ("+", "-"):
        body = body[1:]
    if base in (0, 16) and body[:2] in ("0x", "0X"):
        body, base = body[2:], 16
    elif base == 0:
        base = 8 if body[:1] == "0" and len(body) > 1 else 10
    if not body.isascii() or not body.isalnum():
        raise ValueError(text)
    return sign * int(body, base)
