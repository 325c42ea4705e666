"""Which socket is meant, what is said when it cannot be reached, and the start of a daemon."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys

import pytest

from vsh.errors import OperationUnsupported, SystemFailure
from vsh.transports import unix as module
from vsh.transports._address import Address
from vsh.transports.unix import connect, place, unix


@pytest.fixture
def system(tmp_path, monkeypatch):
    """An empty /var/run/libvirt."""
    monkeypatch.setattr(module, "SYSTEM", str(tmp_path))
    monkeypatch.delenv("LIBVIRT_AUTOSTART", raising=False)
    return tmp_path


@pytest.fixture
def user(tmp_path, monkeypatch):
    """A user who is not root, with an empty runtime directory."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name in ("LIBVIRT_AUTOSTART", "VIRTD_PATH", "LIBVIRTD_PATH"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_system_sockets(system):
    assert place(Address("qemu:///system")) == (f"{system}/libvirt-sock", None)
    assert place(Address("qemu:///system", readonly=True)) == (f"{system}/libvirt-sock-ro", None)
    assert place(Address("qemu:///session")) == (f"{system}/libvirt-sock", None)  # we are root


def test_modular_daemons(system):
    (system / "virtqemud-sock").touch()
    assert place(Address("qemu:///system"))[0] == f"{system}/virtqemud-sock"
    assert place(Address("lxc:///system"))[0] == f"{system}/libvirt-sock"
    assert place(Address("lxc:///system?mode=direct"))[0] == f"{system}/virtlxcd-sock"
    assert place(Address("qemu:///system?mode=legacy"))[0] == f"{system}/libvirt-sock"
    assert place(Address(""))[0] == f"{system}/virtqemud-sock"
    assert place(Address("", readonly=True))[0] == f"{system}/libvirt-sock-ro"


def test_no_uri_and_no_daemon(system, monkeypatch):
    assert place(Address(""))[0] == f"{system}/libvirt-sock"
    address = Address("remote:///?mode=direct")
    address.driver = ""
    with pytest.raises(OperationUnsupported, match="No URI is provided and cannot identify"):
        place(address)


def test_session_sockets(user):
    start = module.OWN
    assert place(Address("qemu:///session")) == (f"{user}/libvirt/libvirt-sock", start)
    assert place(Address("qemu:///session", readonly=True))[0] == f"{user}/libvirt/libvirt-sock"
    assert place(Address("test+unix:///default")) == (f"{user}/libvirt/libvirt-sock", start)
    assert place(Address("qemu:///system")) == ("/var/run/libvirt/libvirt-sock", None)
    (user / "libvirt").mkdir()
    (user / "libvirt/virtqemud-sock").touch()
    assert place(Address("qemu:///session")) == (
        f"{user}/libvirt/virtqemud-sock",
        "/usr/sbin/virtqemud",
    )


