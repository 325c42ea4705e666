"""Words to invocations: which command, and which text for which option.

The grammar is virsh's: any value by position or by name, ``--opt value``, ``--opt=value``, ``--``
and ``#`` comments; the first error stops the whole line, and no command of it is run.
"""

from __future__ import annotations

import os

from vsh import lookup
from vsh.cli.command import Alias, Command
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.cli.params import Given, Param

COMMANDS = "vsh.commands"
LOOKS = ("format", "columns", "sort", "where", "template", "no-header")
"""Top-level options about output that vsh takes after the command, too, where that has none of the
name."""
_found: dict[str, Command | None] = {}


class Invocation:
    """A command and what was typed for it: ``given`` maps option names to text, True, or a list."""

    __slots__ = ("command", "given", "last", "help", "looks", "words")

    def __init__(self, command: Command) -> None:
        self.command = command
        self.given: Given = {}
        self.last: Param | None = None  # the option that the last word went to, for completion
        self.help = False
        self.looks: dict[str, Any] = {}  # --format and its like, given after the command


def groups() -> list[str]:
    """The folders of commands, one per help group, in the order in which help shows them."""
    package = lookup.module("vsh", "commands")
    assert package is not None
    return list(package.GROUPS)


def find(name: str, *, extras: bool = True) -> Command | None:
    """The command of a name, or None.  An alias gives the command that it stands for.

    extras  whether commands that virsh has not are known
    """
    command = _found[name] if name in _found else _find(name)
    return command if extras or command is None or not command.extra else None


def _find(name: str) -> Command | None:
    found: Any = None
    file = name.replace("-", "_") + ".py"
    if "_" not in name and "/" not in name and name.isprintable():
        base = lookup.folder(COMMANDS)
        for group in groups():
            if os.path.isfile(f"{base}/{group}/{file}"):
                found = lookup.find(f"{COMMANDS}.{group}", name)
                break
    if isinstance(found, Alias):
        found = find(found.target)
    command: Command | None = found
    _found[name] = command
    return command


def names(group: str, *, extras: bool = True) -> list[str]:
    """The names of a group's commands: in the order of its ``ORDER``, then what that does not
    name.  ``extras`` is as ``find`` has it."""
    package = lookup.module(COMMANDS, group)
    assert package is not None
    present = lookup.names(f"{COMMANDS}.{group}")
    ordered = [name for name in package.ORDER if name in present]
    found = ordered + [name for name in present if name not in set(ordered)]
    # all that virsh has is in ORDER, so that no more than the rest has to be loaded
    if extras:
        return found
    return [name for name in found if name in ordered or find(name, extras=False) is not None]


def line_of(name: str, *, extras: bool = True) -> str | None:
    """What a command does, in a line; None for one that lists leave out.  What is known without the
    command is not asked of it."""
    from vsh.cli.help_lines import LINES

    if extras and name in LINES:
        return LINES[name]
    command = find(name, extras=extras)
    if command is None or command.name != name or command.hidden:
        return None
    return command.help.rstrip(".")


def parse(
    words: Iterable[str | None], *, debug: object = None, extras: bool = True
) -> list[Invocation]:
    """The invocations of a line.  Raises CommandError with virsh's text at the first mistake.

    extras  whether commands and options that virsh has not are known
    """
    line: list[Invocation] = []
    state: Parser | None = None
    for word in words:
        if word is not None:
            state = state or Parser(debug=debug, extras=extras)
            state.take(word)
        elif state is not None:
            state.finish(line)
            state = None
    if state is not None:
        state.finish(line)
    return line


def partial(words: Iterable[str | None], *, extras: bool = True) -> Invocation | None:
    """The last command of an unfinished line as far as it can be understood, for completion."""
    state = unfinished(words, extras=extras)
    if state.invocation is not None and state.option is not None:
        state.invocation.last = state.option
    return state.invocation


def unfinished(words: Iterable[str | None], *, extras: bool = True) -> Parser:
    """What is known after the words of an unfinished line; ``failed`` where they make no sense."""
    state = Parser(lenient=True, extras=extras)
    try:
        for word in words:
            if word is None:
                state = Parser(lenient=True, extras=extras)
            else:
                state.take(word)
    except CommandError:
        state.failed = True  # what was understood up to here is what can be completed
    return state


