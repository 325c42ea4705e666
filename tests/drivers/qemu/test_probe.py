"""A real QEMU is asked once; what it said is kept; a program that is none is an error."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from vsh.drivers.qemu.probe import Probe, find
from vsh.errors import InternalError, OperationUnsupported, SystemFailure

QEMU = find("x86_64")


@pytest.mark.skipif(QEMU is None, reason="no qemu-system-x86_64 here")
def test_asked_once(tmp_path: Path) -> None:
    probe = Probe(str(QEMU), str(tmp_path), kvm=False)
    version = probe("query-version")
    names = {
        each["name"] for each in probe("device-list-properties", {"typename": "virtio-net-pci"})
    }
    assert "mq" in names
    with pytest.raises(OperationUnsupported, match="QEMU refuses 'nonsense'"):
        probe("nonsense")
    probe.close()

    again = Probe(str(QEMU), str(tmp_path), kvm=False)
    assert again("query-version") == version
    with pytest.raises(OperationUnsupported, match="QEMU refuses 'nonsense'"):
        again("nonsense")
    assert again._qemu is None  # nothing was started
    again.close()
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(QEMU is None, reason="no qemu-system-x86_64 here")
def test_a_damaged_cache_is_asked_again(tmp_path: Path) -> None:
    probe = Probe(str(QEMU), str(tmp_path), kvm=False)
    version = probe("query-version")
    probe.close()
    [file] = tmp_path.iterdir()
    file.write_text("{")
    again = Probe(str(QEMU), str(tmp_path), kvm=False)
    assert again("query-version") == version
    again.close()


@pytest.mark.skipif(QEMU is None, reason="no qemu-system-x86_64 here")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="no setpriv here")
def test_it_ends_with_us(tmp_path: Path) -> None:
    """A vsh that is killed leaves no QEMU behind that nobody asks any more."""
    program = (
        "import os, signal\n"
        "from vsh.drivers.qemu.probe import Probe\n"
        f"probe = Probe({str(QEMU)!r}, {str(tmp_path)!r}, kvm=False)\n"
        "probe('query-version')\n"
        "print(probe._qemu.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    until = time.monotonic() + 10
    while Path(f"/proc/{int(done.stdout)}/status").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not Path(f"/proc/{int(done.stdout)}").exists()


@pytest.mark.skipif(QEMU is None, reason="no qemu-system-x86_64 here")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="no setpriv here")
def test_it_is_started_again_when_its_thread_has_gone(tmp_path: Path) -> None:
    probe = Probe(str(QEMU), str(tmp_path), kvm=False)
    thread = threading.Thread(target=probe, args=("query-version",))
    thread.start()
    thread.join()
    assert probe._qemu is not None
    probe._qemu.wait(10)
    assert isinstance(probe("query-commands"), list)
    probe.close()


def test_programs_that_are_no_qemu(tmp_path: Path) -> None:
    with pytest.raises(SystemFailure, match="Cannot check QEMU binary /no/such: No such file"):
        Probe("/no/such", str(tmp_path), kvm=False)
    probe = Probe(str(shutil.which("true")), str(tmp_path), kvm=False)
    with pytest.raises(InternalError, match="Failed to probe QEMU binary"):
        probe("query-version")
    probe.close()
