"""Help texts: of one command, of a group, of everything, and of the top-level options."""

from __future__ import annotations

from vsh import lookup
from vsh.cli import parse
from vsh.cli.options import known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.command import Command
    from vsh.cli.params import Param
    from vsh.cli.session import Session


def usage(session: Session) -> str:
    """The top-level options, then every command with its one line."""
    program = session.program
    extras = program != "virsh"
    text = (
        f"\n{program} [options]... [<command_string>]\n"
        f"{program} [options]... <command> [args...]\n\n  options:\n"
    )
    for option in known(program):
        if option.name == "version":
            text += "    -v                      short version\n"
            text += "    -V                      long version\n"
        letter = f"-{option.letter} |" if option.letter and option.value != "optional" else "    "
        shown = f"{letter} {option.shown}"
        gap = "\n" + " " * 28 if len(shown) > 22 else " " * (24 - len(shown))
        text += f"    {shown}{gap}{option.help}\n"
    text += "  commands (non interactive mode):\n\n"
    for group in parse.groups():
        text += f" {title(group)} (help keyword '{group}')\n{_listing(group, extras)}\n"
    return text + (
        "\n  (specify help <group> for details about the commands in the group)\n"
        "\n  (specify help <command> for details about the command)\n\n"
    )


def title(group: str) -> str:
    """A group's heading."""
    found = lookup.module(parse.COMMANDS, group)
    assert found is not None
    return str(found.TITLE)


def group_text(group: str, *, extras: bool = False) -> str:
    """One group's commands, one line each; ``extras`` are those that virsh has not."""
    return f" {title(group)} (help keyword '{group}'):\n{_listing(group, extras)}"


def all_text(*, extras: bool = False) -> str:
    """Every group's commands; ``extras`` are those that virsh has not."""
    return "Grouped commands:\n\n" + "".join(
        group_text(group, extras=extras) + "\n" for group in parse.groups()
    )


def _listing(group: str, extras: bool) -> str:
    lines = []
    for name in parse.names(group, extras=extras):
        line = parse.line_of(name)  # of the names that are known here
        if line is not None:
            lines.append(f"    {name:<30} {line.rstrip('.')}\n")
    return "".join(lines)


def commands() -> list[Command]:
    """Every command, group by group, hidden ones too, aliases not."""
    found = []
    for group in parse.groups():
        for name in parse.names(group):
            command = parse.find(name)
            if command is not None and command.name == name:
                found.append(command)
    return found


def synopsis(command: Command, *, extras: bool = False) -> str:
    """The command's usage line; ``extras`` are the options that virsh has not."""
    return " ".join([command.name, *(usage_word(option) for option in _options(command, extras))])


def _options(command: Command, extras: bool) -> list[Param]:
    return [*command.options, *command.extras.values()] if extras else command.options


def usage_word(option: Param) -> str:
    """How one option stands in a usage line."""
    if option.kind is None:
        return f"[--{option.name}]"
    shown = f"<{option.name}>" if option.positional else f"--{option.name} <{option.kind.word}>"
    dots = "..." if option.repeats else ""
    return f"{shown}{dots}" if option.required else f"[{shown}]{dots}"


def command_text(command: Command, *, extras: bool = False) -> str:
    """The whole help of one command; ``extras`` are the options that virsh has not."""
    text = f"  NAME\n    {command.name} - {command.help.rstrip('.')}\n"
    text += f"\n  SYNOPSIS\n    {synopsis(command, extras=extras)}\n"
    if command.description:
        body = command.description.replace("\n", "\n    ")
        text += f"\n  DESCRIPTION\n    {body}\n"
    options = _options(command, extras)
    if options:
        text += "\n  OPTIONS\n"
        for option in options:
            text += f"    {_label(option):<15}  {option.help}\n"
    return text


def _label(option: Param) -> str:
    if option.kind is None:
        return f"--{option.name}"
    name = f"[--{option.name}]" if option.positional else f"--{option.name}"
    return f"{name} <{option.kind.word}>{'...' if option.repeats else ''}"
