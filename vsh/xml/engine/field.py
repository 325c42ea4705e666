"""What the body of a model class is made of: one object per attribute, element or list of elements.

A path says where the value stands, seen from the model's own element: ``@type`` is an attribute,
``name`` the text of a child, ``driver/@cache`` an attribute of a child, ``.`` the model's own text.
Fields that share an element (``driver/@name``, ``driver/@cache``) are written into one.  The order
of the fields is the order of the output.

Values are plain: str, int, bool, None for "not there".  A word of an enumeration is that word.
"""

from __future__ import annotations

from vsh.errors import Error, XmlError
from vsh.xml.engine.generic import Generic, Whole, Words
from vsh.xml.engine.text import HEX_DIGITS, INT_MAX, UINT_MAX, escape, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Self, TypedDict, Unpack

    from lxml.etree import _Element

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


Complaint = tuple[type[Error], str]


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

    def twin(self) -> Self:
        """The same for another class."""
        made = self.__class__.__new__(self.__class__)
        made.__dict__.update(self.__dict__)
        return made

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
    """Any text.  An empty element counts as absent, an empty attribute does not (``Given``)."""

    literal = True

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Words: ...
        def __set__(self, instance: object, value: Words) -> None: ...

    def __init_subclass__(cls) -> None:
        cls.literal = cls.parse is Field.parse


class Choice(Field, Generic[Words]):
    """One of some words.

    none    a word that means the same as nothing
    blank   so does an empty text, as where libvirt finds it by a path
    """

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Words: ...
        def __set__(self, instance: object, value: Words) -> None: ...

    def __init__(
        self,
        path: str,
        words: Iterable[str],
        *,
        none: str | None = None,
        blank: bool = False,
        **options: Unpack[Asked],
    ) -> None:
        super().__init__(path, **options)
        self.blank = blank
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
        if text == self.none or (self.blank and not text):
            return None
        raise ValueError(text)


class Counted(Field, Generic[Whole]):
    """A field of which a model has a whole number."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Whole: ...
        def __set__(self, instance: object, value: Whole) -> None: ...


class Int(Counted[Whole]):
    """A whole number between two bounds.

    form    how it is written (``0x{:04x}``)
    blank   an empty text is none, as where libvirt finds it by a path
    wraps   a negative number is what C makes of it where there are none
    """

    def __init__(
        self,
        path: str,
        low: int = 0,
        high: int = UINT_MAX,
        *,
        base: int = 10,
        form: str | None = None,
        nonzero: bool = False,
        blank: bool = False,
        wraps: bool = False,
        **options: Unpack[Asked],
    ) -> None:
        super().__init__(path, **options)
        self.blank = blank
        self.wraps = wraps
        self.low = low
        self.high = high
        self.base = base
        self.nonzero = nonzero
        self.form = form

    def parse(self, text: str) -> int | None:
        if self.blank and not text:
            return None
        value = number(text, self.base)
        if value < 0 and self.wraps:
            value += self.high + 1
        if not self.low <= value <= self.high or (self.nonzero and value == 0):
            raise ValueError(text)
        return value

    def known_form(self, text: str) -> bool:
        if self.base in (0, 16) and text[:2] == "0x":
            return bool(text[2:]) and set(text[2:]) <= HEX_DIGITS
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

    def too_large(self, text: str, most: int) -> bool:
        """Whether a text is a number that is more than the field takes, and ``most`` at most."""
        try:
            return self.high < number(text) <= most
        except ValueError:
            return False

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
