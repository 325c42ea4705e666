"""help: what commands there are, and how one is used."""

from __future__ import annotations

from vsh.cli import help as texts
from vsh.cli import parse
from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument, anything
from vsh.errors import CommandError
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.cli.session import Session
    from vsh.output.document import Document


def _names(session: Session, text: str, given: dict[str, Any]) -> Iterable[str]:
    extras = session.program != "virsh"
    return [name for group in parse.groups() for name in parse.names(group, extras=extras)]


@command(connect=False)
def help(
    command: str | None = Argument(
        "a command, a group of commands, or nothing for all of them",
        kind=anything,
        required=False,
        complete=_names,
    ),
    session: Session = SESSION,
) -> Document | None:
    """Print help.

    Without a name all commands are listed, by group; with the name of a command or of a group, its
    own help is shown.

    Examples:
        help snapshot-create-as  # one command
        help snapshot  # a group
        help --all  # every command, a line each
    """
    extras = session.program != "virsh"
    if not command:
        return Text(texts.all_text(extras=extras))
    found = parse.find(command, extras=extras)
    if found is not None and texts.on_terminal(session):
        from vsh.cli.typer import show_help

        show_help(found.name)
        return None
    if found is not None:
        return Text(texts.command_text(found, extras=extras))
    for group in parse.groups():
        if command in (group, texts.title(group)):
            return Text(texts.group_text(group, extras=extras))
    raise CommandError(f"command or command group '{command}' doesn't exist")
