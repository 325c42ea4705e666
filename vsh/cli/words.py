"""Cut a command line into words as virsh does: blanks, quotes, backslashes, ``;``, newlines and
``#``.

Text in, words out; nothing here knows a command.  ``END`` stands between two commands.
"""

from __future__ import annotations

from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

END = None  # the end of one command in a chain

SPECIAL = frozenset("\"'\\;#\n")
"""What makes a line more than words with blanks between them."""


def split(line: str, *, lenient: bool = False) -> Iterable[str | None]:
    """The words of a line, with ``END`` after each command but the last.

    ``lenient`` takes an unfinished line as it is, for completion.  Raises CommandError for a
    missing double quote or a backslash at the end; a missing single quote is closed at the end, as
    in virsh.
    """
    text = line.removesuffix("\n")
    if SPECIAL.isdisjoint(text):  # the common line
        words: list[str | None] = [*filter(None, text.replace("\t", " ").split(" "))]
        return words if len(text) == len(line) else [*words, END]
    return _split(line, lenient=lenient)


def _split(line: str, *, lenient: bool) -> Iterator[str | None]:
    """As ``split``, for any line."""
    position = 0
    length = len(line)
    while True:
        while position < length and (line[position] in " \t" or line.startswith("\\\n", position)):
            position += 2 if line[position] == "\\" else 1
        if position >= length:
            return
        if line[position] in ";\n":
            position += 1
            yield END
        elif line[position] == "#":
            newline = line.find("\n", position)
            position = length if newline < 0 else newline + 1
            yield END
        else:
            word, position = _word(line, position, lenient=lenient)
            yield word


def _word(line: str, position: int, *, lenient: bool) -> tuple[str, int]:
    """One word from ``position`` on, and where it ends."""
    length = len(line)
    start = position
    while position < length and line[position] not in " \t;\n'\"\\":
        position += 1
    if position >= length or line[position] in " \t;\n":  # the common word: nothing quoted
        return line[start:position], position
    text = [line[start:position]]
    quote = ""
    while position < length:
        char = line[position]
        if not quote and char in " \t;\n":
            break
        position += 1
        if char == "'" and quote != '"':
            quote = "" if quote else "'"
        elif char == "\\" and quote != "'":
            if position >= length:
                if lenient:
                    break
                raise CommandError("dangling \\", hint="write \\\\ for a backslash")
            if line[position] != "\n":
                text.append(line[position])
            position += 1
        elif char == '"' and quote != "'":
            quote = "" if quote else '"'
        else:
            text.append(char)
    if quote == '"' and not lenient:
        raise CommandError('missing "', hint="close the double quote")
    return "".join(text), position


def unfinished(line: str) -> tuple[list[str | None], str, str]:
    """A line as far as it is typed: the words before the one at its end, that word, and the quote
    that is open in it ("" where none is).

    The word is empty after a blank; where a comment is being typed there are no words at all.
    """
    before: list[str | None] = []
    start = 0
    for position, word, end in places(line):
        start = position
        if end == len(line) and word is not END and position < end:
            return before, word, _open_quote(line[start:])
        before.append(word)
    comment = line.rfind("#", start)
    if comment >= 0 and before[-1:] == [END] and line[comment:].find("\n") < 0:
        return [], "", "#"
    return before, "", ""


def places(line: str) -> Iterator[tuple[int, str | None, int]]:
    """Each word of an unfinished line with where it starts and ends."""
    position = 0
    length = len(line)
    while position < length:
        if line[position] in " \t" or line.startswith("\\\n", position):
            position += 2 if line[position] == "\\" else 1
        elif line[position] in ";\n":
            position += 1
            yield position - 1, END, position
        elif line[position] == "#":
            start, newline = position, line.find("\n", position)
            position = length if newline < 0 else newline + 1
            yield start, END, position
        else:
            start = position
            word, position = _word(line, position, lenient=True)
            yield start, word, position


def _open_quote(raw: str) -> str:
    """The quote that is not closed at the end of one word as it is typed."""
    quote = ""
    position = 0
    while position < len(raw):
        char = raw[position]
        if char == "\\" and quote != "'":
            position += 1
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
        position += 1
    return quote


def rest(text: str, quote: str) -> str:
    """What must be typed to make a word go on with ``text`` and end, where ``quote`` is open."""
    if quote == "'":
        return text.replace("'", "'\\''") + quote
    if quote == '"':
        return text.replace("\\", "\\\\").replace('"', '\\"') + quote
    return "".join(
        "'\n'" if char == "\n" else f"\\{char}" if char in " \t;#'\"\\" else char for char in text
    )


def quote(word: str) -> str:
    """A word as it must be typed: as it is where that is safe, else in single quotes.

    A word with a single quote in it takes double quotes, with backslashes where needed.
    """
    if word and not any(char in " \t\n;#'\"\\" for char in word):
        return word
    if "'" not in word:
        return f"'{word}'"
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
