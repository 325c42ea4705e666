"""The colours of the prompt."""

from __future__ import annotations

from prompt_toolkit.styles import Style


def style() -> Style:
    """Names of the lexer's pieces to colours; the terminal's own sixteen, so that any theme
    fits."""
    return Style.from_dict(
        {
            "prompt": "ansidefault",
            "command": "bold",
            "unknown": "ansired",
            "option": "ansicyan",
            "string": "ansigreen",
            "comment": "ansibrightblack",
        }
    )