def test_session_without_a_runtime_directory(user, monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/me")
    path = "/home/me/.cache/libvirt/libvirt-sock"
    assert place(Address("qemu:///session"))[0] == path


def test_who_says_not_to_start(user, monkeypatch):
    monkeypatch.setenv("LIBVIRT_AUTOSTART", "0")
    assert place(Address("qemu:///session"))[1] is None


def test_whose_daemon_is_started(user, system, monkeypatch):
    """Ours; libvirt's under virsh's name and for drivers that ours has not."""
    assert place(Address("qemu:///session"))[1] == module.OWN
    assert place(Address(""))[1] == module.OWN
    assert place(Address("lxc:///system"))[1] is None
    assert place(Address("vbox:///session"))[1] == "/usr/sbin/libvirtd"
    monkeypatch.setattr(sys, "argv", ["/usr/local/bin/virsh"])
    assert place(Address("qemu:///session"))[1] == "/usr/sbin/libvirtd"


def test_the_system_s_daemon(system, monkeypatch, tmp_path):
    """For root alone, where no libvirtd is installed or it is asked for."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(module, "DAEMONS", str(tmp_path))
    assert place(Address("qemu:///system"))[1] == module.OWN
    assert place(Address("qemu:///system", readonly=True))[1] is None
    (tmp_path / "libvirtd").touch()
    assert place(Address("qemu:///system"))[1] is None
    monkeypatch.setenv("LIBVIRT_AUTOSTART", "1")
    assert place(Address("qemu:///system"))[1] == module.OWN
    monkeypatch.setenv("LIBVIRT_AUTOSTART", "0")
    assert place(Address("qemu:///system"))[1] is None


def test_which_daemon_to_start(user, monkeypatch):
    monkeypatch.setenv("LIBVIRTD_PATH", "/opt/libvirtd")
    assert place(Address("qemu:///session"))[1] == "/opt/libvirtd"
    monkeypatch.setenv("VIRTD_PATH", "/opt/virtd")
    assert place(Address("qemu:///session"))[1] == "/opt/virtd"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/nowhere", "Failed to connect socket to '/nowhere': No such file or directory"),
        ("/dev/null", "Failed to connect socket to '/dev/null': Connection refused"),
        ("/" + "a" * 108, f"Path /{'a' * 108} too long for unix socket: Cannot allocate memory"),
    ],
)
def test_failures_are_libvirts(path, message):
    with pytest.raises(SystemFailure) as caught:
        unix(Address(f"qemu+unix:///system?socket={path}"))
    assert str(caught.value) == message


def test_bytes_there_and_back(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "sock"))
        listener.listen()
        duplex = connect(str(tmp_path / "sock"), None, Address(""))
        peer, _ = listener.accept()
        with peer:
            assert duplex.receive(10) is None
            assert duplex.send(b"hello") == 5
            assert peer.recv(10) == b"hello"
            peer.sendall(b"there")
            assert duplex.receive(10) == b"there"
            sent = 0
            while size := duplex.send(bytes(1 << 20)):
                sent += size
            assert sent
        assert _end(duplex) in (b"", "Cannot recv data: Connection reset by peer")
        duplex.close()
        duplex.close()


def _end(duplex):
    """A peer that closes with bytes unread resets the connection."""
    try:
        return duplex.receive(10)
    except SystemFailure as error:
        return str(error)


DAEMON = """#!{python}
import os, socket, sys, time
open({log!r}, "a").write(" ".join(sys.argv[1:]) + "\\n")
time.sleep(0.2)
listener = socket.socket(socket.AF_UNIX)
listener.bind({path!r})
listener.listen()
listener.settimeout(10)
for _ in range({clients}):
    listener.accept()[0].close()
"""


CLIENT = """
import os
os.geteuid = lambda: 1000
from vsh.transports._address import Address
from vsh.transports.unix import unix
unix(Address("qemu:///session")).close()
"""


def test_two_clients_start_the_session_daemon_once(user, monkeypatch):
    log, path, program = user / "log", user / "libvirt/libvirt-sock", user / "daemon"
    program.write_text(
        DAEMON.format(python=sys.executable, log=str(log), path=str(path), clients=2)
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("LIBVIRTD_PATH", str(program))
    clients = [subprocess.Popen([sys.executable, "-c", CLIENT]) for _ in range(2)]
    assert [client.wait(20) for client in clients] == [0, 0]
    assert log.read_text() == "--timeout=120\n"
    assert not (user / "libvirt/daemon.lock").exists()


def test_no_daemon_to_start(user, monkeypatch):
    monkeypatch.setenv("LIBVIRTD_PATH", "/nowhere/libvirtd")
    with pytest.raises(SystemFailure) as caught:
        unix(Address("qemu:///session"))
    assert str(caught.value) == (
        "binary '/nowhere/libvirtd' does not exist in $PATH: No such file or directory"
    )


def test_a_packet_of_a_stream_goes_whole(tmp_path):
    """A system call for each packet, not two: what the system keeps by itself is less than one."""
    from vsh.drivers.remote._link import ROOM
    from vsh.rpc.streams import DATA_MAX

    with open("/proc/sys/net/core/wmem_max", encoding="ascii") as most:
        if int(most.read()) < 212992:  # what Linux has where nobody has changed it
            pytest.skip("this system keeps less of a socket than Linux does by itself")
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        duplex = connect(path, None, Address(f"qemu+unix:///system?socket={path}"))
        peer, _ = server.accept()
        head, data = bytes(28), bytes(DATA_MAX)
        duplex.make_room(ROOM)
        assert duplex.send_parts(head, data) == len(head) + len(data)
        peer.close()
        duplex.close()
