"""The known word that a mistyped one most likely stands for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The closest of the known words, or None if none is close.

    A short word has to be closer than a long one: half of it is soon another word.
    """
    import difflib

    every = list(known)
    cutoff = 0.75 if len(word) < 6 else 0.6
    starts = [each for each in every if len(word) > 2 and each.startswith(word)]
    if starts:
        return min(starts, key=len)
    close = difflib.get_close_matches(word, every, n=1, cutoff=cutoff)
    return close[0] if close else None
