"""QEMU's messages: one JSON object a line (docs/interop/qmp-spec in QEMU's source).

A command is ``{"execute": NAME, "arguments": {...}, "id": "libvirt-N"}``; QEMU says a greeting
first, then answers with ``return`` or ``error`` and the command's ``id``, and tells of events in
between.
"""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.qmp import notation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vsh.qmp.value import Struct, Value

LINE_LIMIT = 64 * 1024 * 1024
"""The longest line that is taken from QEMU, in bytes: query-qmp-schema gives about 200 KiB."""


class Greeting:
    """What QEMU says first.

    version       (major, minor, micro)
    package       the packager's addition to the version, or ""
    capabilities  what can be asked for with qmp_capabilities ("oob")
    """

    __slots__ = ("capabilities", "package", "version")

    def __init__(
        self, version: tuple[int, int, int], package: str, capabilities: list[str]
    ) -> None:
        self.version = version
        self.package = package
        self.capabilities = capabilities


class Reply:
    """QEMU's answer to the command ``id``: ``value``, or else ``error``, its class and words."""

    __slots__ = ("error", "id", "value")

    def __init__(self, id: str | None, value: Value, error: tuple[str, str] | None = None) -> None:
        self.id = id
        self.value = value
        self.error = error


class Event:
    """Something that happened in QEMU.

    name     QEMU's word ("SHUTDOWN")
    data     what QEMU says of it
    seconds, microseconds  when, since the epoch; -1 where QEMU cannot say
    """

    __slots__ = ("data", "microseconds", "name", "seconds")

    def __init__(self, name: str, data: Struct, seconds: int, microseconds: int) -> None:
        self.name = name
        self.data = data
        self.seconds = seconds
        self.microseconds = microseconds


def encode(name: str, arguments: Mapping[str, object] | None, id: str) -> bytes:
    """A command as a line."""
    command: dict[str, object] = {"execute": name}
    if arguments:
        command["arguments"] = arguments
    command["id"] = id
    return encode_as_given(command)


def encode_as_given(command: Mapping[str, object]) -> bytes:
    """A command that stands there whole as a line."""
    return notation.dumps(command).encode() + b"\r\n"


def decode(line: bytes) -> Greeting | Reply | Event:
    """What a line of QEMU's says.  Raises InternalError where it is no message."""
    try:
        message = notation.loads(line)
    except (ValueError, RecursionError):
        raise InternalError(f"cannot parse json {_shown(line)}") from None
    if not isinstance(message, dict):
        raise InternalError(f"Parsed JSON reply '{_shown(line)}' isn't an object")
    if "QMP" in message:
        return _greeting(message["QMP"], line)
    if "event" in message:
        return _event(message, line)
    if "return" in message:
        return Reply(_id(message), message["return"])
    if isinstance(error := message.get("error"), dict):
        return Reply(
            _id(message),
            None,
            (str(error.get("class", "GenericError")), str(error.get("desc", ""))),
        )
    raise InternalError(f"Unknown JSON reply '{_shown(line)}'")


def _greeting(found: object, line: bytes) -> Greeting:
    try:
        assert isinstance(found, dict)
        numbers = found["version"]["qemu"]
        version = (int(numbers["major"]), int(numbers["minor"]), int(numbers["micro"]))
        return Greeting(
            version, str(found["version"].get("package", "")), list(found.get("capabilities", ()))
        )
    except (AssertionError, KeyError, TypeError, ValueError, AttributeError):
        raise InternalError(f"QEMU's greeting '{_shown(line)}' is malformed") from None


def _event(message: Struct, line: bytes) -> Event:
    name, data, time = message["event"], message.get("data"), message.get("timestamp")
    if not isinstance(name, str) or not isinstance(data, dict | None):
        raise InternalError(f"QEMU's event '{_shown(line)}' is malformed")
    seconds, microseconds = -1, -1
    if isinstance(time, dict):
        whole, part = time.get("seconds"), time.get("microseconds")
        if isinstance(whole, int) and isinstance(part, int):
            seconds, microseconds = whole, part
    return Event(name, data or {}, seconds, microseconds)


def _id(message: Struct) -> str | None:
    found = message.get("id")
    return found if isinstance(found, str) else None


def _shown(line: bytes) -> str:
    return line[:200].decode("utf-8", "replace").strip()
