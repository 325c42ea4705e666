"""libvirt.conf: which URI is meant where none is given, short names for URIs, how to get there.

The file is the system's for root, the user's own for everybody else.  It is a list of
``name = value``; a value is a number, a text in quotes, or a list of values in brackets.
"""

from __future__ import annotations

import os

from vsh.errors import ConfSyntax, InternalError, OpenFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Value: TypeAlias = "str | int | list[Value]"

SYSTEM = "/etc/libvirt"
BLANKS = " \t"
SPACE = " \t\r\n"
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAME = frozenset(_LETTERS + "0123456789_")
_ALIAS = _NAME | {"-"}


def resolve(uri: str) -> str:
    """The URI that is meant: the default for "", what it stands for where it is a short name.

    LIBVIRT_DEFAULT_URI goes before the file; without either the default is still "".
    """
    given = uri or os.environ.get("LIBVIRT_DEFAULT_URI", "")
    if ":" in given and given != "xen://":
        return given  # no short name: the file need not be read
    if given.lower() in ("xen", "xen://"):
        given = "xen:///system"
    known = settings()
    given = given or text(known, "uri_default") or ""
    return _unaliased(known, given) if given else ""


def settings() -> Settings:
    """What the file says; nothing where there is none."""
    path = f"{_folder()}/libvirt.conf"
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read()
    except FileNotFoundError:
        return Settings(path, {})
    except OSError as error:
        raise OpenFailed(f"'{path}': {error.strerror}") from None
    return Settings(path, parse(lines, path))


class Settings:
    """The values of a file, by name."""

    __slots__ = ("path", "values")

    def __init__(self, path: str, values: dict[str, Value]) -> None:
        self.path = path
        self.values = values


def text(known: Settings, name: str) -> str | None:
    """A value that has to be a text, None where it is not set."""
    value = known.values.get(name)
    if value is not None and not isinstance(value, str):
        raise InternalError(f"{known.path}: expected a string for '{name}' parameter")
    return value


def _folder() -> str:
    if os.geteuid() == 0:
        return SYSTEM
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return f"{base}/libvirt"


def _unaliased(known: Settings, given: str) -> str:
    aliases = known.values.get("uri_aliases", [])
    if not isinstance(aliases, list):
        raise InternalError(f"{known.path}: expected a string list for 'uri_aliases' parameter")
    for entry in aliases:
        if not isinstance(entry, str):
            raise ConfSyntax(f"{known.path}: expected a string list for 'uri_aliases' parameter")
        name, equals, uri = entry.partition("=")
        if not equals:
            raise ConfSyntax(
                f"Malformed 'uri_aliases' config entry '{entry}', expected 'alias=uri://host/path'"
            )
        if not _ALIAS.issuperset(name):
            raise ConfSyntax(
                f"Malformed 'uri_aliases' config entry '{entry}', aliases may only "
                "contain 'a-Z, 0-9, _, -'"
            )
        if name == given:
            return uri
    return given


def parse(lines: str, path: str) -> dict[str, Value]:
    """The values by name.  Raises ConfSyntax with the place."""
    reader = _Reader(lines, path)
    values: dict[str, Value] = {}
    while reader.skip(SPACE):
        if reader.next != "#":
            name = reader.name()
            values.setdefault(name, reader.value())  # of two, libvirt goes by the first
        reader.end_of_line()
    return values


class _Reader:
    """A place in the text."""

    __slots__ = ("_lines", "_path", "_at")

    def __init__(self, lines: str, path: str) -> None:
        self._lines = lines
        self._path = path
        self._at = 0

    @property
    def next(self) -> str:
        return self._lines[self._at : self._at + 1]

    def skip(self, blanks: str) -> bool:
        """Go on to what is no blank; answers whether there is anything."""
        while self.next and self.next in blanks:
            self._at += 1
        return bool(self.next)

    def name(self) -> str:
        start = self._at
        if self.next not in _LETTERS:
            raise self._wrong("expecting a name")
        while self.next and self.next in _NAME:
            self._at += 1
        found = self._lines[start : self._at]
        self.skip(BLANKS)
        if self.next != "=":
            raise self._wrong("expecting an assignment")
        self._at += 1
        return found

    def value(self) -> Value:
        self.skip(BLANKS)
        if self.next and self.next in "\"'":
            return self._text()
        if self.next == "[":
            return self._list()
        start = self._at
        if self.next and self.next in "+-":
            self._at += 1
        digits = self._at
        while self.next.isascii() and self.next.isdigit():
            self._at += 1
        if self._at == digits:
            raise self._wrong("expecting a value" if start == digits else "unterminated number")
        return int(self._lines[start : self._at])

    def end_of_line(self) -> None:
        self.skip(BLANKS)
        if self.next == ";":
            self._at += 1
            return
        if self.next == "#":
            end = self._lines.find("\n", self._at)
            self._at = len(self._lines) if end < 0 else end
        if self.next and self.next not in "\r\n":
            raise self._wrong("expecting a separator")

    def _text(self) -> str:
        quote = self.next
        whole = self._lines.startswith('"""', self._at)
        mark = '"""' if whole else quote
        start = self._at + len(mark)
        end = self._lines.find(mark, start)
        if end < 0 or (not whole and "\n" in self._lines[start:end]):
            raise self._wrong("unterminated string")
        self._at = end + len(mark)
        return self._lines[start:end]

    def _list(self) -> list[Value]:
        self._at += 1
        values: list[Value] = []
        while self.skip(SPACE) and self.next != "]":
            if values:
                if self.next != ",":
                    raise self._wrong("expecting a separator in list")
                self._at += 1
                if self.skip(SPACE) and self.next == "]":
                    break
            values.append(self.value())
        if self.next != "]":
            raise self._wrong("list is not closed with ]")
        self._at += 1
        return values

    def _wrong(self, what: str) -> ConfSyntax:
        line = self._lines.count("\n", 0, self._at) + 1
        return ConfSyntax(f"{self._path}:{line}: {what}")
