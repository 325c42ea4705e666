"""Calls and events to bytes and back, for the client and for the daemon.

The annotations of a stub are its wire signature.  They are compiled on first use into two closures
for each type, one that writes and one that reads:

    client   payload, files = wire(call).encode_args(target, values)
             value = wire(call).decode_ret(connection, payload, files)
    daemon   request = wire(call).decode_args(connection, payload, files)
             payload, files = wire(call).encode_ret(value, request.asked)

What annotations cannot say stands in the call's ``options``; ``Call`` describes them.  Arguments
that callers never give (how many elements the answer may have) are put in by the client; the daemon
gets them as ``asked`` and shortens its answer accordingly.
"""

from __future__ import annotations

import sys

from vsh.api.kinds import KINDS, kind
from vsh.api.types import Record, TypedParam, TypedParams
from vsh.rpc.xdr import F64, I32, I64, U32, U64, Reader, Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from vsh.api._call import Call
    from vsh.api.event import Event

    Encode = Callable[[Writer, Any], None]
    Decode = Callable[[Reader, Any], Any]

LIST_MAX = 16384
PARAMS_MAX = 64
COUNTERS_MAX = 16
BLOB_MAX = 4194304
CPUMAP_MAX = 2048
CPUMAPS_MAX = 8388608
CHARS_MAX = 65536
LABEL_MAX = 4097


class Type:
    """How one type is written and read, and the fewest bytes that it takes."""

    __slots__ = ("encode", "decode", "smallest")

    def __init__(self, encode: Encode, decode: Decode, smallest: int) -> None:
        self.encode = encode
        self.decode = decode
        self.smallest = smallest


class Request:
    """A call as the daemon gets it: the object it is for, the values, and what was ``asked``
    besides.
    """

    __slots__ = ("target", "values", "asked")

    def __init__(self, target: Any, values: tuple[Any, ...], asked: dict[str, int]) -> None:
        self.target = target
        self.values = values
        self.asked = asked


# ---------------------------------------------------------------------------------- plain types


def _small(lowest: int, highest: int) -> Type:
    return Type(
        lambda writer, value: writer.small(value, lowest, highest),
        lambda reader, _connection: reader.small(lowest, highest),
        4,
    )


def _encode_uuid(writer: Writer, value: str) -> None:
    try:
        raw = bytes.fromhex(value.replace("-", ""))
    except (ValueError, AttributeError):
        raw = b""
    if len(raw) != 16:
        writer.fail(f"{value!r} is no UUID")
    writer.data += raw


