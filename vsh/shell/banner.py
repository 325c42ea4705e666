"""The words of the prompt, shared by the terminal and by scripts that are echoed."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session


def welcome(session: Session) -> str:
    """What is printed before the first prompt."""
    return (
        f"Welcome to {session.program}, the virtualization interactive terminal.\n\n"
        "Type:  'help' for help with commands\n"
        "       'quit' to quit\n\n"
    )


def prompt(session: Session) -> str:
    """The prompt: ``#`` for a connection that may change things, ``>`` for a read-only one."""
    return f"{session.program} {'>' if session.readonly else '#'} "
