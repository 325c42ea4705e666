"""--where: which rows of a listing are shown, by a small language that can do nothing else.

    state = running and memory > 4G        a comparison:  =  !=  <  <=  >  >=
    name = 'web*' or name in (db1, db2)    a word with * or ? is a pattern; in: one of several
    not autostart and parent = null        a key alone: whether it is there and true
    (a or b) and c                         not binds closest, then and, then or

A key is one of the document's, with a point between those that stand in each other; "memory" is
enough for "memory_bytes".  A size has a suffix: 4G and 4GiB are 2**32 bytes, 4GB is 4 * 10**9.
What has blanks or signs stands in quotes.
"""

from __future__ import annotations

from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    Test = Callable[[Mapping[str, object]], bool]

COMPARISONS = ("!=", "<=", ">=", "==", "=", "<", ">")
UNITS = ("", "_bytes", "_ns", "_seconds")
"""What may be left out at the end of a key."""
DEPTH = 50
"""How many brackets and nots may stand in each other."""


def parse(text: str) -> Test:
    """What an expression asks of a row.  Raises CommandError that shows where it went wrong."""
    reader = _Reader(text)
    test = reader.either()
    if reader.token is not None:
        raise reader.wrong(f"'{reader.token}' is not expected here")
    return test


def found(row: Mapping[str, object], key: str) -> tuple[bool, object]:
    """Whether a row has a key, and what stands under it."""
    for unit in UNITS:
        if key + unit in row:
            return True, row[key + unit]
    first, point, rest = key.partition(".")
    if point:
        there, below = found(row, first)
        if there and isinstance(below, dict):
            return found(below, rest)
    return False, None


def unknown(option: str, what: str, place: str, key: str, keys: Iterable[str]) -> CommandError:
    """The error for a key that is not there: it says which could be meant, and which there are."""
    import difflib

    every = list(keys)
    close = difflib.get_close_matches(key, every, 1)
    meant = f": did you mean '{close[0]}'?" if close else ""
    return CommandError(
        f"{option}: no {what} '{key}' in this {place}{meant}",
        hint=f"the {what}s are {', '.join(every)}",
    )


def scaled(word: str) -> float | None:
    """The number that a word is, with a suffix for sizes; None where it is none."""
    digits = word.rstrip("BKMGTPEbikmgtpe")
    suffix = word[len(digits) :].upper()
    if suffix.startswith("E") and not suffix.strip("E") and digits.endswith("."):
        return None
    try:
        if "_" in digits or digits.strip("+-").lower() in ("", "nan", "inf", "infinity"):
            return None
        number = float(digits) if "." in digits else int(digits)
    except ValueError:
        return None
    if not suffix or suffix == "B":
        return number
    power = "KMGTPE".find(suffix[0]) + 1
    if not power or suffix[1:] not in ("", "B", "IB"):
        return None
    return number * float((1000 if suffix[1:] == "B" else 1024) ** power)


