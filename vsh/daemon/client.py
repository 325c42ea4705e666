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

from vsh.daemon.limits import OUTGOING_MAX
from vsh.errors import InternalError, RpcError
from vsh.rpc.codec import encode_event
from vsh.rpc.programs import NUMBERS
from vsh.rpc.session import Server as Conversation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.event import Event
    from vsh.daemon.server import Server
    from vsh.daemon.transfers import Transfer
    from vsh.rpc.message import Message

_CREDENTIALS = struct.Struct("=iII")
CHUNK = 256 * 1024
_FILES = 32


class Client:
    """One client.

    number      its number in this server, from 1
    readonly    it came by the read-only socket
    identity    who it is, by libvirt's names of identity parameters
    connection  the connection that it has opened, or None
    ready       whether it has said who it is, where it has to
    gone        it is being closed
    """

    def __init__(
        self, server: Server, number: int, end: socket.socket, *, readonly: bool, ways: list[int]
    ) -> None:
        self.server = server
        self.number = number
        self.socket = end
        self.readonly = readonly
        self.ways = ways
        self.ready = ways == [0]
        self.connected = time.time()
        self.lock = threading.RLock()
        self.talk = Conversation(set(NUMBERS.values()))
        self.connection: Connection | None = None
        self.identity: dict[str, str | int] = {}
        self.transfers: dict[int, Transfer] = {}
        self.waiting: list[Message] = []  # calls over the limit of what is answered at a time
        self.answering = 0
        self.files: list[int] = []  # descriptors that came and belong to no call yet
        self.leaving: list[tuple[int, int]] = []  # those to be sent: after how many bytes, which
        self.gone = False
        self.legacy: set[int] = set()  # registrations of the kind without callback numbers
        if end.family == socket.AF_UNIX:
            pid, uid, gid = _CREDENTIALS.unpack(
                end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
            )
            self.identity = {"unix-process-id": pid, "unix-user-id": uid, "unix-group-id": gid}

    # ---- bytes

    def receive(self) -> list[Message]:
        """Take what has come; the calls in it.  Raises ConnectionError at the end, RpcError."""
        try:
            data, ancillary, _, _ = self.socket.recvmsg(
                CHUNK, socket.CMSG_SPACE(_FILES * 4), socket.MSG_CMSG_CLOEXEC
            )
        except (BlockingIOError, InterruptedError):
            return []
        for level, kind, raw in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                self.files += struct.unpack(f"={len(raw) // 4}i", raw[: len(raw) // 4 * 4])
        if not data:
            raise ConnectionError("end of file")
        with self.lock:
            return self.talk.feed(data)

    def flush(self) -> bool:
        """Send what can be sent now; whether nothing is left.  Raises OSError."""
        with self.lock:
            outgoing = self.talk.outgoing
            try:
                while outgoing or self.leaving:
                    due = self.leaving[0][0] if self.leaving else CHUNK
                    if not due:
                        self._send_file()
                        continue
                    # not a view: what is sent is cut off the front
                    size = self.socket.send(outgoing[: min(due, CHUNK)])
                    self.talk.sent(size)
                    if self.leaving:
                        self.leaving = [(after - size, file) for after, file in self.leaving]
            except (BlockingIOError, InterruptedError):
                return False
            return True

    def _send_file(self) -> None:
        """A descriptor, with the one byte that it travels with."""
        descriptor = self.leaving[0][1]
        rights = struct.pack("=i", descriptor)
        self.socket.sendmsg([b"\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
        del self.leaving[0]
        os.close(descriptor)

    def hand_over(self, call: Message, payload: bytes, descriptors: list[int]) -> None:
        """Answer a call with descriptors, which are the client's alone from now on.

        Raises InternalError where they cannot travel.
        """
        if self.socket.family != socket.AF_UNIX:
            for descriptor in descriptors:
                os.close(descriptor)
            raise InternalError.whole("no FD passing support on this connection")
        with self.lock:
            self.talk.reply(call, payload, files=len(descriptors))
            after = len(self.talk.outgoing)
            self.leaving += [(after, descriptor) for descriptor in descriptors]

    def taken_files(self, count: int) -> list[int]:
        """The descriptors that came with a call.  Raises RpcError where some are missing."""
        if len(self.files) < count:
            raise RpcError(f"a call came with {len(self.files)} of {count} file descriptors")
        taken, self.files = self.files[:count], self.files[count:]
        return taken

    def changed(self) -> None:
        """Something is to be sent: send it now if that is possible, else when the loop can."""
        with self.lock:
            if self.gone:
                return
            if len(self.talk.outgoing) > OUTGOING_MAX:
                self.server.drop(self, "it does not read what it is told")
                return
            try:
                if self.flush():
                    return
            except OSError as error:
                self.server.drop(self, str(error))
                return
        self.server.wants_to_write(self)

    # ---- events

    def push(self, event: Event) -> None:
        """Tell the client of an event that it has registered for."""
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
        for descriptor in self.files:
            os.close(descriptor)
        for _, descriptor in self.leaving:
            os.close(descriptor)
        self.files, self.leaving = [], []
        if self.connection is not None:
            self.connection.close()
            self.connection = None
        self.socket.close()
