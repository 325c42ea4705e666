"""A root with guests that run: who looks at one speaks to its QEMU, and to no other."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest
from tiny_guest import TinyGuest

import vsh
from vsh.drivers.qemu.monitor import Monitor
from vsh.errors import Error
from vsh.qmp.value import struct
from vsh.words.domain.state import DomainState

if TYPE_CHECKING:
    from pathlib import Path

    from vsh.api.connection import Connection


def begun(root: str, folder: Path) -> tuple[list[TinyGuest], int, str]:
    """Two guests that run; the process and the folder of the first one's QEMU."""
    guests = [TinyGuest(folder, name) for name in ("first", "second")]
    with vsh.connect(root) as connection:
        for each in guests:
            connection.domain_define_xml(each.xml).create()
        run = connection.driver.hypervisor.guests.named("first").run
        return guests, run.process.pid, run.folder


def unspoken(connection: Connection) -> list[str]:
    return sorted(each.name for each in connection.driver.hypervisor.guests.sought)


def test_one_that_hangs_holds_nobody_up(root: str, tmp_path: Path) -> None:
    _, pid, _ = begun(root, tmp_path)
    os.kill(pid, signal.SIGSTOP)
    try:
        with vsh.connect(root) as connection:
            second = connection.domain_lookup_by_name("second")
            assert second.get_state().state == DomainState.RUNNING
            assert second.get_info().state == DomainState.RUNNING
            stats = connection.get_all_domain_stats([second], 0)
            assert [each.domain.name for each in stats] == ["second"]
            assert unspoken(connection) == ["first"]
    finally:
        os.kill(pid, signal.SIGCONT)
    with vsh.connect(root) as connection:
        assert len(connection.list_all_domains()) == 2
        assert unspoken(connection) == []


def test_one_that_has_ended_is_not_in_the_way(root: str, tmp_path: Path) -> None:
    """Its QEMU holds its disk until somebody has noticed; whoever changes a guest notices."""
    (first, second), _, folder = begun(root, tmp_path)
    with vsh.connect(root) as connection:
        other = connection.domain_lookup_by_name("second")
        other.destroy()
        other = connection.domain_define_xml(
            second.xml.replace("<name>", f"<uuid>{other.uuid}</uuid><name>").replace(
                str(second.disks[0]), str(first.disks[0])
            )
        )
        with pytest.raises(Error, match="lock"):
            other.create()
    first.wait_for()
    with contextlib.closing(Monitor(f"{folder}/monitor.sock")) as monitor:
        monitor.open()
        monitor.call("system_powerdown")
        limit = time.monotonic() + 10
        while struct(monitor.call("query-status"))["status"] != "shutdown":
            assert time.monotonic() < limit
            time.sleep(0.02)
    with vsh.connect(root) as connection:
        other = connection.domain_lookup_by_name("second")
        assert other.get_state().state == DomainState.SHUTOFF
        assert unspoken(connection) == ["first"]
        other.create()
        assert unspoken(connection) == []
        assert connection.domain_lookup_by_name("first").get_state().state == DomainState.SHUTOFF
        assert other.get_state().state == DomainState.RUNNING


def test_its_number_is_nobody_s_once_it_has_ended(root: str, tmp_path: Path) -> None:
    _, pid, _ = begun(root, tmp_path)
    with vsh.connect(root) as connection:
        number = connection.domain_lookup_by_name("first").id
    with vsh.connect(root) as connection:
        connection.domain_lookup_by_name("second").get_state()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(Error, match=f"no domain with matching id {number}"):
            connection.domain_lookup_by_id(number)
