"""Random values for the wire: of any annotation, any record, any call's arguments and answer."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Any

from vsh.api.connection import Connection
from vsh.api.kinds import KINDS, kind
from vsh.api.types import Record, TypedParam, TypedParams
from vsh.drivers.driver import Driver
from vsh.rpc import values

CONNECTION = Connection(Driver(), "test:///default")
RANGES = {
    "i8": (-128, 127),
    "u8": (0, 255),
    "i16": (-(2**15), 2**15 - 1),
    "u16": (0, 2**16 - 1),
    "i32": (-(2**31), 2**31 - 1),
    "u32": (0, 2**32 - 1),
    "i64": (-(2**63), 2**63 - 1),
    "u64": (0, 2**64 - 1),
}
ALPHABET = "abcXYZ019 <>&'\"/-_.\n\u00e4\u4e2d\U0001f600"


def text(random: Random) -> str:
    """A text, perhaps an empty one."""
    return "".join(random.choice(ALPHABET) for _ in range(random.randrange(9)))


def number(random: Random, lowest: int, highest: int) -> int:
    """A number of a range, often one of its ends."""
    return random.choice((lowest, highest, 0, 1, random.randint(lowest, highest)))


PARAMS: dict[str, Any] = {
    "int": lambda random: number(random, *RANGES["i32"]),
    "uint": lambda random: number(random, *RANGES["u32"]),
    "llong": lambda random: number(random, *RANGES["i64"]),
    "ullong": lambda random: number(random, *RANGES["u64"]),
    "double": lambda random: random.choice((0.0, -1.5, 1e300)),
    "boolean": lambda random: random.random() < 0.5,
    "string": text,
}


def params(random: Random) -> TypedParams:
    """Parameters of any types, some of them there twice."""
    made = TypedParams()
    for place in range(random.randrange(4)):
        word = random.choice(list(PARAMS))
        value = PARAMS[word](random)
        if random.random() < 0.2:
            value = [value, PARAMS[word](random)]
        made.set(f"{place}.{text(random)}", word, value)
    return made


def value_of(random: Random, annotation: str, module: str) -> Any:
    """Some value that an annotation allows."""
    if annotation.endswith(" | None"):
        inner = annotation.removesuffix(" | None")
        return None if random.random() < 0.5 else value_of(random, inner, module)
    annotation = annotation.rpartition(" | ")[2]
    if annotation.startswith("list["):
        return [value_of(random, annotation[5:-1], module) for _ in range(random.randrange(4))]
    if annotation in RANGES:
        return number(random, *RANGES[annotation])
    if annotation in ("Blob", "CpuMap", "CpuMaps", "Chars"):
        return random.randbytes(random.randrange(9))
    if annotation in ("Text", "Label"):
        return text(random)
    if annotation in KINDS:
        return CONNECTION.stream() if annotation == "Stream" else made(random, kind(annotation))
    simple: dict[str, Any] = {
        "f64": random.random,
        "UUID": lambda: "-".join(random.randbytes(size).hex() for size in (4, 2, 2, 2, 6)),
        "Name32": lambda: text(random)[:8],
        "Counters": lambda: {f"{i}{text(random)}": random.getrandbits(64) for i in range(3)},
        "TypedParams": partial(params, random),
        "TypedParam": lambda: TypedParam(text(random), "string", text(random)),
        "File": lambda: random.randrange(3, 9),
        "Files": lambda: [random.randrange(3, 9) for _ in range(random.randrange(3))],
    }
    if annotation in simple:
        return simple[annotation]()
    return made(random, values._record(annotation, module))


def made(random: Random, cls: Any) -> Any:
    """A record or an object."""
    fields = [value_of(random, cls.__annotations__[name], cls.__module__) for name in cls.fields]
    return cls(*fields) if issubclass(cls, Record) else cls(CONNECTION, *fields)


def target_of(random: Random, call: Any) -> Any:
    """Something that a call can be made on."""
    return made(random, kind(call.owner.kind)) if call.owner.kind else CONNECTION


def values_of(random: Random, call: Any) -> tuple[Any, ...]:
    """Values that a call takes."""
    annotations = dict(call.stub.__annotations__)
    del annotations["return"]
    return tuple(value_of(random, word, call.stub.__module__) for word in annotations.values())


def answer_of(random: Random, call: Any) -> Any:
    """Something that a call can answer."""
    word = call.stub.__annotations__["return"]
    return None if word == "None" else value_of(random, word, call.stub.__module__)
