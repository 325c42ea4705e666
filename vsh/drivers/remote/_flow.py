"""Bytes between a session and its duplex, moved by whoever waits: many callers, one reader.

There is no thread of our own.  The first who waits reads, for all: after each portion it wakes
those whose answer has come.  When its own has come, it leaves the reading to the next.  What is
queued is sent by who queued it; what the socket does not take, the reader sends when there is room.

So a call may be abandoned at any moment (Ctrl-C, time-out): its reply is dropped when it comes.
Only an interruption in the very act of moving bytes leaves it unknown how many have gone, and then
the link is given up.
"""

from __future__ import annotations

import os
from _thread import allocate_lock, get_ident
from select import POLLHUP, POLLIN, POLLOUT, poll
from time import monotonic

from vsh.errors import Error, InternalError, OperationTimeout, SystemFailure, from_wire
from vsh.rpc.errors import FROM_RPC
from vsh.rpc.keepalive import Keepalive
from vsh.rpc.session import Client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from collections.abc import Callable, Sequence

    from vsh.auth import Layer
    from vsh.rpc.message import Message
    from vsh.transports._duplex import Duplex

CALLS = 1 << 14
CHUNK = 1 << 18
"""How much is read at a time: of short answers, and of long ones and streams.  Room for a whole
chunk is asked of the system each time, and given back: that costs more than a short call."""

LOOKS = 16
"""How much of what a daemon says unasked is taken in just to see whether it is there."""

CLOSED_BY_ERROR, CLOSED_BY_PEER, CLOSED_BY_KEEPALIVE, CLOSED_BY_CLIENT = range(4)


