"""What is wrong with JSON that somebody typed, in the words of libvirt 11 and newer: it reads
JSON by another library, which says less."""

from __future__ import annotations

_BLANKS = b" \t\n\v\f\r"
_DIGITS = b"0123456789"
_HEXADECIMAL = b"0123456789abcdefABCDEF"
_DEPTH = 32
_UNEXPECTED = "unexpected character"
_NUMBER = "number expected"
_CHARACTER = "invalid utf-8 string"


class _Wrong(Exception):
    """What is wrong."""


class _Text:
    """The bytes of a text, each of which is looked at before the next."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._seen = 0
        self._more = 0  # bytes that the character has yet

    def peek(self) -> int:
        """The next byte.  Raises _Wrong at the end, which may go on."""
        if self._at == len(self._data):
            raise _Wrong("continue")
        found = self._data[self._at]
        if self._seen == self._at:
            self._seen += 1
            if self._more:
                if found >> 6 != 2:
                    raise _Wrong(_CHARACTER)
                self._more -= 1
            elif found > 0x7F:
                self._more = {6: 1}.get(found >> 5) or {14: 2}.get(found >> 4, 0)
                self._more = self._more or {30: 3}.get(found >> 3, 0)
                if not self._more:
                    raise _Wrong(_CHARACTER)
        return found

    @property
    def inside(self) -> bool:
        """Whether a character has begun, and is not over."""
        return self._more > 0

    def read(self) -> int:
        found = self.peek()
        self._at += 1
        return found

    def blanks(self) -> int:
        """The first byte behind blanks."""
        while (found := self.peek()) in _BLANKS:
            self._at += 1
        return found

    def over(self) -> bool:
        """Whether nothing but blanks follows."""
        while self._at < len(self._data):
            if self.peek() not in _BLANKS:
                return False
            self._at += 1
        return True


def _word(text: _Text, words: tuple[bytes, ...], reason: str) -> None:
    found = b""
    while found not in words:
        found += bytes([text.peek()])
        if not any(word.startswith(found) for word in words):
            raise _Wrong(reason)
        text.read()
    text.peek()


def _string(text: _Text) -> None:
    text.read()
    while (found := text.read()) != 0x22:
        if found != 0x5C:
            continue
        escaped = text.read()
        if escaped == 0x75:
            for _ in range(4):
                if text.peek() not in _HEXADECIMAL:
                    raise _Wrong("invalid string sequence")
                text.read()
        elif escaped not in b'"\\/bnrtf':
            raise _Wrong("invalid string sequence")


def _number(text: _Text, depth: int) -> None:
    written = b""
    signs, exponent, fraction = b"-", False, False
    while True:
        found = text.peek()
        if not (
            found in _DIGITS
            or (not exponent and found in b"eE")
            or found in signs
            or (not fraction and found == 0x2E)
        ):
            break
        signs = b""
        if found == 0x2E:
            fraction, signs = True, b"+-"
        elif found in b"eE":
            exponent = fraction = True
            signs = b"+-"
        written += bytes([text.read()])
    if depth and found not in b",]}/Ii" and found not in _BLANKS:
        raise _Wrong(_NUMBER)
    if written == b"-" and found in b"iI":
        _word(text, (b"Infinity",), _UNEXPECTED)
        return
    try:
        value = float(written)
    except ValueError:
        raise _Wrong(_NUMBER) from None
    if not fraction and value > 0 and written.startswith(b"0"):
        raise _Wrong(_NUMBER)


def _value(text: _Text, depth: int) -> None:
    found = text.blanks()
    if depth >= _DEPTH:
        raise _Wrong("nesting too deep")
    if found == 0x7B:
        _object(text, depth)
    elif found == 0x5B:
        _array(text, depth)
    elif found == 0x22:
        _string(text)
    elif found in b"nN":
        _word(text, (b"null", b"NaN"), "null expected")
    elif found in b"tTfF":
        _word(text, (b"true", b"false"), "boolean expected")
    elif found in b"iI":
        _word(text, (b"Infinity",), _UNEXPECTED)
    elif found in b"-0123456789":
        _number(text, depth)
    else:
        raise _Wrong(_UNEXPECTED)


def _array(text: _Text, depth: int) -> None:
    text.read()
    found = text.blanks()
    while found != 0x5D:
        _value(text, depth + 1)
        found = text.blanks()
        if found == 0x2C:
            text.read()
            found = text.blanks()
            if found == 0x5D:
                raise _Wrong(_UNEXPECTED)
        elif found != 0x5D:
            raise _Wrong("array value separator ',' expected")
    text.read()


def _object(text: _Text, depth: int) -> None:
    text.read()
    found = text.blanks()
    while found != 0x7D:
        if found != 0x22:
            raise _Wrong("quoted object property name expected")
        _string(text)
        if text.blanks() != 0x3A:
            raise _Wrong("object property name separator ':' expected")
        text.read()
        _value(text, depth + 1)
        found = text.blanks()
        if found == 0x2C:
            text.read()
            found = text.blanks()
            if found == 0x7D:
                raise _Wrong(_UNEXPECTED)
        elif found != 0x7D:
            raise _Wrong("object value separator ',' expected")
    text.read()


def fault(data: bytes) -> str:
    """What is wrong with a text; "" where it is JSON."""
    text = _Text(data)
    try:
        _value(text, 0)
        if not text.over():
            return _UNEXPECTED
        found = ""
    except _Wrong as wrong:
        found = str(wrong)
    return _CHARACTER if text.inside else found
