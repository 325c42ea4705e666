"""help: what commands there are, and how one is used."""

from __future__ import annotations

from vsh.cli import help as texts
from vsh.cli import parse
from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument, Flag, anything
from vsh.errors import CommandError
from vsh.output.document import Text
from vsh.output.pager import paging
from vsh.output.paint import on_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document


class _Topics:
    """A completer of commands, groups and topics."""

    def __call__(self, session: Session, text: str, given: Given) -> Iterable[str]:
        """virsh's: the commands."""
        return _commands(extras=session.program != "virsh")

    def described(self, session: Session, text: str, given: Given) -> Iterable[tuple[str, str]]:
        """What there is help about, with what it is."""
        from vsh.cli.suggest import commands
        from vsh.cli.topics import TOPICS

        groups = [(group, f"group: {texts.title(group)}") for group in parse.groups()]
        topics = [(name, f"about: {title}") for name, (title, _) in TOPICS.items()]
        return [*groups, *topics, *commands()]


def _commands(*, extras: bool) -> list[str]:
    return [name for group in parse.groups() for name in parse.names(group, extras=extras)]


@command(connect=False, tells="text? commands?")
def help(
    command: str | None = Argument(
        "a command, a group of commands, or nothing for all of them",
        kind=anything,
        required=False,
        complete=_Topics(),
    ),
    all: bool = Flag("every command, a line each", extra=True),
    session: Session = SESSION,
) -> Document | None:
    """Print help.

    Without a name all commands are listed, by group; with the name of a command or of a group, its
    own help is shown.  For a person the list is that of everyday commands, unless --all is given.

    Examples:
        help snapshot-create-as  # one command
        help snapshot  # a group
        help --all  # every command, a line each
        help uris  # how to reach other hosts
    """
    extras = session.program != "virsh"
    if extras and on_terminal(session.screen.out, session.format):
        with paging(session.screen, session.settings["pager"]):
            session.screen.draw(_page(session, command, all=all))
        return None
    data = session.format not in ("plain", "table")
    if not command:
        return _told(texts.all_text(extras=extras), _commands(extras=extras), data=data)
    found = parse.find(command, extras=extras)
    if found is not None:
        return _told(texts.command_text(found, extras=extras), [found.name], data=data)
    for group in parse.groups():
        if command in (group, texts.title(group)):
            names = parse.names(group, extras=extras)
            return _told(texts.group_text(group, extras=extras), names, data=data)
    if extras:
        from vsh.cli import pages
        from vsh.cli.topics import TOPICS

        if command in TOPICS:
            return Text(pages.topic_page(command, session.screen.out))
    raise _unknown(command, extras=extras)


def _told(text: str, names: list[str], *, data: bool) -> Document:
    """Help as text, and for programs with what the commands take."""
    if not data:
        return Text(text)
    from vsh.cli.help_data import commands_data

    return Text(text, text=text, commands=commands_data(names, extras=True))


def _page(session: Session, name: str | None, *, all: bool) -> str:
    """What a person reads about a name."""
    from vsh.cli import pages
    from vsh.cli.topics import TOPICS

    out = session.screen.out
    if not name:
        return pages.all_page(out) if all else pages.short_page(out)
    found = parse.find(name)
    if found is not None:
        return pages.command_page(found, out)
    for group in parse.groups():
        if name in (group, texts.title(group)):
            return pages.group_page(group, out)
    if name in TOPICS:
        return pages.topic_page(name, out)
    raise _unknown(name, extras=True)


def _unknown(name: str, *, extras: bool) -> CommandError:
    from vsh.cli.nearest import nearest
    from vsh.cli.topics import TOPICS

    close = nearest(name, [*_commands(extras=extras), *parse.groups(), *TOPICS])
    hint = f"did you mean '{close}'?" if close else "see 'help' for the commands"
    return CommandError(f"command or command group '{name}' doesn't exist", hint=hint)
