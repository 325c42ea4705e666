"""TCP on loopback."""

from __future__ import annotations

import socket
import time

import pytest

from vsh.errors import SystemFailure
from vsh.transports._address import Address
from vsh.transports.tcp import tcp


def test_bytes_there_and_back():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        duplex = tcp(Address(f"qemu+tcp://127.0.0.1:{port}/system"))
        peer, _ = listener.accept()
        with peer:
            assert duplex.send(b"hello") == 5
            assert peer.recv(10) == b"hello"
            peer.sendall(b"there")
            while (data := duplex.receive(10)) is None:
                time.sleep(0.01)
            assert data == b"there"
        duplex.close()
    assert not duplex.secure


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(SystemFailure) as caught:
        tcp(Address(f"qemu+tcp://127.0.0.1:{port}/system"))
    assert str(caught.value) == (
        f"unable to connect to server at '127.0.0.1:{port}': Connection refused"
    )


def test_no_such_host():
    with pytest.raises(SystemFailure) as caught:
        tcp(Address("qemu+tcp://no-such-host.invalid/system"))
    assert str(caught.value).startswith(
        "Unable to resolve address 'no-such-host.invalid' service '16509': "
    )
