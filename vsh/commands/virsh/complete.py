"""complete: the words that could come next on an unfinished line; the shells' completions ask
it."""

from __future__ import annotations

from vsh import lookup
from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument, Option, anything
from vsh.commands._virsh_completion import candidates
from vsh.errors import CommandError
from vsh.output.document import Lines, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(connect=False, hidden=True, tells="[word]")
def complete(
    string: list[str] = Argument(
        "the words of the line so far", kind=anything, required=False, repeats=True
    ),
    session: Session = SESSION,
    shell: str | None = Option(
        "answer the completion script of this shell, in the form that it takes",
        complete=("bash", "fish", "zsh"),
        extra=True,
    ),
) -> Document | None:
    """Print what could come next on a line; for completion by shells.

    The last word is the one to complete, and may be empty.
    """
    if shell is not None:
        found = lookup.module("vsh.cli.completions", shell)
        if found is None:
            raise CommandError(f"no completion for the shell '{shell}'")
        return Text(found.answer(session, string))
    words = candidates(session, string)
    if not words:
        session.status = 1
        return None
    return Lines(words, "word")
