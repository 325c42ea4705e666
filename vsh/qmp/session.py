"""One conversation with a QEMU: which command an answer belongs to, and the events in between.

The order is QEMU's: a greeting, then ``qmp_capabilities``, then anything.  A session knows no
sockets: ``command`` gives the bytes to send, ``feed`` takes the bytes that came.  It is not locked;
who shares one among threads holds a lock around both.
"""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.qmp.message import LINE_LIMIT, Event, Greeting, Reply, decode, encode, encode_as_given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vsh.qmp.value import Struct

NAMELESS = ""
"""The id of what is no command: QEMU answers to it without one."""


class Session:
    """The state of a conversation.

    greeting  what QEMU said first; None before it came
    owed      how many commands it has not answered, whether or not anybody waits
    """

    def __init__(self) -> None:
        self.greeting: Greeting | None = None
        self.owed = 0
        self._buffer = bytearray()
        self._searched = 0  # how much of the buffer is known to have no line end
        self._last = 0
        self._waiting: set[str] = set()
        self._answers: dict[str, Reply] = {}
        self._events: list[Event] = []

    def command(
        self, name: str, arguments: Mapping[str, object] | None = None
    ) -> tuple[str, bytes]:
        """A command to send: its id, by which ``answer`` knows it, and its bytes."""
        self.owed += 1
        self._last += 1
        id = self.last
        self._waiting.add(id)
        return id, encode(name, arguments, id)

    def command_as_given(self, command: Struct) -> tuple[str, bytes]:
        """The same of a command that somebody else has written, with an id where it gets one.

        Raises InternalError where it has an id already.
        """
        if "execute" not in command:
            self.owed += 1
            self._waiting.add(NAMELESS)
            return NAMELESS, encode_as_given(command)
        if "id" in command:
            raise InternalError("Unable to append command 'id' string")
        self.owed += 1
        self._last += 1
        id = self.last
        self._waiting.add(id)
        return id, encode_as_given({**command, "id": id})

    @property
    def last(self) -> str:
        """The id of the last command: of libvirt's form, for who is shown answers as they are."""
        return f"libvirt-{self._last}"

    def feed(self, data: bytes) -> None:
        """Take bytes that QEMU sent.  Raises InternalError where they are no message of QEMU's."""
        self._buffer += data
        while (end := self._buffer.find(b"\n", self._searched)) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._searched = 0
            if line.strip():
                self._take(decode(line))
        self._searched = len(self._buffer)
        if self._searched > LINE_LIMIT:
            raise InternalError("QEMU sent a line that is longer than any answer can be")

    def answer(self, id: str) -> Reply | None:
        """The answer to a command, once; None while there is none."""
        return self._answers.pop(id, None)

    def forget(self, id: str) -> None:
        """Nobody waits for this answer any more: it is dropped when it comes."""
        self._waiting.discard(id)
        self._answers.pop(id, None)

    def events(self) -> list[Event]:
        """The events that came since this was asked last, oldest first."""
        found, self._events = self._events, []
        return found

    def _take(self, message: Greeting | Reply | Event) -> None:
        if isinstance(message, Event):
            self._events.append(message)
            return
        if isinstance(message, Greeting):
            self.greeting = message
            return
        self.owed = max(0, self.owed - 1)  # to one bad line it may answer twice
        if message.id is None and NAMELESS not in self._waiting:
            # QEMU could not even read a command: it does not say which
            raise InternalError(f"QEMU refused a command: {message.error and message.error[1]}")
        if (id := message.id or NAMELESS) in self._waiting:
            self._waiting.discard(id)
            self._answers[id] = message
