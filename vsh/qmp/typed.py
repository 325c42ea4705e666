"""JSON that somebody typed: read as strictly as libvirt 9.0.0 reads it, with its words and drawing
of what is wrong.

A text has two pieces for the reader: itself, and a blank that ends a last number or word; the place
of what is missing at the end is counted in the blank.
"""

from __future__ import annotations

import json

from vsh.errors import InternalError
from vsh.qmp import typed_newer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from vsh.qmp.value import Value

_BLANKS = b" \t\n\v\f\r"
_HEXADECIMAL = frozenset(b"0123456789abcdefABCDEF")
_DIGITS = frozenset(b"0123456789")
_ESCAPED = frozenset(b'"\\/bfnrt')
_WORDS = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}
_LARGEST = 1.7976931348623157e308
_MORE = "trailing garbage"
_ARROW = "                     (right here) ------^\n"

_END, _STRING, _SCALAR = "end", "string", "scalar"
"""Kinds of tokens besides ``{}[],:``, which are their own."""


class _Wrong(Exception):
    """What is wrong, and how much of the piece was read by then."""

    def __init__(self, kind: str, reason: str, place: int) -> None:
        super().__init__(kind, reason, place)
        self.words = f"{kind} error: {reason}\n"
        self.place = max(0, place)


class _Ended(Exception):
    """The piece has ended inside of a token."""


class _Lexer:
    """Tokens, by the bytes of one piece behind what the one before left open."""

    def __init__(self) -> None:
        self.data = b""
        self.at = 0
        self._open = 0

    def feed(self, piece: bytes, rest: bytes) -> None:
        self.data, self.at, self._open = rest + piece, 0, len(rest)

    @property
    def place(self) -> int:
        """How much of the piece has been read."""
        return max(0, self.at - self._open)

    def next(self) -> tuple[str, bytes]:
        """The kind of the next token, and its bytes; what is open at the end comes with _END."""
        data = self.data
        while self.at < len(data) and data[self.at] in _BLANKS:
            self.at += 1
        start = self.at
        if start == len(data):
            return _END, b""
        first = data[start]
        self.at += 1
        try:
            if first in b"{}[],:":
                return chr(first), data[start : self.at]
            if first in _WORDS:
                self._word(_WORDS[first])
                return _SCALAR, data[start : self.at]
            if first == 0x22:
                self._string()
                return _STRING, data[start : self.at]
            if first == 0x2D or first in _DIGITS:
                self.at = start
                self._number()
                return _SCALAR, data[start : self.at]
        except _Ended:
            self.at = len(data)
            return _END, data[start:]
        if first == 0x2F:
            self.at = start
            raise self._wrong("probable comment found in input text, comments are not enabled.")
        raise self._wrong("invalid char in json text.")

    def _wrong(self, reason: str) -> _Wrong:
        return _Wrong("lexical", reason, self.place)

    def _read(self) -> int:
        if self.at == len(self.data):
            raise _Ended
        self.at += 1
        return self.data[self.at - 1]

    def _refuse(self, reason: str) -> _Wrong:
        self.at -= 1
        return self._wrong(reason)

    def _word(self, word: bytes) -> None:
        for expected in word[1:]:
            if self._read() != expected:
                raise self._refuse("invalid string in json text.")

    def _digits(self, found: int, what: str) -> int:
        if found not in _DIGITS:
            raise self._refuse(f"malformed number, a digit is required after the {what}.")
        while found in _DIGITS:
            found = self._read()
        return found

    def _number(self) -> None:
        found = self._read()
        if found == 0x2D:
            found = self._read()
        found = self._read() if found == 0x30 else self._digits(found, "minus sign")
        if found == 0x2E:
            found = self._digits(self._read(), "decimal point")
        if found in b"eE":
            found = self._read()
            if found in b"+-":
                found = self._read()
            self._digits(found, "exponent")
        self.at -= 1

    def _string(self) -> None:
        while (found := self._read()) != 0x22:
            if found == 0x5C:
                self._escape()
            elif found < 0x20:
                raise self._refuse("invalid character inside string.")
            elif found > 0x7F:
                self._rest_of(found)

    def _escape(self) -> None:
        found = self._read()
        if found == 0x75:
            for _ in range(4):
                if self._read() not in _HEXADECIMAL:
                    raise self._refuse(
                        "invalid (non-hex) character occurs after '\\u' inside string."
                    )
        elif found not in _ESCAPED:
            raise self._refuse("inside a string, '\\' occurs before a character which it may not.")

    def _rest_of(self, first: int) -> None:
        """The rest of a character of UTF-8."""
        more = {0x6: 1}.get(first >> 5) or {0xE: 2}.get(first >> 4) or {0x1E: 3}.get(first >> 3, 0)
        for _ in range(more):
            if self._read() >> 6 != 2:
                more = 0
                break
        if not more:
            raise self._wrong("invalid bytes in UTF8 string.")


