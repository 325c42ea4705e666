"""Completion at the prompt: what ``cli/suggest.py`` knows, as prompt_toolkit wants it."""

from __future__ import annotations

import asyncio

from prompt_toolkit.application import get_app
from prompt_toolkit.completion import Completer, Completion

from vsh.cli import suggest
from vsh.cli.pages import EVERYDAY
from vsh.cli.words import quote
from vsh.commands._virsh_completion import for_text
from vsh.output.plain import own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    from vsh.cli.session import Session
    from vsh.shell.answers import Answers

PATIENCE = 0.08
"""Seconds that a menu may wait for the connection before it says that it is loading."""


class VirshCompleter(Completer):
    """Under the name virsh: the words that virsh's own completion gives, in its order."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """What could stand where the word before the cursor stands."""
        text = document.text_before_cursor
        _, found = for_text(self.session, text)
        typed = len(text) - word_start(text)
        for word, meaning in found:
            shown = word if word.startswith("--") else quote(word)
            yield Completion(shown, start_position=-typed, display=word, display_meta=meaning)


class LineCompleter(Completer):
    """Commands, values and options with what they mean; values of the connection come from
    ``answers``, so that no key waits for them.

    fuzzy    whether words that only have the typed letters in their order are offered, too
    nothing  the line for which there was nothing to offer, so that the toolbar can say so
    """

    def __init__(self, session: Session, answers: Answers) -> None:
        self.session = session
        self.answers = answers
        self.fuzzy = True
        self.nothing = ""

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """What could stand there, with what the connection has answered so far."""
        text = document.text_before_cursor
        asked = suggest.wanted(text)
        answer = self.answers.get(asked.key, lambda: suggest.values(self.session, asked))
        if asked.param is not None:
            answer.done.wait()
        return iter(self._fitting(text, asked, answer.value or [], complete_event))

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """What could stand there; a row says so while the connection has not answered."""
        text = document.text_before_cursor
        asked = suggest.wanted(text)
        values: list[tuple[str, str]] = []
        if asked.param is not None:
            answer = self.answers.get(asked.key, lambda: suggest.values(self.session, asked))
            if not answer.done.is_set() and not answer.done.wait(PATIENCE / 8):
                loop = asyncio.get_running_loop()
                came = loop.run_in_executor(None, answer.done.wait, 30)
                done, _ = await asyncio.wait([came], timeout=PATIENCE)
                if not done:
                    yield Completion("", display="loading...", display_meta="")
                    await came
                    state = get_app().current_buffer.complete_state
                    if state is not None:
                        del state.completions[:]
            values = answer.value or []
        for completion in self._fitting(text, asked, values, complete_event):
            yield completion
        if self.nothing:
            get_app().invalidate()  # the toolbar says so

    def _fitting(
        self, text: str, asked: suggest.Wanted, values: list[tuple[str, str]], event: CompleteEvent
    ) -> list[Completion]:
        """The candidates that fit what is typed, prefixes first."""
        known = self._known(asked, values)
        found = suggest.matches(asked.word, known)
        strict = [word for word, _, loose in found if not loose]
        if not self.fuzzy or (event.completion_requested and _grows(asked.word, strict)):
            found = [each for each in found if not each[2]]  # Tab first adds what is sure
        self.nothing = "" if found else text
        typed = len(text) - word_start(text)
        alone = len(found) == 1
        return [
            Completion(
                _shown(word, alone=alone),
                start_position=-typed,
                display=word,
                display_meta=own(meaning),
                style="class:completion-menu.loose" if loose else "",
            )
            for word, meaning, loose in found
        ]

    def _known(self, asked: suggest.Wanted, values: list[tuple[str, str]]) -> list[tuple[str, str]]:
        if asked.invocation is None:
            known = [*suggest.commands(), *self.session.aliases.items()]
            if not asked.word:  # who has typed nothing looks around
                known.sort(key=lambda each: _RANKS.get(each[0], len(_RANKS)))
            return known
        if asked.param is not None and values:
            return values
        if asked.param is not None and (asked.word or asked.param.required):
            return values
        return suggest.options(asked.invocation)


_RANKS = {name: rank for rank, name in enumerate(EVERYDAY)}


def _grows(word: str, strict: list[str]) -> bool:
    """Whether all that begin with the word go on in the same way."""
    if len(strict) < 2:
        return bool(strict)
    first, last = min(strict), max(strict)
    return first[: len(word) + 1] == last[: len(word) + 1] and first != word


def _shown(word: str, *, alone: bool) -> str:
    """A candidate as it is typed: quoted where needed, a blank after the only one."""
    text = word if word.startswith("--") else quote(word)
    return text + " " if alone and word[-1:] not in ("/", "=") else text


def word_start(text: str) -> int:
    """Where the word that is being typed starts, with its quotes."""
    quoted = ""
    start = position = 0
    while position < len(text):
        char = text[position]
        if quoted:
            if char == "\\" and quoted == '"':
                position += 1
            elif char == quoted:
                quoted = ""
        elif char in "'\"":
            quoted = char
        elif char == "\\":
            position += 1
        elif char in " \t;\n":
            start = position + 1
        position += 1
    return min(start, len(text))
