"""The top-level options, told once: for parsing, for help, and for typer."""

from __future__ import annotations

from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class TopOption:
    """One option before the command.

    name    its long name;  letter  its short one, or ""
    shown   how help writes it
    value   whether it takes one: False, True, or "optional" (only after =)
    complete   what can be its value: words, or "files"
    added   whether it is vsh's own, unknown under the name virsh
    """

    __slots__ = ("added", "complete", "help", "letter", "name", "shown", "value")

    def __init__(
        self,
        shown: str,
        help: str,
        letter: str = "",
        *,
        value: bool | str = False,
        added: bool = False,
        complete: tuple[str, ...] | str = (),
    ) -> None:
        self.shown = shown
        self.help = help
        self.letter = letter
        self.value = value
        self.added = added
        self.complete = complete
        self.name = shown.removeprefix("--").replace("[", "=").replace(" ", "=").partition("=")[0]


FORMATS = ("csv", "json", "ndjson", "plain", "table", "yaml")
"""The files of ``vsh/output`` that render; a test compares them."""
URIS = ("qemu:///system", "qemu:///session", "test:///default", "qemu+ssh://", "lxc:///system")
"""What people connect to most; ``-c`` offers these."""

OPTIONS = (
    TopOption("--connect=URI", "hypervisor connection URI", "c", value=True, complete=URIS),
    TopOption(
        "--debug=NUM", "debug level [0-4]", "d", value=True, complete=("0", "1", "2", "3", "4")
    ),
    TopOption("--escape <char>", "the key that ends a console", "e", value=True),
    TopOption("--help", "this help", "h"),
    TopOption(
        "--keepalive-interval=NUM", "keepalive interval in seconds, 0 for disable", "k", value=True
    ),
    TopOption(
        "--keepalive-count=NUM", "number of possible missed keepalive messages", "K", value=True
    ),
    TopOption("--log=FILE", "append messages to a file", "l", value=True, complete="files"),
    TopOption("--quiet", "say less", "q"),
    TopOption("--readonly", "only look, change nothing", "r"),
    TopOption("--timing", "print how long each command took", "t"),
    TopOption("--no-pkttyagent", "taken for compatibility: there is no agent"),
    TopOption(
        "--version[=TYPE]",
        "version, TYPE is short or long (default short)",
        "v",
        value="optional",
        complete=("long", "short"),
    ),
    TopOption("--format=NAME", "output format", "o", value=True, added=True, complete=FORMATS),
    TopOption("--columns=LIST", "which columns of a listing, by key", value=True, added=True),
    TopOption(
        "--sort=KEY", "sort a listing by a column (-KEY: descending)", value=True, added=True
    ),
    TopOption("--where=EXPR", "only rows of a listing that meet this", value=True, added=True),
    TopOption(
        "--template=TEXT", "a line for each row, with {key} for its values", value=True, added=True
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


def cut(options: list[TopOption], words: list[str]) -> Iterator[tuple[TopOption, str | None, str]]:
    """Take the top-level options off the front of ``words``, as getopt_long does.

    Yields each with its value (None where it has none) and as it was typed (``-d``, ``--debug``).
    Raises CommandError in virsh's words.
    """
    while words and words[0][:1] == "-" and words[0] != "-":
        word = words.pop(0)
        if word == "--":
            return
        if word[:2] == "--":
            yield _long(options, word, words)
        else:
            yield from _short(options, word[1:], words)


def _long(
    options: list[TopOption], word: str, rest: list[str]
) -> tuple[TopOption, str | None, str]:
    name, equals, text = word[2:].partition("=")
    found = [option for option in options if option.name == name]
    if not found:
        found = [option for option in options if option.name.startswith(name)]
    if len(found) != 1:
        raise CommandError(f"unsupported option '{word}'. See --help.", hint=_meant(name, options))
    option = found[0]
    if equals and not option.value:
        raise CommandError(f"unsupported option '-{option.letter}'. See --help.")
    value = text if equals else None
    if option.value is True and not equals:
        value = _value(option, rest)
    return option, value, f"--{option.name}"


def _meant(name: str, options: list[TopOption]) -> str | None:
    from vsh.cli.nearest import nearest

    close = nearest(name, [option.name for option in options])
    return f"did you mean --{close}?" if close else None


def _short(
    options: list[TopOption], letters: str, rest: list[str]
) -> Iterator[tuple[TopOption, str | None, str]]:
    while letters:
        letter, letters = letters[0], letters[1:]
        known = {option.letter: option for option in options if option.letter}
        if letter == "V":
            yield known["v"], "long", "-V"
            continue
        option = known.get(letter)
        if option is None:
            raise CommandError(f"unsupported option '-{letter}'. See --help.")
        value = None
        if option.value is True:
            value, letters = letters or _value(option, rest), ""
        yield option, value, f"-{letter}"


def _value(option: TopOption, rest: list[str]) -> str:
    """The value of an option from the words that follow it."""
    if not rest:
        shown = f"'-{option.letter}'/'--{option.name}'" if option.letter else f"'--{option.name}'"
        raise CommandError(f"option {shown} requires an argument")
    return rest.pop(0)


def escape_sequence(value: str) -> str:
    """An escape sequence for the console: one character, or ^ and a letter or one of @[\\]^_."""
    if len(value) == 2 and value[0] == "^" and ("a" <= value[1] <= "z" or "@" <= value[1] <= "_"):
        return value
    if len(value) == 1 and value != "^":
        return value
    raise CommandError(f"Invalid string '{value}' for escape sequence")
