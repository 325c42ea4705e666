"""Help as data, for editors and programs: commands, what they take, what completes it, examples."""

from __future__ import annotations

from vsh.cli import parse
from vsh.cli.metavars import choices, metavar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.command import Command
    from vsh.cli.params import Param


def commands_data(names: Iterable[str], *, extras: bool) -> list[dict[str, object]]:
    """The commands of some names; hidden ones are left out.

    extras  whether what virsh has not is told, too
    """
    found = [(name, parse.find(name, extras=extras)) for name in names]
    return [
        command_data(command, extras=extras)
        for name, command in found
        if command is not None and not command.hidden and command.name == name
    ]


def command_data(command: Command, *, extras: bool) -> dict[str, object]:
    """One command: name, group, help, options in the order of the synopsis, examples."""
    options = list(command.options)
    if extras:
        known = {option.name for option in options}
        options += [option for option in command.extras.values() if option.name not in known]
    return {
        "name": command.name,
        "group": command.group,
        "help": command.help,
        "options": [_option(option) for option in options],
        "tells": command.tells or None,
        "exclusive": [list(pair) for pair in command.exclusive],
        "examples": [{"text": line, "what": what} for line, what in command.examples],
    }


def _option(option: Param) -> dict[str, object]:
    """One option; ``type`` is flag, number or string, ``value`` what help has in its place."""
    return {
        "name": option.name,
        "help": option.help,
        "type": "flag" if option.kind is None else option.kind.word,
        "value": metavar(option) or None,
        "positional": option.positional,
        "required": option.required,
        "repeats": option.repeats,
        "values": list(choices(option)) or None,
        "completes": _completes(option),
    }


def _completes(option: Param) -> str | None:
    """What completes the value: the listing that is asked, words, or nothing."""
    if option.kind is None or option.complete in (None, ()):
        return None
    if isinstance(option.complete, tuple):
        return "words"
    listing = getattr(option.complete, "listing", None)
    if isinstance(listing, str):
        return listing
    name = getattr(option.complete, "__name__", type(option.complete).__name__)
    return str(name).strip("_").lower()
