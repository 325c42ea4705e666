"""The prompt: read a line, run it, until the user leaves."""

from __future__ import annotations

import contextlib
import os
import sys

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.shortcuts import CompleteStyle

from vsh.cli import run, words
from vsh.errors import CommandError
from vsh.shell.banner import prompt, welcome
from vsh.shell.completer import LineCompleter
from vsh.shell.history import history
from vsh.shell.lexer import LineLexer
from vsh.shell.style import style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.cli.session import Session


def loop(session: Session) -> int:
    """Run a prompt on the terminal until quit, Ctrl-D or Ctrl-C at it.  Returns the exit status.

    Ctrl-C while a command runs ends that command only; the connection stays usable.
    """
    session.extra(welcome(session))
    session.out.flush()
    asker = _prompt_session(session)
    while True:
        try:
            line = _read(asker, session)
        except EOFError:
            session.write("\n")
            return 0
        except KeyboardInterrupt:  # as virsh, which the signal ends
            return 130
        if not line.strip():
            continue
        try:
            run.run_line(session, line)
        except run.Exit:
            return 0
        except KeyboardInterrupt:
            session.err.write("\n")
            session.error("interrupted")
        sys.stdout.flush()


def _prompt_session(session: Session) -> Any:
    """What reads lines: with history, completion and colours.

    The terminal is never asked where its cursor is: an answer could be taken for typing.
    """
    drop_in = session.program == "virsh"
    output = Vt100_Output.from_pty(sys.stdout, term=os.environ.get("TERM"))
    output.enable_cpr = False
    return PromptSession(
        output=output,
        complete_style=CompleteStyle.READLINE_LIKE if drop_in else CompleteStyle.MULTI_COLUMN,
        reserve_space_for_menu=0 if drop_in else 4,
        history=history(),
        completer=LineCompleter(session),
        complete_while_typing=False,
        lexer=None if drop_in else LineLexer(),
        style=style(),
        auto_suggest=None if drop_in else AutoSuggestFromHistory(),
        enable_open_in_editor=True,
    )


def _read(asker: Any, session: Session) -> str:
    """One command line; a line with an open quote or a backslash at its end goes on on the next."""
    text = str(asker.prompt([("class:prompt", prompt(session))]))
    while _unfinished(text):
        with contextlib.suppress(EOFError):
            text += "\n" + asker.prompt([("class:prompt", "> ")])
            continue
        break
    return text


def _unfinished(text: str) -> bool:
    try:
        for _ in words.split(text):
            pass
    except CommandError as error:
        return error.message in ('missing "', "dangling \\")
    return False
