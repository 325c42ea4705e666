"""Programs that outlive who started them: started, watched and ended by anybody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vsh.drivers.host.process import Process, birth
from vsh.errors import InternalError

SLEEP = ["/bin/sh", "-c", "trap '' TERM; echo said; sleep 60 & wait; wait"]
THREADS = """
import ctypes, threading, time
threading.Thread(target=time.sleep, args=(60,)).start()
ctypes.CDLL(None).pthread_exit(None)
"""
START = """
from vsh.drivers.host.process import Process
process = Process.start(["/bin/sleep", "60"], {log!r}, environment={{}})
print(process.pid, process.birth)
"""


def test_it_outlives_who_started_it(tmp_path: Path) -> None:
    code = START.format(log=str(tmp_path / "log"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    pid, born = map(int, done.stdout.split())
    process = Process(pid, born)
    assert process.alive
    assert not Process(pid, born + 1).alive  # another process that had this number
    assert process.kill()
    assert not process.alive
    assert process.kill()


def test_asked_first_then_made_to(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = Process.start(SLEEP, str(log), environment={"PATH": os.environ["PATH"]})
    while "said" not in log.read_text().splitlines():
        assert process.alive
    assert not process.kill(gently=True, timeout=0.2)
    assert process.kill(timeout=0.2)
    assert birth(process.pid) is None
    assert log.stat().st_mode & 0o777 == 0o600
    assert "starting up" in log.read_text()


def test_its_first_thread_ends_before_another(tmp_path: Path) -> None:
    """It has ended when the last of them has, and is taken leave of: nothing stays of it."""
    process = Process.start([sys.executable, "-c", THREADS], str(tmp_path / "log"), environment={})
    while Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        assert process.alive
    assert process.alive
    assert process.kill()
    with pytest.raises(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)


def test_what_cannot_be_run(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="cannot execute binary /no/such: No such file"):
        Process.start(["/no/such"], str(tmp_path / "log"), environment={})
    with pytest.raises(InternalError, match="failed to open logfile"):
        Process.start(["/bin/true"], str(tmp_path / "no" / "log"), environment={})


def test_a_planted_log_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to(tmp_path / "target")
    with pytest.raises(InternalError, match="failed to open logfile"):
        Process.start(["/bin/true"], str(tmp_path / "log"), environment={})
    assert not (tmp_path / "target").exists()


def test_descriptors_go_along(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    process = Process.start(
        ["/bin/sh", "-c", f"echo through >/dev/fd/{writer}"],
        str(tmp_path / "log"),
        environment={},
        descriptors=[writer],
    )
    os.close(writer)
    with os.fdopen(reader) as file:
        assert file.read() == "through\n"
    assert process.wait(10)