class _Reader:
    """An expression, token by token."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = self.start = 0
        self.depth = 0
        self.quoted = False
        self.token: str | None = None
        self.step()

    def wrong(self, what: str) -> CommandError:
        return CommandError(
            f"--where: {what}, at character {self.start + 1} of '{self.text}'",
            hint="as in --where \"state = running and memory > 4G and name = 'web*'\"",
        )

    def step(self) -> None:
        """Go on to the next token; None is the end."""
        text, place = self.text, self.place
        while place < len(text) and text[place].isspace():
            place += 1
        self.start, self.quoted = place, False
        if place == len(text):
            self.token, self.place = None, place
            return
        char = text[place]
        sign = next((each for each in COMPARISONS if text.startswith(each, place)), None)
        if sign is not None or char in "(),":
            self.token = sign or char
            self.place = place + len(self.token)
        elif char in "'\"":
            end = text.find(char, place + 1)
            if end < 0:
                raise self.wrong("a quote is not closed")
            self.token, self.place, self.quoted = text[place + 1 : end], end + 1, True
        else:
            end = place
            while end < len(text) and not text[end].isspace() and text[end] not in "()=!<>,'\"":
                end += 1
            if end == place:
                raise self.wrong(f"'{char}' means nothing")
            self.token, self.place = text[place:end], end

    def word(self, what: str) -> str:
        """The present token, which must be a word; goes on."""
        if self.token is None or (not self.quoted and self.token in (*COMPARISONS, *"(),")):
            raise self.wrong(f"{what} is missing")
        token = self.token
        self.step()
        return token

    def at(self, *words: str) -> bool:
        return not self.quoted and self.token is not None and self.token.lower() in words

    def either(self) -> Test:
        tests = [self.both()]
        while self.at("or"):
            self.step()
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.at("and"):
            self.step()
            tests.append(self.one())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def one(self) -> Test:
        self.depth += 1
        if self.depth > DEPTH:
            raise self.wrong("too many brackets in each other")
        try:
            if self.at("not"):
                self.step()
                test = self.one()
                return lambda row: not test(row)
            if self.at("("):
                self.step()
                test = self.either()
                if not self.at(")"):
                    raise self.wrong("')' is missing")
                self.step()
                return test
            return self.comparison()
        finally:
            self.depth -= 1

    def comparison(self) -> Test:
        key = self.word("a key")
        if self.at("in"):
            self.step()
            return _among(key, self.values())
        if self.at("not"):
            self.step()
            if not self.at("in"):
                raise self.wrong("'in' is missing")
            self.step()
            among = _among(key, self.values())
            return lambda row: not among(row)
        if self.token in COMPARISONS and not self.quoted:
            sign = self.token
            self.step()
            quoted = self.quoted
            return _compare(key, sign, self.word("a value"), quoted=quoted)
        return lambda row: bool(_value(row, key))

    def values(self) -> list[str]:
        if not self.at("("):
            raise self.wrong("'(' is missing")
        self.step()
        words = [self.word("a value")]
        while self.at(","):
            self.step()
            words.append(self.word("a value"))
        if not self.at(")"):
            raise self.wrong("')' is missing")
        self.step()
        return words


def _value(row: Mapping[str, object], key: str) -> object:
    there, value = found(row, key)
    if not there:
        raise unknown("--where", "key", "document", key, row)
    return value


def _among(key: str, words: list[str]) -> Test:
    tests = [_compare(key, "=", word, quoted=False) for word in words]
    return lambda row: any(test(row) for test in tests)


def _compare(key: str, sign: str, word: str, *, quoted: bool) -> Test:
    if sign in ("=", "=="):
        return lambda row: _equal(key, _value(row, key), word, quoted=quoted)
    if sign == "!=":
        return lambda row: not _equal(key, _value(row, key), word, quoted=quoted)
    number = scaled(word)

    def ordered(row: Mapping[str, object]) -> bool:
        value = _value(row, key)
        if value is None or isinstance(value, (bool, list, dict)):
            return False
        if isinstance(value, str) and number is not None and value.isdecimal():
            value = int(value)  # an id
        if isinstance(value, str):
            left: object = value
            right: Any = word
        elif number is None:
            raise CommandError(f"--where: '{word}' is no number, and {key} is one")
        else:
            left, right = value, number
        if sign == "<":
            return bool(left < right)
        if sign == "<=":
            return bool(left <= right)
        return bool(left > right) if sign == ">" else bool(left >= right)

    return ordered


def _equal(key: str, value: object, word: str, *, quoted: bool) -> bool:
    if isinstance(value, list):
        return any(_equal(key, each, word, quoted=quoted) for each in value)
    if value is None:
        return not quoted and word.lower() in ("null", "none", "")
    if word.lower() in ("null", "none", "") and not isinstance(value, str):
        return False
    if isinstance(value, bool):
        if word.lower() not in ("true", "yes", "false", "no"):
            raise CommandError(f"--where: '{word}' is neither true nor false, and {key} is one")
        return value == (word.lower() in ("true", "yes"))
    if isinstance(value, (int, float)):
        number = scaled(word)
        if number is None:
            raise CommandError(f"--where: '{word}' is no number, and {key} is one")
        return number == value
    text = str(value)
    if "*" in word or "?" in word:
        from fnmatch import fnmatchcase

        return fnmatchcase(text, word.replace("[", "[[]"))
    return text == word
