"""How each type of the wire is written and read, compiled from annotations.

``compile_type`` makes a ``Type``, two closures, of an annotation's text; of an Object or a Record
it makes one of its fields.  The types are the words of ``api/types.py``.
"""

from __future__ import annotations

import sys
from _struct import Struct

from vsh.api.kinds import KINDS, kind
from vsh.api.types import Record, TypedParam, TypedParams
from vsh.rpc.xdr import F64, I32, I64, U32, U64, Reader, Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from vsh.api._call import Object
    from vsh.api.connection import Connection

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
    """How one type is written and read, and the fewest bytes that it takes.

    form    of a number: its letter for ``Struct``; "" for all else
    bounds  of a number of fewer bits than that: the lowest and the highest
    """

    __slots__ = ("encode", "decode", "smallest", "form", "bounds")

    def __init__(
        self,
        encode: Encode,
        decode: Decode,
        smallest: int,
        form: str = "",
        bounds: tuple[int, int] | None = None,
    ) -> None:
        self.encode = encode
        self.decode = decode
        self.smallest = smallest
        self.form = form
        self.bounds = bounds


# ---------------------------------------------------------------------------------- plain types


def _small(lowest: int, highest: int) -> Type:
    return Type(
        lambda writer, value: writer.small(value, lowest, highest),
        lambda reader, _connection: reader.small(lowest, highest),
        4,
        "i" if lowest < 0 else "I",
        (lowest, highest),
    )


def _encode_uuid(writer: Writer, value: str) -> None:
    try:
        raw = bytes.fromhex(value.replace("-", ""))
    except (ValueError, AttributeError):
        raw = b""
    if len(raw) != 16:
        writer.fail(f"{value!r} is no UUID")
    writer.data += raw


def _decode_uuid(reader: Reader, _connection: object) -> str:
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


def _decode_name(reader: Reader, _connection: object) -> str:
    return _decode_words(reader, 32).partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _take_file(reader: Reader, _connection: object) -> int:
    if not reader.files:
        reader.fail("a file descriptor is missing")
    return reader.files.pop(0)


def _take_files(reader: Reader, _connection: object) -> list[int]:
    taken = reader.files
    reader.files = []
    return taken


