"""Errors over the wire: there and back, old numbers, noise, and nothing a terminal would obey."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from vsh.errors import Error, NoDomain, NoSupport, OperationInvalid, RpcError
from vsh.rpc import errors


def test_there_and_back():
    sent = OperationInvalid("domain is not running")
    sent.domain = 10
    got = errors.decode(errors.encode(sent))
    assert type(got) is OperationInvalid
    assert (str(got), got.domain, got.level) == (str(sent), 10, 2)


def test_unknown_procedure_means_not_supported():
    error = RpcError("unknown procedure: 4711")
    error.domain = errors.FROM_RPC
    got = errors.decode(errors.encode(error))
    assert type(got) is NoSupport
    assert str(got) == "unknown procedure: 4711"


def test_an_error_without_text():
    payload = struct.pack(">iiii", 42, 10, 0, 2) + bytes(32)
    got = errors.decode(payload)
    assert type(got) is NoDomain
    assert str(got) == "Unknown error"


def test_the_domain_it_is_about_is_passed_over():
    payload = (
        struct.pack(">iii", 55, 10, 1)
        + b"\0\0\0\x02no\0\0"
        + struct.pack(">ii", 2, 1)
        + b"\0\0\0\x03abc\0"
        + bytes(20)
        + struct.pack(">i", 1)
        + b"\0\0\0\x01s\0\0\0"
        + bytes(8)
        + bytes(12)
    )
    got = errors.decode(payload)
    assert str(got) == "no"
    assert got.facts == {"str1": "s"}


def test_nothing_a_terminal_would_obey():
    error = Error("x")
    error.args = ("a\x1b[31mred\x07\x9b\x7f\nnext\tcolumn é",)
    got = errors.decode(errors.encode(error))
    assert str(got) == "a�[31mred���\nnext\tcolumn é"


@given(st.binary(max_size=200))
def test_noise_is_an_error_itself(payload):
    assert isinstance(errors.decode(payload), Error)


@given(st.integers(0, 120))
def test_a_cut_error_says_that_it_is_cut(size):
    whole = errors.encode(OperationInvalid("domain is not running"))
    got = errors.decode(whole[:size])
    if size < len(whole) - 12:
        assert type(got) is RpcError
        assert str(got).startswith("Unable to decode message payload")