def _decode_uuid(reader: Reader, _connection: Any) -> str:
    digits = reader.fixed(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _encode_words(writer: Writer, raw: bytes) -> None:
    """Characters of C, which XDR makes signed words of."""
    for byte in raw:
        writer.data += I32.pack(byte - 256 if byte > 127 else byte)


def _decode_words(reader: Reader, count: int) -> bytes:
    return reader.fixed(4 * count)[3::4]


def _encode_name(writer: Writer, value: str) -> None:
    raw = value.encode("utf-8", "surrogateescape")
    if len(raw) > 32:
        writer.fail(f"{value!r} is longer than 32 bytes")
    _encode_words(writer, raw.ljust(32, b"\0"))


def _decode_name(reader: Reader, _connection: Any) -> str:
    return _decode_words(reader, 32).partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _take_file(reader: Reader, _connection: Any) -> int:
    if not reader.files:
        reader.fail("a file descriptor is missing")
    return reader.files.pop(0)


def _take_files(reader: Reader, _connection: Any) -> list[int]:
    taken = reader.files
    reader.files = []
    return taken


PLAIN = {
    "i8": _small(-128, 127),
    "u8": _small(0, 255),
    "i16": _small(-32768, 32767),
    "u16": _small(0, 65535),
    "i32": Type(Writer.i32, lambda reader, _connection: reader.i32(), I32.size),
    "u32": Type(Writer.u32, lambda reader, _connection: reader.u32(), U32.size),
    "i64": Type(Writer.i64, lambda reader, _connection: reader.i64(), I64.size),
    "u64": Type(Writer.u64, lambda reader, _connection: reader.u64(), U64.size),
    "f64": Type(Writer.f64, lambda reader, _connection: reader.f64(), F64.size),
    "Text": Type(Writer.text, lambda reader, _connection: reader.text(), 4),
    "UUID": Type(_encode_uuid, _decode_uuid, 16),
    "Name32": Type(_encode_name, _decode_name, 128),
    "File": Type(lambda writer, value: writer.files.append(value), _take_file, 0),
    "Files": Type(lambda writer, value: writer.files.extend(value), _take_files, 0),
    "Stream": Type(lambda _writer, _value: None, lambda _reader, _connection: None, 0),
}

# ------------------------------------------------------------------------------ types with a length


def _blob(most: int) -> Type:
    return Type(
        lambda writer, value: writer.blob(value, most),
        lambda reader, _connection: reader.blob(most),
        4,
    )


def _chars(most: int) -> Type:
    def encode(writer: Writer, value: bytes) -> None:
        writer.count(len(value), most)
        _encode_words(writer, value)

    return Type(encode, lambda reader, _connection: _decode_words(reader, reader.count(most, 4)), 4)


def _label(most: int) -> Type:
    chars = _chars(most)

    def encode(writer: Writer, value: str) -> None:
        chars.encode(writer, value.encode("utf-8", "surrogateescape") + b"\0")

    def decode(reader: Reader, connection: Any) -> str:
        raw: bytes = chars.decode(reader, connection)
        return raw.partition(b"\0")[0].decode("utf-8", "surrogateescape")

    return Type(encode, decode, 4)


def _counters(most: int) -> Type:
    def encode(writer: Writer, value: dict[str, int]) -> None:
        writer.count(len(value), most)
        for name, number in value.items():
            writer.text(name)
            writer.u64(number)

    def decode(reader: Reader, _connection: Any) -> dict[str, int]:
        return {reader.text(): reader.u64() for _ in range(reader.count(most, 12))}

    return Type(encode, decode, 4)


_KINDS_OF_VALUE = {number: name for name, number in TypedParams.TYPES.items()}
_PUT_VALUE: dict[str, Encode] = {
    "int": Writer.i32,
    "uint": Writer.u32,
    "llong": Writer.i64,
    "ullong": Writer.u64,
    "double": Writer.f64,
    "boolean": Writer.flag,
    "string": Writer.text,
}
_TAKE_VALUE: dict[int, Callable[[Reader], Any]] = {
    1: Reader.i32,
    2: Reader.u32,
    3: Reader.i64,
    4: Reader.u64,
    5: Reader.f64,
    6: lambda reader: reader.i32() != 0,
    7: Reader.text,
}


def _encode_param(writer: Writer, param: TypedParam) -> None:
    number = TypedParams.TYPES.get(param.kind)
    if number is None:
        writer.fail(f"parameter {param.name!r} has no type")
    writer.text(param.name)
    writer.i32(number)
    _PUT_VALUE[param.kind](writer, param.value)


def _decode_param(reader: Reader, _connection: Any) -> TypedParam:
    name = reader.text()
    number = reader.i32()
    if number not in _KINDS_OF_VALUE:
        reader.position -= 4
        reader.fail(f"{number} is no type of a parameter")
    return TypedParam(name, _KINDS_OF_VALUE[number], _TAKE_VALUE[number](reader))


PLAIN["TypedParam"] = Type(_encode_param, _decode_param, 12)


def _flat(params: TypedParams) -> list[TypedParam]:
    kinds = getattr(params, "types", {})
    return [
        TypedParam(name, kinds.get(name, ""), single)
        for name, value in params.items()
        for single in (value if isinstance(value, list) else (value,))
    ]


def _params(most: int) -> Type:
    def encode(writer: Writer, value: TypedParams) -> None:
        flat = _flat(value)
        writer.count(len(flat), most)
        for param in flat:
            _encode_param(writer, param)

    def decode(reader: Reader, _connection: Any) -> TypedParams:
        params = TypedParams()
        kinds = params.types
        for _ in range(reader.count(most, 12)):
            name = reader.text()
            number = reader.i32()
            if number not in _KINDS_OF_VALUE:
                reader.position -= 4
                reader.fail(f"{number} is no type of a parameter")
            value = _TAKE_VALUE[number](reader)
            if name in params:
                before = params[name]
                value = [*before, value] if isinstance(before, list) else [before, value]
            params[name] = value
            kinds[name] = _KINDS_OF_VALUE[number]
        return params

    return Type(encode, decode, 4)


SIZED: dict[str, tuple[Callable[[int], Type], int]] = {
    "Blob": (_blob, BLOB_MAX),
    "CpuMap": (_blob, CPUMAP_MAX),
    "CpuMaps": (_blob, CPUMAPS_MAX),
    "Chars": (_chars, CHARS_MAX),
    "Label": (_label, LABEL_MAX),
    "Counters": (_counters, COUNTERS_MAX),
    "TypedParams": (_params, PARAMS_MAX),
}

# ------------------------------------------------------------------------------ composed types


def _optional(inner: Type) -> Type:
    def encode(writer: Writer, value: Any) -> None:
        writer.flag(value is not None)
        if value is not None:
            inner.encode(writer, value)

    return Type(
        encode,
        lambda reader, connection: inner.decode(reader, connection) if reader.flag() else None,
        4,
    )


def _list(inner: Type, most: int) -> Type:
    encode_one, decode_one, smallest = inner.encode, inner.decode, inner.smallest

    def encode(writer: Writer, value: Sequence[Any]) -> None:
        writer.count(len(value), most)
        for one in value:
            encode_one(writer, one)

    def decode(reader: Reader, connection: Any) -> list[Any]:
        return [decode_one(reader, connection) for _ in range(reader.count(most, smallest))]

    return Type(encode, decode, 4)


def _structure(cls: Any, fields: list[tuple[str, Type]]) -> Type:
    """An Object or a Record: its fields, one after the other."""
    readers = [type_.decode for _, type_ in fields]
    needs_connection = not issubclass(cls, Record)

    def encode(writer: Writer, value: Any) -> None:
        if not isinstance(value, cls):
            writer.fail(f"{value!r} is no {cls.__name__}")
        for name, type_ in fields:
            type_.encode(writer, getattr(value, name))

    def decode(reader: Reader, connection: Any) -> Any:
        return cls(*[read(reader, connection) for read in readers])

    def decode_object(reader: Reader, connection: Any) -> Any:
        return cls(connection, *[read(reader, connection) for read in readers])

    return Type(
        encode,
        decode_object if needs_connection else decode,
        sum(type_.smallest for _, type_ in fields),
    )


_structures: dict[Any, Type] = {}


def structure(cls: Any) -> Type:
    """The type of an Object's or Record's class."""
    found = _structures.get(cls)
    if found is None:
        fields = [
            (
                name,
                compile_type(
                    cls.__annotations__[name], cls.__module__, getattr(cls, "limits", {}).get(name)
                ),
            )
            for name in cls.fields
        ]
        found = _structures[cls] = _structure(cls, fields)
    return found


def compile_type(annotation: str, module: str, limit: int | None = None) -> Type:
    """The type that an annotation of a module means.  Raises LookupError if it means none."""
    if annotation.endswith(" | None"):
        return _optional(compile_type(annotation.removesuffix(" | None"), module, limit))
    if annotation.startswith("list["):
        return _list(compile_type(annotation[5:-1], module), LIST_MAX if limit is None else limit)
    plain = PLAIN.get(annotation)
    if plain is not None:
        return plain
    sized = SIZED.get(annotation)
    if sized is not None:
        make, most = sized
        return make(most if limit is None else limit)
    if annotation in KINDS:
        return structure(kind(annotation))
    return structure(_record(annotation, module))


def _record(name: str, module: str) -> Any:
    """A Record of the module itself, or of the ``records`` module next to it."""
    found = getattr(sys.modules[module], name, None)
    if found is None:
        package = module.rpartition(".")[0]
        records = __import__(f"{package}.records", fromlist=[name])
        found = getattr(records, name, None)
    if found is None:
        raise LookupError(f"{module}: {name} is no type of the wire")
    return found


# ----------------------------------------------------------------------------------------- calls


class Wire:
    """One call on the wire.  Made by ``wire``.

    probe      its count must be exact: call with count 0 first, and take ``decode_count`` of the
               answer
    stream_at  the place of the ``Stream`` among the values, or None
    """

    __slots__ = ("call", "probe", "stream_at", "arguments", "target", "result", "count", "_slots")

    def __init__(self, call: Call) -> None:
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
        self, target: Any, values: Sequence[Any], count: int | None = None
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

    def decode_args(self, connection: Any, payload: bytes, files: Sequence[int] = ()) -> Request:
        """The call that a payload is.  A ``Stream`` among the values is None."""
        reader = Reader(payload, files)
        target = None if self.target is None else self.target.decode(reader, connection)
        values: list[Any] = [None] * self._slots
        asked: dict[str, int] = {}
        for name, type_, place, _ in self.arguments:
            value = type_.decode(reader, connection)
            if place is None:
                asked[name] = value
            else:
                values[place] = value
        reader.finish()
        return Request(connection if self.target is None else target, tuple(values), asked)

    def encode_ret(
        self, value: Any, asked: dict[str, int] | None = None
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

    def decode_ret(self, connection: Any, payload: bytes, files: Sequence[int] = ()) -> Any:
        """The answer that a payload is."""
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


def _length(value: Any) -> int:
    return len(_flat(value)) if isinstance(value, TypedParams) else len(value)


def _only_counting(asked: dict[str, int] | None) -> bool:
    return asked is not None and not any(asked.values())


def _shortened(value: Any, asked: dict[str, int]) -> Any:
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


_wires: dict[Call, Wire] = {}


def wire(call: Call) -> Wire:
    """How a call goes on the wire, compiled on first use."""
    found = _wires.get(call)
    if found is None:
        found = _wires[call] = Wire(call)
    return found


# ---------------------------------------------------------------------------------------- events


def decode_event(
    connection: Any, event: type[Event], number: int, payload: bytes
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
