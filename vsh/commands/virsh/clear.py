"""clear: an empty screen."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.output.paint import dumb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session

ERASE = "\x1b[H\x1b[2J\x1b[3J"
"""Cursor home, the screen, and what was scrolled away."""


@command(connect=False, extra=True, tells="")
def clear(session: Session = SESSION) -> None:
    """Clear the screen, where the output is one.

    Examples:
        clear  # an empty screen
    """
    if session.screen.out.isatty() and not dumb():
        session.screen.draw(ERASE)
        session.screen.flush()
