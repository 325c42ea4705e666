"""Reading lines on a terminal with prompt_toolkit: menu, colours, history, toolbar, keys."""

from __future__ import annotations

import os
import select
import sys

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.keys import Keys
from prompt_toolkit.output.color_depth import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.shortcuts import CompleteStyle

from vsh.cli.parse import find
from vsh.shell.ahead import Ahead
from vsh.shell.banner import prompt
from vsh.shell.completer import LineCompleter, VirshCompleter
from vsh.shell.early import pressed
from vsh.shell.history import history
from vsh.shell.inputrc import editing_mode
from vsh.shell.keys import keys
from vsh.shell.lexer import LineLexer
from vsh.shell.lines import unfinished
from vsh.shell.style import style
from vsh.shell.toolbar import toolbar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from prompt_toolkit.formatted_text import StyleAndTextTuples

    from vsh.cli.session import Session
    from vsh.shell.answers import Answers
    from vsh.shell.overview import Overview

    class Owner(Protocol):
        """The prompt that the lines are read for."""

        session: Session
        answers: Answers
        overview: Overview | None

        def message(self) -> StyleAndTextTuples: ...
        def prepared(self) -> str: ...


ROWS = 13
"""The line and a menu of up to twelve rows."""


class _Screen(Vt100_Output):
    """The terminal is never asked where its cursor is: an answer could be taken for typing, and
    not all terminals give one.  There is always the row of the cursor."""

    def get_rows_below_cursor_position(self) -> int:
        """What is drawn below makes its own room."""
        return 1


def screen() -> Vt100_Output:
    """The terminal as prompt_toolkit writes to it; NO_COLOR is obeyed."""
    depth = ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else ColorDepth.from_env()
    output = _Screen.from_pty(sys.stdout, term=os.environ.get("TERM"), default_color_depth=depth)
    output.enable_cpr = False
    return output


def typed_ahead(asker: PromptSession[str]) -> None:
    """Look at the keys that came behind a line while the terminal still gave keys, not signals.

    Raises KeyboardInterrupt for a Ctrl-C among them: it was meant for the command of that line.
    All behind it, or all of them, is kept for the next line.
    """
    presses = get_typeahead(asker.app.input)
    terminal = sys.stdin.fileno()
    if select.select([terminal], [], [], 0)[0]:
        presses += pressed(os.read(terminal, 4096))
    place = next((n for n, press in enumerate(presses) if press.key == Keys.ControlC), None)
    store_typeahead(asker.app.input, presses if place is None else presses[place + 1 :])
    if place is not None:
        raise KeyboardInterrupt


class TerminalReader:
    """Reads vsh's commands."""

    def __init__(self, owner: Owner, explain: Callable[[str], object]) -> None:
        self.owner = owner
        completer = self.completer = LineCompleter(owner.session, owner.answers)
        mode = owner.session.settings["editing_mode"]
        vi = (editing_mode() if mode == "auto" else mode) == "vi"
        self.asker: PromptSession[str] = PromptSession(
            output=screen(),
            message=owner.message,
            editing_mode=EditingMode.VI if vi else EditingMode.EMACS,
            complete_style=CompleteStyle.COLUMN,
            reserve_space_for_menu=ROWS,
            history=history(),
            completer=completer,
            complete_while_typing=False,
            lexer=LineLexer(),
            style=style(),
            auto_suggest=AutoSuggestFromHistory(),
            enable_history_search=True,
            enable_suspend=True,
            enable_open_in_editor=True,
            key_bindings=keys(explain, completer),
            multiline=Condition(lambda: unfinished(get_app().current_buffer.text)),
            prompt_continuation=lambda width, number, wrapped: [("class:prompt", "> ")],
            bottom_toolbar=self._toolbar if owner.session.settings["toolbar"] else None,
        )
        ahead = Ahead(find)
        self.asker.default_buffer.on_text_changed += ahead
        ahead.begin()

    def read(self) -> str:
        """One command.  Raises EOFError, KeyboardInterrupt."""
        return self.asker.prompt(default=self.owner.prepared())

    def typed_ahead(self) -> None:
        """Raises KeyboardInterrupt where Ctrl-C came close behind the line."""
        typed_ahead(self.asker)

    def past(self) -> list[str]:
        """The lines that were typed, oldest first."""
        return self.asker.history.get_strings()

    @property
    def empty(self) -> bool:
        """Whether nothing stood on the line that was read last."""
        return not self.asker.default_buffer.text

    def _toolbar(self) -> StyleAndTextTuples:
        app = get_app()
        text = app.current_buffer.document.text_before_cursor
        nothing = bool(text) and text == self.completer.nothing
        columns = app.output.get_size().columns
        return [*toolbar(text, self.owner.overview, columns, nothing=nothing)]


class VirshReader:
    """Reads commands under the name virsh: the terminal's line, virsh's words, nothing drawn."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.asker: Any = PromptSession(
            output=screen(),
            complete_style=CompleteStyle.READLINE_LIKE,
            reserve_space_for_menu=0,
            history=history(),
            completer=VirshCompleter(session),
            complete_while_typing=False,
            style=style(),
            enable_open_in_editor=True,
        )

    def read(self) -> str:
        """One command.  Raises EOFError, KeyboardInterrupt."""
        text = str(self.asker.prompt([("class:prompt", prompt(self.session))]))
        while unfinished(text):
            try:
                text += "\n" + self.asker.prompt([("class:prompt", "> ")])
            except EOFError:
                break
        return text

    def typed_ahead(self) -> None:
        """Raises KeyboardInterrupt where Ctrl-C came close behind the line."""
        typed_ahead(self.asker)
