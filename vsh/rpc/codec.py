"""Calls and events to bytes and back, for the client and for the daemon.

The annotations of a stub are its wire signature.  They are compiled on first use (``values.py``):

    client   payload, files = wire(call).encode_args(target, values)
             value = wire(call).decode_ret(connection, payload, files)
    daemon   request = wire(call).decode_args(connection, payload, files)
             payload, files = wire(call).encode_ret(value, request.asked)

What annotations cannot say stands in the call's ``options``; ``Call`` describes them.  Arguments
that callers never give (how many elements the answer may have) are put in by the client; the daemon
gets them as ``asked`` and shortens its answer accordingly.
"""

from __future__ import annotations

from vsh.api.kinds import kind
from vsh.api.types import TypedParams
from vsh.rpc.values import LIST_MAX, PLAIN, Type, compile_type, flat, structure
from vsh.rpc.xdr import Reader, Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from vsh.api._call import Call, Object
    from vsh.api.connection import Connection
    from vsh.api.event import Event


class Request:
    """A call as the daemon gets it: its object, its values, and what was ``asked`` besides."""

    __slots__ = ("target", "values", "asked")

    def __init__(self, target: Object, values: tuple[object, ...], asked: dict[str, int]) -> None:
        self.target = target
        self.values = values
        self.asked = asked


class Wire:
    """One call on the wire.  Made by ``wire``.

    probe      its count must be exact: call with count 0 first, and take ``decode_count`` of the
               answer
    stream_at  the place of the ``Stream`` among the values, or None
    """

    __slots__ = ("call", "probe", "stream_at", "arguments", "target", "result", "count", "_slots")

    def __init__(self, call: Call[..., object]) -> None:
        self.call = call
        annotations = dict(call.stub.__annotations__)
        module = call.stub.__module__
        limit = call.options.get("limit")
        returns = annotations.pop("return")
        self.target = structure(kind(call.owner.kind)) if call.owner.kind else None
        self.probe = False
        # What goes on the wire, in order: name, type, place among the values or None, fixed value.
        self.arguments: list[tuple[str, Type, int | None, int]] = []
        names = list(annotations)
        order = call.options.get("wire")
        for item in names if order is None else order.split(", "):
            name, _, fixed = item.partition(": ")
            if fixed:
                word, _, value = fixed.partition(" = ")
                self.probe = self.probe or value == "probe"
                self.arguments.append(
                    (name, PLAIN[word], None, 0 if value == "probe" else int(value))
                )
            else:
                type_ = compile_type(annotations[name], module, limit)
                self.arguments.append((name, type_, names.index(name), 0))
        self._slots = len(names)
        self.stream_at = next(
            (place for place, text in enumerate(annotations.values()) if text == "Stream"), None
        )
        self.result = None if returns == "None" else compile_type(returns, module, limit)
        trailing = call.options.get("count")
        self.count = None if trailing is None else PLAIN[trailing]

    def encode_args(
        self, target: Object, values: Sequence[object], count: int | None = None
    ) -> tuple[bytes, list[int]]:
        """The payload of the call, and the files that go with it; ``count`` is for ``probe``."""
        writer = Writer()
        if self.target is not None:
            self.target.encode(writer, target)
        for _, type_, place, fixed in self.arguments:
            if place is not None:
                type_.encode(writer, values[place])
            elif self.probe and count is not None:
                type_.encode(writer, count)
            else:
                type_.encode(writer, fixed)
        return bytes(writer.data), writer.files

    def decode_args(
        self, connection: Connection, payload: bytes, files: Sequence[int] = ()
    ) -> Request:
        """The call that a payload is.  A ``Stream`` among the values is None."""
        reader = Reader(payload, files)
        target: Object = connection
        if self.target is not None:
            target = self.target.decode(reader, connection)
        values: list[object] = [None] * self._slots
        asked: dict[str, int] = {}
        for name, type_, place, _ in self.arguments:
            value = type_.decode(reader, connection)
            if place is None:
                asked[name] = value
            else:
                values[place] = value
        reader.finish()
        return Request(target, tuple(values), asked)

    def encode_ret(
        self, value: object, asked: dict[str, int] | None = None
    ) -> tuple[bytes, list[int]]:
        """The payload of the answer, and the files that go with it."""
        writer = Writer()
        if self.result is None:
            return b"", writer.files
        total = 0 if self.count is None else _length(value)
        if asked:
            value = _shortened(value, asked)
        self.result.encode(writer, value)
        if self.count is not None:
            self.count.encode(writer, total if _only_counting(asked) else _length(value))
        return bytes(writer.data), writer.files

    def decode_ret(self, connection: Connection, payload: bytes, files: Sequence[int] = ()) -> Any:
        """The answer that a payload is: what the stub says that it is."""
        reader = Reader(payload, files)
        value = None
        if self.result is not None:
            value = self.result.decode(reader, connection)
            if self.count is not None:
                self.count.decode(reader, connection)
        reader.finish()
        return value

    def decode_count(self, payload: bytes) -> int:
        """The number that follows the list in an answer."""
        if self.result is None or self.count is None:
            raise TypeError(f"the answer of {self.call.slot} has no count")
        reader = Reader(payload)
        self.result.decode(reader, None)
        number: int = self.count.decode(reader, None)
        return number


