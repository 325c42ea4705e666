"""What the last reading of a text noticed, for who asks about the very same text right after.

A driver in this process has just read the document that a command wants to say something about.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Unknown

_last: tuple[str, list[Unknown]] | None = None


def notice(text: str, unknown: list[Unknown]) -> None:
    """These parts of the text are not known and were dropped."""
    global _last
    _last = (text, unknown)


def noticed(text: str) -> list[Unknown] | None:
    """What was dropped from this text; None: another was read since, or none."""
    last = _last
    return last[1] if last is not None and last[0] is text else None
