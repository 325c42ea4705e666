"""The language of most of the formats: ``name = value`` lines, as libvirt reads and writes them.

Values are strings, whole numbers and lists of values.  Three dialects: the plain one; ``vmx``,
with nothing but strings and names of more characters, in any case; ``lxc``, where a value is what
stands on the rest of the line.
"""

from __future__ import annotations

from vsh.errors import ConfSyntax, InternalError, Overflow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    Value = str | int | Sequence["Value"]

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset("0123456789")
_MORE = {"plain": "", "vmx": ":.-*", "lxc": "."}
_WHERE = "memory conf"
_LARGEST = 2**63 - 1


class Conf:
    """A configuration; the first of several entries of one name counts."""

    def __init__(self, dialect: str = "plain") -> None:
        self.dialect = dialect
        self.entries: list[tuple[str, Value]] = []
        self.asked: set[str] = set()
        self._first: dict[str, Value] = {}

    @classmethod
    def parse(cls, text: str, dialect: str = "plain") -> Conf:
        """What a text says.  Raises ConfSyntax."""
        conf = cls(dialect)
        conf.entries = list(_Reader(text, dialect).entries())
        for name, value in conf.entries:
            conf._first.setdefault(conf._folded(name), value)
        return conf

    def get(self, name: str) -> Value | None:
        """A value, or None."""
        self.asked.add(name)
        return self._first.get(self._folded(name))

    def _folded(self, name: str) -> str:
        return name.lower() if self.dialect == "vmx" else name

    def unread(self, harmless: Collection[str]) -> list[str]:
        """The names that nobody asked for, in order and each once.

        harmless  names that need no reader; one with a dot at its end stands for all behind it
        """
        families = tuple(name for name in harmless if name.endswith("."))
        names = dict.fromkeys(name for name, _ in self.entries)
        return [
            name
            for name in names
            if name not in self.asked and name not in harmless and not name.startswith(families)
        ]

    def lines(self) -> list[tuple[str, str]]:
        """The entries whose values are strings, in order: where ``dialect`` has nothing else."""
        return [(name, value) for name, value in self.entries if isinstance(value, str)]

    def every(self, name: str) -> list[str]:
        """The strings of all entries of a name, in order."""
        self.asked.add(name)
        return [value for entry, value in self.lines() if entry == name]

    def string(self, name: str) -> str | None:
        """A value that has to be a string, or None."""
        value = self.get(name)
        if value is None or isinstance(value, str):
            return value
        raise InternalError(f"{_WHERE}: expected a string for '{name}' parameter")

    def strings(self, name: str) -> list[str] | None:
        """The strings of a list; None where the value is not there or is no list."""
        value = self.get(name)
        if not isinstance(value, list):
            return None
        found = [item for item in value if isinstance(item, str)]
        if len(found) < len(value):
            raise ConfSyntax(f"{_WHERE}: expected a string list for '{name}' parameter")
        return found

    def set(self, name: str, value: Value) -> None:
        """Change a value where it stands, or add one."""
        if self._folded(name) in self._first:
            number = next(i for i, (entry, _) in enumerate(self.entries) if entry == name)
            self.entries[number] = (name, value)
        else:
            self.entries.append((name, value))
        self._first[self._folded(name)] = value

    def format(self) -> str:
        """The text."""
        return "".join(f"{name} = {_shown(value)}\n" for name, value in self.entries)


def whole(text: str, most: int = 2**64 - 1) -> int | None:
    """A number of plain digits; None where it is none, or more than can be."""
    digits = text.lstrip("0") if text.isdecimal() and text.isascii() else None
    if digits is None or len(digits) > len(str(most)):
        return None
    value = int(digits or "0")
    return value if value <= most else None


def _shown(value: Value) -> str:
    if isinstance(value, list):
        return f"[ {', '.join(_shown(item) for item in value)} ]"
    if isinstance(value, int):
        return str(int(value))
    if "\n" in value or ('"' in value and "'" in value):
        return f'"""{value}"""'
    return f"'{value}'" if '"' in value else f'"{value}"'