class Flow:
    """A session on its way over a duplex.

    timeout       seconds a call may take; None: as long as the daemon is there
    close_reason  libvirt's number for why it is closed (``virConnectCloseReason``); None: it is
                  open
    lock          held by whoever looks into the session or its streams, never while waiting
    """

    __slots__ = (
        "session",
        "duplex",
        "timeout",
        "close_reason",
        "lock",
        "_poll",
        "_mask",
        "_moving",
        "_reader",
        "_polling",
        "_waiters",
        "_bell",
        "_sent",
        "_leaving",
        "_expecting",
        "_files",
        "_came",
    )

    def __init__(self, duplex: Duplex, *, timeout: float | None = None) -> None:
        self.session = Client()
        self.duplex = duplex
        self.timeout = timeout
        self.close_reason: int | None = None
        self.lock = allocate_lock()
        self._poll = poll()
        self._poll.register(duplex, POLLIN)
        self._mask = POLLIN
        self._moving = False
        self._reader = 0  # the thread that reads for all
        self._polling = False  # it waits for the socket at this moment
        self._waiters: list[tuple[LockType, Callable[[], bool]]] = []
        self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)  # wakes the reader
        self._poll.register(self._bell, POLLIN)
        self._sent = 0
        self._leaving: list[tuple[int, int]] = []  # files to send: after how many bytes, which
        self._expecting = 0  # calls whose replies bring files
        self._files: list[int] = []  # what came and is not given to its reply yet
        self._came: dict[int, list[int]] = {}  # what came, by the serial of its call

    # ------------------------------------------------------------------ waiting

    def wait_for(self, done: Callable[[], bool]) -> None:
        """Take in what comes until ``done()``.  Raises OperationTimeout."""
        self._pump(done, self.timeout)

    def wait(self, done: Callable[[], bool], timeout: float | None) -> bool:
        """Take in what comes until ``done()``; False when the time is over first."""
        try:
            self._pump(done, timeout)
        except OperationTimeout:
            return False
        return True

    def _pump(self, done: Callable[[], bool], timeout: float | None) -> None:
        """Have bytes moved until ``done()``, which is asked with the lock held.

        Raises OperationTimeout, or what the link was lost by.
        """
        end = None if timeout is None else monotonic() + timeout
        reading = False
        turn: LockType | None = None
        try:
            while True:
                with self.lock:
                    if self._is_over(done):
                        return
                    if self._reader in (0, get_ident()):  # a reader that waits anew was interrupted
                        reading = True
                        self._reader = get_ident()
                        break
                    if self._flush(done):
                        return
                    turn = allocate_lock()
                    turn.acquire()
                    self._waiters.append((turn, done))
                    if self.session.outgoing or self._leaving:
                        self._ring()  # the reader does not know that there is something to send
                left = -1.0 if end is None else max(0.0, end - monotonic())
                if not turn.acquire(True, left):  # noqa: FBT003
                    raise self._late(timeout)
            self._read(done, end, timeout)
        finally:
            with self.lock:
                self._leave(reading=reading, turn=turn)

    def _is_over(self, done: Callable[[], bool]) -> bool:
        self._give_up_if_moving()
        if done():
            return True
        if self.close_reason is not None:
            raise self._why()
        return False

    def _flush(self, done: Callable[[], bool]) -> bool:
        """Send what can be sent; answers whether that was what was waited for."""
        if self.session.outgoing or self._leaving:
            self._send()
            return done()
        return False

    def _read(self, done: Callable[[], bool], end: float | None, timeout: float | None) -> None:
        """Be the reader until ``done()``."""
        late = False
        while True:
            with self.lock:
                if self._is_over(done) or self._flush(done):
                    return
                # Whoever talks on and on of other things does not get more time by that.
                if late:
                    raise self._late(timeout)
                pause = self._pause()
                if end is not None:
                    left = end - monotonic()
                    late = left <= 0  # one last look: the time given may have been none at all
                    pause = max(0.0, left if pause is None else min(pause, left))
                self._polling = True
            events = self._poll.poll(None if pause is None else pause * 1000 + (pause > 0))
            with self.lock:
                self._polling = False
                if self.close_reason is None:
                    self._take_in(events)
                self._wake_the_answered()

    def _pause(self) -> float | None:
        """How long the reader may wait for the socket; pings where that is due."""
        mask = POLLIN | POLLOUT if self.session.outgoing or self._leaving else POLLIN
        if mask != self._mask:
            self._poll.modify(self.duplex, mask)
            self._mask = mask
        pause = self.session.ping_due()
        if pause is not None and pause <= 0:
            try:
                self.session.ping()
            except InternalError as error:
                raise self._lost(error, CLOSED_BY_KEEPALIVE) from None
            self._send()
            pause = self.session.ping_due()
        return pause

    def _take_in(self, events: list[tuple[int, int]]) -> None:
        for descriptor, event in events:
            if descriptor == self._bell:
                os.eventfd_read(self._bell)
            elif event & ~POLLOUT:
                self._receive()

    def _wake_the_answered(self) -> None:
        if not self._waiters:
            return
        over = self.close_reason is not None
        waiting = []
        for waiter in self._waiters:
            turn, done = waiter
            if over or done():
                turn.release()
            else:
                waiting.append(waiter)
        self._waiters = waiting

    def _leave(self, *, reading: bool, turn: LockType | None) -> None:
        """End somebody's waiting, and leave the reading to the next if it was theirs."""
        if reading:
            self._reader = 0
            self._polling = False
            if self.close_reason is not None:
                self._release()
        elif turn is not None:
            self._waiters = [waiter for waiter in self._waiters if waiter[0] is not turn]
        self._give_up_if_moving()
        if not self._reader and self._waiters:
            self._waiters.pop(0)[0].release()

    def _ring(self) -> None:
        if self._polling:
            os.eventfd_write(self._bell, 1)

    @staticmethod
    def _late(timeout: float | None) -> OperationTimeout:
        return OperationTimeout(f"no answer within {timeout} seconds")

    # ------------------------------------------------------------------ bytes

    def _send(self) -> None:
        session = self.session
        self._moving = True
        try:
            if self._leaving:
                self._send_with_files()
            else:
                self._count(self.duplex.send(session.outgoing))
        except Error as error:
            raise self._lost(error, self._reason(error)) from None
        self._moving = False

    def _send_apart(self, message: Message) -> None:
        """Send a message when nothing waits before it: its payload is not copied but for what the
        peer does not take at once.
        """
        start = self.session.start_of(message)
        self._moving = True
        try:
            size = self.duplex.send_parts(start, message.payload)
        except Error as error:
            raise self._lost(error, self._reason(error)) from None
        self._sent += size
        place = size - len(start)
        if place < 0:
            self.session.outgoing += start[size:]
        self.session.outgoing += memoryview(message.payload)[max(0, place) :]
        self._moving = False

    def _send_with_files(self) -> None:
        """Send, and each file right behind the last byte of the message that it belongs to."""
        while self._leaving:
            place, descriptor = self._leaving[0]
            before = place - self._sent
            if before:
                size = self.duplex.send(bytes(self.session.outgoing[:before]))
                self._count(size)
                if not size:
                    return
            elif self.duplex.send_file(descriptor):
                self._leaving.pop(0)
                os.close(descriptor)
            else:
                return

    def _count(self, size: int) -> None:
        self._sent += size
        self.session.sent(size)

    def _receive(self) -> None:
        self._moving = True
        session = self.session
        size = CHUNK if session.streams or session.unfinished else CALLS
        try:
            if self._expecting:
                data, files = self.duplex.receive_files(size)
                self._files += files
            else:
                data = self.duplex.receive(size)
            if data:
                found = session.feed(data)
                if self._files:
                    self._hand_out_files(found)
        except Error as error:
            raise self._lost(error, self._reason(error)) from None
        if data == b"":
            raise self._lost(self.duplex.ended(), CLOSED_BY_PEER)
        self._moving = False

    def _hand_out_files(self, messages: list[Message]) -> None:
        for message in messages:
            if not message.files:
                continue
            files, self._files = self._files[: message.files], self._files[message.files :]
            if message.serial in self.session.replies:
                self._came[message.serial] = files
            else:
                close_all(files)  # whoever wanted them waits no more

    # ------------------------------------------------------------------ the end

    @property
    def alive(self) -> bool:
        """Whether it is open, as far as can be told; looks whether the daemon has closed it."""
        with self.lock:
            self._give_up_if_moving()
            if self.close_reason is not None:
                return False
            try:
                for _ in range(LOOKS):
                    if not self._look():
                        break
            except Error:
                return False
            return True

    def look(self) -> None:
        """Take in what is there, without waiting."""
        with self.lock:
            if self.close_reason is None:
                self._look()

    def _look(self) -> bool:
        """Take in a portion of what is there; answers whether there was anything."""
        if self._reader:  # which sees it at once
            return False
        events = self._poll.poll(0)
        if not any(event & ~POLLOUT for _, event in events):
            return False
        self._take_in(events)
        return True

    def seal(self, layer: Layer) -> None:
        """From now on nothing goes in the clear.  Nothing may be on its way."""
        from vsh.transports._sealed import Sealed

        with self.lock:
            session = self.session
            if session.outgoing or session.unfinished:
                raise self._lost(
                    InternalError("the daemon talks in the clear after it has agreed to encrypt"),
                    CLOSED_BY_ERROR,
                )
            self._poll.unregister(self.duplex)
            self.duplex = Sealed(self.duplex, layer)
            self._poll.register(self.duplex, self._mask)

    def keepalive(self, interval: int, count: int) -> None:
        """Ping after that many silent seconds, give up after that many pings; 0: do not."""
        with self.lock:
            self.session.keepalive = (
                Keepalive(interval, count, monotonic()) if interval > 0 else None
            )
            self._ring()  # the reader has to wait otherwise now

    def hand_over(self) -> tuple[Client, Duplex]:
        """Leave the conversation and its duplex to somebody who moves the bytes in another way."""
        with self.lock:
            self.check()
            self._poll.unregister(self.duplex)
            os.close(self._bell)
            self._bell = -1
            self.close_reason = CLOSED_BY_CLIENT
            return self.session, self.duplex

    def close(self) -> None:
        """Let go of the socket, without a word to the daemon."""
        with self.lock:
            if self.close_reason is None:
                self._lost(InternalError("client socket is closed"), CLOSED_BY_CLIENT)

    def check(self) -> None:
        """Raises InternalError if it is closed.  With the lock held."""
        self._give_up_if_moving()
        if self.close_reason is not None:
            error = InternalError("client socket is closed")
            error.domain = FROM_RPC
            raise error

    def _lost(self, error: Error, reason: int) -> Error:
        error.domain = error.domain or FROM_RPC
        if self.close_reason is None:
            self.close_reason = reason
            self.session.fail(error)
            if self._polling:
                self._ring()  # the reader lets go of the socket, which it waits for now
            else:
                self._release()
            self._wake_the_answered()
        self._moving = False
        return error

    def _release(self) -> None:
        """Let go of the socket and all files.  May be called again."""
        self.duplex.close()
        if self._bell >= 0:
            os.close(self._bell)
            self._bell = -1
        close_all([descriptor for _, descriptor in self._leaving] + self._files)
        self._leaving, self._files = [], []

    def _why(self) -> Error:
        """What the link was lost by, for one of several who hear of it."""
        error = self.session.fault
        assert error is not None  # it is closed
        found = from_wire(error.code, error.domain, error.message, error.level)
        found.hint = error.hint
        return found

    def _reason(self, error: Error) -> int:
        """Of an error while bytes were moved: did the daemon hang up, if not politely?"""
        if isinstance(error, SystemFailure) and self.duplex.fileno() >= 0:  # nobody closed it
            look = poll()
            look.register(self.duplex, POLLIN)
            events = look.poll(0)
            if events and events[0][1] & POLLHUP:
                return CLOSED_BY_PEER
        return CLOSED_BY_ERROR

    def _give_up_if_moving(self) -> None:
        """Who was interrupted with bytes in hand has left ``_moving`` behind."""
        if self._moving:
            self._lost(InternalError("interrupted while data was on its way"), CLOSED_BY_ERROR)


def close_all(files: Sequence[int]) -> None:
    """Let go of open files."""
    for descriptor in files:
        os.close(descriptor)
