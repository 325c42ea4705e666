"""Every procedure goes over the wire and back, in both roles; bad bytes are RpcErrors."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire_values import CONNECTION, answer_of, made, target_of, values_of

from vsh.api.connection.records import NodeInfo
from vsh.api.domain import Domain
from vsh.api.domain.records import MonitorReply, SecurityLabel, StateAndReason
from vsh.api.snapshot import Snapshot
from vsh.api.table import calls, events
from vsh.api.types import TypedParams
from vsh.errors import RpcError
from vsh.rpc.codec import decode_event, encode_event, wire

CALLS = list(calls().values())
UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"

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


def test_names_without_end_in_linear_time():
    """A daemon that says the same name half a million times takes no more time than with others."""
    import struct
    import time

    from vsh.api.connection.domains import Domains

    count = 4096
    record = struct.pack(">I4s16siI", 1, b"d\0\0\0", bytes(16), 1, count)
    record += struct.pack(">Iii", 0, 1, 5) * count
    payload = struct.pack(">I", 120) + record * 120
    start = time.process_time()
    answer = wire(Domains.get_all_domain_stats).decode_ret(None, payload)
    assert time.process_time() - start < 5
    assert answer[119].params[""] == [5] * count
    first, last = (next(iter(answer[place].params)) for place in (0, 119))
    assert first is last  # and each name is kept once
