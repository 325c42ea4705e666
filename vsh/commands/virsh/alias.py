"""alias: words of your own for lines that you type often."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument
from vsh.errors import CommandError
from vsh.output.document import Column, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document


def alias_names(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the aliases that there are."""
    return list(session.aliases)


@command(connect=False, extra=True, tells="[name text] | done")
def alias(
    name: str | None = Argument("the new word", required=False, complete=alias_names),
    line: list[str] = Argument("what it stands for", required=False, repeats=True, complete=()),
    session: Session = SESSION,
) -> Document | None:
    """Print the aliases, or make one for this session.

    In the line {1}, {2} ... stand for the words that follow the alias, {*} for all that are left;
    without any of them the words are put at the end.  Those of the settings file are always there.

    Examples:
        alias up "start {1}; domstate {1}"  # then: up db1
        alias  # all of them
    """
    if name is not None and line:
        _check(name)
        session.aliases[name] = " ".join(line)
        return None
    if name is not None and name not in session.aliases:
        raise CommandError(f"no alias '{name}'", hint=f"alias {name} 'LINE' makes it")
    chosen = session.aliases if name is None else {name: session.aliases[name]}
    rows = [[word, chosen[word]] for word in sorted(chosen)]
    return Table(rows, Column("Alias", "name"), Column("Line", "text"))


def _check(name: str) -> None:
    from vsh.cli import parse

    if parse.find(name) is not None:
        raise CommandError(
            f"'{name}' is a command", hint="an alias needs a name that no command has"
        )
    if any(char in " \t\n;|<>'\"\\#" for char in name):
        raise CommandError(f"'{name}' cannot be typed as one word", hint="letters and hyphens do")
