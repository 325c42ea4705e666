"""What could come next on a line as virsh has it: what ``complete`` prints, and its prompt offers.

A completer is a tuple of words, or a function that gives words.  None stands for a value that
nobody knows: virsh offers the other options there; ``()`` for one where nothing is to be offered.
What vsh itself offers is in ``suggest``.
"""

from __future__ import annotations

from vsh.cli import parse, words
from vsh.cli.suggest import commands
from vsh.commands._virsh_completers import completer
from vsh.errors import CommandError, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.cli.params import Given
    from vsh.cli.session import Session


def candidates(session: Session, line: list[str]) -> list[str]:
    """The words that can stand where the last word of ``line`` stands, as virsh has them.

    line  the words so far; several commands may be apart by ``;`` inside a word, as a shell hands
          them
    """
    text = " ".join(line)
    last = line[-1] if line else ""
    return [word for word in _virsh(session, text, last) if word.startswith(last)]


def for_text(session: Session, text: str) -> tuple[str, list[tuple[str, str]]]:
    """For a prompt: the word at the end of ``text``, and (candidate, "") for it."""
    _, last, _ = words.unfinished(text)
    return last, [(word, "") for word in _virsh(session, text, last) if word.startswith(last)]


def _virsh(session: Session, text: str, last: str) -> list[str]:
    extras = session.program != "virsh"
    invocation = parse.partial(words.split(text, lenient=True), extras=extras)
    if invocation is None or invocation.command.name == last:
        return [name for name, _ in commands(extras=extras)]
    given = dict(invocation.given)
    option = invocation.last
    if option is not None and option.kind is not None:
        value = given.get(option.name)
        typed = value[-1] if isinstance(value, list) else value
        waiting = typed is None  # "--domain " and nothing yet
        if (typed == last and last) or (waiting and not last):
            complete = completer(invocation.command, option)
            if complete is not None:
                return _values(session, complete, last, given)
        given.setdefault(option.name, last)
    options = [*invocation.command.options]
    if extras:
        options += invocation.command.extras.values()
    return [f"--{each.name}" for each in options if each.repeats or each.name not in given]


def _values(session: Session, complete: Any, text: str, given: Given) -> list[str]:
    if isinstance(complete, tuple):
        return list(complete)
    try:
        return list(complete(session, text, given))
    except (CommandError, Error):  # nothing to offer is not an error of the user's
        return []
