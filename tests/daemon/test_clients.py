"""Clients that nobody here wrote, and our own, on one vshd."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from tiny_guest import TinyGuest

import vsh
from vsh.errors import NoConnect, OperationDenied

if TYPE_CHECKING:
    from pathlib import Path

    from private_vshd import PrivateVshd

VIRSH = shutil.which("virsh")


def virsh(uri: str, *commands: str) -> subprocess.CompletedProcess[str]:
    """libvirt's own virsh on the daemon."""
    if VIRSH is None:
        pytest.skip("no virsh here")
    command = [VIRSH, "-c", uri, "; ".join(commands)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_virsh_lives_a_guest_life(vshd: PrivateVshd, tmp_path: Path) -> None:
    guest = TinyGuest(tmp_path, "tiny")
    done = virsh(
        vshd.uri(),
        f"define {guest.file}", "start tiny", "domstate tiny --reason", "suspend tiny",
        "domstate tiny", "resume tiny", "list --name", "destroy tiny", "undefine tiny",
        "list --all --name",
    )  # fmt: skip
    assert done.stderr == ""
    lines = [line for line in done.stdout.splitlines() if line]
    assert lines == [
        f"Domain 'tiny' defined from {guest.file}",
        "Domain 'tiny' started",
        "running (booted)",
        "Domain 'tiny' suspended",
        "paused",
        "Domain 'tiny' resumed",
        "tiny",
        "Domain 'tiny' destroyed",
        "Domain 'tiny' has been undefined",
    ]


def test_virsh_on_the_test_driver_is_as_without_a_daemon(vshd: PrivateVshd) -> None:
    """The same lines by way of the daemon, and by virsh's own test driver."""
    commands = (
        "list --all", "dominfo test", "dumpxml test", "net-list --all", "pool-list --all",
        "iface-list", "nodeinfo", "vol-list default-pool", "domstate nosuch",
        "snapshot-create-as test s1", "snapshot-list test --name",
    )  # fmt: skip
    ours = virsh(vshd.uri("test", "/default"), *commands)
    theirs = virsh("test:///default", *commands)

    def even(text: str) -> list[str]:
        # made anew each time, or newer than this virsh's own driver
        changing = ("CPU time", "UUID", "<uuid>", "Security", "topology", "<cpu>")
        return [line for line in text.splitlines() if not any(w in line for w in changing)]

    assert ours.stderr == theirs.stderr
    mine, other = even(ours.stdout), even(theirs.stdout)
    assert len(mine) > 60
    assert [line for line in mine if line not in other] == []


def test_a_volume_goes_up_and_comes_down(vshd: PrivateVshd, tmp_path: Path) -> None:
    """Bytes of a stream, both ways, compared."""
    with vsh.connect(vshd.uri("test", "/default")) as connection:
        domain = connection.domain_lookup_by_name("test")
        stream = connection.stream()
        kind = domain.screenshot(stream, 0)
        assert kind == "image/png"
        data = b""
        while part := stream.receive():
            data += part
        stream.finish()
    with vsh.connect("test:///default") as connection:
        stream = connection.stream()
        connection.domain_lookup_by_name("test").screenshot(stream, 0)
        expected = b""
        while part := stream.receive():
            expected += part
    assert data == expected
    assert len(data) > 10_000


def test_read_only(vshd: PrivateVshd, tmp_path: Path) -> None:
    with vsh.connect(vshd.uri("test", "/default", readonly=True)) as connection:
        domain = connection.domain_lookup_by_name("test")
        assert domain.get_state().state == 1
        with pytest.raises(OperationDenied, match="read only access prevents virDomainDestroy"):
            domain.destroy()


def test_counting_looks_at_no_cpu(vshd: PrivateVshd) -> None:
    """How many numbers there are of a CPU is told of one that is not there, too, as by libvirt."""
    done = virsh(vshd.uri(), "nodecpustats 9999")
    assert "error: Unable to get node cpu stats\n" in done.stderr
    assert "Invalid cpuNum in virHostCPUGetStatsLinux" in done.stderr


def test_events_of_others_are_pushed(vshd: PrivateVshd) -> None:
    """What one client does, another one is told; the registration can be ended."""
    uri = vshd.uri("test", "/default")
    with vsh.connect(uri) as one, vsh.connect(uri) as other:
        with one.watch("lifecycle", timeout=5) as watch:
            domain = other.domain_lookup_by_name("test")
            domain.suspend()
            domain.resume()
            found = [(e.event, e.detail) for _, e in zip(range(2), watch, strict=False)]
        assert found == [(3, 0), (4, 0)]
        domain.suspend()
        assert one.domain_lookup_by_name("test").get_state().state == 3


def test_other_drivers_are_refused(vshd: PrivateVshd) -> None:
    with pytest.raises(NoConnect, match=r"^no connection driver available for vbox:///session$"):
        vsh.connect(vshd.uri("vbox", "/session"))


PYTHON = """
import libvirt, sys, threading
libvirt.virEventRegisterDefaultImpl()
connection = libvirt.open(sys.argv[1])
told = []
connection.domainEventRegisterAny(None, 0, lambda *a: told.append(a[2:4]), None)
connection.domainEventRegister(lambda *a: told.append(("legacy", *a[2:4])), None)
running = True
def loop():
    while running:
        libvirt.virEventRunDefaultImpl()
threading.Thread(target=loop, daemon=True).start()
domain = connection.lookupByName("test")
domain.suspend()
import time
until = time.time() + 10
while len(told) < 2 and time.time() < until:
    time.sleep(0.01)
print(domain.state(), domain.info()[0], sorted(map(str, told)), connection.getType())
try:
    connection.lookupByName("none")
except libvirt.libvirtError as error:
    print(error.get_error_code(), error)
"""


def test_libvirt_python(vshd: PrivateVshd) -> None:
    """libvirt's own binding (Debian's): calls, errors, events."""
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import libvirt"], capture_output=True).returncode:
        pytest.skip("no python3-libvirt here")
    done = subprocess.run(
        [python, "-c", PYTHON, vshd.uri("test", "/default")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == [
        "[3, 1] 3 [\"('legacy', 3, 0)\", '(3, 0)'] TEST",
        "42 Domain not found",
    ], done.stderr


def test_a_client_that_was_written_for_libvirtd_finds_no_difference_in_version(
    vshd: PrivateVshd,
) -> None:
    with vsh.connect(vshd.uri("test", "/default")) as connection:
        assert connection.get_lib_version() == 12008000
