"""A connection that goes: said once with the reason, one error, and the next command reconnects.

The daemon is a real one, killed between two commands of a script or while it works on one (it is
stopped first, so that it cannot answer).
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from private_libvirtd import tool

pytestmark = pytest.mark.libvirtd


@pytest.fixture
def script(libvirtd, clean_environment):
    """vsh reading a script, a line at a time, as its author types it."""
    import sys
    from pathlib import Path

    vsh = Path(sys.executable).with_name("vsh")
    started = []

    class Script:
        def __init__(self, *options: str) -> None:
            self.process = subprocess.Popen(
                [str(vsh), "-q", "-c", libvirtd.uri, *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                bufsize=1,
                env=clean_environment | {"PYTHONUNBUFFERED": "1"},
            )
            started.append(self.process)

        def say(self, line: str) -> None:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()

        def hear(self) -> str:
            return self.process.stdout.readline().rstrip("\n")

        def end(self) -> tuple[str, int]:
            rest, _ = self.process.communicate(timeout=20)
            return rest, self.process.returncode

    yield Script
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


def disconnected(libvirtd) -> str:
    return f"error: Disconnected from {libvirtd.uri} due to end of file"


def daemon_process(libvirtd) -> int:
    return int((libvirtd.folder / "pid").read_text())


def kill_while_it_works(libvirtd, begin) -> None:
    """Stop the daemon, have it asked, kill it."""
    process = daemon_process(libvirtd)
    os.kill(process, signal.SIGSTOP)
    begin()
    time.sleep(0.5)
    libvirtd.kill()


def test_between_two_commands(libvirtd, script):
    """The lines are virsh's, which says them in the same order."""
    running = script()
    running.say("hostname")
    name = running.hear()
    libvirtd.kill()
    libvirtd.start()
    running.say("hostname")
    assert running.hear() == disconnected(libvirtd)
    assert running.hear() == "error: Reconnected to the hypervisor"
    assert running.hear() == name
    running.say("hostname")
    assert running.end() == (f"{name}\n", 0)


def test_in_the_middle_of_a_command(libvirtd, script):
    running = script()
    running.say("hostname")
    name = running.hear()
    kill_while_it_works(libvirtd, lambda: running.say("hostname"))
    assert running.hear() == disconnected(libvirtd)
    assert running.hear() == "error: failed to get hostname"
    assert "Cannot recv data" in (last := running.hear()) or "End of file" in last
    libvirtd.start()
    running.say("hostname")
    assert running.hear() == "error: Reconnected to the hypervisor"
    assert running.hear() == name
    assert running.end() == ("", 0)


def test_the_daemon_stays_away(libvirtd, script):
    running = script()
    running.say("hostname")
    name = running.hear()
    libvirtd.kill()
    refused = [
        "error: Failed to reconnect to the hypervisor",
        f"error: Failed to connect socket to '{libvirtd.socket}': Connection refused",
    ]
    running.say("hostname")
    assert [running.hear() for _ in range(3)] == [disconnected(libvirtd), *refused]
    running.say("hostname")
    assert [running.hear() for _ in range(2)] == refused
    libvirtd.start()
    running.say("hostname")
    assert running.hear() == name
    running.say("dominfo x")
    assert running.end()[1] == 1


def test_the_daemon_goes_while_it_is_greeted(libvirtd, vsh_process):
    """A batch that is cut before it is connected."""
    process = daemon_process(libvirtd)
    results = []
    os.kill(process, signal.SIGSTOP)
    try:
        thread = threading.Thread(
            target=lambda: results.append(vsh_process("-c", libvirtd.uri, "hostname"))
        )
        thread.start()
        time.sleep(0.7)
    finally:
        libvirtd.kill()
    thread.join(20)
    (status, out, err) = results[0]
    assert (status, out) == (1, "")
    lines = err.splitlines()
    assert lines[0] == "error: failed to connect to the hypervisor"
    assert len(lines) == 2


def _listening(pid: int) -> None:
    """Wait until a process has said all that it has to say, and waits."""
    before = None
    while True:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        now = (words[0], words[11], words[12])  # its state, and the time that it has run
        if now == before and now[0] == "S":
            return
        before = now
        time.sleep(0.5)


def test_events_that_end(libvirtd, script):
    """virsh's words for it, next to virsh's own run."""
    texts = []
    for command in ([tool("virsh")], None):
        uri = libvirtd.uri
        if command is not None:
            process = subprocess.Popen(
                [*command, "-c", uri, "event", "--all", "--loop"],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        else:
            process = script("event --all --loop").process
        _listening(process.pid)
        libvirtd.kill()
        out, _ = process.communicate(timeout=20)
        assert process.returncode == 1
        texts.append(out.splitlines())
        libvirtd.start()
    theirs, ours = texts
    assert ours[0] == theirs[0] == disconnected(libvirtd)
    assert "error: internal error: client socket is closed" in ours
    assert "error: internal error: client socket is closed" in theirs


def test_keepalive_finds_out(libvirtd, script):
    running = script("-k", "1", "-K", "1")
    running.say("hostname")
    name = running.hear()
    process = daemon_process(libvirtd)
    os.kill(process, signal.SIGSTOP)
    try:
        running.say("hostname")
        assert running.hear() == f"error: Disconnected from {libvirtd.uri} due to keepalive timeout"
        assert running.hear() == "error: failed to get hostname"
        assert running.hear() == (
            "error: internal error: connection closed due to keepalive timeout"
        )
    finally:
        os.kill(process, signal.SIGCONT)
    running.say("hostname")
    assert running.hear() == "error: Reconnected to the hypervisor"
    assert running.hear() == name
    assert running.end() == ("", 0)


def test_at_the_prompt(libvirtd, pty):
    child = pty("-c", libvirtd.uri, env={"TERM": "dumb"}, columns=300)
    child.expect("vsh # ")
    child.sendline("hostname")
    child.expect("\n(?!error)")
    child.expect("vsh # ")
    libvirtd.kill()
    libvirtd.start()
    child.sendline("hostname")
    child.expect_exact(disconnected(libvirtd))
    child.expect_exact("error: Reconnected to the hypervisor")
    child.sendline("quit")
    child.expect("$")


@pytest.mark.parametrize("address", ["nosuch:///system", "qemu+tcp://127.0.0.1:1/system", "x"])
def test_a_wrong_address_of_another_host_costs_nothing(script, tiny_guest, address) -> None:
    guest = tiny_guest()
    session = script()
    session.say(f"migrate {guest.name} {address}")
    session.say("list --all --name")
    out, _ = session.end()
    assert "Reconnected" not in out
    assert "Disconnected" not in out
    assert out.splitlines()[-1] == guest.name
