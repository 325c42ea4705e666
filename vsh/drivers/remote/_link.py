"""One connection to a daemon: a session and the duplex it goes over, and the waiting for replies.

Whoever waits also sends what is queued, takes in whatever comes and answers pings; nothing happens
between calls.  So a call may be abandoned at any moment (Ctrl-C, time-out): its reply is dropped
when it comes.  Only an interruption in the very act of moving bytes leaves it unknown how many
have gone, and then the link is given up.  Not for use by two threads at once.
"""

from __future__ import annotations

import os
from select import POLLHUP, POLLIN, POLLOUT, poll
from time import monotonic

from vsh.errors import Error, InternalError, OperationTimeout, SystemFailure
from vsh.rpc.errors import FROM_RPC
from vsh.rpc.keepalive import Keepalive
from vsh.rpc.session import Client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeAlias

    from vsh.auth import Layer
    from vsh.rpc.message import Message
    from vsh.rpc.streams import Stream
    from vsh.transports._duplex import Duplex

    Ask: TypeAlias = tuple[int, int, bytes]

CHUNK = 1 << 18

LOOKS = 16
"""How much of what a daemon says unasked is taken in just to see whether it is there."""

CLOSED_BY_ERROR, CLOSED_BY_PEER, CLOSED_BY_KEEPALIVE, CLOSED_BY_CLIENT = range(4)


