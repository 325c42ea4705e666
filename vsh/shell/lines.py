"""What is around a command on the prompt's line: whether it goes on, where its output goes, and
whether it asks for help."""

from __future__ import annotations

from contextlib import contextmanager

from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

BLANKS = " \t\n"


class Piped:
    """A line taken apart.

    command  what vsh runs;  shell  the shell command that reads its output, or None
    path     the file that its output goes to, or None;  append  whether at its end
    """

    __slots__ = ("append", "command", "path", "shell")

    def __init__(
        self,
        command: str,
        *,
        shell: str | None = None,
        path: str | None = None,
        append: bool = False,
    ) -> None:
        self.command = command
        self.shell = shell
        self.path = path
        self.append = append


def unfinished(line: str) -> bool:
    """Whether a line goes on on the next: in an open quote, or after a backslash at its end."""
    if "<<" in line and _here(line) is not None:
        return _open_document(line)
    quoted = ""
    position = 0
    while position < len(line):
        char = line[position]
        if char == "\\" and quoted != "'":
            position += 1
            if position >= len(line):
                return True
        elif quoted:
            quoted = "" if char == quoted else quoted
        elif char in "'\"":
            quoted = char
        elif char == "#" and line[position - 1 : position] in ("", *BLANKS, ";"):
            newline = line.find("\n", position)
            position = len(line) if newline < 0 else newline
        position += 1
    return bool(quoted)


def piped(line: str) -> Piped:
    """Take a line apart at the first ``|``, ``>`` or ``>>`` that is a word of its own outside
    quotes.  Raises CommandError where nothing follows it."""
    for start, end in _plain_words(line):
        word = line[start:end]
        if word not in ("|", ">", ">>"):
            continue
        command, rest = line[:start].rstrip(), line[end:].strip()
        if not rest:
            raise CommandError(
                f"nothing follows {word}",
                hint="a shell command" if word == "|" else "the name of a file",
            )
        if word == "|":
            return Piped(command, shell=rest)
        from vsh.cli.words import split

        names = list(split(rest))
        if len(names) != 1 or names[0] is None:
            raise CommandError(
                f"one file name is expected after {word}", hint="put a name with blanks in quotes"
            )
        return Piped(command, path=names[0], append=word == ">>")
    return Piped(line)


def _plain_words(line: str) -> Iterator[tuple[int, int]]:
    """Where the words are that have no quote or backslash in them."""
    position = 0
    while position < len(line):
        if line[position] in BLANKS or line[position] == ";":
            position += 1
            continue
        if line[position] == "#":
            newline = line.find("\n", position)
            position = len(line) if newline < 0 else newline
            continue
        start = position
        quoted = ""
        plain = True
        while position < len(line) and (quoted or line[position] not in (*BLANKS, ";")):
            char = line[position]
            if char == "\\" and quoted != "'":
                position += 1
                plain = False
            elif quoted:
                quoted = "" if char == quoted else quoted
            elif char in "'\"":
                quoted = char
                plain = False
            position += 1
        if plain:
            yield start, position


def question(line: str) -> str | None:
    """What a line that ends in ``?`` asks about: a command's name, "" for all; None if it does not
    ask."""
    words = line.split()
    if not words or words[-1] != "?":
        return None
    return words[0] if len(words) > 1 else ""


@contextmanager
def document(line: str) -> Iterator[str]:
    """The line with a document typed below it (``define <<EOF``) in a file that only the user can
    read, for as long as this lasts."""
    found = _here(line)
    if found is None:
        yield line
        return
    import tempfile

    command, body = found
    with tempfile.NamedTemporaryFile("w", suffix=".xml", encoding="utf-8") as file:
        file.write(body)
        file.flush()
        yield command.replace("\0", file.name)


def _here(line: str) -> tuple[str, str] | None:
    """The command, with NUL where the file's name belongs, and the document; None without one."""
    first, _, rest = line.partition("\n")
    for start, end in _plain_words(first):
        if first.startswith("<<", start) and end - start > 2:
            last = first[start + 2 : end]
            body, found, _ = f"\n{rest}\n".partition(f"\n{last}\n")
            text = body[1:] + "\n" if found else rest
            return first[:start] + "\0" + first[end:], text
    return None


def _open_document(line: str) -> bool:
    """Whether a document was begun (``<<EOF``) whose last line has not been typed."""
    first, newline, rest = line.partition("\n")
    for start, end in _plain_words(first):
        if first.startswith("<<", start) and end - start > 2:
            return f"\n{first[start + 2 : end]}\n" not in f"\n{rest}\n" or not newline
    return False
