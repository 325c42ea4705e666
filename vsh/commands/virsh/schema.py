"""schema: what a command tells programs, as JSON Schema."""

from __future__ import annotations

from vsh.cli import parse
from vsh.cli.command import command
from vsh.cli.params import Argument, anything
from vsh.errors import CommandError
from vsh.output.document import Shaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.command import Command
    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document


def _names(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of commands."""
    return [name for group in parse.groups() for name in parse.names(group)]


@command(connect=False, extra=True, tells="")
def schema(
    about: str | None = Argument(
        "a command; without it all that tell something",
        kind=anything,
        required=False,
        complete=_names,
    ),
) -> Document:
    """Print the JSON Schema of what a command tells with --format json.

    The dialect is 2020-12. Without a command the schemas of all that have a result of their own are
    printed, by name.

    Examples:
        schema list  # of the listing of domains
    """
    from vsh.output.json import encoded

    found: object
    if about:
        command = parse.find(about)
        if command is None:
            raise CommandError(f"unknown command: '{about}'", hint="see 'help' for the commands")
        found = _schema(command)
    else:
        commands = [parse.find(name) for group in parse.groups() for name in parse.names(group)]
        found = {each.name: _schema(each) for each in commands if each is not None}
    return Shaped(encoded(found, indent=2) + "\n", found)


def _schema(command: Command) -> dict[str, object]:
    from vsh.cli.told import told
    from vsh.output.schema import schema_of

    return schema_of(command.name, [(form.keys, form.rows) for form in told(command)])