class Link:
    """A connection that answers calls.

    timeout       seconds a call may take; None: as long as the daemon is there close_reason
    libvirt's number for why it is closed (``virConnectCloseReason``); None: it is open
    """

    __slots__ = (
        "session",
        "duplex",
        "timeout",
        "close_reason",
        "_poll",
        "_mask",
        "_moving",
        "_files",
    )

    def __init__(self, duplex: Duplex, *, timeout: float | None = None) -> None:
        self.session = Client()
        self.duplex = duplex
        self.timeout = timeout
        self.close_reason: int | None = None
        self._poll = poll()
        self._poll.register(duplex, POLLIN)
        self._mask = POLLIN
        self._moving = False
        self._files: list[int] | None = None  # what came with a reply, while files are expected

    # ------------------------------------------------------------------ calls

    def ask(self, program: int, procedure: int, payload: bytes = b"") -> bytes:
        """Make a call and wait for its reply.  Raises the Error that it carries."""
        self._check()
        return self._answer(self._queue(program, procedure, payload))

    def ask_files(
        self, program: int, procedure: int, payload: bytes, files: list[int]
    ) -> tuple[bytes, list[int]]:
        """Make a call that gives files to the daemon or gets some; answers its reply and those.

        What came is the caller's to close.
        """
        self._check()
        if not self.duplex.passes_files:
            raise InternalError("Sending file descriptors is not supported on this socket")
        self._files = []
        try:
            serial = self._queue_files(program, procedure, payload, files)
            answer = self._answer(serial)
            came, self._files = self._files, []
        finally:
            for descriptor in self._files:
                os.close(descriptor)
            self._files = None
        return answer, came

    def ask_many(self, calls: Iterable[Ask], window: int) -> list[bytes | Error]:
        """Make independent calls, at most ``window`` of them in flight; the answers in their order.

        When the link is lost or the time is over, the calls still without an answer all get that
        error.
        """
        self._check()
        answers: list[Any] = []
        waiting: dict[int, int] = {}
        source = iter(calls)
        try:
            while self._fill(source, window, waiting, answers):
                try:
                    self._wait(waiting, lambda: bool(self.session.replies))
                except Error as error:
                    for position in waiting.values():
                        answers[position] = error
                    answers.extend(error for _ in source)
                    break
                self._collect(waiting, answers)
        except BaseException:
            for serial in waiting:
                self.session.forget(serial)
            raise
        return answers

    def ask_stream(
        self, program: int, procedure: int, payload: bytes, *, sparse: bool = False
    ) -> tuple[bytes, Stream]:
        """Make a call that opens a stream; answers its reply and the stream."""
        self._check()
        serial = self._queue(program, procedure, payload)
        stream = self.session.open_stream(program, procedure, serial, sparse=sparse)
        return self._answer(serial), stream

    def say(self, messages: Iterable[Message], unsent: int) -> None:
        """Send stream packets; waits until at most ``unsent`` bytes are still to go."""
        session = self.session
        for message in messages:
            self._check()
            session.send(message)
            self.wait_for(lambda: len(session.outgoing) <= unsent)

    def wait_for(self, done: Callable[[], bool]) -> None:
        """Take in what comes until ``done()``.  Raises OperationTimeout."""
        self._check()
        self._wait((), done)

    def wait(self, done: Callable[[], bool], timeout: float | None) -> bool:
        """Take in what comes until ``done()``; False when the time is over first."""
        self._check()
        try:
            self._pump(done, timeout)
        except OperationTimeout:
            return False
        return True

    def _answer(self, serial: int) -> bytes:
        replies = self.session.replies
        self._wait((serial,), lambda: serial in replies)
        answer = self.session.take(serial)
        assert answer is not None
        return answer

    def _fill(
        self, source: Iterator[Ask], window: int, waiting: dict[int, int], answers: list[Any]
    ) -> bool:
        """Queue calls until the window is full; answers whether any is waited for."""
        while len(waiting) < window:
            call = next(source, None)
            if call is None:
                break
            try:
                waiting[self._queue(*call)] = len(answers)
                answers.append(None)
            except Error as error:
                answers.append(error)
        return bool(waiting)

    def _collect(self, waiting: dict[int, int], answers: list[Any]) -> None:
        for serial in list(self.session.replies):
            position = waiting.pop(serial, None)
            if position is None:  # of a call whose caller was interrupted
                self.session.forget(serial)
                continue
            try:
                answers[position] = self.session.take(serial)
            except Error as error:
                answers[position] = error

    def _queue(self, program: int, procedure: int, payload: bytes, files: int = 0) -> int:
        self._moving = True
        try:
            serial = self.session.call(program, procedure, payload, files=files)
        except Error:
            self._moving = False
            raise
        self._moving = False
        return serial

    def _queue_files(self, program: int, procedure: int, payload: bytes, files: list[int]) -> int:
        """Queue a call and send it with its files, which follow its last byte."""
        serial = self._queue(program, procedure, payload, len(files))
        try:
            self._pump(lambda: not self.session.outgoing, self.timeout)
            for descriptor in files:
                self._send_file(descriptor)
        except BaseException as error:
            # The daemon waits for files and would take anything else for them.
            reason = error if isinstance(error, Error) else InternalError("interrupted")
            self._lost(reason, CLOSED_BY_ERROR)
            raise
        return serial

    def _wait(self, serials: Iterable[int], done: Callable[[], bool]) -> None:
        try:
            self._pump(done, self.timeout)
        except BaseException:
            for serial in serials:
                self.session.forget(serial)
            raise

    # ------------------------------------------------------------------ bytes

    def _pump(self, done: Callable[[], bool], timeout: float | None) -> None:
        """Move bytes until ``done()``.  Raises OperationTimeout, or what the link was lost by."""
        end = None if timeout is None else monotonic() + timeout
        while not done():
            if self.session.outgoing:
                self._send()
                if done():  # it may have been the sending that was waited for
                    return
            late = end is not None and monotonic() >= end
            if self._ready(end):
                self._receive()
                # Whoever talks on and on of other things does not get more time by that.
                if late and not done():
                    raise OperationTimeout(f"no answer within {timeout} seconds")

    def _ready(self, end: float | None) -> bool:
        """Wait until something can be done; answers whether there is something to read."""
        mask = POLLIN | POLLOUT if self.session.outgoing else POLLIN
        if mask != self._mask:
            self._poll.modify(self.duplex, mask)
            self._mask = mask
        pause = self.session.ping_due()
        if end is not None:
            left = end - monotonic()
            if left <= 0:
                # One last look: the time given may have been none at all.
                events = self._poll.poll(0)
                if not events:
                    raise OperationTimeout(f"no answer within {self.timeout} seconds")
                return bool(events[0][1] & ~POLLOUT)
            pause = left if pause is None else min(pause, left)
        events = self._poll.poll(None if pause is None else pause * 1000 + 1)
        if events:
            return bool(events[0][1] & ~POLLOUT)
        try:
            self.session.ping()
        except InternalError as error:
            raise self._lost(error, CLOSED_BY_KEEPALIVE) from None
        return False

    def _send(self) -> None:
        session = self.session
        self._moving = True
        try:
            size = self.duplex.send(session.outgoing)
        except Error as error:
            raise self._lost(error, self._reason(error)) from None
        session.sent(size)
        self._moving = False

    def _receive(self) -> None:
        self._moving = True
        try:
            if self._files is None:
                data = self.duplex.receive(CHUNK)
            else:
                data, files = self.duplex.receive_files(CHUNK)
                self._files += files
            if data:
                self.session.feed(data)
        except Error as error:
            raise self._lost(error, self._reason(error)) from None
        if data == b"":
            raise self._lost(self.duplex.ended(), CLOSED_BY_PEER)
        self._moving = False

    def _send_file(self, descriptor: int) -> None:
        while not self.duplex.send_file(descriptor):
            room = poll()
            room.register(self.duplex, POLLOUT)
            room.poll()

    # ------------------------------------------------------------------ the end

    @property
    def alive(self) -> bool:
        """Whether it is open, as far as can be told; looks whether the daemon has closed it."""
        self._give_up_if_moving()
        if self.close_reason is not None:
            return False
        try:
            for _ in range(LOOKS):
                events = self._poll.poll(0)
                if not events or not events[0][1] & ~POLLOUT:
                    break
                self._receive()
        except Error:
            return False
        return True

    def seal(self, layer: Layer) -> None:
        """From now on nothing goes in the clear.  Nothing may be on its way."""
        from vsh.transports._sealed import Sealed

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
        self.session.keepalive = Keepalive(interval, count, monotonic()) if interval > 0 else None

    def close(self) -> None:
        """Let go of the socket, without a word to the daemon."""
        if self.close_reason is None:
            self._lost(InternalError("client socket is closed"), CLOSED_BY_CLIENT)

    def _check(self) -> None:
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
            self._poll.unregister(self.duplex)
            self.duplex.close()
        self._moving = False
        return error

    def _reason(self, error: Error) -> int:
        """Of an error while bytes were moved: did the daemon hang up, if not politely?"""
        if isinstance(error, SystemFailure):
            events = self._poll.poll(0)
            if events and events[0][1] & POLLHUP:
                return CLOSED_BY_PEER
        return CLOSED_BY_ERROR

    def _give_up_if_moving(self) -> None:
        """Who was interrupted with bytes in hand has left ``_moving`` behind."""
        if self._moving:
            self._lost(InternalError("interrupted while data was on its way"), CLOSED_BY_ERROR)