class _Reader:
    """One pass over a text."""

    def __init__(self, text: str, dialect: str) -> None:
        self.text = text.partition("\0")[0]
        self.end = len(self.text)
        self.place = 0
        self.line = 1
        self.dialect = dialect
        self.names = _LETTERS | _DIGITS | {"_", *_MORE[dialect]}

    def wrong(self, words: str) -> ConfSyntax:
        """The error at this place."""
        return ConfSyntax(f"{_WHERE}:{self.line}: {words}")

    def here(self) -> str:
        """The character at this place; none at the end."""
        return self.text[self.place] if self.place < self.end else ""

    def skip(self, characters: str) -> None:
        """Go past some characters."""
        while self.place < self.end and self.text[self.place] in characters:
            if self.text[self.place] == "\n":
                self.line += 1
            self.place += 1

    def until(self, characters: str) -> str:
        """What stands before some characters, or before the end."""
        start = self.place
        while self.place < self.end and self.text[self.place] not in characters:
            self.place += 1
        return self.text[start : self.place]

    def entries(self) -> Iterator[tuple[str, Value]]:
        """The entries, in order."""
        while self.place < self.end:
            self.skip(" \t\n\r")
            if self.here() == "#":
                self.until("\r\n")
            else:
                yield self.statement()
            self.separator()

    def separator(self) -> None:
        """The end of a statement."""
        self.skip(" \t")
        if self.place >= self.end:
            return
        if self.here() == ";":
            self.place += 1
        elif self.here() not in "\r\n":
            raise self.wrong("expecting a separator")
        self.skip(" \t\n\r")

    def statement(self) -> tuple[str, Value]:
        """A name and its value, and the comment behind them."""
        first = self.here()
        if first not in _LETTERS and not (self.dialect == "vmx" and first == "."):
            raise self.wrong("expecting a name")
        start = self.place
        while self.here() in self.names:
            self.place += 1
        name = self.text[start : self.place]
        self.skip(" \t")
        if self.here() != "=":
            raise self.wrong("expecting an assignment")
        self.place += 1
        value = self.value()
        self.skip(" \t")
        if self.here() == "#":
            self.until("\r\n")
        return name, value

    def value(self) -> Value:
        """A string, a number or a list."""
        self.skip(" \t")
        first = self.here()
        if not first:
            raise self.wrong("expecting a value")
        if first in "\"'":
            return self.string()
        if self.dialect == "lxc":
            return self.until("\r\n").rstrip(" \t")
        if first == "[":
            if self.dialect == "vmx":
                raise self.wrong("lists not allowed in VMX format")
            return self.brackets()
        if first in _DIGITS or first in "+-":
            if self.dialect == "vmx":
                raise self.wrong("numbers not allowed in VMX format")
            return self.number()
        raise self.wrong("expecting a value")

    def string(self) -> str:
        """A string in quotes: one, or three for text of several lines."""
        mark = self.here()
        if self.text.startswith('"""', self.place) and self.place + 6 < self.end:
            start = self.place + 3
            stop = self.text.find('"""', start)
            self.line += self.text.count("\n", start, self.end if stop < 0 else stop)
            if stop < 0:
                raise self.wrong("unterminated string")
            self.place = stop + 3
            return self.text[start:stop]
        self.place += 1
        value = self.until(mark + "\r\n")
        if self.here() != mark:
            raise self.wrong("unterminated string")
        self.place += 1
        return value

    def brackets(self) -> list[Value]:
        """Values between brackets, lists among them; a comma may stand behind the last."""
        unclosed: list[list[Value]] = []
        while True:
            if self.here() == "[":
                self.place += 1
                unclosed.append([])
                self.skip(" \t\n\r")
                if self.here() not in ("]", ""):
                    continue
            else:
                unclosed[-1].append(self.value())
                self.skip(" \t\n\r")
            done = self.closed(unclosed)
            if done is not None:
                return done

    def closed(self, unclosed: list[list[Value]]) -> list[Value] | None:
        """Go past brackets that end lists, to the next value; the outermost list if that is all."""
        while True:
            if not self.here():
                raise self.wrong("list is not closed with ]")
            if self.here() == "]":
                self.place += 1
                done = unclosed.pop()
                if not unclosed:
                    return done
                unclosed[-1].append(done)
                self.skip(" \t\n\r")
                continue
            if self.here() != ",":
                raise self.wrong("expecting a separator in list")
            self.place += 1
            self.skip(" \t\n\r")
            if self.here() != "]":
                return None

    def number(self) -> int:
        """A whole number."""
        sign = -1 if self.here() == "-" else 1
        if self.here() in "+-":
            self.place += 1
        start = self.place
        while self.here() in _DIGITS:
            self.place += 1
        digits = self.text[start : self.place]
        if not digits:
            raise self.wrong("unterminated number")
        value = whole(digits, _LARGEST)
        if value is None:
            raise Overflow(f"{_WHERE}:{self.line}: numeric overflow in conf value")
        return sign * value
