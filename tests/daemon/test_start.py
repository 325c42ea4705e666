"""Clients that find no daemon start one: really, as another user, and as root beside the system."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

VSH = Path(sys.executable).with_name("vsh")
AS_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
"""Root under another number: the same files, another kind of daemon."""


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder of a user's, where only that user's things are."""
    folder = Path(tempfile.mkdtemp(prefix="vsh-home-"))
    yield folder
    number = folder / "run" / "libvirt" / "vshd.pid"
    if number.exists():
        os.kill(int(number.read_text()), signal.SIGTERM)
        until = time.monotonic() + 10
        while number.exists():
            assert time.monotonic() < until
            time.sleep(0.02)
    shutil.rmtree(folder)


def run(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """vsh as a user with that home."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": f"{home}/run",
        "XDG_DATA_HOME": f"{home}/data", "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    return subprocess.run(
        [*(AS_USER if os.geteuid() == 0 else ()), str(VSH), *words], capture_output=True, text=True,
        timeout=60, env=environment | more, cwd="/",
    )  # fmt: skip


def test_a_session(home: Path) -> None:
    """The first command starts it with its time-out, the second finds it."""
    probe = run(home, "--version")
    if probe.returncode:
        pytest.skip(f"no user namespace here: {probe.stderr.strip()}")
    refused = run(home, "-c", "qemu:///session", "list", "--all", LIBVIRT_AUTOSTART="0")
    assert refused.returncode == 1
    assert f"Failed to connect socket to '{home}/run/libvirt/libvirt-sock'" in refused.stderr
    first = run(home, "-c", "qemu:///session", "list", "--all", "--name")
    assert (first.returncode, first.stderr) == (0, "")
    number = (home / "run" / "libvirt" / "vshd.pid").read_text()
    words = Path(f"/proc/{number.strip()}/cmdline").read_bytes().split(b"\0")
    assert b"--timeout=120" in words
    second = run(home, "-c", "qemu:///session", "uri")
    assert second.stdout.strip() == "qemu:///session"
    assert (home / "run" / "libvirt" / "vshd.pid").read_text() == number


SYSTEM = """
mount -t tmpfs none /run
mkdir -p /var/lib/vsh
mount -t tmpfs none /var/lib/vsh
{vsh} -c qemu:///system list --all --name; echo $?
LIBVIRT_AUTOSTART=1 {vsh} -c qemu:///system uri; echo $?
while [ ! -e /run/libvirt/qemu ]; do sleep 0.05; done  # made by a thread of its own
ls /run/libvirt
kill $(cat /run/vshd.pid)
while [ -e /run/vshd.pid ]; do sleep 0.05; done
"""


def test_the_system_s(tmp_path: Path) -> None:
    """As root, in a mount namespace: where a libvirtd is installed only if it is asked for."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("needs root and unshare")
    if not Path("/usr/sbin/libvirtd").exists():
        pytest.skip("no libvirtd is installed here")
    script = SYSTEM.format(vsh=VSH)
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = [line for line in done.stdout.splitlines() if line]
    assert "Failed to connect socket to '/var/run/libvirt/libvirt-sock'" in done.stderr
    assert lines == [
        "1",
        "qemu:///system",
        "0",
        "libvirt-admin-sock",
        "libvirt-sock",
        "libvirt-sock-ro",
        "qemu",
    ]
