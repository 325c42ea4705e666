"""The prompt where the terminal can only print: Emacs' shell, a screen reader, a CI job's log.

Lines are read with Python's readline where there is one (history, completion, no colours), else as
the terminal gives them.
"""

from __future__ import annotations

import contextlib

from vsh.cli import suggest
from vsh.cli.words import quote
from vsh.shell.banner import prompt
from vsh.shell.lines import unfinished

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session


class DumbReader:
    """Reads a line at a time; each prompt is printed once, and nothing but text."""

    def __init__(self, session: Session) -> None:
        self.session = session
        with contextlib.suppress(ImportError):
            import readline

            readline.set_completer(self._complete)
            readline.set_completer_delims(" \t\n;")
            readline.parse_and_bind("tab: complete")
            readline.parse_and_bind("set enable-bracketed-paste off")

    def read(self) -> str:
        """One command.  Raises EOFError, KeyboardInterrupt."""
        text = input(prompt(self.session))
        while unfinished(text):
            with contextlib.suppress(EOFError):
                text += "\n" + input("> ")
                continue
            break
        return text

    def typed_ahead(self) -> None:
        """Nothing: here Ctrl-C is a signal all the time."""

    empty = True
    """Nobody knows what stood on a line that was given up."""

    def past(self) -> list[str]:
        """The lines that were typed, oldest first."""
        try:
            import readline
        except ImportError:
            return []
        count = readline.get_current_history_length()
        return [readline.get_history_item(number + 1) for number in range(count)]

    def _complete(self, word: str, number: int) -> str | None:
        import readline

        line = readline.get_line_buffer()[: readline.get_endidx()]
        asked = suggest.wanted(line)
        if asked.invocation is None:
            known = suggest.commands()
        elif asked.param is not None:
            known = suggest.values(self.session, asked)
        else:
            known = suggest.options(asked.invocation)
        fits = [each for each, _, loose in suggest.matches(asked.word, known) if not loose]
        if number >= len(fits):
            return None
        found = fits[number]
        return (found if found.startswith("--") else quote(found)) + (" " if len(fits) == 1 else "")
