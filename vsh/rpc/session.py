"""A conversation in libvirt's protocol, either side, without a socket.

Bytes that came are given to ``feed``; bytes to be sent gather in ``outgoing``, from which the owner
takes what it could send.  Pings are answered by themselves.

The client's calls are known by their serials, and replies come in any order.  A call that its
caller no longer waits for is forgotten: its reply is dropped when it comes.  The server takes
calls and gives each its reply.

A fault in what the peer sends is an RpcError with ``fault`` set: the session is over.  What a peer
can make a session keep is bounded: one unfinished message, the replies asked for, ``EVENTS_MAX``
bytes of events (the client) or ``CALLS_MAX`` calls (the server), one unsent answer to its pings,
and what ``streams`` allows.
"""

from __future__ import annotations

from time import monotonic

from vsh.errors import Error, RpcError
from vsh.rpc import errors
from vsh.rpc.keepalive import PONG_BYTES, Keepalive, is_keepalive
from vsh.rpc.message import (
    CALL,
    CALL_FILES,
    ERROR,
    EVENT,
    HOLE,
    OK,
    REPLY,
    REPLY_FILES,
    STREAM,
    Framer,
    Message,
    head,
    pack,
    reply_to,
)
from vsh.rpc.programs import PING, VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.rpc.streams import Stream

EVENTS_MAX = 64 * 1024 * 1024
EVENT_COST = 256

ALIVE = 1 << 16
"""So many bytes of a message that is not whole yet are a sign of life; a few are not."""
CALLS_MAX = 1024

_SERIALS = 1 << 32


class Session:
    """What both sides have.

    outgoing   bytes to be sent; the owner deletes from its front what it has sent
    keepalive  this side's own pings, or None
    streams    open streams by serial
    fault      why the session is over, or None
    """

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self.clock = monotonic if clock is None else clock
        self.outgoing = bytearray()
        self.keepalive: Keepalive | None = None
        self.streams: dict[int, Stream] = {}
        self.fault: Error | None = None
        self._framer = Framer()
        self._pong = 0
        self._unheard = 0  # bytes since the last sign of life

    @property
    def unfinished(self) -> int:
        """How many bytes are still to come of a message that is not whole yet."""
        return self._framer.missing

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes that came; answers the messages that are for the owner, in the order they
        came.

        Raises RpcError where the peer breaks the protocol; the messages before it have been
        handled.
        """
        if self.fault is not None:
            raise self.fault
        found: list[Message] = []
        try:
            messages = self._framer.feed(data)
            self._heard(len(data), whole=bool(messages))
            for message in messages:
                if is_keepalive(message):
                    self._answer(message)
                elif self._receive(message):
                    found.append(message)
            if self._framer.fault is not None:
                raise RpcError(self._framer.fault)
        except RpcError as error:
            self.fail(error)
            raise
        return found

    def sent(self, size: int) -> None:
        """The owner has sent that many bytes from the front of ``outgoing``."""
        del self.outgoing[:size]
        self._pong = max(0, self._pong - size)

    def send(self, message: Message) -> None:
        """Queue a message that carries no files; its payload, which may be long, is copied once."""
        self.outgoing += self.start_of(message)
        self.outgoing += message.payload

    @staticmethod
    def start_of(message: Message) -> bytes:
        """What goes before a message's payload, for an owner that sends the two as they are."""
        return head(
            message.program,
            message.version,
            message.procedure,
            message.type,
            message.serial,
            message.status,
            len(message.payload),
        )

    def fail(self, error: Error) -> None:
        """The conversation is over; streams learn why."""
        self.fault = error
        for stream in self.streams.values():
            stream.fail(error)
        self.streams.clear()

    def ping(self) -> None:
        """Queue a ping if one is due.  Raises InternalError if the peer is to be given up."""
        if self.keepalive is not None:
            self.outgoing += self.keepalive.ping(self.clock())

    def ping_due(self) -> float | None:
        """In how many seconds ``ping`` wants to be called; None: never."""
        return None if self.keepalive is None else self.keepalive.due(self.clock())

    def _heard(self, size: int, *, whole: bool) -> None:
        self._unheard += size
        if whole or self._unheard >= ALIVE:
            self._unheard = 0
            if self.keepalive is not None:
                self.keepalive.heard(self.clock())

    def _answer(self, message: Message) -> None:
        # One answer waits at a time: a peer that pings and never reads gets no more of our memory.
        if message.procedure == PING and not self._pong:
            self.outgoing += PONG_BYTES
            self._pong = len(self.outgoing)

    def _receive(self, message: Message) -> bool:
        """Handle a message; answers whether it is the owner's to handle."""
        raise NotImplementedError

    def _receive_stream(self, message: Message) -> bool:
        stream = self.streams.get(message.serial)
        if (
            stream is None
            or stream.program != message.program
            or stream.procedure != message.procedure
        ):
            return False  # packets of a stream that is closed here may still be on their way
        stream.receive(message)
        if stream.closed:
            del self.streams[message.serial]
        return True

    def _unexpected(self, message: Message) -> RpcError:
        return RpcError(
            f"got unexpected RPC call prog {message.program} vers {message.version} "
            f"proc {message.procedure} type {message.type}"
        )


