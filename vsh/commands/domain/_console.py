"""The guest's serial console on this terminal, until the user presses the escape character."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from vsh.acts.console import carry, open_console, send_break
from vsh.errors import CommandError, Error, InvalidArgument, failing
from vsh.output.document import Done
from vsh.output.screen import harmless
from vsh.words.domain.lifecycle import DomainCreate
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, BinaryIO

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


class Keys:
    """What keys mean to vsh after a tilde at the beginning of a line: ``~.`` leaves, ``~b`` is a
    break, ``~?`` helps, ``~~`` is a tilde.

    terminal  the descriptor that help is written to;  send_break  what sends a break
    """

    HELP = b"\r\n~.  leave the console\r\n~b  send a break\r\n~?  this help\r\n~~  a tilde\r\n"

    def __init__(self, terminal: int, send_break: Callable[[], object]) -> None:
        self._terminal = terminal
        self._send_break = send_break
        self._start = True
        self._tilde = False

    def __call__(self, typed: bytes) -> tuple[bytes, bool]:
        """What goes to the guest, and whether the user leaves."""
        sent = bytearray()
        for byte in typed:
            if self._tilde:
                self._tilde = False
                if byte == ord("."):
                    return bytes(sent), True
                if byte == ord("?"):
                    os.write(self._terminal, self.HELP)
                    continue
                if byte in b"bB":
                    self._break()
                    continue
                sent += b"~" if byte == ord("~") else bytes((ord("~"), byte))
            elif byte == ord("~") and self._start:
                self._tilde = True
                continue
            else:
                sent.append(byte)
            self._start = byte in b"\r\n"
        return bytes(sent), False

    def _break(self) -> None:
        try:
            self._send_break()
        except Error as error:
            said = harmless(f"no break was sent: {error}").encode("utf-8", "replace")
            os.write(self._terminal, b"\r\n" + said + b"\r\n")


class Heard:
    """What the guest has said: written to a file, if there is one, and whether a line is open."""

    def __init__(self, log: BinaryIO | None) -> None:
        self.log = log
        self.open_line = False

    def __call__(self, data: bytes) -> None:
        """Take note."""
        self.open_line = not data.endswith(b"\n")
        if self.log is not None:
            self.log.write(data)
            self.log.flush()


def _log(path: str | None) -> BinaryIO | None:
    """A file that what the guest says is added to; a new one is the user's own."""
    if path is None:
        return None
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CommandError(f"cannot write to '{path}': {error.strerror}") from None
    return os.fdopen(handle, "ab")


def run_console(
    session: Session,
    domain: Domain,
    device: str | None,
    flags: int,
    *,
    resume: bool,
    log: str | None = None,
) -> Iterator[Document]:
    """Connect this terminal with a console of the guest.

    resume  let the guest go on as soon as the console is there
    log     a file that gets what the guest says, too
    """
    with failing("Unable to get domain status"):
        state = domain.get_state().state
    if state == DomainState.SHUTOFF:
        raise CommandError("The domain is not running")
    if not sys.stdin.isatty():
        raise CommandError("Cannot run interactive console without a controlling TTY")
    file = _log(log)
    stream = open_console(domain, device, flags)
    yield Done("Connected to domain '{domain}'", domain=domain.name)
    escape = session.escape
    ctrl = f" (Ctrl + {escape[1]})" if escape[:1] == "^" and len(escape) > 1 else ""
    yield Done("Escape character is {escape}" + ctrl, escape=escape)
    session.screen.flush()
    if resume:
        with failing(f"Failed to resume domain '{domain.name}'"):
            domain.resume()
    _talk(session, stream, _escape_byte(escape), Heard(file), lambda: send_break(domain, device))


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


def _talk(
    session: Session, stream: Stream, escape: bytes, heard: Heard, send_break: Callable[[], object]
) -> None:
    """Carry bytes both ways until the escape character or the stream's end."""
    import termios
    import tty

    from vsh.signals import cleaning_up

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    ended = False
    with cleaning_up():
        try:
            tty.setraw(terminal, termios.TCSANOW)
            target = sys.stdout.fileno()
            keys = None if session.program == "virsh" else Keys(target, send_break)
            ended = carry(stream, terminal, target, escape, keys=keys, heard=heard)
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
            if heard.log is not None:
                heard.log.close()
            if heard.open_line and session.program != "virsh":
                session.screen.draw("\n")  # what comes next begins a line
            if ended:
                stream.finish()
            else:
                stream.abort()
