"""The top-level options, told once: for parsing, for help, and for typer."""

from __future__ import annotations


class TopOption:
    """One option before the command.

    name    its long name;  letter  its short one, or ""
    shown   how help writes it
    value   whether it takes one: False, True, or "optional" (only after =)
    added   whether it is vsh's own, unknown under the name virsh
    """

    __slots__ = ("added", "help", "letter", "name", "shown", "value")

    def __init__(
        self,
        shown: str,
        help: str,
        letter: str = "",
        *,
        value: bool | str = False,
        added: bool = False,
    ) -> None:
        self.shown = shown
        self.help = help
        self.letter = letter
        self.value = value
        self.added = added
        self.name = shown.removeprefix("--").replace("[", "=").replace(" ", "=").partition("=")[0]


OPTIONS = (
    TopOption("--connect=URI", "hypervisor connection URI", "c", value=True),
    TopOption("--debug=NUM", "debug level [0-4]", "d", value=True),
    TopOption("--escape <char>", "the key that ends a console", "e", value=True),
    TopOption("--help", "this help", "h"),
    TopOption(
        "--keepalive-interval=NUM", "keepalive interval in seconds, 0 for disable", "k", value=True
    ),
    TopOption(
        "--keepalive-count=NUM", "number of possible missed keepalive messages", "K", value=True
    ),
    TopOption("--log=FILE", "append messages to a file", "l", value=True),
    TopOption("--quiet", "say less", "q"),
    TopOption("--readonly", "only look, change nothing", "r"),
    TopOption("--timing", "print how long each command took", "t"),
    TopOption("--no-pkttyagent", "taken for compatibility: there is no agent"),
    TopOption(
        "--version[=TYPE]", "version, TYPE is short or long (default short)", "v", value="optional"
    ),
    TopOption("--format=NAME", "output format", value=True, added=True),
    TopOption("--columns=LIST", "which columns of a listing, by key", value=True, added=True),
    TopOption(
        "--sort=KEY", "sort a listing by a column (-KEY: descending)", value=True, added=True
    ),
    TopOption("--no-header", "leave out the headings of a listing", added=True),
    TopOption(
        "--timeout=SECONDS", "give up a call that is not answered by then", value=True, added=True
    ),
    TopOption("--fail-fast", "stop at the first command that fails", added=True),
    TopOption("--explain", "say in full which rule a refused document breaks", added=True),
)
"""In the order of help.  -V, which is --version=long, is the only letter without a name."""


def known(program: str) -> list[TopOption]:
    """The options of a program name: all, or those that virsh has."""
    return [option for option in OPTIONS if program != "virsh" or not option.added]
