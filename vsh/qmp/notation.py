"""JSON as QEMU writes it, by the half of Python's own module that is in C: the other half needs
``re``, which costs more than all the rest of a short command."""

from __future__ import annotations

from _json import encode_basestring_ascii, make_encoder, make_scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from vsh.qmp.value import Value

BLANKS = " \t\r\n"


class _Reading:
    """How values are made, for the scanner."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int

    @staticmethod
    def parse_constant(word: str) -> NoReturn:
        """NaN and infinities are no JSON."""
        raise ValueError(f"{word} is no value of JSON")


def _refuse(value: object) -> NoReturn:
    raise TypeError(f"a {type(value).__name__} is no value of JSON")


if TYPE_CHECKING:

    def _scan(text: str, place: int) -> tuple[Value, int]: ...

else:
    _scan = make_scanner(_Reading)

_write = make_encoder(
    markers=None,  # what refers to itself is none of ours
    default=_refuse,
    encoder=encode_basestring_ascii,
    indent=None,
    key_separator=":",
    item_separator=",",
    sort_keys=False,
    skipkeys=False,
    allow_nan=False,
)


def dumps(value: object) -> str:
    """The text of a value.  Raises TypeError and ValueError for what JSON has not."""
    return "".join(_write(value, 0))


def loads(text: str | bytes) -> Value:
    """The value of a text.  Raises ValueError where it is none, RecursionError for deep ones."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogatepass")
    text = text.strip(BLANKS)
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        raise ValueError("no value") from None
    if end != len(text):
        raise ValueError("more than one value")
    return value
