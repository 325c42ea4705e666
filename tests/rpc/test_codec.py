"""Every procedure goes over the wire and back, in both roles; bad bytes are RpcErrors."""

from __future__ import annotations

import time
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vsh.api.connection import Connection
from vsh.api.connection.records import NodeInfo
from vsh.api.domain import Domain
from vsh.api.domain.records import MonitorReply, SecurityLabel, StateAndReason
from vsh.api.kinds import KINDS, kind
from vsh.api.snapshot import Snapshot
from vsh.api.table import calls, events
from vsh.api.types import Record, TypedParam, TypedParams
from vsh.drivers._base import Driver
from vsh.errors import RpcError
from vsh.rpc import values
from vsh.rpc.codec import decode_event, encode_event, wire

CALLS = list(calls().values())
CONNECTION = Connection(Driver(), "test:///default")
UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"
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
    return "".join(random.choice(ALPHABET) for _ in range(random.randrange(9)))


def number(random: Random, lowest: int, highest: int) -> int:
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
    fields = [value_of(random, cls.__annotations__[name], cls.__module__) for name in cls.fields]
    return cls(*fields) if issubclass(cls, Record) else cls(CONNECTION, *fields)


def target_of(random: Random, call: Any) -> Any:
    return made(random, kind(call.owner.kind)) if call.owner.kind else CONNECTION


def values_of(random: Random, call: Any) -> tuple[Any, ...]:
    annotations = dict(call.stub.__annotations__)
    del annotations["return"]
    return tuple(value_of(random, word, call.stub.__module__) for word in annotations.values())


def answer_of(random: Random, call: Any) -> Any:
    word = call.stub.__annotations__["return"]
    return None if word == "None" else value_of(random, word, call.stub.__module__)


# A whole table's worth of values is more than hypothesis draws at once: it draws the seed.
some = settings(max_examples=100, deadline=None)
seeds = given(st.integers(0, 2**32 - 1))


@some
@seeds
def test_the_arguments_of_every_call_come_back(seed: int) -> None:
    random = Random(seed)
    for call in CALLS:
        wired = wire(call)
        target, values = target_of(random, call), values_of(random, call)
        payload, files = wired.encode_args(target, values)
        assert len(payload) % 4 == 0, call
        request = wired.decode_args(CONNECTION, payload, files)
        expected = list(values)
        if wired.stream_at is not None:
            expected[wired.stream_at] = None
        assert request.target == target, call
        assert list(request.values) == expected, call


@some
@seeds
def test_the_answer_of_every_call_comes_back(seed: int) -> None:
    random = Random(seed)
    for call in CALLS:
        answer = answer_of(random, call)
        payload, files = wire(call).encode_ret(answer)
        assert len(payload) % 4 == 0, call
        found = wire(call).decode_ret(CONNECTION, payload, files)
        assert found == answer, call
        if isinstance(answer, TypedParams):
            assert found.types == answer.types, call


@some
@seeds
def test_every_event_comes_back(seed: int) -> None:
    random = Random(seed)
    for (_, number_), event in events().items():
        told = made(random, event)
        callback = 7 if number_ == event.number else None
        if callback is None:
            for name in event.newer:
                setattr(told, name, 0)
        payload = encode_event(told, callback)
        assert decode_event(CONNECTION, event, number_, payload) == (callback, told), event


def damaged(random: Random, payload: bytes) -> bytes:
    raw = bytearray(payload)
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(len(raw) + 1)
        action = random.randrange(4)
        if action == 0:
            del raw[place:]
        elif action == 1:
            raw[place:place] = random.randbytes(random.randrange(9))
        elif action == 2 and place < len(raw):
            raw[place] = random.choice((0, 1, 127, 128, 255))
        else:
            raw[place : place + 4] = b"\xff\xff\xff\xff"
    return bytes(raw)


@some
@seeds
def test_damaged_payloads_are_rpc_errors_or_values(seed: int) -> None:
    random = Random(seed)
    for call in CALLS:
        wired = wire(call)
        arguments, _ = wired.encode_args(target_of(random, call), values_of(random, call))
        answer, _ = wired.encode_ret(answer_of(random, call))
        for decode, payload in ((wired.decode_args, arguments), (wired.decode_ret, answer)):
            for raw in (damaged(random, payload), random.randbytes(random.randrange(40))):
                try:
                    decode(CONNECTION, raw)
                except RpcError as error:
                    assert "Unable to decode message payload: " in str(error)


def by_slot(slot: str) -> Any:
    return next(call for call in CALLS if call.slot == slot)


def test_the_bytes_of_a_call() -> None:
    domain = Domain(CONNECTION, "test", UUID, 1)
    payload, files = wire(by_slot("domain_get_state")).encode_args(domain, (0,))
    assert payload == (
        b"\0\0\0\4test" + bytes.fromhex(UUID.replace("-", "")) + b"\0\0\0\1" + b"\0\0\0\0"
    )
    assert files == []
    answer = wire(by_slot("domain_get_state")).decode_ret(CONNECTION, b"\0\0\0\1\0\0\0\5")
    assert answer == StateAndReason(1, 5)


def test_objects_belong_to_the_connection_that_they_came_from() -> None:
    wired = wire(by_slot("domain_snapshot_lookup_by_name"))
    snapshot = Snapshot(None, "s1", Domain(None, "test", UUID, -1))
    payload, _ = wired.encode_ret(snapshot)
    found = wired.decode_ret(CONNECTION, payload)
    assert found == snapshot
    assert found.connection is CONNECTION
    assert found.domain.connection is CONNECTION


