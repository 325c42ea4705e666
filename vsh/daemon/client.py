"""One client of the daemon: its conversation, who it is, its connection to a driver, its streams.

What comes is taken by the server's loop; calls are answered in the loop or by workers, any number
of them at a time.  Whatever is to be sent gathers in the conversation, under the client's lock.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
import time

from vsh.daemon.limits import ANONYMOUS_MESSAGE_MAX, DESCRIPTORS_MAX, OUTGOING_MAX
from vsh.daemon.log import WARNING, one_line
from vsh.drivers.policy import hears
from vsh.errors import Error, InternalError, RpcError
from vsh.rpc.codec import encode_event
from vsh.rpc.message import SERIAL
from vsh.rpc.programs import ADMIN, NUMBERS
from vsh.rpc.session import Server as Talk
from vsh.transports._sealed import Sealed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Protocol

    from vsh.api.connection import Connection
    from vsh.api.event import Event
    from vsh.auth import Layer
    from vsh.daemon.config import Configuration
    from vsh.daemon.limits import Limits
    from vsh.daemon.log import Log
    from vsh.daemon.sasl import Conversation
    from vsh.daemon.workers import Workers
    from vsh.drivers.driver import Embedded
    from vsh.drivers.policy import Access
    from vsh.rpc.codec import Request, Wire
    from vsh.rpc.message import Message
    from vsh.rpc.streams import Stream
    from vsh.transports._duplex import Duplex

    class Decider(Protocol):
        """Who knows what clients may do."""

        def of(self, client: Client, driver: str) -> Access | None: ...

    class Counting(Protocol):
        """Who counts calls."""

        def answered(self, slot: str, seconds: float, *, failed: bool) -> None: ...

    class Home(Protocol):
        """The server that administrators know a client to be of."""

        @property
        def name(self) -> str: ...
        @property
        def limits(self) -> Limits: ...
        @property
        def workers(self) -> Workers: ...
        @property
        def clients(self) -> dict[int, Client]: ...
        @property
        def strangers(self) -> dict[Client, None]: ...
        def leave(self, client: Client) -> bool: ...

    class Serving(Protocol):
        """The daemon, as far as what belongs to one client knows it."""

        @property
        def admin(self) -> Home: ...
        @property
        def configuration(self) -> Configuration: ...
        @property
        def deciders(self) -> Decider: ...
        @property
        def log(self) -> Log: ...
        @property
        def meter(self) -> Counting | None: ...
        @property
        def open(self) -> Callable[..., Connection]: ...
        def complain(self, client: Client, message: Message, error: Exception) -> None: ...
        def drop(self, client: Client, reason: str, level: int = ...) -> None: ...
        def give_up(self, client: Client, error: Exception) -> None: ...
        def keep_alive(self, client: Client) -> None: ...
        def look_again(self) -> None: ...
        def wants_to_write(self, client: Client) -> None: ...

    class Moving(Protocol):
        """A stream of a client's."""

        wire: Stream

        def arrived(self) -> None: ...
        def cancel(self) -> None: ...


_CREDENTIALS = struct.Struct("=iII")
CHUNK = 256 * 1024
CALLS = 16 * 1024
KNOWN_MAX, SHORT = 64, 256
NAMES = ("sasl-user-name", "x509-distinguished-name")
"""What somebody may be called besides what the system says."""


