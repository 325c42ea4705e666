"""What the body of a model class is made of: one object per attribute, element or list of elements.

A path says where the value stands, seen from the model's own element: ``@type`` is an attribute,
``name`` the text of a child, ``driver/@cache`` an attribute of a child, ``.`` the model's own text.
Fields that share an element (``driver/@name``, ``driver/@cache``) are written into one.  The order
of the fields is the order of the output.

Values are plain: str, int, bool, None for "not there".  A word of an enumeration is that word.
"""

from __future__ import annotations

from vsh.errors import Error, XmlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Generic, TypedDict, Unpack

    from lxml.etree import _Element
    from typing_extensions import TypeVar

    from vsh.xml.engine.raw import Verbatim
    from vsh.xml.engine.reading import Reading

    Model = TypeVar("Model")
    Value = TypeVar("Value")
    # a value may be absent, unless the declaration says otherwise: Text[str]("@name", ...)
    Words = TypeVar("Words", bound=str | None, default=str | None)
    Whole = TypeVar("Whole", bound=int | None, default=int | None)

    class Options(TypedDict, total=False):
        """What every field may be told beside its path; see ``Field``."""

        skip: object
        wrong: tuple[type[Error], str] | None
        live: bool
        unread: bool
        secure: bool
        when: Callable[[Any], object] | None
        rule: int | None
        after: str | None
        shape: str | None
        needed: bool | None
        often: bool | None

    class Asked(Options, total=False):
        """The same with what decides whether a value may be absent."""

        default: object
        required: tuple[type[Error], str] | bool

else:
    Model = Value = Words = Whole = None

    class Generic:
        """What typing's is for annotations only: that module costs 10 ms."""

        def __class_getitem__(cls, _of: object) -> type:
            return cls


Complaint = tuple[type[Error], str]

INT_MAX = 2**31 - 1
INT_MIN = -(2**31)
UINT_MAX = 2**32 - 1
LONG_MAX = 2**63 - 1
LONG_MIN = -(2**63)
ULONG_MAX = 2**64 - 1

_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")

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


class Field:
    """One value of a model.

    default    what an absent value is taken for; it is written like one that was given
    skip       a value that is not written
    required   a complaint, or True for libvirt's general one, where the element is there and the
               value is not
    wrong      the complaint about a value that cannot be read; ``{}`` stands for the value
    live       belongs to a running guest: neither read nor written with INACTIVE
    unread     is not read with INACTIVE, but written
    secure     is written with SECURE only
    when       a function of the model: whether to write
    rule       the number of the rule that a bad value breaks
    after      the field right after which libvirt reads this one, where that is not the one that is
               declared above it; "" is before all others

    What libvirt's schemas say beyond what reading minds (``vsh.xml.engine.form``):

    shape      the kind of text, a pattern (``vsh.xml.engine.shapes``)
    needed     has to be there where its element is; what is required is, unless this is False
    often      whether an element may stand several times, where that is not plain from its class
    """

    name = ""
    many = False
    element = False
    presence = False
    literal = False  # values are the texts themselves
    rank = 0
    suffix = ""
    filled = False  # an element with nothing in it is no absent value, but a bad one

    def __init__(
        self,
        path: str,
        *,
        default: object = None,
        skip: object = None,
        required: Complaint | bool = False,
        wrong: Complaint | None = None,
        live: bool = False,
        unread: bool = False,
        secure: bool = False,
        when: Callable[[Any], object] | None = None,
        rule: int | None = None,
        after: str | None = None,
        shape: str | None = None,
        needed: bool | None = None,
        often: bool | None = None,
    ) -> None:
        self.path = path
        self.default = default
        self.skip = skip
        self.required = required
        self.wrong = wrong
        self.live = live
        self.unread = live or unread
        self.secure = secure
        self.when = when
        self.rule = rule
        self.after = after
        self.shape = shape
        self.needed = bool(required) if needed is None else needed
        self._often = often

    if TYPE_CHECKING:
        # a field of no kind in particular may be anything

        def __get__(self, instance: object, owner: type) -> Any: ...
        def __set__(self, instance: object, value: Any) -> None: ...

    @property
    def conditional(self) -> bool:
        """Whether a value may be one that is not written."""
        return (
            self.presence
            or self.live
            or self.secure
            or self.skip is not None
            or self.when is not None
        )

    @property
    def attribute(self) -> str | None:
        """The attribute's name, or None where the value is an element or its text."""
        last = self.path.rpartition("/")[2]
        return last[1:] if last[:1] == "@" else None

    def parse(self, text: str) -> object:
        """The value that a text stands for.  Raises ValueError."""
        return text

    def parse_text(self, element: _Element, text: str) -> object:
        """The value of an element's text.  Raises ValueError, or the Error to report."""
        return self.parse(text)

    def show(self, value: object) -> str:
        """The text that stands for a value, escaped."""
        return escape(str(value))

    @property
    def often(self) -> bool:
        """Whether libvirt's schemas let the element stand several times."""
        return self.many if self._often is None else self._often

    def allows(self, text: str) -> bool:
        """Whether libvirt's schemas let a text stand here."""
        if self.shape is None:
            return self.known_form(text)
        from vsh.xml.engine.shapes import fits

        return fits(text, self.shape)

    def known_form(self, text: str) -> bool:
        """The same, for a field that says nothing of its own."""
        return True

    def expected(self) -> str:
        """The end of the general complaint about a value."""
        return ""

    def complaint(self, text: str, element: str) -> Error:
        """The error about a value that ``parse`` refused."""
        if self.wrong is not None:
            kind, words = self.wrong
            return kind(words.replace("{}", text))
        name = self.attribute
        if name is None:
            return XmlError(f"Invalid value for element '{element}': '{text}'.{self.expected()}")
        return XmlError(
            f"Invalid value for attribute '{name}' in element '{element}': "
            f"'{text}'.{self.expected()}"
        )

    def missing(self, element: str) -> Error:
        """The error about a value that has to be there."""
        if isinstance(self.required, tuple):
            return self.required[0](self.required[1])
        return XmlError(f"Missing required attribute '{self.attribute}' in element '{element}'")


