"""The end of a user's session: a bus of the test's own, a logind that is played, real guests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd
from tiny_guest import BUTTON, TinyGuest

import vsh
from vsh.daemon.session_end import GOING, LOGIND, MANAGER
from vsh.drivers.host.bus import BUS, CALL, RETURN, SIGNAL, Bus, Message, texts
from vsh.words.domain.state import DomainState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vsh.api.domain import Domain

AS_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
CONFIG = """<busconfig><type>system</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy></busconfig>"""


class Logind:
    """Has logind's name, lets everybody hold up the host, and says that it shuts down."""

    def __init__(self, path: Path) -> None:
        self.bus = Bus(str(path))
        fields = {1: "/org/freedesktop/DBus", 2: BUS, 3: "RequestName", 6: BUS, 8: "su"}
        body = texts(LOGIND)
        self.bus.send(Message(CALL, fields, body + bytes(-len(body) % 4 + 4)))
        self.bus.call("GetNameOwner", LOGIND)
        self.holds, self.held = os.pipe()

    def let_hold(self) -> None:
        """Answer a call of Inhibit: who holds up the host has one end of a pipe."""
        while True:
            asked = self.bus.kept.pop() if self.bus.kept else self.bus.next()
            if asked.kind == CALL and asked.fields[3] == "Inhibit":
                break
        answer = Message(RETURN, {5: asked.serial, 6: str(asked.fields[7]), 8: "h", 9: 1}, bytes(4))
        socket.send_fds(self.bus.link, [answer.data(1000)], [self.held])
        os.close(self.held)


def going(bus: Bus) -> None:
    """Say that the host shuts down, whoever says so."""
    fields = {1: "/org/freedesktop/login1", 2: MANAGER, 3: GOING, 8: "b"}
    bus.send(Message(SIGNAL, fields, b"\1\0\0\0"))


def listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    if shutil.which("dbus-daemon") is None:
        pytest.skip("no dbus-daemon is installed here")
    if subprocess.run([*AS_USER, "true"], capture_output=True).returncode:
        pytest.skip("no user namespace here")
    path, config = tmp_path / "bus", tmp_path / "bus.conf"
    config.write_text(CONFIG.format(path))
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"]
    with subprocess.Popen(command) as running:
        until = time.monotonic() + 30
        while not listens(path):
            assert time.monotonic() < until
            time.sleep(0.01)
        yield path, running
        running.terminate()


def saved(domain: Domain) -> None:
    until = time.monotonic() + 60
    while not domain.has_managed_save_image() or domain.is_active():
        assert time.monotonic() < until, domain.get_state()
        time.sleep(0.02)


def test_guests_are_saved(
    bus: tuple[Path, subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host shuts down, then the session's bus ends; each goes on as it was."""
    path, running = bus
    logind, other = Logind(path), Bus(str(path))
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={path}")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:abstract=none;unix:path={path},guid=0")
    daemon = PrivateVshd(tmp_path, "--verbose", within=AS_USER if os.geteuid() == 0 else ())
    holding = threading.Thread(target=logind.let_hold)
    holding.start()
    daemon.start()
    try:
        with vsh.connect(daemon.uri("qemu", "/session")) as connection:
            runs, stands = (
                connection.domain_define_xml(TinyGuest(tmp_path, name).xml) for name in ("r", "s")
            )
            runs.create()
            stands.create()
            stands.suspend()
            passing = TinyGuest(tmp_path, "t")
            connection.domain_create_xml(passing.xml)
            passing.wait_for(seconds=60)
            holding.join(60)
            going(other)  # it is not logind
            going(logind.bus)
            for domain in (runs, stands):
                saved(domain)
                assert domain.get_autostart_once() == 1
            passing.wait_for(BUTTON, seconds=60)  # no transient one can be saved
            assert os.read(logind.holds, 1) == b""  # the host is held up no more
            runs.create()
            stands.create()
            assert runs.get_state().state == DomainState.RUNNING
            assert stands.get_state().state == DomainState.PAUSED
            stands.destroy()
            assert daemon.said().count("the end: guests are seen to") == 1
            running.terminate()
            saved(runs)
    finally:
        daemon.kill()
        for each in (logind.bus, other):
            each.close()
        os.close(logind.holds)
    assert "Traceback" not in daemon.said()


def test_settings_that_are_wrong_are_said(tmp_path: Path) -> None:
    """Nobody knows what is to become of guests; the daemon does all else."""
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "qemu.conf").write_text('auto_shutdown_try_save = "x"\n')
    daemon = PrivateVshd(tmp_path)
    daemon.start()
    try:
        with vsh.connect(daemon.uri()) as connection:
            assert connection.list_all_domains() == []
        until = time.monotonic() + 30
        while "unknown auto_shutdown_try_save 'x'" not in daemon.said():
            assert time.monotonic() < until, daemon.said()
            time.sleep(0.02)
    finally:
        daemon.kill()
    assert "Traceback" not in daemon.said()
