"""The lines that were typed before, kept between sessions in the user's own files.

Rules: a line is kept once, at its newest place; one that begins with a blank or holds a password is
not kept at all.
"""

from __future__ import annotations

import os

from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from vsh.cli.secrets import masked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def path() -> str:
    """Where the lines are kept: ``$XDG_STATE_HOME/vsh/history``."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(state, "vsh", "history")


def history() -> History:
    """The kept lines; only this session's where the file cannot be written."""
    file = path()
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        with open(file, "a", encoding="utf-8"):
            pass
        os.chmod(file, 0o600)  # a line may hold a password
    except OSError:
        return _Lines()
    return _File(file)


class _Lines(InMemoryHistory):
    """This session's lines."""

    def append_string(self, string: str) -> None:
        if kept(string):
            super().append_string(string)


class _File(FileHistory):
    """Lines in a file; each is told once."""

    def append_string(self, string: str) -> None:
        if kept(string) and string != next(iter(self.get_strings()[-1:]), None):
            super().append_string(string)

    def load_history_strings(self) -> Iterable[str]:
        """The lines, newest first."""
        return dict.fromkeys(super().load_history_strings())

    def store_string(self, string: str) -> None:
        """Add a line to the file; a disk that is full costs the line, not the session."""
        try:
            super().store_string(string)
        except OSError:
            return


def kept(line: str) -> bool:
    """Whether a line may be remembered."""
    return bool(line.strip()) and line[0] not in " \t" and masked(line) == line
