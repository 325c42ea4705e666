"""The lines that were typed before, kept between sessions in the user's own files."""

from __future__ import annotations

import os

from prompt_toolkit.history import FileHistory, History, InMemoryHistory


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
        return InMemoryHistory()
    return FileHistory(file)
