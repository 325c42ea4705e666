"""The guest's serial console on this terminal, until the user presses the escape character."""

from __future__ import annotations

import sys
from contextlib import suppress

from vsh.acts.console import carry, open_console
from vsh.errors import CommandError, Error, InvalidArgument, failing
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainCreate
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.api.stream import Stream
    from vsh.cli.session import Session
    from vsh.output.document import Document


def begin_paused(begin: Callable[[int], object], flags: int, *, resume: bool) -> tuple[Any, bool]:
    """Start a guest that is to be resumed once its console is connected.

    Where the hypervisor cannot start guests paused it is started as it can.  The second value is
    whether the guest still has to be resumed.
    """
    try:
        return begin(flags), resume
    except InvalidArgument:
        if not resume:
            raise
        return begin(flags & ~DomainCreate.START_PAUSED), False


def run_console(
    session: Session, domain: Domain, device: str | None, flags: int, *, resume: bool
) -> Iterator[Document]:
    """Connect this terminal with a console of the guest.

    resume  let the guest go on as soon as the console is there
    """
    with failing("Unable to get domain status"):
        state = domain.get_state().state
    if state == DomainState.SHUTOFF:
        raise CommandError("The domain is not running")
    if not sys.stdin.isatty():
        raise CommandError("Cannot run interactive console without a controlling TTY")
    stream = open_console(domain, device, flags)
    yield Done("Connected to domain '{domain}'", domain=domain.name)
    escape = session.escape
    ctrl = f" (Ctrl + {escape[1]})" if escape[:1] == "^" and len(escape) > 1 else ""
    yield Done("Escape character is {escape}" + ctrl, escape=escape)
    session.screen.flush()
    if resume:
        with failing(f"Failed to resume domain '{domain.name}'"):
            domain.resume()
    _talk(stream, _escape_byte(escape))


def first_console(session: Session, domain: Domain, *, resume: bool) -> Iterator[Document]:
    """Connect with the console of a guest that was just started, and let it go on.

    It goes on where the console cannot be had, too: whoever starts a guest wants it to run.
    """
    try:
        yield from run_console(session, domain, None, 0, resume=resume)
    except (CommandError, Error):
        if resume:
            with suppress(Error):  # it may go on already
                domain.resume()
        raise


def _escape_byte(escape: str) -> bytes:
    """The byte of an escape character as the user gave it: "^]" is Ctrl-]."""
    if len(escape) > 1 and escape[0] == "^":
        return bytes([ord(escape[1].upper()) & 0x1F])
    return escape[:1].encode("utf-8", "surrogateescape")


def _talk(stream: Stream, escape: bytes) -> None:
    """Carry bytes both ways until the escape character or the stream's end."""
    import termios
    import tty

    from vsh.signals import cleaning_up

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    ended = False
    with cleaning_up():
        try:
            tty.setraw(terminal)
            ended = carry(stream, terminal, sys.stdout.fileno(), escape)
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
            if ended:
                stream.finish()
            else:
                stream.abort()
