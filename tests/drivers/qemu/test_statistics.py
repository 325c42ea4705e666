"""Numbers of guests: that they move as they should, and that a QEMU that hangs holds up nobody."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

import vsh
from vsh.drivers.qemu.monitor import Monitor
from vsh.words.domain.state import DomainControlState, DomainState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vsh.api.connection import Connection

from tiny_guest import TinyGuest

STATE, BALLOON, VCPU, BLOCK = 1, 4, 8, 32


def wait(condition: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def process_of(connection: Connection, name: str = "tiny") -> int:
    run = connection.driver.hypervisor.guests.named(name).run
    assert run is not None
    return int(run.process.pid)


def test_all_guests_in_one_pass(connection: Connection, tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        connection.domain_define_xml(TinyGuest(tmp_path, name).xml)
    connection.domain_lookup_by_name("two").create()
    wait(lambda: connection.get_all_domain_stats([], BLOCK)[1].params["block.0.rd.reqs"] > 0)
    found = connection.get_all_domain_stats([], 0)
    assert [each.domain.name for each in found] == ["one", "two", "three"]
    off, on, _ = (each.params for each in found)
    assert (off["state.state"], on["state.state"]) == (DomainState.SHUTOFF, DomainState.RUNNING)
    assert off["block.count"] == on["block.count"] == 1
    assert off["block.0.capacity"] == on["block.0.capacity"] == 1 << 20
    assert on["cpu.time"] == on["cpu.user"] + on["cpu.system"] > 0
    assert on["balloon.rss"] > 1000
    assert "cpu.time" not in off
    active = connection.get_all_domain_stats([], STATE, 1)
    assert [each.domain.name for each in active] == ["two"]


def test_memory_is_told_without_a_document(
    root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever finds guests again reads no document of theirs for what listings and memory need, and
    asks each QEMU but once."""
    groups = STATE | BALLOON
    xml = TinyGuest(tmp_path, "with").xml.replace("<memballoon model='none'/>", "")
    assert "memballoon" not in xml  # a guest has one by itself
    with vsh.connect(root) as connection:
        connection.domain_define_xml(xml)
        connection.domain_define_xml(TinyGuest(tmp_path, "without").xml)
        for name in ("with", "without"):
            connection.domain_lookup_by_name(name).create()
        before = [dict(each.params) for each in connection.get_all_domain_stats([], groups)]
    sent: list[str] = []
    send = Monitor.send_all

    def counted(monitor: Monitor, *given: Any) -> list[str]:
        sent.append(monitor.path)
        return send(monitor, *given)

    monkeypatch.setattr(Monitor, "send_all", counted)
    with vsh.connect(root) as connection:
        after = [dict(each.params) for each in connection.get_all_domain_stats([], groups)]
        assert len(sent) == len(set(sent)) == 2
        guests = connection.driver.hypervisor.guests
        assert [guest.unread for guest in guests.all()] == [True, True]
        for name, alias in (("with", "balloon0"), ("without", None)):
            guest = guests.named(name)
            assert guest.balloon == (alias is not None, alias)
            assert guest.definition is not None
            assert guest.balloon == (alias is not None, alias)
    for figures in (*before, *after):
        assert figures.pop("balloon.rss") > 1000
        figures.pop("balloon.last-update", None)
    assert after == before


def test_what_is_read_is_counted(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    tiny.wait_for()
    stats = domain.block_stats("vda")
    assert stats.rd_req > 0
    assert stats.rd_bytes >= 512
    assert domain.block_stats_flags("")["rd_bytes"] == stats.rd_bytes
    info = domain.get_block_info("vda")
    assert info.capacity == 1 << 20
    assert info.physical == tiny.disks[0].stat().st_size
    before = domain.get_info().cpuTime
    time.sleep(0.3)
    assert domain.get_info().cpuTime >= before > 0


def test_healthy_disks_have_no_errors(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    assert domain.get_disk_errors() == []


def test_a_monitor_that_hangs(connection: Connection, tiny: TinyGuest) -> None:
    """SIGSTOP: occupied, in a second; statistics without what only QEMU knows; then as before."""
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    tiny.wait_for()
    assert domain.get_control_info().state == DomainControlState.OK
    pid = process_of(connection)
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        info = domain.get_control_info()
        assert time.monotonic() - began < 5
        assert info.state == DomainControlState.OCCUPIED
        assert 900 <= info.stateTime < 5000
        [found] = connection.get_all_domain_stats([], STATE | BLOCK | VCPU)
        assert found.params["state.state"] == DomainState.RUNNING
        assert found.params["block.0.name"] == "vda"
        assert "block.0.rd.reqs" not in found.params
    finally:
        os.kill(pid, signal.SIGCONT)
    assert domain.get_control_info().state == DomainControlState.OK
    assert "block.0.rd.reqs" in connection.get_all_domain_stats([], BLOCK)[0].params


def test_a_guest_that_hangs_is_found_again(root: str, tiny: TinyGuest) -> None:
    """Who opens the root waits a moment, not for ever; the guest is neither lost nor killed."""
    with vsh.connect(root) as connection:
        connection.domain_define_xml(tiny.xml).create()
        pid = process_of(connection)
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        with vsh.connect(root) as connection:
            domain = connection.domain_lookup_by_name("tiny")
            assert domain.get_state().state == DomainState.RUNNING
            assert domain.get_control_info().state == DomainControlState.OCCUPIED
            assert time.monotonic() - began < 10
            os.kill(pid, signal.SIGCONT)
            assert domain.get_control_info().state == DomainControlState.OK
            domain.suspend()
            assert domain.get_state().state == DomainState.PAUSED
            assert process_of(connection) == pid
    finally:
        os.kill(pid, signal.SIGCONT)


def test_what_a_balloon_left_when_nobody_listened(
    root: str, connection: Connection, tmp_path: Path
) -> None:
    """No guest of the tests has a balloon's driver: what was known is wrong in its place."""
    document = TinyGuest(tmp_path, "tiny").xml
    document = document.replace("<memballoon model='none'/>", "<memballoon model='virtio'/>")
    domain = connection.domain_create_xml(document)
    assert domain.get_info().memory == 16 << 10
    guests = connection.driver.hypervisor.guests
    guest = guests.named("tiny")
    with guest:
        guest.definition.current_memory, guest.facts = 9 << 10, None
        guests.note(guest)
    assert domain.get_info().memory == 9 << 10
    connection.close()
    with vsh.connect(root) as again:
        domain = again.domain_lookup_by_name("tiny")
        assert domain.get_info().memory == 16 << 10
        assert "<currentMemory unit='KiB'>16384</currentMemory>" in domain.get_xml_desc()
