"""The numbers that are written down twice agree: here, in the API's table, in the protocol's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vsh.api.connection.handshake import Handshake
from vsh.api.connection.host import Host
from vsh.rpc import programs
from vsh.rpc.message import FILES_MAX, HEADER_SIZE, LENGTH_SIZE, MESSAGE_MAX
from vsh.rpc.streams import DATA_MAX

PROTOCOL = Path(__file__).resolve().parents[3] / "shared/protocol/protocol.json"


@pytest.mark.parametrize("name", ["AUTH_LIST", "AUTH_POLKIT", "CONNECT_OPEN", "CONNECT_CLOSE"])
def test_the_handshakes_calls(name):
    assert getattr(Handshake, name.lower()).number == getattr(programs, name)


def test_the_uri():
    assert Host.get_uri.number == programs.CONNECT_GET_URI


def test_the_protocol():
    if not PROTOCOL.exists():
        pytest.skip(f"{PROTOCOL} is not there to compare with")
    constants = json.loads(PROTOCOL.read_text())["constants"]
    assert constants["REMOTE_PROGRAM"] == programs.REMOTE
    assert constants["QEMU_PROGRAM"] == programs.QEMU
    assert constants["LXC_PROGRAM"] == programs.LXC
    assert constants["KEEPALIVE_PROGRAM"] == programs.KEEPALIVE
    for name in ("REMOTE", "QEMU", "LXC", "KEEPALIVE"):
        assert constants[f"{name}_PROTOCOL_VERSION"] == programs.VERSION
    assert constants["VIR_NET_MESSAGE_MAX"] == MESSAGE_MAX
    assert constants["VIR_NET_MESSAGE_HEADER_MAX"] == HEADER_SIZE
    assert constants["VIR_NET_MESSAGE_LEN_MAX"] == LENGTH_SIZE
    assert constants["VIR_NET_MESSAGE_NUM_FDS_MAX"] == FILES_MAX
    assert constants["VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX"] == DATA_MAX
