"""The rules that every declaration of a command keeps; ``self-test`` and the tests ask here."""

from __future__ import annotations

from vsh.cli import parse
from vsh.cli.help import commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.command import Command


def problems() -> list[str]:
    """What is wrong with the declarations, one line each; empty where all is well."""
    return [f"{command.name}: {text}" for command in commands() for text in _problems(command)]


def _problems(command: Command) -> list[str]:
    found = []
    if not command.help or command.help == "TODO.":
        found.append("no help: the docstring's first line is missing")
    names = [option.name for option in command.options]
    found += [
        f"option {name} is declared twice"
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    found += [
        f"option {option.name} has no help"
        for option in (*command.options, *command.extras.values())
        if not option.help
    ]
    found += [
        f"old name {old} of no option"
        for old, target in command.old.items()
        if target.partition("=")[0] not in names
    ]
    for pair in (*command.exclusive, *command.requires.items()):
        found += [
            f"a rule names --{name}, which is no option" for name in pair if name not in names
        ]
    places = [option for option in command.options if option.positional or option.by_place]
    for option in places[:-1]:
        if option.repeats:
            found.append(f"<{option.name}> takes all that follows, but is not the last by position")
    for place, late in enumerate(places[1:]):
        early = places[place]
        if late.required and late.positional and not early.required and early.positional:
            found.append(f"<{late.name}> is required, but comes after <{early.name}>, which is not")
    if parse.find(command.name) is not command:
        found.append("cannot be found by its name")
    return found


def without_completer() -> list[str]:
    """The options that take a value which nothing completes: "command: option"."""
    return [
        f"{command.name}: {option.name}"
        for command in commands()
        for option in command.options
        if option.kind is not None and option.complete is None and option.kind.word == "string"
    ]
