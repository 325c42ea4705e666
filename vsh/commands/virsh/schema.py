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

    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document


def _names(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of commands."""
    return [name for group in parse.groups() for name in parse.names(group)]


@command(connect=False, extra=True)
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
    from vsh.commands._results import RESULTS
    from vsh.output.json import encoded
    from vsh.output.schema import schema_of

    found: object
    if about:
        if parse.find(about) is None:
            raise CommandError(f"unknown command: '{about}'", hint="see 'help' for the commands")
        told = RESULTS.get(about)
        found = schema_of(about, told.shape if told else "either", told.keys if told else ())
    else:
        found = {name: schema_of(name, told.shape, told.keys) for name, told in RESULTS.items()}
    return Shaped(encoded(found, indent=2) + "\n", found)
