"""A connection to a running QEMU's monitor, shared by all threads that ask that QEMU something.

There is no thread of its own: whoever waits for an answer reads for everybody, and ``pump`` reads
what is there for whoever watches many monitors.  Events are put into ``events`` in the order they
came, and ``told`` is called, which must return at once.
"""

from __future__ import annotations

import os
import select
import time
from _socket import AF_UNIX, MSG_DONTWAIT, SCM_RIGHTS, SHUT_RDWR, SOCK_STREAM, SOL_SOCKET, socket
from _struct import pack
from _thread import RLock, allocate_lock

from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.locks import Change
from vsh.errors import InternalError, OperationFailed, OperationInvalid, SystemFailure
from vsh.qmp.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeAlias, TypeVar

    from vsh.qmp.message import Event, Reply
    from vsh.qmp.value import Struct, Value

    T = TypeVar("T")
    Question: TypeAlias = tuple[str, Mapping[str, object] | None]
    Questions: TypeAlias = Mapping[tuple[str, str], Question]
    """What to ask, by the command and its arguments as a text."""

CHUNK = 64 * 1024
REOPEN_TIME = 2.0
"""Seconds that a QEMU which hung has to say hello when it is asked something again."""


def _check_open(descriptors: Sequence[int]) -> None:
    """Raises SystemFailure for one that is no open file."""
    for descriptor in descriptors:
        try:
            os.fstat(descriptor)
        except OSError as error:
            raise SystemFailure(f"Cannot duplicate FD {descriptor}: {error.strerror}") from None


class CommandRefused(InternalError):
    """QEMU answered a command with an error.

    command  the command's name
    kind     QEMU's class of the error ("GenericError", "CommandNotFound", "DeviceNotFound" ...)
    words    QEMU's description
    """

    def __init__(self, command: str, kind: str, words: str) -> None:
        super().__init__(f"unable to execute QEMU command '{command}': {words}")
        self.command = command
        self.kind = kind
        self.words = words


class MonitorClosed(InternalError):
    """QEMU has gone, or its monitor has: nothing can be asked any more."""


class MonitorBroken(SystemFailure, MonitorClosed):
    """The same, where QEMU ended with something yet to read."""


class NotRunning(OperationInvalid, MonitorClosed):
    """The guest has no QEMU, or has none any more."""

    def __init__(self) -> None:
        super().__init__("domain is not running")


class MonitorSilent(OperationFailed):
    """QEMU did not answer in time; it is still there."""


