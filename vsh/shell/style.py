"""The colours of the prompt: the terminal's own sixteen, so that any theme fits."""

from __future__ import annotations

from prompt_toolkit.styles import Style


def style() -> Style:
    """Names of the pieces of the screen to colours."""
    return Style.from_dict(
        {
            "prompt": "ansidefault",
            "prompt.place": "ansicyan",
            "prompt.failed": "ansired bold",
            "prompt.lost": "ansiyellow",
            "command": "bold",
            "unknown": "ansired",
            "option": "ansicyan",
            "string": "ansigreen",
            "comment": "ansibrightblack",
            "auto-suggestion": "ansibrightblack",
            "bottom-toolbar": "noreverse",
            "bottom-toolbar.text": "",
            "toolbar.current": "bold underline",
            "toolbar.help": "ansibrightblack",
            "toolbar.right": "ansibrightblack",
            "completion-menu": "noreverse bg:default fg:default",
            "completion-menu.completion": "bg:default fg:default",
            "completion-menu.completion.current": "reverse",
            "completion-menu.meta.completion": "bg:default fg:ansibrightblack",
            "completion-menu.meta.completion.current": "reverse",
            "completion-menu.loose": "italic",
            "scrollbar.background": "bg:ansibrightblack",
            "scrollbar.button": "bg:ansidefault",
        }
    )
