"""Signals: what waits can be interrupted wherever it was started, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest
from delay_proxy import DelayProxy

from vsh.rpc.programs import CONNECT_CLOSE, REMOTE
from vsh.signals import await_input

if TYPE_CHECKING:
    from collections.abc import Callable

    from private_libvirtd import PrivateLibvirtd

VSH = Path(sys.executable).with_name("vsh")


ENDED = "event loop interrupted\nevents received: 0\n\n"


def wait_for(condition: Callable[[], object], what: str, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


def installed(process: subprocess.Popen[Any], number: int) -> bool:
    """Whether a process catches a signal."""
    line = next(
        line
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines()
        if line.startswith("SigCgt")
    )
    return bool(int(line.split()[1], 16) >> (number - 1) & 1)


@pytest.mark.parametrize(
    ("words", "out", "status"),
    [
        (["event", "--all", "--loop"], "event loop interrupted\nevents received: 0\n\n", 1),
        (
            ["net-event", "--event", "lifecycle"],
            "event loop interrupted\nevents received: 0\n\n",
            1,
        ),
        (["await", "test", "--condition", "domain-inactive"], "event loop interrupted\n\n", 2),
    ],
)
def test_a_job_in_the_background_can_be_interrupted(
    clean_environment: dict[str, str], words: list[str], out: str, status: int
) -> None:
    process = subprocess.Popen(
        # a shell without job control starts what stands before a & in this way
        ["sh", "-c", 'trap "" INT; exec "$@"', "sh", str(VSH), "-c", "test:///default", *words],
        env=clean_environment,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    wait_for(lambda: installed(process, signal.SIGINT), "the handler")
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == out
    assert process.returncode == status


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("command", ["edit test", "desc test --edit", "snapshot-edit test s"])
def test_an_editor_that_is_ended_leaves_no_document(
    clean_environment: dict[str, str], tmp_path: Path, number: int, command: str
) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nexec sleep 30\n")
    editor.chmod(0o755)
    process = subprocess.Popen(
        [str(VSH), "-c", "test:///default", f"snapshot-create-as test s; {command}"],
        env=clean_environment | {"TMPDIR": str(folder), "EDITOR": str(editor)},
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    wait_for(lambda: list(folder.iterdir()), "the document")
    (document,) = folder.iterdir()
    assert document.stat().st_mode & 0o777 == 0o600
    time.sleep(0.2)
    process.send_signal(number)
    assert process.wait(10) == -number
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("program", ["vsh", "virsh"])
def test_a_prompt_that_is_ended_leaves_the_terminal_as_it_was(
    pty: Callable[..., Any], program: str, number: int
) -> None:
    child = pty("-c", "test:///default", program=program)
    terminal = os.dup(child.child_fd)
    before = termios.tcgetattr(terminal)
    child.expect("# ")
    wait_for(lambda: not termios.tcgetattr(terminal)[3] & termios.ICANON, "the raw mode")
    child.kill(number)
    child.expect(pexpect.EOF)
    child.wait()
    assert child.signalstatus == number
    assert termios.tcgetattr(terminal) == before
    os.close(terminal)


@pytest.mark.libvirtd
def test_a_farewell_that_is_not_awaited_changes_nothing(
    libvirtd: PrivateLibvirtd, tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    with DelayProxy(tmp_path / "far", libvirtd.socket, 0.4) as far:
        uri = f"qemu+unix:///system?socket={tmp_path}/far"
        process = subprocess.Popen(
            [str(VSH), "-q", "-c", uri, "hostname"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment,
        )  # fmt: skip
        wait_for(lambda: (REMOTE, CONNECT_CLOSE) in far.calls, "the good-bye")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert out.strip()


@pytest.mark.parametrize("wait", [0.05, 0.08, 0.12, 0.2])
def test_whoever_interrupts_a_start_sees_no_traceback(
    clean_environment: dict[str, str], wait: float
) -> None:
    words = ["-c", "test:///default", "await", "test", "--condition", "domain-inactive"]
    program = (
        "import os, signal, threading, sys\n"
        "from vsh.__main__ import run\n"
        "def press(*_):\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "again = threading.Timer(9, press)  # where Python itself lost the first: it can\n"
        "again.daemon = True\n"
        f"sys.argv[1:] = {words}\n"
        "try:\n"
        "    again.start()\n"
        f"    threading.Timer({wait} / 8, press).start()\n"
        "except KeyboardInterrupt:\n    sys.exit(130)\n"
        "run()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, timeout=60, check=False, env=clean_environment,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert done.returncode in (130, 2), done.stderr  # before it began, or while it waited


def test_waiting_for_input_ends_with_input_and_with_ctrl_c() -> None:
    reading, writing = os.pipe()
    before = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(before)
    try:
        threading.Timer(0.1, os.write, (writing, b"x")).start()
        await_input(reading)
        assert os.read(reading, 10) == b"x"
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            await_input(reading)
    finally:
        os.close(reading)
        os.close(writing)
    assert signal.set_wakeup_fd(before) == before
