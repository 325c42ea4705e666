"""Cut a command line into words as virsh does: blanks, quotes, backslashes, ``;``, newlines and
``#``.

Text in, words out; nothing here knows a command.  ``END`` stands between two commands.
"""

from __future__ import annotations

from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

END = None  # the end of one command in a chain


def split(line: str, *, lenient: bool = False) -> Iterator[str | None]:
    """The words of a line, with ``END`` after each command but the last.

    ``lenient`` takes an unfinished line as it is, for completion.  Raises CommandError for a
    missing double quote or a backslash at the end; a missing single quote is closed at the end, as
    in virsh.
    """
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
            word, position = _word(line, position, lenient)
            yield word


def _word(line: str, position: int, lenient: bool) -> tuple[str, int]:
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


def quote(word: str) -> str:
    """A word as it must be typed: as it is where that is safe, else in single quotes.

    A word with a single quote in it takes double quotes, with backslashes where needed.
    """
    if word and not any(char in " \t\n;#'\"\\" for char in word):
        return word
    if "'" not in word:
        return f"'{word}'"
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
