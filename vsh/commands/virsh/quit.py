"""quit: leave the shell."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.run import Exit


@command(connect=False, tells="")
def quit() -> None:
    """Leave this interactive terminal.

    Examples:
        quit  # as Ctrl-D
    """
    raise Exit
