"""What a command's signature is written with: Argument, Option, Flag, Flags, Options, and the kinds
of numbers.

A parameter's default in the signature says what the user may type for it; its place in the
signature is its place in the synopsis.  Kinds turn the text into a value and have virsh's message
for a wrong one.
"""

from __future__ import annotations

from vsh.errors import CommandError, Error, InvalidArgument, Overflow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    Completer = Callable[..., Iterable[str]]
    Complete = Completer | Sequence[str] | None
    Resolve = Callable[..., object]

    Given = dict[str, Any]
    """What was typed for each option that was given: a text, a list of them, True for a flag."""

_SPACE = " \t\n\v\f\r"


class Kind:
    """A kind of value: ``convert(text, option name) -> value``.

    word     stands in virsh's usage texts;  metavar  in those for people, "" for the option's own
    """

    def __init__(self, word: str, convert: Callable[[str, str], Any], metavar: str = "") -> None:
        self.word = word
        self.convert = convert
        self.metavar = metavar


def integer(text: str, low: int, high: int, *, wrap: bool = False) -> int | None:
    """What C's strtol makes of the whole of a text in base 10, or None if it is out of range.

    ``wrap`` takes negative numbers as the unsigned ones they wrap to, where they fit ``high``.
    """
    digits = text.lstrip(_SPACE)
    negative = digits[:1] == "-"
    if digits[:1] in ("+", "-"):
        digits = digits[1:]
    if not (digits.isascii() and digits.isdigit()):
        return None
    value = decimal(digits)
    if negative:
        value = -value
    if wrap and value < 0:
        return value + high + 1 if -value <= high else None
    return value if low <= value <= high and not (negative and low == 0) else None


def decimal(digits: str) -> int:
    """The number of decimal digits; of more than forty that count, one that is too large for all
    kinds."""
    return int(digits) if len(digits) <= 40 else int(digits.lstrip("0")[:41] or "0")


def _number(low: int, high: int, *, wrap: bool = False, metavar: str = "N") -> Kind:
    def convert(text: str, name: str) -> int:
        value = integer(text, low, high, wrap=wrap)
        if value is None:
            raise CommandError(
                f"Numeric value '{text}' for <{name}> option is malformed or out of range",
                hint=f"a whole number from {low} to {high}",
            )
        return value

    return Kind("number", convert, metavar)


def _string(text: str, name: str) -> str:
    if not text:
        raise CommandError(f"Failed to get option '{name}': Option argument is empty")
    return text


