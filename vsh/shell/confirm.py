"""Asking before something is lost that cannot be got back; only at a prompt, only a person."""

from __future__ import annotations

import sys

from vsh.commands import _losses
from vsh.errors import CommandError, Error
from vsh.output.screen import harmless
from vsh.signals import await_input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.parse import Invocation
    from vsh.cli.session import Session


def confirm(session: Session, invocation: Invocation) -> bool:
    """Whether the command may go on: it says what it loses, and the user agrees.

    What cannot be found out is left to the command itself, whose error says why.
    """
    try:
        find = getattr(_losses, invocation.command.loses)
        loss = find(session, invocation.given)
    except (CommandError, Error):
        return True
    if loss is None:
        return True
    lead = f"This {loss.verb} "
    for number, line in enumerate(loss.lines):
        session.write((lead if number == 0 else " " * len(lead)) + harmless(line) + "\n")
    question = "Go on? [y/N] "
    if loss.answer is not None:
        question = f"Type {loss.noun} to go on: "
    session.write(question)
    session.screen.flush()
    try:
        await_input(sys.stdin.fileno())
        answer = input().strip()
    except EOFError:
        session.write("\n")
        answer = ""
    wanted = ("y", "yes") if loss.answer is None else (loss.answer,)
    agreed = (answer.lower() if loss.answer is None else answer) in wanted
    if not agreed:
        session.write("Nothing was done.\n")
    return agreed