class _Grammar:
    """What may come next, and what each object has already."""

    def __init__(self) -> None:
        self.states = ["value"]  # of the whole, and of each object and array that is open
        self._keys: list[set[bytes]] = []
        self._key = b""

    def take(self, kind: str, token: bytes, place: int) -> None:
        """Raises _Wrong."""
        state = self.states[-1]
        if state in ("value", "map value", "array start", "array value"):
            self._value(state, kind, place)
        elif state in ("map start", "map key"):
            if kind == _STRING:
                self._key = token
                self.states[-1] = "map separator"
            elif kind == "}" and state == "map start":
                self._close()
            else:
                raise _Wrong("parse", "invalid object key (must be a string)", place)
        elif state == "map separator":
            if kind != ":":
                reason = "object key and value must be separated by a colon (':')"
                raise _Wrong("parse", reason, place)
            self.states[-1] = "map value"
        elif state == "whole":
            raise _Wrong("parse", _MORE, place)
        else:
            self._more(state, kind, token, place)

    def _more(self, state: str, kind: str, token: bytes, place: int) -> None:
        end, following = ("}", "map key") if state == "map more" else ("]", "array value")
        if kind == end:
            self._close()
        elif kind == ",":
            self.states[-1] = following
        elif state == "map more":
            length = len(token) - 2 * (kind == _STRING)
            back = place - length if place >= length else 0
            raise _Wrong("parse", "after key and value, inside map, I expect ',' or '}'", back)
        else:
            raise _Wrong("parse", "after array element, I expect ',' or ']'", place)

    def _value(self, state: str, kind: str, place: int) -> None:
        if kind == "]" and state == "array start":
            self._close()
            return
        if kind in "}],:":
            raise _Wrong("parse", "unallowed token at this point in JSON text", place)
        if state == "map value":
            if self._key in self._keys[-1]:
                reason = "client cancelled parse via callback return value"
                raise _Wrong("parse", reason, place)
            self._keys[-1].add(self._key)
        self.states[-1] = {"value": "whole", "map value": "map more"}.get(state, "array more")
        if kind == "{":
            self.states.append("map start")
        elif kind == "[":
            self.states.append("array start")
        if kind in ("{", "["):
            self._keys.append(set())

    def _close(self) -> None:
        self.states.pop()
        self._keys.pop()


def _check(text: bytes) -> None:
    """Raises _Wrong."""
    lexer, grammar, rest = _Lexer(), _Grammar(), b""
    for piece in (text, b" "):
        lexer.feed(piece, rest)
        while True:
            try:
                kind, rest = lexer.next()
            except _Wrong as wrong:
                if grammar.states != ["whole"]:
                    raise
                raise _Wrong("parse", _MORE, wrong.place) from None
            if kind == _END:
                break
            grammar.take(kind, rest, lexer.place)
    if grammar.states != ["whole"]:
        raise _Wrong("parse", "premature EOF", lexer.place)


def _drawn(text: bytes, place: int) -> str:
    """The text around a place, which is below the arrow."""
    around = text[max(0, place - 30) : place + 30].translate(bytes.maketrans(b"\n\r", b"  "))
    blanks = 40 - place if place < 30 else 10
    return f"{' ' * blanks}{around.decode('utf-8', 'replace')}\n{_ARROW}"


def _plain(value: object, half: str) -> Value:
    """A value as libvirt keeps it: texts end at a NUL; what halves of characters become."""
    if isinstance(value, dict):
        return {str(_plain(key, half)): _plain(each, half) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, half) for each in value]
    if isinstance(value, str):
        text = value.partition("\0")[0]
        return (
            text.encode("utf-16", "surrogatepass")
            .decode("utf-16", "replace")
            .replace("\N{REPLACEMENT CHARACTER}", half)
        )
    assert value is None or isinstance(value, bool | int | float)
    return value


def _bounded(word: str) -> float:
    return max(-_LARGEST, min(float(word), _LARGEST))


def read(text: str, *, newer: bool = False) -> Value:
    """The value of a text.  Raises InternalError, which shows where it is none.

    newer  it is told in the words of libvirt 12.8.0
    """
    data = text.encode("utf-8", "surrogateescape")
    try:
        if newer and (fault := typed_newer.fault(data)):
            raise InternalError(f"failed to parse JSON: {fault}")
        if not newer:
            _check(data)
        plain = text.translate({0xB: " ", 0xC: " "})  # blanks to libvirt
        found = json.loads(plain, parse_float=_bounded, parse_constant=_refuse, strict=False)
        return _plain(found, "\N{REPLACEMENT CHARACTER}" if newer else "?")
    except _Wrong as wrong:
        drawing = _drawn(data, wrong.place)
        raise InternalError(f"cannot parse json {text}: {wrong.words}{drawing}") from None
    except (ValueError, RecursionError):
        raise InternalError(f"cannot parse json {text}") from None


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)