class Client:
    """One client.

    service     the server that it is a client of
    number      its number there, from 1
    since       when it came, on a clock that nobody sets
    readonly    it came by the read-only socket
    identity    who it is, by libvirt's names of identity parameters
    connection  the connection that it has opened, or None
    driver      its driver, which is one of this process
    admin       it came by the admin socket, and speaks that program alone
    way         the kind of authentication that it has to go through (0: none, 1: SASL, 2: polkit)
    ready       whether it has said who it is, where it has to
    shaking     TLS's handshake is not over yet
    gone        it is being closed
    """

    def __init__(
        self,
        server: Serving,
        service: Home,
        number: int,
        end: socket.socket,
        link: Duplex,
        *,
        readonly: bool,
        way: int,
        shaking: bool,
    ) -> None:
        self.server = server
        self.service = service
        self.number = number
        self.socket = end
        self.link = link
        self.readonly = readonly
        self.way = way
        self.ready = way == 0
        self.shaking = shaking
        self.connected = time.time()
        self.since = time.monotonic()
        self.lock = threading.RLock()
        self.admin = service is server.admin
        self.talk = Talk({ADMIN} if self.admin else set(NUMBERS.values()))
        self.connection: Connection | None = None
        self.driver: Embedded | None = None
        self.identity: dict[str, str | int] = {}
        self.transfers: dict[int, Moving] = {}
        self.waiting: list[Message] = []  # calls over the limit of what is answered at a time
        self.answering = 0
        self.files: list[int] = []  # descriptors that came and belong to no call yet
        self.brought: dict[int, list[int]] = {}  # those of calls, by their serials
        self.leaving: list[tuple[int, int]] = []  # those to be sent: after how many bytes, which
        self.gone = False
        self.mask = 0  # what the loop waits for
        self.known: dict[bytes, tuple[Wire, Request]] = {}  # short calls that were decoded
        self.conversation: Conversation | tuple[()] | None = None  # SASL's; (): none chosen yet
        self.agreed: Layer | None = None  # of SASL, until its last answer is made
        self.next_layer: Layer | None = None  # what everything goes through after what waits
        self.legacy: set[int] = set()  # registrations of the kind without callback numbers
        self.address = "local"
        if end.family == socket.AF_UNIX:
            pid, uid, gid = _CREDENTIALS.unpack(
                end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
            )
            self.identity = {"unix-process-id": pid, "unix-user-id": uid, "unix-group-id": gid}
        else:
            host, port = end.getpeername()[:2]
            self.address = f"{host}:{port}"

    def __str__(self) -> str:
        who = self.identity
        words = [self.address]
        if "unix-process-id" in who:
            words = [f"process {who['unix-process-id']}", f"user {who['unix-user-id']}"]
        words += [one_line(str(who[name])) for name in NAMES if name in who]
        return f"client {self.number} ({', '.join(words)})"

    @property
    def strange(self) -> bool:
        """Whether it has still to say who it is, or to agree on TLS."""
        return not self.ready or self.shaking

    def introduced(self) -> None:
        """It has said who it is: there is room for another stranger."""
        if not self.strange and self.service.strangers.pop(self, self) is None:
            self.server.look_again()

    # ---- bytes

    def receive(self) -> bytes:
        """What has come; nothing where nothing has.  Raises ConnectionError at the end."""
        with self.lock:
            # few calls at a time, but the rest of a long message, and streams, in large pieces
            size, unfinished = CALLS, self.talk.unfinished
            if self.transfers or unfinished > CALLS:
                size = CHUNK if self.transfers else min(CHUNK, unfinished)
            if self.link.passes_files:
                data, files = self.link.receive_files(size)
                self.files += files
            else:
                data = self.link.receive(size)
        if data is None:
            return b""
        if not data:
            raise ConnectionError("end of file")
        return data

    def take_in(self, data: bytes) -> list[Message]:
        """The calls in what has come.  Raises RpcError."""
        with self.lock:
            found = self.talk.feed(data)
            if not self.ready and self.talk.unfinished > ANONYMOUS_MESSAGE_MAX:
                raise RpcError("so long a message is not taken before authentication")
            if self.files or self.talk.with_files:
                self._assign(found)
            return found

    def _assign(self, found: list[Message]) -> None:
        """Give each call the descriptors that came with it; those of no call are closed.

        Raises RpcError where a call has fewer than it says, and where too many wait.
        """
        for message in self.talk.with_files:
            if len(self.files) < message.files:
                raise RpcError(
                    f"a call came with {len(self.files)} of {message.files} file descriptors"
                )
            taken, self.files = self.files[: message.files], self.files[message.files :]
            if message in found and not self.admin:
                self.brought[message.serial] = taken
            else:  # it is refused
                _close(taken)
        self.talk.with_files.clear()
        if self.files and not self.talk.unfinished:
            self.server.log.say(
                WARNING, "daemon.client", f"{self}: {len(self.files)} descriptors of no call"
            )
            _close(self.files)
            self.files = []
        if len(self.files) + sum(map(len, self.brought.values())) > DESCRIPTORS_MAX:
            raise RpcError(f"more than {DESCRIPTORS_MAX} file descriptors wait for their calls")

    def flush(self) -> bool:
        """Send what can be sent now; whether nothing is left.  Raises OSError."""
        with self.lock:
            outgoing = self.talk.outgoing
            if 0 < len(outgoing) <= CHUNK and not self.leaving and self.next_layer is None:
                self.talk.sent(self.link.send(outgoing))  # the usual: an answer, at once
                return not outgoing
            while outgoing or self.leaving:
                due = self.leaving[0][0] if self.leaving else CHUNK
                if not due:
                    if not self.link.send_file(self.leaving[0][1]):
                        return False
                    os.close(self.leaving.pop(0)[1])
                    continue
                # not a view: what is sent is cut off the front
                size = self.link.send(outgoing[: min(due, CHUNK)])
                if not size:
                    return False
                self.talk.sent(size)
                if self.leaving:
                    self.leaving = [(after - size, file) for after, file in self.leaving]
            if self.next_layer is not None:
                self.link = Sealed(self.link, self.next_layer)
                self.next_layer = None
            return True

    def hand_over(self, call: Message, payload: bytes, descriptors: list[int]) -> None:
        """Answer a call with descriptors, which are the client's alone from now on.

        Raises InternalError where they cannot travel.
        """
        if not self.link.passes_files:
            _close(descriptors)
            raise InternalError.whole("no FD passing support on this connection")
        with self.lock:
            self.talk.reply(call, payload, files=len(descriptors))
            after = len(self.talk.outgoing)
            self.leaving += [(after, descriptor) for descriptor in descriptors]

    def decoded(self, coded: Wire, message: Message, files: list[int]) -> Request:
        """The call that a message is.  Raises RpcError.

        Clients ask the same again and again: short calls that only look at something are kept, and
        known again by their bytes.
        """
        kept = coded.call.quick and len(message.payload) <= SHORT and not files
        key = without_serial(bytes(message)) if kept else b""
        if kept and key in self.known:
            return self.known[key][1]
        # objects in the values belong to the connection, which is not there before it is opened
        made = coded.decode_args(self.connection, message.payload, files)  # type: ignore[arg-type]
        if kept:
            if len(self.known) >= KNOWN_MAX:
                self.known.clear()
            self.known[key] = coded, made
        return made

    @property
    def streamed(self) -> int:
        """How many bytes of its streams wait for what they go to."""
        with self.lock:
            return sum(transfer.wire.kept for transfer in self.transfers.values())

    def changed(self) -> None:
        """Something is to be sent: send it now if that is possible, else when the loop can."""
        with self.lock:
            if self.gone:
                return
            if len(self.talk.outgoing) > OUTGOING_MAX:
                self.server.drop(self, "it does not read what it is told", WARNING)
                return
            try:
                if self.flush():
                    return
            except (OSError, Error) as error:  # it has gone, or its link is broken
                self.server.drop(self, str(error))
                return
        self.server.wants_to_write(self)

    @property
    def alone(self) -> bool:
        """Whether a quick call may be answered at once: nothing else is, and nobody has to ask."""
        if self.answering or self.waiting:
            return False
        return self.driver is None or self.driver.access is None

    # ---- events

    def push(self, event: Event) -> None:
        """Tell the client of an event that it has registered for, of what it may see."""
        access = None if self.driver is None else self.driver.access
        if access is not None and not hears(event, access):
            return
        with self.lock:
            if self.gone:
                return
            number, callback = event.number, event.callback
            if callback in self.legacy or number is None:
                number, callback = event.legacy, None
            if number is not None:
                program = NUMBERS[event.program]
                self.talk.event(program, number, encode_event(event, callback))
                self.changed()

    # ---- the end

    def close(self) -> None:
        """Let go of everything that the client had; with nothing of it running any more."""
        self.gone = True
        for transfer in list(self.transfers.values()):
            transfer.cancel()
        self.transfers.clear()
        self.known.clear()
        _close(self.files)
        _close(descriptor for _, descriptor in self.leaving)
        for taken in self.brought.values():
            _close(taken)
        self.files, self.leaving, self.brought = [], [], {}
        if self.connection is not None:
            self.connection.close()
            self.connection = self.driver = None
        self.link.close()


def without_serial(call: bytes) -> bytes:
    """What is the same in each call of the same."""
    return call[: SERIAL.start] + call[SERIAL.stop :]


def _close(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
