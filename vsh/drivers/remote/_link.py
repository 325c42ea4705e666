"""One connection to a daemon that answers calls: one or many in flight, with files, with streams.

Many threads may call at once.
"""

from __future__ import annotations

import os

from vsh.drivers.remote._flow import Flow, close_all
from vsh.errors import Error, InternalError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

    from vsh.rpc.message import Message
    from vsh.rpc.streams import Stream

    Ask: TypeAlias = tuple[int, int, bytes]


ROOM = 1 << 20
"""What of a stream may be on its way within this machine: packets go whole, and the daemon has the
next at hand while we read ours."""


class Link(Flow):
    """A connection that answers calls."""

    __slots__ = ()

    def ask(self, program: int, procedure: int, payload: bytes = b"") -> bytes:
        """Make a call and wait for its reply.  Raises the Error that it carries."""
        return self._answer(self._queue(program, procedure, payload))

    def begin(self, program: int, procedure: int, payload: bytes = b"") -> int:
        """Make a call, sent as far as that can be now; its serial, with which to ``end`` it."""
        serial = self._queue(program, procedure, payload)
        with self.lock:
            self._send()
        return serial

    def end(self, serial: int) -> bytes:
        """Wait for the reply to a call that was begun.  Raises the Error that it carries."""
        return self._answer(serial)

    def ask_files(
        self, program: int, procedure: int, payload: bytes, files: list[int]
    ) -> tuple[bytes, list[int]]:
        """Make a call that gives files to the daemon or gets some; answers its reply and those.

        What came is the caller's to close.
        """
        if not self.duplex.passes_files:
            raise InternalError("Sending file descriptors is not supported on this socket")
        copies = _copies(files)
        serial = -1
        with self.lock:
            self._expecting += 1
        try:
            serial = self._queue(program, procedure, payload, copies)
            answer = self._answer(serial)
            return answer, self._came.pop(serial, [])
        finally:
            with self.lock:
                self._expecting -= 1
                close_all(self._came.pop(serial, []))
                if not self._expecting:
                    close_all(self._files)
                    self._files = []

    def ask_many(self, calls: Iterable[Ask], window: int) -> list[bytes | Error]:
        """Make independent calls, at most ``window`` of them in flight; the answers in their order.

        When the link is lost or the time is over, the calls still without an answer all get that
        error.
        """
        with self.lock:
            self.check()
        answers: list[bytes | Error] = []
        waiting: dict[int, int] = {}
        replies = self.session.replies
        source = iter(calls)
        try:
            while self._fill(source, window, waiting, answers):
                try:
                    self.wait_for(lambda: any(serial in waiting for serial in replies))
                except Error as error:
                    for position in waiting.values():
                        answers[position] = error.with_traceback(None)
                    answers.extend(error for _ in source)
                    break
                self._collect(waiting, answers)
        finally:
            self._forget(waiting)
        return answers

    def ask_stream(
        self, program: int, procedure: int, payload: bytes, *, sparse: bool = False
    ) -> tuple[bytes, Stream]:
        """Make a call that opens a stream; answers its reply and the stream."""
        with self.lock:
            serial = self._queue_locked(program, procedure, payload)
            stream = self.session.open_stream(program, procedure, serial, sparse=sparse)
            self.duplex.make_room(ROOM)
        return self._answer(serial), stream

    def say(self, messages: Iterable[Message], unsent: int) -> None:
        """Send stream packets; waits until at most ``unsent`` bytes are still to go.

        What the daemon has said meanwhile is taken in: it may have broken off.
        """
        session = self.session
        for message in messages:
            with self.lock:
                self.check()
                if session.outgoing or self._leaving or not self.duplex.gathers:
                    session.send(message)
                else:
                    self._send_apart(message)
            if len(session.outgoing) > unsent:
                self.wait_for(lambda: len(session.outgoing) <= unsent)
            self.look()

    # ------------------------------------------------------------------ within

    def _answer(self, serial: int) -> bytes:
        replies = self.session.replies
        try:
            self.wait_for(lambda: serial in replies)
        except BaseException:
            self._forget((serial,))
            raise
        with self.lock:
            answer = self.session.take(serial)
        assert answer is not None
        return answer

    def _fill(
        self,
        source: Iterator[Ask],
        window: int,
        waiting: dict[int, int],
        answers: list[bytes | Error],
    ) -> bool:
        """Queue calls until the window is full; answers whether any is waited for."""
        while len(waiting) < window:
            call = next(source, None)
            if call is None:
                break
            try:
                waiting[self._queue(*call)] = len(answers)
                answers.append(b"")  # until it comes
            except Error as error:
                answers.append(error.with_traceback(None))
        return bool(waiting)

    def _collect(self, waiting: dict[int, int], answers: list[bytes | Error]) -> None:
        with self.lock:
            session = self.session
            for serial in [serial for serial in session.replies if serial in waiting]:
                position = waiting.pop(serial)
                try:
                    answers[position] = session.take(serial) or b""
                except Error as error:
                    answers[position] = error.with_traceback(None)

    def _forget(self, serials: Iterable[int]) -> None:
        """Nobody waits for these any more."""
        with self.lock:
            for serial in serials:
                self.session.forget(serial)

    def _queue(
        self, program: int, procedure: int, payload: bytes, files: Sequence[int] = ()
    ) -> int:
        with self.lock:
            return self._queue_locked(program, procedure, payload, files)

    def _queue_locked(
        self, program: int, procedure: int, payload: bytes, files: Sequence[int] = ()
    ) -> int:
        """Queue a call, and the files that follow its last byte; they are ours to close."""
        try:
            self.check()
            self._moving = True
            serial = self.session.call(program, procedure, payload, files=len(files))
        except Error:
            self._moving = False
            close_all(files)
            raise
        place = self._sent + len(self.session.outgoing)
        self._leaving += [(place, descriptor) for descriptor in files]
        self._moving = False
        return serial


def _copies(files: list[int]) -> list[int]:
    """Files of our own for those that a caller gives: it may close them before they are sent."""
    copies: list[int] = []
    for descriptor in files:
        try:
            copies.append(os.dup(descriptor))
        except OSError as error:
            close_all(copies)
            reason = os.strerror(error.errno or 0)
            raise SystemFailure(f"Cannot duplicate FD {descriptor}: {reason}") from None
    return copies
