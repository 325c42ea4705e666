"""A stream of a client: bytes between the driver's end and the packets of the wire.

Each has a thread while it lasts, since a driver's end may wait: for a guest's console, for a disk.
"""

from __future__ import annotations

import contextlib
import threading

from vsh.errors import Error, OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.stream import Channel
    from vsh.daemon.client import Client
    from vsh.rpc.streams import Stream

PIECE = 256 * 1024 - 24
FROM_STREAMS = 38
WINDOW = 4 * 1024 * 1024
"""Bytes for a client that may wait unsent before its stream is read on."""


class Transfer:
    """One stream.

    channel  the driver's end
    wire     the client's end
    """

    def __init__(self, client: Client, wire: Stream, channel: Channel) -> None:
        self.client = client
        self.wire = wire
        self.channel = channel
        self._arrived = threading.Condition(client.lock)
        self._over = False

    def start(self, *, reads: bool, writes: bool) -> None:
        """Begin: ``reads`` from the driver to the client, ``writes`` the other way."""
        try:
            if reads:
                threading.Thread(target=self._read, name="vshd-stream", daemon=True).start()
            if writes or reads:
                threading.Thread(target=self._write, name="vshd-stream", daemon=True).start()
        except RuntimeError as error:  # the system has no room for one more
            self._fail(OperationFailed(f"cannot serve the stream: {error}"))

    def arrived(self) -> None:
        """Packets have come, or room was made; with the client's lock held."""
        self._arrived.notify_all()

    def cancel(self) -> None:
        """The client has gone."""
        with self._arrived:
            if self._over:
                return
            self._over = True
            self._arrived.notify_all()
        with contextlib.suppress(Error, OSError):
            self.channel.abort()

    def _read(self) -> None:
        """From the driver to the client."""
        try:
            while not self._over:
                hole = self.channel.receive_hole() if self.wire.sparse else 0
                data = b"" if hole else self.channel.receive(PIECE)
                with self._arrived:
                    while len(self.client.talk.outgoing) > WINDOW and not self._over:
                        self._arrived.wait(0.05)
                    if self.wire.closing is not None or self._over:
                        return
                    if hole:
                        self.client.talk.send(self.wire.hole(hole))
                    elif data:
                        for packet in self.wire.send(data):
                            self.client.talk.send(packet)
                    else:
                        self._send_end()
                    self.client.changed()
                if not hole and not data:
                    return
        except Error as error:
            self._fail(error)
        except OSError as error:
            self._fail(OperationFailed(f"cannot read from stream: {error.strerror}"))

    def _send_end(self) -> None:
        """An empty packet says that there is no more."""
        from vsh.rpc.message import CONTINUE, STREAM, Message

        wire = self.wire
        self.client.talk.send(
            Message(wire.program, wire.version, wire.procedure, STREAM, wire.serial, CONTINUE, b"")
        )

    def _write(self) -> None:
        """From the client to the driver, until the client ends it."""
        try:
            while True:
                with self._arrived:
                    while not self.wire.chunks and self.wire.closing is None and not self._over:
                        self._arrived.wait()
                    if self._over:
                        return
                    chunk = self.wire.take(PIECE) if self.wire.chunks else None
                    if not self.client.mask:  # it was not listened to: it was ahead of us
                        self.client.server.wants_to_write(self.client)
                if isinstance(chunk, int):
                    self.channel.send_hole(chunk)
                elif chunk:
                    self._send(chunk)
                elif self.wire.closing is not None:
                    self._end()
                    return
        except Error as error:
            self._fail(error)
        except OSError as error:
            self._fail(OperationFailed(f"cannot write to stream: {error.strerror}"))

    def _send(self, data: bytes) -> None:
        while data:
            data = data[self.channel.send(data) :]

    def _end(self) -> None:
        """The client has ended the stream: so does the driver, and the client is told."""
        if self.wire.closing == "finish":
            self.channel.finish()
        else:
            self.channel.abort()
        with self._arrived:
            self._over = True
            self._arrived.notify_all()
            self.client.talk.send(self.wire.confirm())
            self._forget()
            self.client.changed()

    def _fail(self, error: Error) -> None:
        with self._arrived:
            if self._over:
                return
            self._over = True
            self._arrived.notify_all()
            error.domain = error.domain or FROM_STREAMS
            self.client.talk.send(self.wire.refuse(error))
            self._forget()
            self.client.changed()
        with contextlib.suppress(Error, OSError):
            self.channel.abort()

    def _forget(self) -> None:
        self.client.talk.streams.pop(self.wire.serial, None)
        self.client.transfers.pop(self.wire.serial, None)
