"""The monitor of a real QEMU: asked by many threads, killed, stopped, and telling of events."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from vsh.drivers.qemu.monitor import CommandRefused, Monitor, MonitorClosed, MonitorSilent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QEMU = shutil.which("qemu-system-x86_64")
pytestmark = pytest.mark.skipif(QEMU is None, reason="no qemu-system-x86_64 here")


@pytest.fixture
def qemu(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Monitor]]:
    folder = tmp_path / ("long-" * 20)  # a UNIX address has room for 107 bytes
    folder.mkdir()
    path = folder / "monitor.sock"
    # as libvirt does: the socket listens before QEMU is there, so that nobody is refused
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"/proc/self/fd/{os.open(folder, os.O_PATH)}/monitor.sock")
        listener.listen(1)
        process = subprocess.Popen(
            [
                str(QEMU), "-machine", "none", "-display", "none", "-nodefaults", "-S",
                "-chardev", f"socket,id=m,fd={listener.fileno()},server=on,wait=off",
                "-mon", "chardev=m,mode=control",
            ],
            pass_fds=[listener.fileno()],
        )  # fmt: skip
    try:
        monitor = Monitor(str(path))
        monitor.open(20)
        yield process, monitor
        monitor.close()
    finally:
        process.kill()
        process.wait()


def test_answers_and_refusals(qemu: tuple[subprocess.Popen[bytes], Monitor]) -> None:
    _, monitor = qemu
    status = monitor.call("query-status")
    assert isinstance(status, dict)
    assert status["status"] == "prelaunch"
    with pytest.raises(CommandRefused) as caught:
        monitor.call("device_del", {"id": "nosuch"})
    assert str(caught.value) == (
        "internal error: unable to execute QEMU command 'device_del': Device 'nosuch' not found"
    )
    assert caught.value.kind == "DeviceNotFound"


def test_twenty_threads(qemu: tuple[subprocess.Popen[bytes], Monitor]) -> None:
    """Every caller gets its own answer, and events come through while nobody asks for them."""
    _, monitor = qemu
    wrong: list[object] = []

    def ask(number: int) -> None:
        for turn in range(50):
            name = f"no-{number}-{turn}"
            try:
                monitor.call(name)
            except CommandRefused as error:
                if error.words != f"The command {name} has not been found":
                    wrong.append(error.words)
            else:
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_events_in_order(qemu: tuple[subprocess.Popen[bytes], Monitor]) -> None:
    process, monitor = qemu
    monitor.call("cont")
    monitor.call("stop")
    assert [event.name for event in monitor.events][:2] == ["RESUME", "STOP"]
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    while not monitor.closed:
        monitor.pump()
    assert monitor.events[-1].name == "SHUTDOWN"
    assert monitor.events[-1].data["reason"] == "host-signal"


def test_a_qemu_that_is_killed(qemu: tuple[subprocess.Popen[bytes], Monitor]) -> None:
    process, monitor = qemu
    told: list[bool] = []
    monitor.told = lambda: told.append(monitor.closed)
    process.kill()
    end = "internal error: End of file from qemu monitor"
    unread = "Unable to read from monitor: Connection reset by peer"  # it had our question
    with pytest.raises(MonitorClosed, match=f"^({end}|{unread})$"):
        monitor.call("query-status")
    assert monitor.closed
    assert told == [True]
    with pytest.raises(MonitorClosed):
        monitor.call("query-status")


def test_a_qemu_that_hangs(qemu: tuple[subprocess.Popen[bytes], Monitor]) -> None:
    """SIGSTOP: the question is given up, and its late answer is nobody's."""
    process, monitor = qemu
    os.kill(process.pid, signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(MonitorSilent, match="'query-name'"):
        monitor.call("query-name", timeout=0.3)
    assert time.monotonic() - began < 5
    os.kill(process.pid, signal.SIGCONT)
    status = monitor.call("query-status")
    assert isinstance(status, dict)
    assert status["running"] is False


def test_a_descriptor_goes_along(qemu: tuple[subprocess.Popen[bytes], Monitor]) -> None:
    _, monitor = qemu
    reader, writer = os.pipe()
    try:
        monitor.call("getfd", {"fdname": "f"}, descriptors=[reader])
        monitor.call("closefd", {"fdname": "f"})
    finally:
        os.close(reader)
        os.close(writer)


def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(MonitorClosed, match="failed to connect to monitor socket"):
        Monitor(str(tmp_path / "none")).open()