class Text(Field, Generic[Words]):
    """Any text.  An empty element counts as absent, an empty attribute does not."""

    literal = True

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Words: ...
        def __set__(self, instance: object, value: Words) -> None: ...

    def __init_subclass__(cls) -> None:
        cls.literal = cls.parse is Field.parse


class Choice(Field, Generic[Words]):
    """One of some words; ``none`` is a word that means the same as nothing."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Words: ...
        def __set__(self, instance: object, value: Words) -> None: ...

    def __init__(
        self, path: str, words: Iterable[str], *, none: str | None = None, **options: Unpack[Asked]
    ) -> None:
        super().__init__(path, **options)
        self.words = tuple(words)
        self._known = frozenset(self.words)
        self.none = none

    def known_form(self, text: str) -> bool:
        return text in self._known or (text == self.none and text != "")

    def show(self, value: object) -> str:
        return str(value)

    def parse(self, text: str) -> str | None:
        if text in self._known:
            return text
        if text == self.none:
            return None
        raise ValueError(text)


class Counted(Field, Generic[Whole]):
    """A field of which a model has a whole number."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Whole: ...
        def __set__(self, instance: object, value: Whole) -> None: ...


class Int(Counted[Whole]):
    """A whole number between two bounds; ``form`` is how it is written (``0x{:04x}``)."""

    def __init__(
        self,
        path: str,
        low: int = 0,
        high: int = UINT_MAX,
        *,
        base: int = 10,
        form: str | None = None,
        nonzero: bool = False,
        **options: Unpack[Asked],
    ) -> None:
        super().__init__(path, **options)
        self.low = low
        self.high = high
        self.base = base
        self.nonzero = nonzero
        self.form = form

    def parse(self, text: str) -> int | None:
        value = number(text, self.base)
        if not self.low <= value <= self.high or (self.nonzero and value == 0):
            raise ValueError(text)
        return value

    def known_form(self, text: str) -> bool:
        if self.base in (0, 16) and text[:2] == "0x":
            return bool(text[2:]) and set(text[2:]) <= _HEX_DIGITS
        digits = text[1:] if text[:1] in ("-", "+") and self.low < 0 else text
        if not (digits.isascii() and (digits.isdigit() or (self.base == 16 and digits.isalnum()))):
            return False
        try:
            return number(text, self.base) > 0 if self.nonzero else self.parse(text) is not None
        except ValueError:
            return False

    def show(self, value: object) -> str:
        return str(value) if self.form is None else self.form.format(value)

    def complaint(self, text: str, element: str) -> Error:
        if self.wrong is None and self.attribute is not None:
            start = f"Invalid value for attribute '{self.attribute}' in element '{element}':"
            try:
                value = number(text, self.base)
            except ValueError:
                value = 1
            if value == 0 and self.nonzero:
                return XmlError(f"{start} Zero is not permitted")
            if value < 0 and self.low >= 0 and self.high == INT_MAX:
                return XmlError(f"{start} '{text}'. Expected non-negative value")
        return super().complaint(text, element)

    def expected(self) -> str:
        if self.low >= 0 and self.high != INT_MAX:
            return " Expected non-negative integer value"
        if self.high > INT_MAX:
            return " Expected long long integer value"
        return " Expected integer value"


