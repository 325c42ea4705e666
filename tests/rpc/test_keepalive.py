"""When a ping is due, and when a peer is given up."""

from __future__ import annotations

import pytest

from vsh.errors import InternalError
from vsh.rpc.keepalive import PING_BYTES, Keepalive


def test_pings_then_gives_up():
    keepalive = Keepalive(5, 2, now=100.0)
    assert keepalive.due(100.0) == 5.0
    assert keepalive.ping(104.9) == b""
    assert keepalive.ping(105.0) == PING_BYTES
    assert keepalive.ping(106.0) == b""
    assert keepalive.ping(110.0) == PING_BYTES
    with pytest.raises(InternalError) as caught:
        keepalive.ping(115.0)
    assert str(caught.value) == "internal error: connection closed due to keepalive timeout"
    assert keepalive.sent == 2


def test_any_sign_of_life_starts_over():
    keepalive = Keepalive(5, 1, now=0.0)
    for start in (0.0, 8.0, 16.0):
        keepalive.heard(start)
        assert keepalive.ping(start + 5) == PING_BYTES


def test_none_wanted():
    keepalive = Keepalive(0, 5, now=0.0)
    assert keepalive.due(1e9) is None
    assert keepalive.ping(1e9) == b""


def test_the_interval_has_a_limit():
    with pytest.raises(InternalError, match="keepalive interval 2147484 too large"):
        Keepalive(2147484, 1, now=0.0)
