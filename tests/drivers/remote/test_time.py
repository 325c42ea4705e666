"""``timeout``: it counts from the first step of the way to the daemon, whatever is in the way."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

import vsh
from vsh.errors import OperationTimeout

LATE = "Timed out during operation: no answer within 1.0 seconds"


@contextlib.contextmanager
def in_time():
    start = time.monotonic()
    with pytest.raises(OperationTimeout) as caught:
        yield
    assert caught.value.message == LATE
    assert 0.8 < time.monotonic() - start < 10


@contextlib.contextmanager
def queue_full(listener):
    """While this lasts as many wait at a listener as the system lets wait."""
    with contextlib.ExitStack() as held:
        for _ in range(3):
            one = held.enter_context(socket.socket(listener.family))
            one.setblocking(False)  # noqa: FBT003
            with contextlib.suppress(BlockingIOError):
                one.connect(listener.getsockname())
        yield


def test_a_unix_socket_whose_queue_is_full(tmp_path):
    """A daemon that hangs: the system lets nobody in, and lets everybody wait."""
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(0)
        with queue_full(listener), in_time():
            vsh.connect(f"qemu+unix:///system?socket={path}", timeout=1.0)


@pytest.fixture
def mute():
    """A port that takes connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_daemon_that_says_nothing(mute):
    with in_time():
        vsh.connect(f"qemu+tcp://127.0.0.1:{mute}/system", timeout=1.0)


def test_a_handshake_that_does_not_end(mute, tmp_path, authority):
    with in_time():
        vsh.connect(f"qemu://127.0.0.1:{mute}/system?pkipath={authority}", timeout=1.0)


@pytest.fixture
def authority(tmp_path):
    """A folder with a certificate of an authority, as TLS wants one before it begins."""
    import subprocess

    words = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=ca -keyout key.pem -out cacert.pem"
    subprocess.run(words.split(), cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


def test_a_port_whose_queue_is_full():
    """No answer to the first packet: the system would try for two minutes."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        place = listener.getsockname()
        with queue_full(listener), in_time():
            vsh.connect(f"qemu+tcp://127.0.0.1:{place[1]}/system", timeout=1.0)


def test_a_flood_of_other_things_gives_no_more_time(connection, daemon):
    """Pongs without end are a sign of life, and no answer."""
    from vsh.api.connection.host import Host
    from vsh.rpc.keepalive import PONG_BYTES

    stop = threading.Event()

    def flood(fake, _call):
        fake.peer.settimeout(0.2)
        while not stop.is_set():
            with contextlib.suppress(OSError):
                fake.peer.send(PONG_BYTES * 1000)

    daemon.on(Host.get_hostname, flood)
    connection.driver.timeout = 1.0
    with in_time():
        connection.get_hostname()
    stop.set()
