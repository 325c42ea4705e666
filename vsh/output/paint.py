"""Colours and weights of text on a terminal, from its own palette, so that any theme fits."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

CODES = {
    "bold": "1",
    "dim": "2",
    "underline": "4",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
    "grey": "90",
}


class Paint:
    """Puts styles around text: ``paint("bold cyan", text)``; nothing where there are no colours."""

    __slots__ = ("on",)

    def __init__(self, *, on: bool) -> None:
        self.on = on

    def __call__(self, style: str, text: str) -> str:
        if not self.on or not style or not text:
            return text
        codes = ";".join(CODES[word] for word in style.split())
        return f"\x1b[{codes}m{text}\x1b[0m"


def paint_for(stream: TextIO) -> Paint:
    """What a stream can show: colours on a terminal, unless NO_COLOR or its name says otherwise."""
    return Paint(on=stream.isatty() and not dumb() and not os.environ.get("NO_COLOR"))


def dumb() -> bool:
    """Whether the terminal can only print: what has no name, or none that says more.

    A name that is of no family is looked for in the machine's database of terminals.
    """
    name = os.environ.get("TERM", "").lower()
    return name in ("", "dumb", "unknown") or not (name.startswith(_FAMILIES) or _listed(name))


_FAMILIES = (
    "xterm", "screen", "tmux", "vt", "rxvt", "linux", "ansi", "cons25", "cygwin", "alacritty",
    "foot", "ghostty", "gnome", "iterm", "kitty", "konsole", "mlterm", "putty", "st-", "wezterm",
)  # fmt: skip


def _listed(name: str) -> bool:
    """Whether a database of terminals has a name; where there is none, any name may be good."""
    folders = (
        os.environ.get("TERMINFO", ""), os.path.expanduser("~/.terminfo"), "/etc/terminfo",
        "/lib/terminfo", "/usr/lib/terminfo", "/usr/share/terminfo",
    )  # fmt: skip
    there = [folder for folder in folders if folder and os.path.isdir(folder)]
    parts = (name[0], f"{ord(name[0]):x}")
    known = (os.path.exists(os.path.join(f, part, name)) for f in there for part in parts)
    return any(known) or not any(map(os.listdir, there))


def on_terminal(stream: TextIO, format: str) -> bool:
    """Whether a person reads what is written, with a terminal's looks."""
    return format == "table" and stream.isatty()


def size() -> tuple[int, int]:
    """Columns and rows of the terminal: what COLUMNS and LINES say, else what it says itself."""
    try:
        found = os.get_terminal_size(1)
        columns, rows = found.columns, found.lines
    except OSError:
        columns, rows = 0, 0
    texts = os.environ.get("COLUMNS", ""), os.environ.get("LINES", "")
    wanted = [int(text) if text.isdecimal() else 0 for text in texts]
    return wanted[0] or columns or 80, wanted[1] or rows or 24
