"""What of the user's readline settings the prompt follows: the editing mode."""

from __future__ import annotations

import os


def editing_mode() -> str:
    """ "vi" or "emacs", as ``set editing-mode`` in the user's inputrc, or the host's, says."""
    mine = os.environ.get("INPUTRC") or os.path.expanduser("~/.inputrc")
    for path in (mine, "/etc/inputrc"):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                mode = _mode(file.read())
        except OSError:
            continue
        if mode is not None:
            return mode
    return "emacs"


def _mode(text: str) -> str | None:
    """The mode that the settings end with; those for one program only are taken if it is vsh."""
    mode = None
    skipped: list[bool] = []
    for line in text.splitlines():
        words = line.split()
        if not words:
            continue
        if words[0] == "$if":
            about = words[1] if len(words) > 1 else ""
            skipped.append("=" not in about and about.lower() != "vsh")
        elif words[0] == "$else" and skipped:
            skipped[-1] = not skipped[-1]
        elif words[0] == "$endif" and skipped:
            skipped.pop()
        elif not any(skipped) and words[:2] == ["set", "editing-mode"] and len(words) > 2:
            mode = "vi" if words[2].lower() == "vi" else "emacs"
    return mode
