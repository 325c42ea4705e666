"""Lines that are run: every command, options of its own, values right or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples import WORDS

from vsh.cli import words
from vsh.cli.help import commands

if TYPE_CHECKING:
    import random

    from vsh.cli.command import Command
    from vsh.cli.params import Param

# What leaves, takes the terminal, waits for ever, goes to other machines, or writes megabytes.
LEFT_OUT = {
    "cd", "connect", "console", "exit", "lxc-enter-namespace", "migrate", "quit", "self-test",
    "schema", "source",
}  # fmt: skip
ENDLESS = {"loop", "console"}
VALUES = {
    "domain": ("test", "1", "bogus"),
    "network": ("default",),
    "pool": ("default-pool",),
    "interface": ("eth1",),
    "device": ("computer", "scsi_host1"),
    "vol": ("v",),
    "timeout": ("1",),
    "condition": ("domain-inactive",),
    "snapshotname": ("s1",),
    "checkpointname": ("c1",),
}
FILES = ("document.xml", "network.xml", "pool.xml", "snapshot.xml", "out", "missing")


def value(rng: random.Random, option: Param) -> str:
    """A value for an option: right in its place, right elsewhere, or nobody's."""
    assert option.kind is not None
    known = VALUES.get(option.name, ())
    if isinstance(option.complete, tuple):
        known = (*known, *map(str, option.complete))
    kind = rng.random()
    if known and kind < 0.6:
        return rng.choice(known)
    if option.name in ("file", "xmlfile", "xml", "redefine-xml") and kind < 0.8:
        return rng.choice(FILES)
    if option.kind.word == "number" and kind < 0.5:
        return rng.choice(("0", "1", "2", "-1", "64"))
    if option.name == "timeout":
        return "1"
    word = rng.choice(WORDS).encode("utf-8", "replace").decode().replace("\0", "")
    return word if option.name not in ("file", "xmlfile", "emulatorbin") else word.replace("/", "")


def line(rng: random.Random) -> str:
    """One command, with what it needs and some of what it may have."""
    command = rng.choice([command for command in commands() if command.name not in LEFT_OUT])
    return " ".join(typed(rng, command))


def typed(rng: random.Random, command: Command) -> list[str]:
    """The words of one command."""
    said = [command.name]
    for option in command.options:
        wanted = option.required or option.name == "timeout" or rng.random() < 0.25
        if option.name in ENDLESS or (not wanted and not (option.required and rng.random() < 0.05)):
            continue
        said.append(f"--{option.name}")
        if option.kind is not None:
            said.append(words.quote(value(rng, option)))
    if rng.random() < 0.1:
        extra = rng.choice(sorted(command.extras)) if command.extras else "format"
        if extra not in ENDLESS:
            said.append(f"--{extra}")
    return said
