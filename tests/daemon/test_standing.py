"""The daemon by itself: what guests tell while nobody asks, what is started with the host."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import own_network as support
import pytest
from own_network import OwnNetwork, sh
from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

import vsh
from vsh.drivers.host.process import birth

if TYPE_CHECKING:
    from collections.abc import Callable

STARTED, STOPPED, SHUTDOWN = 2, 5, 6


def until(reached: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_a_guest_does_is_told_though_nobody_asks(vshd: PrivateVshd, tmp_path: Path) -> None:
    """A power-off from inside and a killed QEMU reach a client that only listens."""
    guest = TinyGuest(tmp_path, "tiny", serial="pty")
    with vsh.connect(vshd.uri()) as connection:
        domain = connection.domain_define_xml(guest.file.read_text())
        domain.create()
        pty = domain.get_xml_desc(0).split("<source path='")[1].split("'")[0]
        with connection.watch("lifecycle", timeout=20) as watch:
            terminal = os.open(pty, os.O_RDWR | os.O_NOCTTY)
            os.write(terminal, b"q")
            told = [(event.event, event.detail) for _, event in zip(range(2), watch, strict=False)]
            os.close(terminal)
        assert told == [(SHUTDOWN, 1), (STOPPED, 0)]
        domain.create()
        [process] = [
            int(name) for name in os.listdir("/proc")
            if name.isdigit() and str(vshd.root) in command_line(name)
        ]  # fmt: skip
        with connection.watch("lifecycle", timeout=20) as watch:
            os.kill(process, signal.SIGKILL)
            [event] = [event for _, event in zip(range(1), watch, strict=False)]
        assert (event.event, event.detail) == (STOPPED, 5)
        assert tuple(domain.get_state()) == (5, 3)


def command_line(process: str) -> str:
    try:
        with open(f"/proc/{process}/cmdline", encoding="utf-8", errors="replace") as file:
            found = file.read()
    except OSError:  # it has ended meanwhile
        return ""
    return found if found.startswith("/usr/bin/qemu") else ""


def test_autostart_once_a_boot(vshd: PrivateVshd, tmp_path: Path) -> None:
    """The first daemon after a boot starts what is to be started; the next one lets it rest."""
    for name in ("always", "once", "never"):
        (tmp_path / name).mkdir()
    files = {name: TinyGuest(tmp_path / name, name) for name in ("always", "once", "never")}
    with vsh.connect(vshd.uri()) as connection:
        for name, guest in files.items():
            domain = connection.domain_define_xml(guest.file.read_text())
            if name == "always":
                domain.set_autostart(1)
            if name == "once":
                domain.set_autostart_once(1)
        assert connection.list_all_domains(1) == []
    vshd.kill(signal.SIGTERM)
    vshd.start()  # the same boot
    with vsh.connect(vshd.uri()) as connection:
        assert connection.list_all_domains(1) == []
    vshd.kill(signal.SIGTERM)
    (vshd.root / "autostarted").write_text("another boot\n")
    (vshd.root / "qemu.conf").write_text('auto_start_delay = 3600000\nnvram = [ "a:b" ]\n')
    vshd.start()
    with vsh.connect(vshd.uri()) as connection:
        until(lambda: len(connection.list_all_domains(1)) == 1)
    vshd.kill(signal.SIGTERM)  # which waits an hour for nothing
    assert f"{vshd.root}/qemu.conf: setting 'nvram' does nothing here" in vshd.said()
    vshd.start()
    with vsh.connect(vshd.uri()) as connection:
        assert sorted(each.name for each in connection.list_all_domains(1)) == ["always", "once"]
        assert connection.domain_lookup_by_name("once").get_autostart_once() == 0
        assert connection.domain_lookup_by_name("always").get_autostart() == 1


NETWORK = """<network><name>{0}</name><forward mode='nat'/><bridge name='br-{0}'/>
<ip address='10.{1}.0.1' prefix='24'/></network>"""


@pytest.mark.skipif(support.obstacle() is not None, reason=str(support.obstacle()))
def test_told_to_look_again_it_sees_to_networks(tmp_path: Path) -> None:
    """SIGHUP: what is marked is started, what the host has lost is put there again."""
    with OwnNetwork():
        (tmp_path / "run").mkdir()
        daemon = PrivateVshd(tmp_path)
        daemon.start()
        with vsh.connect(daemon.uri()) as connection:
            marked = connection.network_define_xml(NETWORK.format("marked", 1))
            marked.set_autostart(1)
            pool = connection.storage_pool_define_xml(
                f"<pool type='dir'><name>p</name><target><path>{tmp_path}</path></target></pool>"
            )
            pool.set_autostart(1)
            network = connection.network_define_xml(NETWORK.format("other", 2))
            network.create()
            whole = sh("nft list ruleset")
            pid_file = daemon.root / "dnsmasq/other.pid"
            before = pid_file.read_text()
            sh(f"nft flush ruleset; kill -9 {before}")
            until(lambda: birth(int(before)) is None)
            assert daemon.process is not None
            daemon.process.send_signal(signal.SIGHUP)
            until(lambda: bool(marked.is_active()))
            until(lambda: bool(pool.is_active()))
            until(lambda: pid_file.read_text() != before)
            marked.destroy()
            assert sorted(sh("nft list ruleset").split()) == sorted(whole.split())
            network.destroy()
        daemon.kill(signal.SIGTERM)


def test_the_process_of_a_guest_is_where_libvirt_says_it(vshd: PrivateVshd, tmp_path: Path) -> None:
    """libvirtd has it in /run/libvirt/qemu: beside the sockets; so libvirt-tck looks for it."""
    file = vshd.socket.parent / "qemu/tiny.pid"
    until(file.parent.is_dir)
    with vsh.connect(vshd.uri()) as connection:
        domain = connection.domain_define_xml(TinyGuest(tmp_path, "tiny").xml)
        domain.create()
        first = int(file.read_text())
        assert b"guest=tiny" in Path(f"/proc/{first}/cmdline").read_bytes()
        domain.destroy()
        assert not file.exists()
        domain.create()
    second = int(file.read_text())
    vshd.kill()
    vshd.start()
    with vsh.connect(vshd.uri()) as connection:
        assert connection.domain_lookup_by_name("tiny").is_active()
        assert int(file.read_text()) == second
    vshd.kill()
    os.kill(second, signal.SIGKILL)
    vshd.start()
    limit = time.monotonic() + 30
    while file.exists():
        assert time.monotonic() < limit
        time.sleep(0.02)
