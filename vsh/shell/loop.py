"""The prompt on a terminal: vsh's own, or virsh's under that name."""

from __future__ import annotations

import sys
from contextlib import nullcontext

from vsh.cli import run
from vsh.output.paint import dumb
from vsh.shell.banner import welcome
from vsh.shell.dumb import DumbReader
from vsh.shell.title import titled
from vsh.signals import restoring_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session


def loop(session: Session) -> int:
    """Run a prompt on the terminal until quit or Ctrl-D.  Returns the exit status.

    Ctrl-C while a command runs ends that command only; the connection stays usable.
    """
    plain = dumb()
    with restoring_terminal(sys.stdin.fileno()):
        if session.program == "virsh":
            return _virsh(session, plain=plain)
        from vsh.shell.prompt import Prompt

        with nullcontext() if plain else titled(session):
            return Prompt(session, dumb=plain).run()


def _virsh(session: Session, *, plain: bool) -> int:
    """virsh's prompt, which Ctrl-C ends."""
    session.extra(welcome(session))
    session.screen.flush()
    reader: object = None
    if plain:
        reader = DumbReader(session)
    else:
        from vsh.shell.terminal import VirshReader

        reader = VirshReader(session)
    while True:
        try:
            line = reader.read()
        except EOFError:
            session.write("\n")
            return 0
        except KeyboardInterrupt:
            return 130
        if not line.strip():
            continue
        try:
            reader.typed_ahead()
            run.run_line(session, line)
        except run.Exit:
            return 0
        except KeyboardInterrupt:
            session.screen.complain("\n")
            session.error("interrupted")
        session.screen.flush()
