"""complete: the words that could come next on an unfinished line; the shells' completions ask
it."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.complete import candidates
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument, anything
from vsh.output.document import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(connect=False, hidden=True)
def complete(
    string: list[str] = Argument(
        "the words of the line so far", kind=anything, required=False, repeats=True
    ),
    session: Any = SESSION,
) -> Document | None:
    """Print what could come next on a line; for completion by shells.

    The last word is the one to complete, and may be empty.
    """
    found = candidates(session, string)
    if not found:
        session.status = 1
        return None
    return Lines(found, "word")
