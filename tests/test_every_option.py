"""Every option of every command, given alone and all together: it ends in an answer or a clear
error.

The commands run in this process on a fresh in-memory hypervisor.  What they answer is the business
of their own tests; here it is only that nothing is a mistake inside vsh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.cli import words
from vsh.cli.help import commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Result

    from vsh.cli.command import Command
    from vsh.cli.params import Param

DOCUMENT = (
    "<domain type='test'><name>new</name><memory>1024</memory><os><type>hvm</type></os></domain>"
)
# What an option's value is, where a word that means nothing would not get far.
VALUES = {
    "domain": "test",
    "network": "default",
    "pool": "default-pool",
    "interface": "eth1",
    "device": "computer",
    "file": "document.xml",
    "xmlfile": "document.xml",
    "xml": "document.xml",
    "timeout": "1",
    "count": "1",
    "condition": "domain-inactive",
    "snapshotname": "s1",
    "checkpointname": "c1",
}
ENDLESS = {"loop"}  # options that wait until they are interrupted


def value(option: Param) -> str:
    """A plausible value for an option."""
    assert option.kind is not None
    if option.name in VALUES:
        return VALUES[option.name]
    if isinstance(option.complete, tuple) and option.complete:
        return str(option.complete[0])
    return "1" if option.kind.word == "number" else "x"


def typed(option: Param) -> str:
    """An option as a user would type it."""
    if option.kind is None:
        return f"--{option.name}"
    return f"--{option.name} {words.quote(value(option))}"


def lines(command: Command) -> Iterator[str]:
    """The command with what it needs, with each further option, and with all that go together."""
    needed = [option for option in command.options if option.required]
    further = [
        option for option in command.options if not option.required and option.name not in ENDLESS
    ]
    waiting = [option for option in further if option.name == "timeout"]
    start = " ".join([command.name, *map(typed, needed + waiting)])
    yield start
    for option in further:
        if option not in waiting:
            yield f"{start} {typed(option)}"
    clashes = {name for pair in command.exclusive for name in pair}
    rest = [option for option in further if option not in waiting and option.name not in clashes]
    yield " ".join([start, *map(typed, rest)])


# Leaving ends the line; a console takes the terminal over.
LEFT_OUT = {"exit", "quit", "console"}


# Commands that say no by their status alone, as virsh's do: nothing came, nothing is there.
SILENT = {"complete", "event", "ttyconsole"}


COMMANDS = [command for command in commands() if command.name not in LEFT_OUT]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_no_option_is_a_mistake_inside_vsh(
    run: Callable[..., Result], tmp_path: Path, command: Command
) -> None:
    (tmp_path / "document.xml").write_text(DOCUMENT)
    for line in lines(command):
        result = run("-c", "test:///default", line, env={"EDITOR": "true", "VISUAL": "true"})
        assert "internal error in vsh" not in result.err, line
        assert result.status in (0, 1, 2), line
        if result.status == 1 and command.name not in SILENT:
            said = [row for row in result.err.splitlines() if not row.startswith("+ ")]  # --trace
            assert said[0].startswith("error: "), line
            assert "Traceback" not in result.err, line
