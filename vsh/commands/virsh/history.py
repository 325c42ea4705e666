"""history: the lines that were typed at the prompt."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument
from vsh.output.document import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(connect=False, extra=True, tells="[text]")
def history(
    word: str | None = Argument("only lines with this in them", required=False, complete=()),
    session: Session = SESSION,
) -> Document:
    """Print the lines that were typed at the prompt, oldest first.

    Lines that begin with a blank, or hold a password, were never kept.

    Examples:
        history snapshot  # the lines with this word
    """
    kept = session.past() if session.past is not None else []
    return Lines([line for line in kept if word is None or word in line], "text")