class Parser:
    """One command's words, taken one at a time.

    invocation   what was understood, None before the command's name
    option       the option that waits for its value
    only_values  whether a ``--`` stood before
    comment      whether the rest of the line is one
    """

    def __init__(self, *, lenient: bool = False, debug: Any = None, extras: bool = True) -> None:
        self.invocation: Invocation | None = None
        self.option: Param | None = None  # waits for its value
        self.only_values = False
        self.comment = False
        self.look = ""  # the one of LOOKS that waits for its value
        self.lenient = lenient
        self.debug = debug
        self.extras = extras
        self.failed = False

    def take(self, word: str) -> None:
        if self.comment:
            return
        if self.invocation is None:
            self._command(word)
        elif self.option is not None:
            option, self.option = self.option, None
            self._assign(option, word)
        elif self.look:
            self.invocation.looks[self.look], self.look = word, ""
        elif word == "-o" and self._takes_format():
            self.look = "format"
        elif self.only_values or word[:2] != "--":
            self._value(word)
        elif word == "--":
            self.only_values = True
        else:
            self._option(word)

    def _command(self, word: str) -> None:
        if word[:1] == "#":
            self.comment = True
            return
        command = find(word, extras=self.extras)
        if command is None:
            raise CommandError(
                f"unknown command: '{word}'", hint=_nearest(word, extras=self.extras)
            )
        self.invocation = Invocation(command)

    def _value(self, word: str) -> None:
        assert self.invocation is not None
        option = self.place()
        if option is not None:
            self._assign(option, word)
        elif self.invocation.command.name != "help":
            raise CommandError(
                f"unexpected data '{word}'",
                hint="the format stands before the command (vsh -o json), or is --format json"
                if word in ("-o", "-f")
                else None,
            )

    def place(self) -> Param | None:
        """The option that the next value by position goes to, if there is one."""
        assert self.invocation is not None
        for option in self.invocation.command.options:
            if (option.positional or option.by_place) and (
                option.repeats or option.name not in self.invocation.given
            ):
                return option
        return None

    def _option(self, word: str) -> None:
        assert self.invocation is not None
        command = self.invocation.command
        name, equals, value = word[2:].partition("=")
        if name == "help":
            self.invocation.help = True
            return
        text: str | None = value if equals else None
        if name in command.old:
            target, preset, constant = command.old[name].partition("=")
            if preset:
                if text is not None:
                    raise CommandError(f"invalid '=' after option --{name}")
                text = constant
            name = target
        option = command.by_name.get(name)
        if option is None and self.extras:
            option = command.extras.get(name)
        if option is not None and not option.repeats and option.name in self.invocation.given:
            raise CommandError(f"option --{name} already seen")
        if option is None:
            if self.extras and name in LOOKS:
                self._look(name, text)
            elif command.name != "help":
                raise CommandError(
                    f"command '{command.name}' doesn't support option --{name}",
                    hint=self._meant(command, name),
                )
        elif option.kind is None:
            if text is not None:
                raise CommandError(f"invalid '=' after option --{name}")
            self._assign(option, None)
        elif text is not None:
            self._assign(option, text)
        else:
            self.option = option

    def _takes_format(self) -> bool:
        """Whether ``-o`` is short for --format here, not one of the words of a command's own text
        (echo, desc, qemu-monitor-command)."""
        assert self.invocation is not None
        own = self.invocation.command.options
        return self.extras and not self.only_values and not any(each.repeats for each in own)

    def _look(self, name: str, text: str | None) -> None:
        """One of LOOKS, with its value or before it."""
        assert self.invocation is not None
        if name == "no-header":
            if text is not None:
                raise CommandError(f"invalid '=' after option --{name}")
            self.invocation.looks[name] = True
        elif text is None:
            self.look = name
        else:
            self.invocation.looks[name] = text

    def _meant(self, command: Command, name: str) -> str:
        """The hint for an option that the command has not."""
        from vsh.cli.nearest import nearest

        close = nearest(name, [*command.by_name, *(command.extras if self.extras else ())])
        return f"did you mean --{close}?" if close else f"see 'help {command.name}'"

    def _assign(self, option: Param, text: str | None) -> None:
        assert self.invocation is not None
        given = self.invocation.given
        self.invocation.last = option
        if self.debug is not None:
            self.debug(self.invocation, option, text)
        if text is None:
            given[option.name] = True
        elif option.repeats:
            given.setdefault(option.name, []).append(text)
        else:
            given[option.name] = text

    def finish(self, line: list[Invocation]) -> None:
        """The command ends here: check that it is whole and add it to the line."""
        invocation = self.invocation
        if invocation is None:
            return
        if invocation.looks and not self.lenient:
            _check_looks(invocation.looks)
        if self.look and not self.lenient:
            raise CommandError(f"expected syntax: --{self.look} <string>")
        if self.option is not None and not self.lenient:
            assert self.option.kind is not None
            raise CommandError(f"expected syntax: --{self.option.name} <{self.option.kind.word}>")
        if invocation.help:
            name = invocation.command.name
            command = find("help")
            assert command is not None
            invocation = Invocation(command)
            invocation.given["command"] = name
        elif not self.lenient:
            for option in invocation.command.options:
                if option.required and option.name not in invocation.given:
                    shown = f"<{option.name}>" if option.positional else f"--{option.name}"
                    raise CommandError(
                        f"command '{invocation.command.name}' requires {shown} option",
                        hint=f"see 'help {invocation.command.name}'",
                    )
        line.append(invocation)


def _check_looks(looks: dict[str, Any]) -> None:
    """Refuse what no document could be shown by, before any command of the line runs."""
    from vsh.output import renderer_of
    from vsh.output._select import check

    for name, text in looks.items():
        if name == "format":
            renderer_of(text)
        elif name != "no-header":
            check(name, text)


def _nearest(word: str, *, extras: bool) -> str | None:
    """The hint for a command that does not exist."""
    from vsh.cli.nearest import nearest

    close = nearest(word, [name for group in groups() for name in names(group, extras=extras)])
    return f"did you mean '{close}'?" if close else "see 'help' for the commands"