def _length(value: object) -> int:
    if isinstance(value, TypedParams):
        return len(flat(value))
    assert isinstance(value, list | tuple | dict | bytes)  # what else is counted?
    return len(value)


def _only_counting(asked: dict[str, int] | None) -> bool:
    return asked is not None and not any(asked.values())


def _shortened(value: object, asked: dict[str, int]) -> object:
    """An answer that has no more elements than the caller has room for."""
    for name, most in asked.items():
        if name == "need_results":
            most = 0 if most == 0 else LIST_MAX * 4
        elif name in ("need_map", "need_online"):
            continue
        most = max(most, 0)
        if isinstance(value, list):
            value = value[:most]
        elif isinstance(value, TypedParams):
            value = _first(value, most)
        elif isinstance(value, dict):
            value = dict(list(value.items())[:most])
    return value


def _first(params: TypedParams, most: int) -> TypedParams:
    if _length(params) <= most:
        return params
    kept = TypedParams()
    for name in list(params)[:most]:
        kept.set(name, params.types[name], params[name])
    return kept


_wires: dict[Call[..., object], Wire] = {}


def wire(call: Call[..., object]) -> Wire:
    """How a call goes on the wire, compiled on first use."""
    found = _wires.get(call)
    if found is None:
        found = _wires[call] = Wire(call)
    return found


# ---------------------------------------------------------------------------------------- events


def decode_event(
    connection: Connection, event: type[Event], number: int, payload: bytes
) -> tuple[int | None, Event]:
    """The event that a message of that number is, and the callback it is for, if it says."""
    reader = Reader(payload)
    callback = reader.i32() if number == event.number else None
    values = []
    for name in event.fields:
        if callback is None and name in event.newer:
            values.append(0)
        else:
            values.append(_event_field(event, name).decode(reader, connection))
    reader.finish()
    return callback, event(*values)


def encode_event(event: Event, callback: int | None) -> bytes:
    """The payload of an event: of its newer message, or without a callback of its legacy one."""
    writer = Writer()
    if callback is not None:
        writer.i32(callback)
    for name in event.fields:
        if callback is not None or name not in event.newer:
            _event_field(type(event), name).encode(writer, getattr(event, name))
    return bytes(writer.data)


def _event_field(event: type[Event], name: str) -> Type:
    found = _event_fields.get((event, name))
    if found is None:
        found = compile_type(event.__annotations__[name], event.__module__, event.limits.get(name))
        _event_fields[event, name] = found
    return found


_event_fields: dict[tuple[type[Event], str], Type] = {}