string = Kind("string", _string)
anything = Kind("string", lambda text, name: text)  # a string that may be empty
int32 = _number(-(2**31), 2**31 - 1)
uint32 = _number(0, 2**32 - 1)
int64 = _number(-(2**63), 2**63 - 1)
uint64 = _number(0, 2**64 - 1)
wrapping32 = _number(0, 2**32 - 1, wrap=True)
wrapping64 = _number(0, 2**64 - 1, wrap=True)
seconds = _number(1, (2**31 - 1) // 1000, metavar="SECONDS")  # how long to wait


def late(kind: Kind) -> Kind:
    """A kind that is read when the command asks for it: the function gets a callable.

    For what virsh reads after it has done something: a wrong value is not the first thing it says.
    """
    return Kind(kind.word, lambda text, name: lambda: kind.convert(text, name))


_UNITS = "bkmgtpe"


def scale(text: str, default: int = 1, limit: int = 2**64 - 1) -> int:
    """A size with an optional suffix ("512K", "1GiB", "10MB"), in bytes.

    Without a suffix the number counts units of ``default`` bytes.  K, KiB are 1024; KB is 1000.
    Raises ValueError where there is no number, InvalidArgument for an unknown suffix, Overflow for
    more than ``limit``.
    """
    digits = text.lstrip(_SPACE)
    if digits[:1] == "+":
        digits = digits[1:]
    end = 0
    while end < len(digits) and digits[end] in "0123456789":
        end += 1
    if not end:
        raise ValueError(text)
    value = decimal(digits[:end])
    if value >= 2**64:
        raise ValueError(text)
    suffix = digits[end:]
    word = suffix.lower()
    if not word:
        factor = default
    elif word in ("b", "byte", "bytes"):
        factor = 1
    else:
        power = _UNITS.find(word[0])
        if power < 1 or word[1:] not in ("", "ib", "b"):
            raise InvalidArgument(f"unknown suffix '{suffix}'")
        factor = (1000 if word[1:] == "b" else 1024) ** power
    if value * factor > limit:
        raise Overflow(f"value too large: {value}{suffix}")
    return value * factor


def size(default: int = 1, limit: int = 2**64 - 1) -> Kind:
    """A scaled size in bytes; a bare number counts units of ``default`` bytes."""

    def convert(text: str, name: str) -> int:
        refused = CommandError(
            f"Scaled numeric value '{text}' for <{name}> option is malformed or out of range",
            hint="a number with an optional suffix: 512K, 10MB, 1GiB",
        )
        try:
            return scale(text, default, limit)
        except ValueError:
            raise refused from None
        except Error as reason:
            raise refused from reason

    return Kind("number", convert, "SIZE")


class Param:
    """One word of a command's grammar, and how it reaches the function.

    name         the option's name, with hyphens (set by @command)
    kind         what its value is; None for a flag
    positional   shown and taken by position; ``by_place`` is taken by position but shown as an
                 option
    required, repeats
    default      what the function gets where the user gave nothing
    complete     ``complete(session, text, given) -> words``, or a tuple of words, or None
    resolve      ``resolve(session, value, name) -> object``: what an atom makes of its text
    visible      False for parameters that are not typed at all (CONNECTION, SESSION)
    flags        the words of a ``Flags`` parameter; ``options`` are those of an ``Options`` one
    number       the bit of a flag that is one of a flags word
    collects     True for ``BITS``: ``flags`` are then the command's flags that have a bit
    extra        True for an option that virsh has not: under that name it is not known
    secret       True for a value that is to stand in no log and no history
    """

    __slots__ = (
        "name",
        "help",
        "kind",
        "positional",
        "by_place",
        "required",
        "repeats",
        "default",
        "complete",
        "resolve",
        "visible",
        "flags",
        "options",
        "parameter",
        "number",
        "collects",
        "extra",
        "secret",
    )

    def __init__(
        self,
        help: str,
        *,
        kind: Kind | None = None,
        positional: bool = False,
        by_place: bool = False,
        required: bool = False,
        repeats: bool = False,
        default: object = None,
        complete: Complete = None,
        resolve: Resolve | None = None,
        visible: bool = True,
        name: str = "",
        extra: bool = False,
        secret: bool = False,
    ) -> None:
        self.name = name
        self.help = help
        self.kind = kind
        self.positional = positional
        self.by_place = by_place
        self.required = required
        self.repeats = repeats
        self.default = default
        self.complete = complete
        self.resolve = resolve
        self.visible = visible
        self.flags: tuple[Param, ...] = ()
        self.options: tuple[Param, ...] = ()
        self.parameter = ""
        self.number = 0
        self.collects = False
        self.extra = extra
        self.secret = secret

    def named(self, parameter: str) -> Param:
        """A copy for one command: atoms are shared, names are not."""
        copy = Param.__new__(Param)
        for slot in Param.__slots__:
            setattr(copy, slot, getattr(self, slot))
        copy.parameter = parameter
        if not copy.name:
            copy.name = parameter.rstrip("_").replace("_", "-")
        return copy

    def convert(self, text: str) -> object:
        """The value of one typed text.  Raises CommandError in virsh's words."""
        assert self.kind is not None
        return self.kind.convert(text, self.name)


def declared(param: Param) -> Any:
    """A parameter as its declaration stands in a signature: to checkers it is the value that the
    function gets, whatever that is."""
    return param


def param_of(declaration: object) -> Param:
    """The parameter that a declaration is."""
    assert isinstance(declaration, Param)
    return declaration


def Argument(
    help: str,
    *,
    kind: Kind = string,
    required: bool = True,
    repeats: bool = False,
    complete: Complete = None,
    name: str = "",
    default: object = None,
    secret: bool = False,
) -> Any:
    """A value that is given by position (or as ``--name VALUE``)."""
    return Param(
        help,
        kind=kind,
        positional=True,
        required=required,
        repeats=repeats,
        complete=complete,
        name=name,
        default=default,
        secret=secret,
    )


def Option(
    help: str,
    *,
    kind: Kind = string,
    by_place: bool = False,
    required: bool = False,
    repeats: bool = False,
    complete: Complete = None,
    default: object = None,
    name: str = "",
    extra: bool = False,
    secret: bool = False,
) -> Any:
    """A value that is given as ``--name VALUE``; with ``by_place`` also by position, as old scripts
    do."""
    return Param(
        help,
        kind=kind,
        by_place=by_place,
        required=required,
        repeats=repeats,
        complete=complete,
        default=default,
        name=name,
        extra=extra,
        secret=secret,
    )


def Flag(help: str, *, bit: int = 0, name: str = "", extra: bool = False) -> bool:
    """A word that is given or not: ``--name``.  ``bit`` is what it means in ``BITS``."""
    param = Param(help, default=False, name=name, extra=extra)
    param.number = bit
    flag: bool = declared(param)
    return flag


def _bits() -> int:
    param = Param("", visible=False)
    param.collects = True
    param.default = 0
    bits: int = declared(param)
    return bits


BITS = _bits()
"""The flags word of those of the command's flags that have a bit, wherever they stand in the
signature; not typed itself."""


class FlagWord(Param):
    """One word of a ``Flags`` parameter."""

    __slots__ = ()


def Flags(values: object, /, **words: str | tuple[str, str]) -> int:
    """Options that together make one flags word.

    Each keyword is an option; its text is the help.  The bit is the attribute of ``values`` with
    the option's name in capitals, or the one named beside the help: ``halt=("halt domain",
    "HALT")``.
    """
    param = Param("", default=0)
    members = []
    for word, text in words.items():
        help, member = text if isinstance(text, tuple) else (text, word.rstrip("_").upper())
        flag = FlagWord(help, default=False, name=word.rstrip("_").replace("_", "-"))
        flag.number = getattr(values, member)
        members.append(flag)
    param.flags = tuple(members)
    flags: int = declared(param)
    return flags


def Options(**options: object) -> Any:
    """Options that several commands have in common, handed over together.

    Each keyword is an option, written as a parameter would be.  The function gets the values of all
    of them, given or not, as a dict of the keywords.
    """
    param = Param("")
    param.options = tuple(param_of(option).named(name) for name, option in options.items())
    param.default = {option.parameter: option.default for option in param.options}
    return param
