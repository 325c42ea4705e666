"""What keys do at the prompt beyond what prompt_toolkit knows."""

from __future__ import annotations

from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.key_binding import KeyBindings

from vsh.cli import suggest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from prompt_toolkit.key_binding import KeyPressEvent

    from vsh.shell.completer import LineCompleter


def keys(explain: Callable[[str], object], completer: LineCompleter) -> KeyBindings:
    """F1 explains the command at the cursor, F2 switches loose matching, F4 vi and Emacs keys,
    Alt-Enter begins a new line.

    explain  prints the help of a command's name, "" for the short help
    """
    bindings = KeyBindings()

    @bindings.add("f1")
    def _(event: KeyPressEvent) -> None:
        asked = suggest.wanted(event.current_buffer.document.text_before_cursor)
        name = asked.word if asked.invocation is None else asked.invocation.command.name
        run_in_terminal(lambda: explain(name))

    @bindings.add("f2")
    def _(event: KeyPressEvent) -> None:
        completer.fuzzy = not completer.fuzzy

    @bindings.add("f4")
    def _(event: KeyPressEvent) -> None:
        vi = event.app.editing_mode == EditingMode.VI
        event.app.editing_mode = EditingMode.EMACS if vi else EditingMode.VI

    @bindings.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings
