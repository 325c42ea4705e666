"""The line below the prompt: the signature of the command being typed, and where we are."""

from __future__ import annotations

from vsh.cli import help as texts
from vsh.cli import suggest
from vsh.errors import CommandError
from vsh.output.plain import own, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.params import Param
    from vsh.shell.overview import Overview

WIDE = 140
"""Columns from which on there is room for libvirt's version."""
WANTED = 50
"""Columns that the signature of what is being typed is worth."""

Pieces = list[tuple[str, str]]


def toolbar(text: str, overview: Overview | None, columns: int, *, nothing: bool = False) -> Pieces:
    """The pieces of the toolbar for a line up to its cursor, as wide as the terminal at most.

    nothing  whether Tab had nothing to offer there
    """
    right = status(overview, wide=columns >= WIDE)
    room = columns - width(right) - 3
    if room < (WANTED if text.strip() else 20):  # what is being typed matters more
        right = ""
        room = columns - 1
    left = signature(text, room, nothing=nothing)
    used = sum(width(piece) for _, piece in left)
    gap = " " * max(1, columns - used - width(right) - 1)
    pieces = [*left, ("", gap), ("class:toolbar.right", right)]
    return [(style, own(piece)) for style, piece in pieces]


def status(overview: Overview | None, *, wide: bool = False) -> str:
    """Where we are, with ``wide`` on which libvirt, and how much runs there."""
    if overview is None:
        return "not connected · F1 help"
    parts = [overview.host or overview.place]
    if wide and overview.version:
        parts.append(f"libvirt {overview.version}")
    if overview.total is not None:
        parts.append(f"{overview.running}/{overview.total} running")
    return " · ".join([*parts, *overview.jobs, "F1 help"])


def signature(text: str, room: int, *, nothing: bool = False) -> Pieces:
    """How the command is used, the parameter at the cursor marked, and what that means."""
    try:
        asked = suggest.wanted(text)
    except CommandError:
        return []
    if asked.invocation is None:
        return []
    command = asked.invocation.command
    now = suggest.current(command, asked)
    meaning = now.help if now is not None else command.help.rstrip(".")
    if nothing:
        meaning = f"none to offer: {meaning}"
    given = asked.invocation.given
    shown = [
        option
        for option in (*command.options, *command.extras.values())
        if option is now or option.repeats or option.name not in given or option.required
    ]
    if now is not None and now in shown:
        place = shown.index(now)
        if place > 3:  # what is being typed is always in sight
            shown = [*shown[:2], *shown[place:]]
    pieces: Pieces = [("", f" {command.name}")]
    left = room - width(command.name) - 1 - min(width(meaning) + 3, max(0, room // 2))
    for option in shown:
        word = _word(option)
        if width(word) + 3 > left and option is not now:
            pieces.append(("", " …"))
            break
        pieces += [("", " "), ("class:toolbar.current" if option is now else "", word)]
        left -= width(word) + 1
    rest = room - sum(width(piece) for _, piece in pieces) - 3
    if rest > 8:
        text = meaning if width(meaning) <= rest else meaning[: rest - 1] + "…"
        pieces += [("", "   "), ("class:toolbar.help", text)]
    return pieces


def _word(option: Param) -> str:
    return texts.usage_word(option)
