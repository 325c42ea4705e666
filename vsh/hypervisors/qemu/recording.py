"""A recorded dialogue with a QEMU: what it was asked, and what it answered.

The text is JSON documents one after another, by turns a command and its reply.  An answer is found
by its command and arguments, whatever the order.
"""

from __future__ import annotations

from vsh.errors import OperationUnsupported
from vsh.qmp.value import struct
from vsh.qmp.value import text as text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vsh.qmp.value import Struct, Value


class Recording:
    """Answers as a QEMU did; a command that was not recorded, or failed, is refused.

    emulation  the answers of the same program without hardware help, if that was asked too
    """

    def __init__(self, text: str) -> None:
        self._replies: dict[str, Struct] = {}
        self.emulation: Recording | None = None
        own = self
        documents = _documents(text)
        for number, command in enumerate(documents):
            reply = next(documents, {})
            if number and command.get("execute") == "qmp_capabilities":
                own = self.emulation = Recording("")
            key = _key(text_of(command.get("execute"), ""), struct(command.get("arguments")))
            own._replies.setdefault(key, reply)

    def __call__(self, command: str, arguments: Mapping[str, object] | None = None) -> Value:
        """What came back.  Raises OperationUnsupported where nothing good did."""
        reply = self._replies.get(_key(command, arguments))
        if reply is None or "return" not in reply:
            raise OperationUnsupported(f"QEMU did not answer '{command}'")
        return reply["return"]


def _key(command: str, arguments: Mapping[str, object] | None) -> str:
    import json

    return f"{command} {json.dumps(arguments or {}, sort_keys=True)}"


def _documents(text: str) -> Iterator[Struct]:
    import json

    decoder = json.JSONDecoder()
    place = 0
    while True:
        while place < len(text) and text[place].isspace():
            place += 1
        if place >= len(text):
            return
        document, place = decoder.raw_decode(text, place)
        yield document
