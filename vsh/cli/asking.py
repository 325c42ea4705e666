"""A question to the user on standard output, and the line that answers it on standard input."""

from __future__ import annotations

import sys

from vsh.signals import await_input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.output.screen import Screen


def ask(screen: Screen, question: str, *, secret: bool) -> str:
    """The answer, without the end of its line.

    secret  it is not shown while it is typed on a terminal; from a file or a pipe it is read as it
            is
    Raises EOFError where there is no answer.
    """
    screen.write(question)
    screen.flush()
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
    elif secret:
        line = _unseen(screen)
    else:
        await_input(sys.stdin.fileno())
        line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.removesuffix("\n")


def _unseen(screen: Screen) -> str:
    """A line typed with the terminal's echo off, which comes on again whatever happens."""
    import termios

    from vsh.signals import cleaning_up

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    silent = termios.tcgetattr(terminal)
    silent[3] &= ~termios.ECHO
    with cleaning_up():
        try:
            termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
            await_input(terminal)
            return sys.stdin.readline()
        finally:
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
            screen.draw("\n")
