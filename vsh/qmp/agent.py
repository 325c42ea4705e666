"""One conversation with the agent inside a guest (QEMU's qga/qapi-schema.json), without a wire.

The agent cannot know when its peer has changed, and a peer may find what was meant for another: so
each conversation begins with ``guest-sync`` and a number, and whatever comes before that number is
not for us.
"""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.qmp import notation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vsh.qmp.value import Struct

LINE_LIMIT = 16 * 1024 * 1024
"""The longest answer that is taken, in bytes: guest-file-read and guest-exec-status are long."""


class AgentSession:
    """The state of a conversation.

    synchronised  the agent has answered to our number
    """

    def __init__(self, number: int) -> None:
        self.synchronised = False
        self._number = number
        self._buffer = bytearray()
        self._answer: Struct | None = None

    def begin(self) -> bytes:
        """What to send first."""
        return self.command("guest-sync", {"id": self._number})

    @staticmethod
    def command(name: str, arguments: Mapping[str, object] | None = None) -> bytes:
        """A command to send."""
        message: dict[str, object] = {"execute": name}
        if arguments:
            message["arguments"] = arguments
        return notation.dumps(message).encode() + b"\n"

    def feed(self, data: bytes) -> None:
        """Take bytes that the agent sent.  Raises InternalError where they are no answer."""
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end]).lstrip(b"\xff").strip()
            del self._buffer[: end + 1]
            if line:
                self._take(line)
        if len(self._buffer) > LINE_LIMIT:
            raise InternalError(f"No complete agent response found in {len(self._buffer)} bytes")

    def answer(self) -> Struct | None:
        """The answer to the last command, once: "return" or "error"; None while there is none."""
        found, self._answer = self._answer, None
        return found

    def _take(self, line: bytes) -> None:
        try:
            message = notation.loads(line)
        except (ValueError, RecursionError):
            message = None
        if not self.synchronised:
            # the end of an answer to somebody else, or what a guest that boots says
            self.synchronised = isinstance(message, dict) and (
                message.get("return") == self._number
            )
            return
        shown = line[:200].decode("utf-8", "replace")
        if not isinstance(message, dict):
            raise InternalError(f"Parsed JSON reply '{shown}' isn't an object")
        if "return" in message or "error" in message:
            self._answer = message
        elif "event" not in message:
            raise InternalError(f"Unknown JSON reply '{shown}'")
