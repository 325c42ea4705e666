"""Completion at the prompt: what ``cli/complete.py`` knows, as prompt_toolkit wants it."""

from __future__ import annotations

from prompt_toolkit.completion import Completer, Completion

from vsh.cli.complete import for_text
from vsh.cli.words import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    from vsh.cli.session import Session


class LineCompleter(Completer):
    """Completes commands, options, and the names of objects, from the session's connection."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """What could stand where the word before the cursor stands."""
        text = document.text_before_cursor
        last, found = for_text(self.session, text)
        typed = len(text) - _start(text, last)
        for word, meaning in found:
            shown = word if word.startswith("--") else quote(word)
            yield Completion(shown, start_position=-typed, display=word, display_meta=meaning)


def _start(text: str, last: str) -> int:
    """Where the word that is being typed starts, with its quotes."""
    if not last:
        return len(text) - (1 if text[-1:] in "'\"" and text else 0)
    position = len(text)
    quoted = ""
    start = 0
    for index, char in enumerate(text):
        if quoted:
            quoted = "" if char == quoted else quoted
        elif char in "'\"":
            quoted = char
        elif char in " \t;\n" and (index == 0 or text[index - 1] != "\\"):
            start = index + 1
    return min(start, position)
