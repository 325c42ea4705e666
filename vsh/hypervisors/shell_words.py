"""Commands as a shell reads them, quoted as libvirt shows them."""

from __future__ import annotations

_SPECIAL = frozenset("\r\t\n !\"#$&'()*;<>?[\\]^`{|}~")


def shell_line(words: list[str]) -> str:
    """A command as one line."""
    return " ".join(_quote(word) for word in words)


def _quote(word: str) -> str:
    if not word:
        return "''"
    if _SPECIAL.isdisjoint(word):
        return word
    escaped = word.replace("'", "'\\''")
    return f"'{escaped}'"