class Client(Session):
    """The side that calls.

    replies  what came for calls still waited for, by serial; ``take`` removes
    events   what came unasked, oldest first; only programs and procedures in ``wanted`` are kept
    """

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        super().__init__(clock)
        self.replies: dict[int, Message] = {}
        self.events: list[Message] = []  # a deque costs an import that the rest does without
        self.wanted: set[tuple[int, int]] = set()
        self._pending: dict[int, tuple[int, int]] = {}
        self._forgotten: set[int] = set()
        self._serial = 0
        self._events_size = 0

    @property
    def pending(self) -> int:
        """How many replies are still to come, the forgotten ones too."""
        return len(self._pending)

    def call(self, program: int, procedure: int, payload: bytes = b"", *, files: int = 0) -> int:
        """Queue a call; answers its serial."""
        if self.fault is not None:
            raise self.fault
        serial = self._serial
        while serial in self._pending or serial in self.streams:
            serial = (serial + 1) % _SERIALS
        type_ = CALL_FILES if files else CALL
        self.outgoing += pack(program, VERSION, procedure, type_, serial, OK, payload, files)
        self._pending[serial] = (program, procedure)
        self._serial = (serial + 1) % _SERIALS
        return serial

    @property
    def calls_queued(self) -> int:
        """How many calls were queued so far, as far as their serials tell."""
        return self._serial

    def open_stream(
        self, program: int, procedure: int, serial: int, *, sparse: bool = False
    ) -> Stream:
        """The stream that a queued call opens: its packets may follow the reply at once."""
        from vsh.rpc.streams import Stream

        stream = Stream(program, VERSION, procedure, serial, sparse=sparse)
        self.streams[serial] = stream
        return stream

    def forget(self, serial: int) -> None:
        """Nobody waits for this reply any more."""
        self.streams.pop(serial, None)
        if self.replies.pop(serial, None) is None and serial in self._pending:
            self._forgotten.add(serial)

    def take(self, serial: int) -> bytes | None:
        """The payload of the reply, None while it has not come.  Raises the Error it carries."""
        message = self.replies.pop(serial, None)
        if message is None:
            return None
        if message.status == ERROR:
            self.streams.pop(serial, None)
            raise errors.decode(message.payload)
        return message.payload

    def next_event(self) -> Message | None:
        """The oldest event, or None."""
        if not self.events:
            return None
        message = self.events.pop(0)
        self._events_size -= len(message.payload) + EVENT_COST
        return message

    def _receive(self, message: Message) -> bool:
        if message.type in (REPLY, REPLY_FILES):
            self._receive_reply(message)
            return True
        if message.type == EVENT:
            return self._receive_event(message)
        if message.type in (STREAM, HOLE):
            return self._receive_stream(message)
        raise self._unexpected(message)

    def _receive_reply(self, message: Message) -> None:
        asked = self._pending.get(message.serial)
        if asked is None or asked[0] != message.program or message.version != VERSION:
            raise RpcError(
                f"no call waiting for reply with prog {message.program} "
                f"vers {message.version} serial {message.serial}"
            )
        if asked[1] != message.procedure:
            raise RpcError(f"Unexpected message proc {message.procedure} != {asked[1]}")
        if message.status not in (OK, ERROR):
            raise RpcError(f"Unexpected message status {message.status}")
        del self._pending[message.serial]
        if message.serial in self._forgotten:
            self._forgotten.discard(message.serial)
        else:
            self.replies[message.serial] = message

    def _receive_event(self, message: Message) -> bool:
        if (message.program, message.procedure) not in self.wanted or message.status != OK:
            return False
        self._events_size += len(message.payload) + EVENT_COST
        if self._events_size > EVENTS_MAX:
            raise RpcError(f"more than {EVENTS_MAX} bytes of events wait unread")
        self.events.append(message)
        return True


