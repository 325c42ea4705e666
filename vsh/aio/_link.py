"""One connection to a daemon in an event loop: many calls in flight, no thread.

The conversation is that of ``vsh.rpc.session``; here its bytes are moved when the loop says that
the socket is ready.  A call that is cancelled or late is forgotten: its reply is dropped when it
comes.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from vsh.errors import Error, InternalError, OperationTimeout, from_wire
from vsh.rpc.errors import FROM_RPC
from vsh.rpc.message import REPLY, REPLY_FILES, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vsh.rpc.session import Client
    from vsh.rpc.streams import Stream
    from vsh.transports._duplex import Duplex

CHUNK = 1 << 18
UNREAD_MAX = 1 << 23
"""What may wait unread in a stream before no more is read."""
CLOSED_BY_ERROR, CLOSED_BY_PEER, CLOSED_BY_KEEPALIVE, CLOSED_BY_CLIENT = range(4)


class Link:
    """A session on its way over a duplex that an event loop watches.

    timeout       seconds a call may take; None: as long as the daemon is there
    close_reason  libvirt's number for why it is closed (``virConnectCloseReason``); None: it is
                  open
    deliver       gets each message that is an event
    at_end        called once it is closed
    """

    def __init__(self, session: Client, duplex: Duplex, timeout: float | None) -> None:
        self.session = session
        self.duplex = duplex
        self.timeout = timeout
        self.close_reason: int | None = None
        self.deliver: Callable[[Message], None] = lambda message: None
        self.at_end: Callable[[], None] = lambda: None
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._moved = asyncio.Event()
        self._writing = False
        self._timer: asyncio.TimerHandle | None = None
        self._reading = True
        self._loop.add_reader(duplex.fileno(), self._readable)
        self._beat()

    # ------------------------------------------------------------------ calls

    async def ask(self, program: int, procedure: int, payload: bytes = b"") -> bytes:
        """Make a call and wait for its reply.  Raises the Error that it carries."""
        return await self._reply(self._call(program, procedure, payload))

    async def ask_stream(
        self, program: int, procedure: int, payload: bytes, *, sparse: bool
    ) -> tuple[bytes, Stream]:
        """Make a call that opens a stream; its reply and the stream."""
        serial = self._call(program, procedure, payload)
        stream = self.session.open_stream(program, procedure, serial, sparse=sparse)
        return await self._reply(serial), stream

    def _call(self, program: int, procedure: int, payload: bytes) -> int:
        self.check()
        serial = self.session.call(program, procedure, payload)
        self._waiting[serial] = self._loop.create_future()
        self._flush()
        self.regulate()
        return serial

    async def _reply(self, serial: int) -> bytes:
        future = self._waiting[serial]
        try:
            async with asyncio.timeout(self.timeout):
                return await future
        except TimeoutError:
            raise OperationTimeout(f"no answer within {self.timeout} seconds") from None
        finally:
            del self._waiting[serial]
            if not future.done() or future.cancelled():
                self.session.forget(serial)

    # ------------------------------------------------------------------ streams

    async def say(self, messages: Iterable[Message], unsent: int) -> None:
        """Send stream packets; waits until at most ``unsent`` bytes are still to go."""
        for message in messages:
            self.check()
            self.session.send(message)
            self._flush()
            await self.until(lambda: len(self.session.outgoing) <= unsent)

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait until something holds that changes when bytes are moved.  Raises
        OperationTimeout, or what the link was lost by."""
        try:
            async with asyncio.timeout(self.timeout):
                while not done():
                    if self.close_reason is not None:
                        raise self._why()
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            raise OperationTimeout(f"no answer within {self.timeout} seconds") from None

    # ------------------------------------------------------------------ bytes

    def _readable(self) -> None:
        try:
            data = self.duplex.receive(CHUNK)
            if data is None:
                return
            if not data:
                self._lost(self.duplex.ended(), CLOSED_BY_PEER)
                return
            messages = self.session.feed(data)
        except Error as error:
            self._lost(error, CLOSED_BY_ERROR)
            return
        for message in messages:
            if message.type in (REPLY, REPLY_FILES):
                self._answer(message.serial)
        while (event := self.session.next_event()) is not None:
            self.deliver(event)
        self._flush()  # the answers to pings
        self.regulate()
        self._moved.set()

    def regulate(self) -> None:
        """Read no more while a stream has much that nobody has taken: the daemon then waits.  But
        for whoever waits for a reply, which comes behind it."""
        full = any(stream.kept > UNREAD_MAX for stream in self.session.streams.values())
        wanted = not full or bool(self._waiting)
        if wanted != self._reading and self.close_reason is None:
            self._reading = wanted
            if wanted:
                self._loop.add_reader(self.duplex.fileno(), self._readable)
            else:
                self._loop.remove_reader(self.duplex.fileno())

    def _answer(self, serial: int) -> None:
        future = self._waiting.get(serial)
        if future is None or future.done():
            self.session.replies.pop(serial, None)
            return
        try:
            answer = self.session.take(serial)
        except Error as error:
            future.set_exception(error)
        else:
            assert answer is not None
            future.set_result(answer)

    def _flush(self) -> None:
        """Send what the socket takes now; the loop says when it takes the rest."""
        session = self.session
        try:
            while session.outgoing and (size := self.duplex.send(session.outgoing)):
                session.sent(size)
        except Error as error:
            self._lost(error, CLOSED_BY_ERROR)
            return
        if bool(session.outgoing) != self._writing:
            self._writing = not self._writing
            if self._writing:
                self._loop.add_writer(self.duplex.fileno(), self._writable)
            else:
                self._loop.remove_writer(self.duplex.fileno())

    def _writable(self) -> None:
        self._flush()
        self._moved.set()

    def keepalive(self) -> None:
        """The session's keepalive has changed: look when it is due."""
        self._beat()

    def _beat(self) -> None:
        """Ping when that is due, and look again when it is due next."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            self.session.ping()
        except InternalError as error:
            self._lost(error, CLOSED_BY_KEEPALIVE)
            return
        self._flush()
        due = self.session.ping_due()
        if due is not None and self.close_reason is None:
            self._timer = self._loop.call_later(due, self._beat)

    # ------------------------------------------------------------------ the end

    def check(self) -> None:
        """Raises InternalError if it is closed."""
        if self.close_reason is not None:
            error = InternalError("client socket is closed")
            error.domain = FROM_RPC
            raise error

    def close(self) -> Callable[[], None]:
        """Let go of the socket without a word; what is still to be done may wait for a program
        that carries the bytes, and is for a thread."""
        if self.close_reason is None:
            self._lost(InternalError("client socket is closed"), CLOSED_BY_CLIENT)
        return self.duplex.close

    def _lost(self, error: Error, reason: int) -> None:
        if self.close_reason is not None:
            return
        error.domain = error.domain or FROM_RPC
        self.close_reason = reason
        self.session.fail(error)
        if self._reading:
            self._loop.remove_reader(self.duplex.fileno())
        if self._writing:
            self._loop.remove_writer(self.duplex.fileno())
        if self._timer is not None:
            self._timer.cancel()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(self._why())
        self._moved.set()
        self.at_end()

    def _why(self) -> Error:
        """What the link was lost by, for one of several who hear of it."""
        error = self.session.fault
        assert error is not None  # it is closed
        found = from_wire(error.code, error.domain, error.message, error.level)
        found.hint = error.hint
        return found