class Flag(Field):
    """A word for yes and one for no; absent is None."""

    yes, no = "yes", "no"

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> bool | None: ...
        def __set__(self, instance: object, value: bool | None) -> None: ...

    def __init__(self, path: str, *, none: str | None = None, **options: Unpack[Asked]) -> None:
        super().__init__(path, **options)
        self.none = none
        self._values = {self.yes: True, self.no: False}

    @property
    def words(self) -> tuple[str, str]:
        return (self.yes, self.no)

    def parse(self, text: str) -> bool | None:
        if text == self.none:
            return None
        try:
            return self._values[text]
        except KeyError:
            raise ValueError(text) from None

    def known_form(self, text: str) -> bool:
        return text in self._values or (text == self.none and text != "")

    def show(self, value: object) -> str:
        return self.yes if value else self.no


class Switch(Flag):
    """``on`` or ``off``; absent is None."""

    yes, no = "on", "off"


class Present(Field):
    """An empty element that is there or not."""

    presence = True

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> bool: ...
        def __set__(self, instance: object, value: bool) -> None: ...

    def __init__(self, path: str, **options: Unpack[Options]) -> None:
        super().__init__(path, default=False, **options)


class Structure(Field, Generic[Model]):
    """A field that is read and written as a whole element; ``kind`` is the model's class or
    where to find it."""

    element = True

    def __init__(self, kind: type[Model] | str, path: str, **options: Unpack[Asked]) -> None:
        super().__init__(path, **options)
        self.where = kind if isinstance(kind, str) else ""
        self.known = None if isinstance(kind, str) else kind

    @property
    def kind(self) -> type[Model]:
        """The model's class; ``module:Class`` is imported on first use."""
        if self.known is None:
            import importlib

            module, _, name = self.where.partition(":")
            found: type[Model] = getattr(importlib.import_module(module), name)
            self.known = found
        return self.known


class Child(Structure[Model]):
    """One element with a model of its own."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Model | None: ...
        def __set__(self, instance: object, value: Model | None) -> None: ...


class Settled(Child[Model]):
    """An element that every document has once it was read: where there is none, reading puts one
    there or refuses the document."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Model: ...
        def __set__(self, instance: object, value: Model | None) -> None: ...


class Children(Structure[Model]):
    """A list of elements with a model of their own; a path that ends in ``*`` takes every
    element."""

    many = True

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> list[Model]: ...
        def __set__(self, instance: object, value: list[Model]) -> None: ...


class Raw(Field):
    """An element kept verbatim (see ``vsh.xml.engine.raw``)."""

    element = True

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Verbatim | None: ...
        def __set__(self, instance: object, value: Verbatim | None) -> None: ...


class OwnWays(Field, Generic[Value]):
    """An element with ways of its own.

    read(element, reading) gives the value, raising an Error; write(value, out, level, flags)
    appends lines.
    ``model`` is what the element is like, where a model says so, or a function of the element that
    gives it.
    """

    element = True

    def __init__(
        self,
        path: str,
        read: Callable[[_Element, Reading], object],
        write: Callable[[Value, list[str], int, int], None],
        *,
        model: type | Callable[[_Element], object] | None = None,
        **options: Unpack[Asked],
    ) -> None:
        super().__init__(path, **options)
        self.model = model
        self.read = read
        self.write = write


class Custom(OwnWays[Value]):
    """One of them, or none."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Value | None: ...
        def __set__(self, instance: object, value: Value | None) -> None: ...


class Customs(OwnWays[Value]):
    """Any number of them: the value is the list of what ``read`` gave for each, unless that was
    None."""

    many = True

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Value: ...
        def __set__(self, instance: object, value: Value) -> None: ...