class Server(Session):
    """The side that answers.

    calls       taken and not yet answered, by serial
    with_files  calls that brought file descriptors, refused ones too, since the owner looked
    programs    the numbers of the programs served here; calls of others are refused by themselves
    """

    def __init__(self, programs: set[int], clock: Callable[[], float] | None = None) -> None:
        super().__init__(clock)
        self.programs = programs
        self.calls: dict[int, Message] = {}
        self.with_files: list[Message] = []

    def reply(self, call: Message, payload: bytes = b"", *, files: int = 0) -> None:
        """Queue the answer of a call."""
        self._answer_call(call, OK, payload, files)

    def reply_at_once(self, call: bytes, payload: bytes) -> None:
        """Queue the answer of a call that came whole, as these bytes, and was not fed."""
        self._heard(len(call), whole=True)
        self.outgoing += reply_to(call, payload)

    def refuse(self, call: Message, error: Error) -> None:
        """Queue an error as the answer of a call."""
        self._answer_call(call, ERROR, errors.encode(error))

    def unknown_procedure(self, call: Message) -> None:
        """Refuse a call as libvirt does where it has no such procedure."""
        error = RpcError(f"unknown procedure: {call.procedure}")
        error.domain = errors.FROM_RPC
        self.refuse(call, error)

    def event(self, program: int, procedure: int, payload: bytes) -> None:
        """Queue an event."""
        self.outgoing += pack(program, VERSION, procedure, EVENT, 0, OK, payload)

    def open_stream(self, call: Message, *, sparse: bool = False) -> Stream:
        """The stream that a call opens: its packets may follow the reply."""
        from vsh.rpc.streams import Stream

        stream = Stream(
            call.program, call.version, call.procedure, call.serial, sparse=sparse, serves=True
        )
        self.streams[call.serial] = stream
        return stream

    def _answer_call(self, call: Message, status: int, payload: bytes, files: int = 0) -> None:
        self.calls.pop(call.serial, None)
        program, version, procedure = call.program, call.version, call.procedure
        if files:
            self.outgoing += pack(
                program, version, procedure, REPLY_FILES, call.serial, status, payload, files
            )
            return
        self.outgoing += head(program, version, procedure, REPLY, call.serial, status, len(payload))
        self.outgoing += payload

    def _receive(self, message: Message) -> bool:
        if message.type in (STREAM, HOLE):
            return self._receive_stream(message)
        if message.type not in (CALL, CALL_FILES):
            raise self._unexpected(message)
        if message.files:
            self.with_files.append(message)
        if message.program not in self.programs or message.version != VERSION:
            error = RpcError(f"Cannot find program {message.program} version {message.version}")
            error.domain = errors.FROM_RPC
            self.refuse(message, error)
            return False
        if message.status != OK:
            self.refuse(message, RpcError(f"Unexpected message status {message.status}"))
            return False
        if message.serial in self.calls:
            raise RpcError(f"call with serial {message.serial} is already being answered")
        if len(self.calls) >= CALLS_MAX:
            raise RpcError(f"more than {CALLS_MAX} calls wait for their replies")
        self.calls[message.serial] = message
        return True