def test_results_are_asked_for_and_the_count_behind_them_is_dropped() -> None:
    wired = wire(by_slot("connect_list_all_domains"))
    assert wired.encode_args(CONNECTION, (2,))[0] == b"\0\0\0\1\0\0\0\2"
    domains = [Domain(CONNECTION, f"d{n}", UUID, -1) for n in range(3)]
    payload, _ = wired.encode_ret(domains)
    assert payload.endswith(b"\0\0\0\3")
    assert wired.decode_ret(CONNECTION, payload) == domains


def test_a_client_that_only_counts_gets_the_number_alone() -> None:
    wired = wire(by_slot("connect_list_all_domains"))
    request = wired.decode_args(CONNECTION, b"\0\0\0\0\0\0\0\0")
    assert request.asked == {"need_results": 0}
    domains = [Domain(CONNECTION, "d", UUID, -1)] * 3
    assert wired.encode_ret(domains, request.asked)[0] == b"\0\0\0\0\0\0\0\3"


def test_a_client_gets_no_more_than_it_has_room_for() -> None:
    wired = wire(by_slot("domain_snapshot_list_names"))
    payload, _ = wired.encode_ret(["a", "b", "c"], {"maxnames": 2})
    assert wired.decode_ret(CONNECTION, payload) == ["a", "b"]
    wired = wire(by_slot("domain_get_memory_parameters"))
    limits = TypedParams().set("hard_limit", "ullong", 1).set("soft_limit", "ullong", 2)
    payload, _ = wired.encode_ret(limits, {"nparams": 1})
    assert dict(wired.decode_ret(CONNECTION, payload)) == {"hard_limit": 1}
    assert wired.encode_ret(limits, {"nparams": 0})[0] == b"\0\0\0\0\0\0\0\2"


def test_an_exact_count_is_asked_for_first() -> None:
    wired = wire(by_slot("node_get_cpu_stats"))
    assert wired.probe
    first, _ = wired.encode_args(CONNECTION, (-1, 0), 0)
    assert first == b"\xff\xff\xff\xff" + b"\0\0\0\0" + b"\0\0\0\0"
    count = wired.decode_count(wired.encode_ret({"kernel": 1, "user": 2}, {"nparams": 0})[0])
    assert count == 2
    assert wired.encode_args(CONNECTION, (-1, 0), count)[0][4:8] == b"\0\0\0\2"


def test_characters_of_c_take_four_bytes_each() -> None:
    info = NodeInfo("x86_64", 3145728, 16, 1400, 2, 2, 2, 2)
    payload, _ = wire(by_slot("node_get_info")).encode_ret(info)
    assert len(payload) == 32 * 4 + 8 + 6 * 4
    assert payload[:8] == b"\0\0\0x\0\0\0008"
    label = SecurityLabel("\u00e4", 1)
    payload, _ = wire(by_slot("domain_get_security_label")).encode_ret(label)
    assert payload == (
        b"\0\0\0\3" + b"\xff\xff\xff\xc3" + b"\xff\xff\xff\xa4" + b"\0\0\0\0" + b"\0\0\0\1"
    )


def test_files_go_beside_the_message() -> None:
    wired = wire(by_slot("domain_open_graphics"))
    payload, files = wired.encode_args(Domain(CONNECTION, "d", UUID, 1), (0, 7, 1))
    assert files == [7]
    assert wired.decode_args(CONNECTION, payload, files).values == (0, 7, 1)
    with pytest.raises(RpcError, match="a file descriptor is missing"):
        wired.decode_args(CONNECTION, payload)
    reply = MonitorReply("{}", [5, 6])
    wired = wire(by_slot("domain_monitor_command_with_files"))
    payload, files = wired.encode_ret(reply)
    assert files == [5, 6]
    assert wired.decode_ret(CONNECTION, payload, files) == reply


def test_a_parameter_that_comes_twice_is_a_list() -> None:
    wired = wire(by_slot("domain_migrate_begin3_params"))
    disks = TypedParams().set("migrate_disks", "string", ["vda", "vdb"])
    payload, _ = wired.encode_args(Domain(CONNECTION, "d", UUID, 1), (disks, 0))
    assert wired.decode_args(CONNECTION, payload).values[0] == {"migrate_disks": ["vda", "vdb"]}


@pytest.mark.parametrize(
    "wrong",
    [
        ("domain_get_state", ("0",)),
        ("domain_get_state", (-1,)),
        ("domain_save", ("a\0b",)),
        ("domain_set_metadata", (0, 5, None, None, 0)),
        ("domain_set_scheduler_parameters", ({"cpu_shares": 5},)),
    ],
)
def test_values_that_the_wire_cannot_carry(wrong: tuple[str, tuple[Any, ...]]) -> None:
    slot, values = wrong
    with pytest.raises(RpcError, match="Unable to encode message payload"):
        wire(by_slot(slot)).encode_args(Domain(CONNECTION, "d", UUID, 1), values)


def test_a_wrong_object_and_a_wrong_uuid_are_refused() -> None:
    wired = wire(by_slot("domain_suspend"))
    with pytest.raises(RpcError, match="is no Domain"):
        wired.encode_args(CONNECTION, ())
    with pytest.raises(RpcError, match="'xyz' is no UUID"):
        wired.encode_args(Domain(CONNECTION, "d", "xyz", 1), ())


def test_a_thousand_domains_are_read_quickly() -> None:
    wired = wire(by_slot("connect_list_all_domains"))
    domains = [Domain(CONNECTION, f"guest-{n}", UUID, n) for n in range(1000)]
    payload, _ = wired.encode_ret(domains)
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        found = wired.decode_ret(CONNECTION, payload)
        best = min(best, time.perf_counter() - start)
    assert found == domains
    assert best < 0.03  # 4 ms on a slow machine; far from anything quadratic