PLAIN = {
    "i8": _small(-128, 127),
    "u8": _small(0, 255),
    "i16": _small(-32768, 32767),
    "u16": _small(0, 65535),
    "i32": Type(Writer.i32, lambda reader, _connection: reader.i32(), I32.size, "i"),
    "u32": Type(Writer.u32, lambda reader, _connection: reader.u32(), U32.size, "I"),
    "i64": Type(Writer.i64, lambda reader, _connection: reader.i64(), I64.size, "q"),
    "u64": Type(Writer.u64, lambda reader, _connection: reader.u64(), U64.size, "Q"),
    "f64": Type(Writer.f64, lambda reader, _connection: reader.f64(), F64.size, "d"),
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

    def decode(reader: Reader, connection: Connection) -> str:
        raw: bytes = chars.decode(reader, connection)
        return raw.partition(b"\0")[0].decode("utf-8", "surrogateescape")

    return Type(encode, decode, 4)


def _counters(most: int) -> Type:
    def encode(writer: Writer, value: dict[str, int]) -> None:
        writer.count(len(value), most)
        for name, number in value.items():
            writer.text(name)
            writer.u64(number)

    def decode(reader: Reader, _connection: object) -> dict[str, int]:
        return {reader.text(): reader.u64() for _ in range(reader.count(most, 12))}

    return Type(encode, decode, 4)


STRING = TypedParams.TYPES["string"]
BOOLEAN = TypedParams.TYPES["boolean"]
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
_TAKE_VALUE: dict[int, Callable[[Reader], object]] = {
    1: Reader.i32,
    2: Reader.u32,
    3: Reader.i64,
    4: Reader.u64,
    5: Reader.f64,
    6: lambda reader: reader.i32() != 0,
    7: Reader.text,
}
_FORMS = {1: I32, 2: U32, 3: I64, 4: U64, 5: F64, BOOLEAN: I32}


def _encode_param(writer: Writer, param: TypedParam) -> None:
    number = TypedParams.TYPES.get(param.kind)
    if number is None:
        writer.fail(f"parameter {param.name!r} has no type")
    writer.text(param.name)
    writer.i32(number)
    _PUT_VALUE[param.kind](writer, param.value)


def _decode_param(reader: Reader, _connection: object) -> TypedParam:
    name = reader.text()
    number = reader.i32()
    if number not in _KINDS_OF_VALUE:
        reader.position -= 4
        reader.fail(f"{number} is no type of a parameter")
    return TypedParam(name, _KINDS_OF_VALUE[number], _TAKE_VALUE[number](reader))


def _named_values(reader: Reader, count: int) -> Iterator[tuple[str, int, object]]:
    """So many parameters: name, number of the type, value.

    A listing has hundreds of thousands of them, so that the reader's own steps are taken here;
    where the bytes are not what they should be, it is the reader that says so.
    """
    data, end, words, position = reader.data, reader.end, reader.words, reader.position
    for _ in range(count):
        start = position + 4
        size = U32.unpack_from(data, position)[0] if start <= end else end
        typed = start + size + (-size & 3)
        raw = data[start : start + size]
        name = words.get(raw)
        if name is None or typed + 8 > end:
            reader.position = position
            name = reader.word()
            typed = reader.position
        number = I32.unpack_from(data, typed)[0] if typed + 4 <= end else 0
        form = _FORMS.get(number)
        position = typed + 4
        if form is not None and position + form.size <= end:
            value = form.unpack_from(data, position)[0]
            position += form.size
            yield name, number, (value != 0 if number == BOOLEAN else value)
        else:
            reader.position = typed
            if reader.i32() not in _KINDS_OF_VALUE:
                reader.position = typed
                reader.fail(f"{number} is no type of a parameter")
            yield name, number, reader.word() if form is None else _TAKE_VALUE[number](reader)
            position = reader.position
    reader.position = position


PLAIN["TypedParam"] = Type(_encode_param, _decode_param, 12)


def flat(params: TypedParams) -> list[TypedParam]:
    """Parameters as they are on the wire: one after the other, lists taken apart."""
    kinds = getattr(params, "types", {})
    return [
        TypedParam(name, kinds.get(name, ""), single)
        for name, value in params.items()
        for single in (value if isinstance(value, list) else (value,))
    ]


def _params(most: int) -> Type:
    def encode(writer: Writer, value: TypedParams) -> None:
        entries = flat(value)
        writer.count(len(entries), most)
        for param in entries:
            _encode_param(writer, param)

    def decode(reader: Reader, _connection: object) -> TypedParams:
        params = TypedParams()
        kinds = params.types
        for name, number, value in _named_values(reader, reader.count(most, 12)):
            if name in params:
                before = params[name]
                if isinstance(before, list):
                    before.append(value)
                else:
                    params[name] = [before, value]
            else:
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
    def encode(writer: Writer, value: object) -> None:
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

    def encode(writer: Writer, value: Sequence[object]) -> None:
        writer.count(len(value), most)
        for one in value:
            encode_one(writer, one)

    def decode(reader: Reader, connection: Connection) -> list[object]:
        return [decode_one(reader, connection) for _ in range(reader.count(most, smallest))]

    return Type(encode, decode, 4)


def _structure(cls: type[Object | Record], fields: list[tuple[str, Type]]) -> Type:
    """An Object or a Record: its fields, one after the other."""
    readers = [type_.decode for _, type_ in fields]
    smallest = sum(type_.smallest for _, type_ in fields)

    def encode(writer: Writer, value: object) -> None:
        if not isinstance(value, cls):
            writer.fail(f"{value!r} is no {cls.__name__}")
        for name, type_ in fields:
            type_.encode(writer, getattr(value, name))

    if issubclass(cls, Record):
        record = cls

        def decode(reader: Reader, connection: Connection) -> object:
            return record(*[read(reader, connection) for read in readers])

        careful = Type(encode, decode, smallest)
        if len(fields) > 1 and all(type_.form for _, type_ in fields):
            return _numbers(record, fields, careful)
        return careful
    kind = cls

    def decode_object(reader: Reader, connection: Connection) -> object:
        return kind(connection, *[read(reader, connection) for read in readers])

    return Type(encode, decode_object, smallest)


def _numbers(cls: type[Record], fields: list[tuple[str, Type]], careful: Type) -> Type:
    """A Record of numbers alone: all at once, and one by one where that fails, to say which."""
    form = Struct(">" + "".join(type_.form for _, type_ in fields))
    names = tuple(name for name, _ in fields)
    bounds = [(place, *type_.bounds) for place, (_, type_) in enumerate(fields) if type_.bounds]

    def encode(writer: Writer, value: object) -> None:
        if not isinstance(value, cls) or not writer.numbers(
            form, tuple(map(value.__dict__.__getitem__, names)), bounds
        ):
            careful.encode(writer, value)

    def decode(reader: Reader, connection: Connection) -> object:
        values = reader.numbers(form, bounds)
        return careful.decode(reader, connection) if values is None else cls(*values)

    return Type(encode, decode, careful.smallest)


_structures: dict[object, Type] = {}


def structure(cls: type[Object | Record]) -> Type:
    """The type of an Object's or Record's class."""
    found = _structures.get(cls)
    if found is None:
        fields = [
            (name, compile_type(cls.__annotations__[name], cls.__module__, cls.limits.get(name)))
            for name in cls.fields
        ]
        found = _structures[cls] = _structure(cls, fields)
    return found


def compile_type(annotation: str, module: str, limit: int | None = None) -> Type:
    """The type that an annotation of a module means.  Raises LookupError if it means none."""
    if annotation.endswith(" | None"):
        return _optional(compile_type(annotation.removesuffix(" | None"), module, limit))
    annotation = annotation.rpartition(" | ")[2]  # "SnapshotCreate | u32" is its number
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


def _record(name: str, module: str) -> type[Record]:
    """A Record of the module itself, or of the ``records`` module next to it."""
    found: type[Record] | None = getattr(sys.modules[module], name, None)
    if found is None:
        package = module.rpartition(".")[0]
        records = __import__(f"{package}.records", fromlist=[name])
        found = getattr(records, name, None)
    if found is None:
        raise LookupError(f"{module}: {name} is no type of the wire")
    return found
