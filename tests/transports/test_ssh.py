"""What ssh is told to do here and there, and what is said when it fails."""

from __future__ import annotations

import shlex
import stat

import pytest

from vsh.errors import InvalidArgument, SystemFailure
from vsh.transports._address import Address
from vsh.transports._command import run
from vsh.transports.ssh import arguments, far_command


def script(uri: str, **options) -> str:
    """What the far shell's shell runs."""
    outer, minus_c, inner = shlex.split(far_command(Address(uri, **options)))
    assert (outer, minus_c) == ("sh", "-c")
    return inner


def test_command_line():
    uri = (
        "qemu+ssh://me@host:2222/system?keyfile=/k&no_verify=1&no_tty=1&command=/bin/myssh"
        "&known_hosts=/h&known_hosts_verify=maybe&sshauth=telepathy&proxy=native"
    )
    assert arguments(Address(uri)) == [
        "/bin/myssh",
        "-p",
        "2222",
        "-l",
        "me",
        "-i",
        "/k",
        "-T",
        "-e",
        "none",
        "-o",
        "BatchMode=yes",
        "-o",
        "StrictHostKeyChecking=no",
        "--",
        "host",
        "sh -c 'exec virt-ssh-helper qemu:///system'",
    ]
    assert arguments(Address("qemu+ssh://host/system?proxy=native"))[:6] == [
        "ssh",
        "-T",
        "-e",
        "none",
        "--",
        "host",
    ]


@pytest.mark.parametrize("proxy", ["native", "auto"])
@pytest.mark.parametrize(
    ("query", "told"), [("", "?socket=%2Fx%2Fy"), ("foo=bar&", "?foo=bar&socket=%2Fx%2Fy")]
)
def test_the_helper_is_told_the_socket(proxy, query, told):
    """It would find another daemon's otherwise."""
    words = script(f"qemu+ssh://host/system?{query}proxy={proxy}&socket=/x/y")
    assert f"exec virt-ssh-helper 'qemu:///system{told}'" in words


def test_a_host_is_never_an_option():
    words = arguments(Address("qemu+ssh://-oProxyCommand=evil/system"))
    assert words[words.index("--") + 1] == "-oProxyCommand=evil"


def test_far_side():
    assert script("qemu+ssh://h/system?proxy=native", readonly=True) == (
        "exec virt-ssh-helper -r qemu:///system"
    )
    both = script("qemu+ssh://h/system")
    assert "command -v virt-ssh-helper" in both
    assert "-U /var/run/libvirt/libvirt-sock;" in both
    assert "virt-ssh-helper" not in script("qemu+ssh://h/system?netcat=/opt/nc")
    assert script("qemu+ssh://h/system?socket=/a%20b").endswith("exec nc $q -U '/a b'")
    assert script("qemu+ssh://h/system?proxy=netcat", readonly=True).endswith("libvirt-sock-ro")


def test_nothing_is_run_by_accident():
    assert script("qemu+ssh://h/system?proxy=native&x=%27%3breboot%3b%27") == (
        "exec virt-ssh-helper 'qemu:///system?x=%27%3Breboot%3B%27'"
    )
    assert "'/x; reboot'" in script("qemu+ssh://h/system?socket=/x%3b%20reboot")


def test_netcat_and_native():
    with pytest.raises(InvalidArgument, match="netcat path not valid with native proxy mode"):
        far_command(Address("qemu+ssh://h/system?netcat=/n&proxy=native"))


def program(path, text: str) -> str:
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def until(duplex, size: int = 100) -> bytes:
    import time

    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        data = duplex.receive(size)
        if data is not None:
            return data
        time.sleep(0.01)
    raise TimeoutError


def test_bytes_through_a_program(tmp_path):
    duplex = run([program(tmp_path / "cat", "exec cat\n")], secure=False)
    assert duplex.send(b"hello") == 5
    assert until(duplex) == b"hello"
    duplex.close()
    assert duplex._process.returncode == 0


def test_what_the_program_said(tmp_path):
    duplex = run([program(tmp_path / "no", "read x\necho 'Permission denied.' >&2\n")], secure=True)
    duplex.send(b"\n")
    assert until(duplex) == b""
    assert str(duplex.ended()) == (
        "End of file while reading data: Permission denied.: Input/output error"
    )
    duplex.close()


def test_a_program_that_never_listened(tmp_path):
    duplex = run([program(tmp_path / "no", "echo 'No route' >&2\n")], secure=True)
    duplex._process.wait(10)
    with pytest.raises(SystemFailure) as caught:
        duplex.send(b"x")
    assert str(caught.value) == "Cannot recv data: No route: Connection reset by peer"
    duplex.close()


def test_no_such_program():
    with pytest.raises(SystemFailure) as caught:
        run(["no-such-program"], secure=True)
    assert str(caught.value) == "Cannot find 'no-such-program' in path: No such file or directory"
