"""Help as a person reads it on a terminal: from the declarations, in the terminal's width.

Texts that scripts see are in ``help``; here are looks.  Nothing heavy is imported: help is there
before a key is let go.
"""

from __future__ import annotations

from vsh.cli import help as texts
from vsh.cli import parse
from vsh.cli.metavars import metavar
from vsh.cli.options import known
from vsh.output.paint import paint_for, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from vsh.cli.command import Command
    from vsh.cli.params import Param
    from vsh.output.paint import Paint

EVERYDAY = (
    "list",
    "start",
    "shutdown",
    "console",
    "dominfo",
    "edit",
    "define",
    "snapshot-create-as",
    "snapshot-list",
    "snapshot-revert",
    "net-list",
    "vol-list",
)
"""What a newcomer needs first."""
NARROWEST, WIDEST = 30, 110
COLUMN = 30
"""How wide the first of two columns may be before its text has a line of its own."""


class Page:
    """A page being written."""

    def __init__(self, stream: TextIO) -> None:
        self.paint: Paint = paint_for(stream)
        self.columns = max(NARROWEST, min(WIDEST, size()[0] - 1))
        self._lines: list[str] = []

    def text(self) -> str:
        """All of it."""
        return "\n".join(self._lines) + "\n"

    def line(self, text: str = "") -> None:
        """One line as it is."""
        self._lines.append(text)

    def head(self, text: str) -> None:
        """A heading, after a blank line."""
        self._lines += ["", self.paint("bold", text)]

    def prose(self, text: str, indent: int = 0) -> None:
        """Paragraphs, broken at the terminal's width; lists and indented lines stay as they are."""
        for paragraph in text.split("\n\n"):
            for row in wrapped(" ".join(paragraph.split("\n")), self.columns - indent):
                self.line(" " * indent + row)
            self.line()
        self._lines.pop()

    def pairs(self, rows: Iterable[tuple[str, str]], style: str = "cyan") -> None:
        """A word and what it is, one pair a line; a long word has a line to itself."""
        rows = list(rows)
        fits = [len(word) for word, _ in rows if len(word) <= min(COLUMN, self.columns // 2)]
        column = max(fits, default=10) + 4
        for word, meaning in rows:
            lines = wrapped(meaning, self.columns - column) or [""]
            if len(word) + 4 > column:
                self.line("  " + self._usage(word, style))
                first, rest = "", lines
            else:
                first, rest = lines[0], lines[1:]
                gap = " " * (column - 2 - len(word))
                self.line(("  " + self._usage(word, style) + gap + first).rstrip())
            for row in rest:
                self.line(" " * column + row)

    def _usage(self, word: str, style: str) -> str:
        """A word with what stands for its value in another weight."""
        name, blank, value = word.partition(" ")
        return self.paint(style, name) + (blank + self.paint("dim", value) if blank else "")


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most so many columns; a longer word has a line to itself."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


# -- a command ------------------------------------------------------------------------------------


def command_page(command: Command, stream: TextIO) -> str:
    """The help of one command."""
    page = Page(stream)
    places, options = _sorted(command)
    page.line(page.paint("bold", "Usage: ") + page.paint("bold cyan", command.name))
    usage = " ".join(map(_place, places)) + (" [OPTIONS]" if options else "")
    page._lines[-1] += (" " + usage.strip()) if usage.strip() else ""
    page.line()
    page.prose(command.help)
    if command.description:
        page.line()
        page.prose(command.description)
    if places:
        page.head("Arguments")
        page.pairs((_place(option), _meaning(option)) for option in places)
    if options:
        page.head("Options")
        page.pairs((_option(option), _meaning(option)) for option in options)
    if command.examples:
        page.head("Examples")
        _examples(page, command)
    page.line()
    page.line(page.paint("dim", f"See also: help {command.group}"))
    return page.text()


def _examples(page: Page, command: Command) -> None:
    rows = [(line, meaning) for line, meaning in command.examples]
    column = max(len(line) for line, _ in rows) + 4
    for line, meaning in rows:
        if column + len(meaning) + 2 <= page.columns:
            comment = page.paint("dim", f"# {meaning}")
            page.line(f"  {line}{' ' * (column - 2 - len(line))}{comment}")
        else:
            page.line(page.paint("dim", f"  # {meaning}"))
            page.line(f"  {line}")


def _sorted(command: Command) -> tuple[list[Param], list[Param]]:
    """What is given by place, in its order, and the other options."""
    every = [*command.options, *command.extras.values()]
    places = [option for option in every if option.positional or option.by_place]
    return places, [option for option in every if option not in places]


def _place(option: Param) -> str:
    """A value by place; in brackets where it may be left out."""
    name = f"<{option.name}>" + ("..." if option.repeats else "")
    return name if option.required else f"[{name}]"


def _option(option: Param) -> str:
    value = metavar(option)
    return f"--{option.name}" + (f" {value}" if value else "")


def _meaning(option: Param) -> str:
    """What the option is for, with the words that it may be where they are not in its label."""
    if not (option.positional or option.by_place):
        return option.help
    value = metavar(option)
    said = f"{option.help} ({value})" if "|" in value else option.help
    return f"{said}; also --{option.name}" if option.by_place else said


# -- groups and everything ------------------------------------------------------------------------


def group_page(group: str, stream: TextIO) -> str:
    """One group's commands, a line each."""
    page = Page(stream)
    page.line(page.paint("bold", texts.title(group)))
    page.line()
    page.pairs(_commands(group))
    page.line()
    page.line(page.paint("dim", "help COMMAND says all about one"))
    return page.text()


def all_page(stream: TextIO) -> str:
    """Every command, a line each, by group."""
    page = Page(stream)
    for group in parse.groups():
        page.head(f"{texts.title(group)} (help {group})")
        page.pairs(_commands(group))
    return page.text().lstrip("\n")


def short_page(stream: TextIO, program: str = "") -> str:
    """What a newcomer needs: how it is used, the everyday commands, the groups, the way on.

    program  with a name, the page of the program itself: its options are on it, too
    """
    page = Page(stream)
    paint = page.paint
    if program:
        page.line(paint("bold", "Usage: ") + f"{program} [OPTIONS] [COMMAND [ARGUMENT]...]")
        page.line()
        page.line("libvirt, seen from the shell. Without a command it is a prompt.")
        page.head("Options")
        page.pairs(_top(program))
        page.head("Everyday commands")
    else:
        page.line(paint("bold", "Everyday commands"))
    page.pairs((name, _help(name)) for name in EVERYDAY)
    page.head("More")
    page.pairs((f"help {group}", texts.title(group)) for group in parse.groups())
    page.line()
    page.pairs(
        [
            ("help COMMAND", "one command, with examples; COMMAND --help is the same"),
            ("help --all", "every command, a line each"),
            (f"help {'|'.join(_topics())}", "texts about more than one command"),
        ]
    )
    page.line()
    page.prose(
        "Snapshots that libvirt forgot, on this host or another one, come back with "
        "snapshot-create --redefine and snapshot-import: help snapshot."
    )
    return page.text()


def topic_page(name: str, stream: TextIO) -> str:
    """A text about more than one command."""
    from vsh.cli.topics import TOPICS

    page = Page(stream)
    title, text = TOPICS[name]
    page.line(page.paint("bold", title))
    for part in text.split("\n\n"):
        page.line()
        if part.startswith("  "):
            page.pairs(_pair(line) for line in part.split("\n"))
        else:
            page.prose(part)
    return page.text()


def _pair(line: str) -> tuple[str, str]:
    word, _, meaning = line.strip().partition("  ")
    return word, meaning.strip()


def _topics() -> list[str]:
    from vsh.cli.topics import TOPICS

    return list(TOPICS)


def _commands(group: str) -> list[tuple[str, str]]:
    lines = ((name, parse.line_of(name)) for name in parse.names(group))
    return [(name, line) for name, line in lines if line is not None]


def _help(name: str) -> str:
    return parse.line_of(name) or ""


def _top(program: str) -> list[tuple[str, str]]:
    rows = []
    for option in known(program):
        letter = f"-{option.letter}, " if option.letter else "    "
        rows.append((letter + option.shown.replace(" ", "="), option.help))
        if option.name == "version":
            rows.append(("-V", "the long version"))
    return rows
