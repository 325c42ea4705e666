"""Values that nobody should find in a log or a history: passwords and the values of secrets."""

from __future__ import annotations

from vsh.cli import parse, words
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.command import Command

MASK = "***"


def has_secrets(command: Command) -> bool:
    """Whether one of the command's options takes such a value."""
    return any(option.secret for option in command.options)


def masked(line: str) -> str:
    """A line as it was typed, with ``***`` for each value of a secret option.

    Where the words of such a command make no sense, none after its name is shown.
    """
    text: list[str] = []
    shown = 0
    state = parse.Parser(lenient=True)
    for start, word, end in words.places(line):
        if word is None:
            state = parse.Parser(lenient=True)
            continue
        named = state.invocation is not None
        waiting, place = state.option, None
        if state.invocation is not None and waiting is None and word[:2] != "--":
            place = state.place()
        if not state.failed:
            try:
                state.take(word)
            except CommandError:
                state.failed = True
        if state.invocation is None or not named:
            continue
        option = waiting or place
        name, equals, _ = word[2:].partition("=")
        if word[:2] == "--" and equals and waiting is None:
            option = state.invocation.command.by_name.get(name)
        command = state.invocation.command
        if (state.failed and has_secrets(command)) or (option is not None and option.secret):
            prefix = f"--{name}=" if word[:2] == "--" and equals and waiting is None else ""
            text += [line[shown:start], prefix, MASK]
            shown = end
    return "".join(text) + line[shown:]