class Monitor:
    """A conversation with the QEMU that listens at ``path``, a UNIX socket.

    events  what QEMU told and nobody has taken yet, oldest first
    closed  whether QEMU has ended the conversation
    broken  what the kernel said of its end, where that was not in order: QEMU had not read all
    told    called with no arguments after something was put into ``events`` or ``closed`` was set
    """

    def __init__(self, path: str, told: Callable[[], None] | None = None) -> None:
        self.path = path
        self.events: list[Event] = []
        self.closed = False
        self.told = told
        self._session = Session()
        self._state = RLock()
        self._change = Change()
        self._sending = allocate_lock()
        self._reader = False  # whether somebody is reading
        self._socket: socket | None = None
        self._hello: str | None = None  # what was said before QEMU's greeting was waited for
        self.broken = ""
        self._unheard: float | None = None  # since when QEMU says nothing, though it was asked

    def begin(self, timeout: float = 30.0, *questions: Question) -> list[str]:
        """Connect and say hello, without waiting for QEMU's: ``open`` does the rest.

        questions  what to ask at once; gives what ``answer`` knows each by

        Raises as ``open`` does.
        """
        connection = self._connected(time.monotonic() + timeout)
        connection.settimeout(None)
        self._socket = connection
        self._hello, *asked = self.send_all([("qmp_capabilities", None), *questions])
        return asked

    def open(self, timeout: float = 30.0) -> tuple[int, int, int]:
        """Connect and say hello; gives QEMU's version.

        timeout  seconds, for all of it

        Raises MonitorClosed if nobody listens, MonitorSilent if QEMU does not say hello in time.
        """
        until = time.monotonic() + timeout
        if self._hello is None:
            self.begin(timeout)
        hello, self._hello = self._hello or "", None
        try:
            greeting = self._wait(lambda: self._session.greeting, until, "greeting")
            self.answer(hello, "qmp_capabilities", max(0.1, until - time.monotonic()))
        except MonitorSilent:
            self.close()
            self.closed = False  # QEMU is there: it may answer later
            self._session = Session()
            raise
        except BaseException:
            self.close()
            raise
        return greeting.version

    def _connected(self, until: float) -> socket:
        connection = socket(AF_UNIX, SOCK_STREAM)  # closed on exec, as Python makes all
        while True:
            connection.settimeout(max(0.001, until - time.monotonic()))
            try:
                with _Reachable(self.path) as path:
                    connection.connect(path)
            except (TimeoutError, BlockingIOError):
                # QEMU takes one client at a time; of one that hangs, some wait to be taken
                if time.monotonic() < until:
                    time.sleep(0.01)
                    continue
                connection.close()
                raise MonitorSilent(f"monitor {self.path} does not take connections") from None
            except OSError as error:
                connection.close()
                raise MonitorClosed(
                    f"failed to connect to monitor socket {self.path}: {error.strerror}"
                ) from None
            return connection

    def fileno(self) -> int:
        """The descriptor to watch for ``pump``; -1 when there is none."""
        return -1 if self._socket is None else self._socket.fileno()

    def call(
        self,
        name: str,
        arguments: Mapping[str, object] | None = None,
        *,
        timeout: float | None = None,
        descriptors: Sequence[int] = (),
    ) -> Value:
        """Ask QEMU something; gives what it returns.

        timeout      seconds; None waits until QEMU answers or ends
        descriptors  file descriptors that go with the command (getfd, add-fd)

        Raises CommandRefused, MonitorClosed, MonitorSilent.
        """
        if self._socket is None and not self.closed:
            until = None if timeout is None else time.monotonic() + timeout
            self.open(REOPEN_TIME if timeout is None else min(timeout, REOPEN_TIME))
            timeout = None if until is None else max(0.0, until - time.monotonic())
        return self.answer(self.send(name, arguments, descriptors), name, timeout)

    def call_as_given(self, command: Struct, descriptors: Sequence[int]) -> Struct:
        """Ask QEMU something in somebody's own words; gives the whole answer, in libvirt's order.

        Raises InternalError for what has an id already, MonitorClosed, MonitorSilent.
        """
        if self._socket is None and not self.closed:
            self.open(REOPEN_TIME)
        _check_open(descriptors)
        with self._state:
            id, data = self._session.command_as_given(command)
        if self._unheard is None:
            self._unheard = time.monotonic()
        try:
            self._send(data, descriptors)
            reply: Reply = self._wait(lambda: self._session.answer(id), None, "the command")
        except BaseException:
            self.forget(id)
            raise
        known: Struct = {"id": id} if id else {}
        if reply.error is None:
            return {"return": reply.value, **known}
        kind, words = reply.error
        return {**known, "error": {"class": kind, "desc": words}}

    def send(
        self,
        name: str,
        arguments: Mapping[str, object] | None = None,
        descriptors: Sequence[int] = (),
    ) -> str:
        """Ask QEMU something and wait for nothing; gives what ``answer`` knows it by.

        Raises MonitorClosed, SystemFailure for a file that is not open.
        """
        _check_open(descriptors)
        [id] = self.send_all([(name, arguments)], descriptors)
        return id

    def send_all(self, commands: Iterable[Question], descriptors: Sequence[int] = ()) -> list[str]:
        """Ask QEMU several things in one go; gives what ``answer`` knows each by.

        Raises MonitorClosed.
        """
        with self._state:
            made = [self._session.command(name, arguments) for name, arguments in commands]
        ids = [id for id, _ in made]
        if self._unheard is None:
            self._unheard = time.monotonic()
        try:
            self._send(b"".join(data for _, data in made), descriptors)
        except BaseException:
            for id in ids:
                self.forget(id)
            raise
        return ids

    @property
    def unheard(self) -> float | None:
        """How many seconds QEMU has said nothing, though it was asked; None where it owes nothing,
        whether or not anybody still waits."""
        since = self._unheard
        return None if since is None else time.monotonic() - since

    def answered(self, id: str, name: str) -> Value | None:
        """What QEMU has returned by now, without waiting; None: nothing yet.

        Raises CommandRefused, MonitorClosed.
        """
        self.pump()
        with self._state:
            reply = self._session.answer(id)
        if reply is None:
            if self.closed:
                raise self._gone()
            return None
        if reply.error is not None:
            raise CommandRefused(name, *reply.error)
        return reply.value

    def answer(self, id: str, name: str, timeout: float | None) -> Value:
        """What QEMU returns to something that was sent.  Raises as ``call`` does."""
        until = None if timeout is None else time.monotonic() + timeout
        try:
            reply: Reply = self._wait(lambda: self._session.answer(id), until, name)
        except BaseException:
            self.forget(id)
            raise
        if reply.error is not None:
            raise CommandRefused(name, *reply.error)
        return reply.value

    def forget(self, id: str) -> None:
        """Nobody wants this answer any more."""
        with self._state:
            self._session.forget(id)

    def pump(self) -> None:
        """Read what QEMU has sent, without waiting; for who watches ``fileno``."""
        with self._state:
            if self._reader or self._socket is None or self.closed:
                return
            self._reader = True
        self._read(0.0)

    def close(self) -> None:
        """End the conversation; QEMU goes on, and another one can be begun."""
        with self._state:
            self.closed = True
            reading = self._reader
            connection, self._socket = self._socket, None  # of two who close it one does
            self._change.tell()
        if connection is not None:
            if reading:  # another thread, which waits
                with Ignoring(OSError):
                    connection.shutdown(SHUT_RDWR)
            connection.close()

    def _send(self, data: bytes, descriptors: Sequence[int]) -> None:
        connection = self._socket
        if connection is None or self.closed:
            raise self._gone()
        ancillary = []
        if descriptors:
            rights = pack(f"={len(descriptors)}i", *descriptors)
            ancillary.append((SOL_SOCKET, SCM_RIGHTS, rights))
        try:
            with self._sending:
                sent = connection.sendmsg([data], ancillary)
                if sent < len(data):
                    connection.sendall(data[sent:])
        except OSError:
            self.pump()  # what it told last, or how it ended
            self._ended()
            raise self._gone() from None

    def _wait(self, ready: Callable[[], T | None], until: float | None, what: str) -> T:
        """What ``ready`` gives, as soon as it gives something; read while nobody else does."""
        while True:
            with self._state:
                if (found := ready()) is not None:
                    return found
                if self.closed:
                    raise self._gone()
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    raise MonitorSilent(f"QEMU does not answer to '{what}'")
                if self._reader:
                    self._change.wait(self._state, left)
                    continue
                self._reader = True
            self._read(left)

    def _read(self, timeout: float | None) -> None:
        """Read once, for everybody; the caller has become the reader, and ends being it here."""
        data, events = b"", []
        failure: InternalError | None = None
        try:
            connection = self._socket
            ended = connection is None
            if connection is not None:
                found = _received(connection, timeout)
                ended = found == b""
                data = found or b""
        except ConnectionResetError as error:
            ended, self.broken = True, error.strerror or ""
        except (OSError, ValueError):
            ended = True  # closed by another thread, or by QEMU's death
        except BaseException:
            with self._state:
                self._reader = False
                self._change.tell()
            raise
        with self._state:
            self._reader = False
            try:
                self._session.feed(data)
            except InternalError as error:
                failure = error
            if data:
                self._unheard = time.monotonic() if self._session.owed else None
            events = self._session.events()
            self.events.extend(events)
            if ended or failure is not None:
                self.closed = True
            self._change.tell()
        if (events or ended) and self.told is not None:
            self.told()
        if failure is not None:
            raise failure

    def _ended(self) -> None:
        with self._state:
            known, self.closed = self.closed, True
            self._change.tell()
        if self.told is not None and not known:
            self.told()

    def _gone(self) -> MonitorClosed:
        if self.broken:
            return MonitorBroken(f"Unable to read from monitor: {self.broken}")
        return MonitorClosed("End of file from qemu monitor")


def _received(connection: socket, timeout: float | None) -> bytes | None:
    """What has come, or comes in so many seconds; None: nothing."""
    try:
        return connection.recv(CHUNK, MSG_DONTWAIT)
    except BlockingIOError:
        if timeout == 0:
            return None
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    waited = poll.poll(None if timeout is None else max(0, round(timeout * 1000)))
    return connection.recv(CHUNK) if waited else None


class _Reachable:
    """The path as connect() takes it (107 bytes): by way of its folder where it is longer."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._folder = -1

    def __enter__(self) -> str:
        if len(os.fsencode(self._path)) <= 107:
            return self._path
        folder = os.path.dirname(self._path)
        self._folder = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._folder}/{os.path.basename(self._path)}"

    def __exit__(self, *raised: object) -> None:
        if self._folder >= 0:
            os.close(self._folder)
