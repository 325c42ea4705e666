"""The words that a call's annotations are written in, and the records that answers come in.

An annotation is at once a Python type for the reader and the type checker, and the wire type for
the codec (``rpc/codec.py`` compiles it from its text on first use).  It is one of the words below,
``Text | None`` and the like for what the wire may leave out, ``list[...]``, an ``Object``, or a
``Record`` of the stub's own module or of the ``records`` module next to it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    i8: TypeAlias = int  # signed char
    u8: TypeAlias = int  # unsigned char
    i16: TypeAlias = int  # short
    u16: TypeAlias = int  # unsigned short
    i32: TypeAlias = int  # int
    u32: TypeAlias = int  # unsigned int
    i64: TypeAlias = int  # hyper
    u64: TypeAlias = int  # unsigned hyper
    f64: TypeAlias = float  # double
    Text: TypeAlias = str  # remote_nonnull_string
    UUID: TypeAlias = str  # remote_uuid: 16 bytes on the wire, 8-4-4-4-12 here
    Blob: TypeAlias = bytes  # opaque x<>
    CpuMap: TypeAlias = bytes  # one bit for each CPU, lowest bit of the first byte first
    CpuMaps: TypeAlias = bytes  # CPU maps of one length, end to end
    Chars: TypeAlias = bytes  # char x<>: four bytes on the wire for each
    Label: TypeAlias = str  # char x<> that holds a text and its NUL
    Name32: TypeAlias = str  # char x[32], filled up with NULs
    Counters: TypeAlias = dict[str, int]  # names and u64 values
    File: TypeAlias = int  # a file descriptor: beside the message, not in it
    Files: TypeAlias = list[int]  # file descriptors: beside the message, not in it

    Check: TypeAlias = Callable[[object], bool]


class Record:
    """A small immutable-by-convention answer with named fields, in wire order.

    Subclasses annotate their fields.  Unpacks like a tuple, compares by value.  ``limits`` has the
    longest list that the wire allows in a field, where that is not the usual.
    """

    __slots__: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    limits: dict[str, int] = {}

    def __init_subclass__(cls) -> None:
        cls.fields = tuple(cls.__annotations__)

    def __init__(self, *values: object) -> None:
        if len(values) != len(self.fields):
            raise TypeError(
                f"{type(self).__name__} takes {len(self.fields)} values, not {len(values)}"
            )
        self.__dict__.update(zip(self.fields, values, strict=True))

    def __iter__(self) -> Iterator[Any]:
        return map(self.__dict__.__getitem__, self.fields)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return False
        return all(getattr(self, name) == getattr(other, name) for name in self.fields)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        pairs = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.fields)
        return f"{type(self).__name__}({pairs})"


class TypedParam(Record):
    """One named value with its wire type, where the same name may come many times."""

    name: Text
    kind: Text
    value: Any


class TypedParams(dict):  # type: ignore[type-arg]
    """Named values, each with its wire type (``virTypedParameter``).

    A plain ``dict`` of name to value when read; ``types`` keeps each value's type, one of the words
    of ``TYPES``.  To build one for sending: ``TypedParams().set("cpu_shares", "ullong", 1024)``.  A
    name that comes more than once (``migrate_disks``) has a list as its value.
    """

    TYPES = {"int": 1, "uint": 2, "llong": 3, "ullong": 4, "double": 5, "boolean": 6, "string": 7}

    __slots__ = ("types",)

    def __init__(self) -> None:
        super().__init__()
        self.types: dict[str, str] = {}

    def set(self, name: str, kind: str, value: object) -> TypedParams:
        """Set one value, or a list of values, of the given type; returns self for chaining."""
        if kind not in self.TYPES:
            raise ValueError(f"unknown parameter type {kind!r}: one of {', '.join(self.TYPES)}")
        self[name] = value
        self.types[name] = kind
        return self


_BYTES = (bytes, bytearray, memoryview)
_WORDS: dict[str, tuple[str, tuple[type, ...]]] = {
    "f64": ("a number", (int, float)),
    "Text": ("a str", (str,)),
    "UUID": ("a str", (str,)),
    "Label": ("a str", (str,)),
    "Name32": ("a str", (str,)),
    "Blob": ("bytes", _BYTES),
    "CpuMap": ("bytes", _BYTES),
    "CpuMaps": ("bytes", _BYTES),
    "Chars": ("bytes", _BYTES),
    "Counters": ("a dict", (dict,)),
    "File": ("a file descriptor", (int,)),
    "Files": ("a list of file descriptors", (list, tuple)),
}
"""By the word of an annotation: what it is called, and the types that it accepts."""


def accepted(annotation: str) -> Check:
    """The check whether a value is what an annotation says."""
    if annotation.endswith(" | None"):
        inner = accepted(annotation.removesuffix(" | None"))
        return lambda value: value is None or inner(value)
    word = annotation.rpartition(" | ")[2]
    bounds = limits(word)
    if bounds is not None:
        lowest, highest = bounds
        return lambda value: isinstance(value, int) and lowest <= value <= highest
    if word.startswith("list["):
        return lambda value: isinstance(value, list | tuple)
    if word in _WORDS:
        types = _WORDS[word][1]
        return lambda value: isinstance(value, types)
    return lambda value: any(kind.__name__ == word for kind in type(value).__mro__)


def limits(word: str) -> tuple[int, int] | None:
    """The lowest and the highest number that a word such as "u32" stands for."""
    if word[:1] not in ("i", "u") or not word[1:].isdigit():
        return None
    bits = int(word[1:])
    return (0, (1 << bits) - 1) if word[0] == "u" else (-(1 << bits - 1), (1 << bits - 1) - 1)


def refusal(annotation: str, value: object) -> str:
    """What should have been given for an annotation, and what was."""
    word = annotation.removesuffix(" | None").rpartition(" | ")[2]
    bounds = limits(word)
    if bounds is not None:
        wanted = f"a number from {bounds[0]} to {bounds[1]}"
    elif word.startswith("list["):
        wanted = "a list"
    else:
        wanted = _WORDS[word][0] if word in _WORDS else f"a {word}"
    if annotation.endswith(" | None"):
        wanted += " or None"
    shown = repr(value) if isinstance(value, int) else f"a {type(value).__name__}"
    return f"must be {wanted}, not {shown}"
