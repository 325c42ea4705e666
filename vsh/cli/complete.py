"""What could come next: commands, options of a command, or values that an option's completer
knows."""

from __future__ import annotations

from vsh.cli import parse, words
from vsh.errors import CommandError, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.params import Param
    from vsh.cli.session import Session


def candidates(session: Session, line: list[str]) -> list[str]:
    """The words that can stand where the last word of ``line`` stands, given what is before it.

    line  the words so far; several commands may be apart by ``;`` inside a word, as a shell hands
          them
    """
    text = " ".join(line)
    last = line[-1] if line else ""
    return [word for word in _all(session, text, last) if word.startswith(last)]


def for_text(session: Session, text: str) -> tuple[str, list[tuple[str, str]]]:
    """For a prompt: the word at the end of ``text``, and (candidate, its description) for it."""
    cut = list(words.split(text, lenient=True))
    open_word = bool(text) and text[-1] not in " \t;\n" and bool(cut) and cut[-1] is not None
    last = cut[-1] or "" if open_word and cut else ""
    found = _all(session, text, last)
    invocation = parse.partial(words.split(text, lenient=True), extras=session.program != "virsh")
    helps = {}
    if invocation is not None:
        helps = {
            f"--{option.name}": option.help
            for option in (*invocation.command.options, *invocation.command.extras.values())
        }
    return last, [(word, helps.get(word, "")) for word in found if word.startswith(last)]


def _all(session: Session, text: str, last: str) -> list[str]:
    invocation = parse.partial(words.split(text, lenient=True), extras=session.program != "virsh")
    if invocation is None or invocation.command.name == last:
        extras = session.program != "virsh"
        return [
            name
            for group in parse.groups()
            for name in parse.names(group, extras=extras)
            if _listed(name)
        ]
    option = invocation.last
    if option is not None and option.kind is not None and option.complete is not None:
        value = invocation.given.get(option.name)
        typed = value[-1] if isinstance(value, list) else value
        waiting = typed is None  # "--domain " and nothing yet
        if (typed == last and last) or (waiting and not last):
            return _values(session, option, last, invocation)
    options = [*invocation.command.options]
    if session.program != "virsh":
        options += invocation.command.extras.values()
    return [
        f"--{each.name}" for each in options if each.repeats or each.name not in invocation.given
    ]


def _listed(name: str) -> bool:
    command = parse.find(name)
    return command is not None and command.name == name and not command.hidden


def _values(session: Session, option: Param, text: str, invocation: parse.Invocation) -> list[str]:
    complete = option.complete
    if isinstance(complete, tuple):
        return list(complete)
    try:
        found: Iterable[str] = complete(session, text, invocation.given)
        return list(found)
    except (CommandError, Error):  # nothing to offer is not an error of the user's
        return []
