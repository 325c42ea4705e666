"""Long jobs, consoles and migrations of a real guest."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pexpect
import pytest
from private_libvirtd import PrivateLibvirtd
from tiny_guest import READY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Result
    from tiny_guest import TinyGuest

pytestmark = pytest.mark.libvirtd


@pytest.fixture
def there(
    libvirtd: PrivateLibvirtd, tiny_guest: Callable[..., TinyGuest], run: Callable[..., Result]
) -> Callable[..., Result]:
    """``there("suspend tiny; ...")``: on the daemon, where a guest called tiny runs."""
    tiny_guest(start=True)
    return lambda *line: run("-c", libvirtd.uri, *line)


def test_saved_and_restored(there: Callable[..., Result]) -> None:
    done = there("save tiny tiny.img --verbose; save-image-dumpxml tiny.img --xpath /domain/name")
    assert done.status == 0
    assert done.out == "\nDomain 'tiny' saved to tiny.img\n\n<name>tiny</name>\n\n"
    assert done.err.endswith("Save: [100.00 %]\n")
    back = there("restore tiny.img; domstate tiny --reason")
    assert (back.status, back.err) == (0, "")
    assert back.out == "Domain restored from tiny.img\n\nrunning (restored)\n\n"


def test_saved_by_the_daemon(there: Callable[..., Result]) -> None:
    done = there(
        "managedsave tiny; managedsave-dumpxml tiny --xpath /domain/name; start tiny; "
        "domstate tiny --reason; managedsave-remove tiny"
    )
    assert (done.status, done.err) == (0, "")
    assert "<name>tiny</name>" in done.out
    assert "running (restored)" in done.out
    assert "has no manage save image" in done.out


def test_block_jobs(there: Callable[..., Result], tmp_path: Path) -> None:
    copy = tmp_path / "copy.qcow2"
    done = there(
        f"blockcopy tiny vda {copy} --transient-job --wait --verbose --pivot; domblklist tiny"
    )
    assert done.status == 0, done.err
    assert "Successfully pivoted" in done.out
    assert str(copy) in done.out
    assert done.err.endswith("Block Copy: [100.00 %]\n")
    grown = there(
        "snapshot-create-as tiny s --disk-only --no-metadata; "
        "blockcommit tiny vda --active --wait; blockjob tiny vda --raw; "
        "blockjob tiny vda --abort; blockpull tiny vda --wait; blockjob tiny vda"
    )
    assert (grown.status, grown.err) == (0, "")
    assert "Now in synchronized phase" in grown.out
    assert " type=Active Block Commit\n" in grown.out
    assert "Pull complete" in grown.out
    assert "No current block job for vda" in grown.out


def test_a_dump_and_the_monitor(there: Callable[..., Result], tmp_path: Path) -> None:
    done = there(
        "dump tiny core --memory-only; qemu-monitor-command tiny query-status --return-value; "
        "qemu-monitor-command tiny --hmp info status"
    )
    assert (done.status, done.err) == (0, "")
    assert (tmp_path / "core").stat().st_size > 0
    assert '"status":"running"' in done.out
    assert "VM status: running" in done.out


def test_a_console(
    libvirtd: PrivateLibvirtd,
    tiny_guest: Callable[..., TinyGuest],
    pty: Callable[..., pexpect.spawn[str]],
) -> None:
    (libvirtd.folder / "run/lock").mkdir(exist_ok=True)  # /var/lock: consoles are locked there
    tiny_guest(serial="pty")
    child = pty("-c", libvirtd.uri, "start tiny --console")
    child.expect_exact("Domain 'tiny' started")
    child.expect_exact("Connected to domain 'tiny'")
    child.expect_exact("Escape character is ^] (Ctrl + ])")
    child.expect_exact(READY)
    child.send("hello")
    child.expect_exact("hello")
    child.send("\x1d")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0
    again = pty("-c", libvirtd.uri, "console tiny --force")
    again.expect_exact("Escape character")
    again.send("q")  # the guest powers off
    again.expect(pexpect.EOF)
    again.wait()
    assert again.exitstatus == 0


def test_moved_to_another_host(
    there: Callable[..., Result], libvirtd: PrivateLibvirtd, run: Callable[..., Result]
) -> None:
    with PrivateLibvirtd() as other:
        other.restart(host_uuid="11111111-2222-4333-8444-555555555555")
        uri = f"tcp://127.0.0.1:{40000 + os.getpid() % 9000}"
        moved = there(f'migrate tiny "{other.uri}" --live --verbose --unsafe --migrateuri {uri}')
        assert moved.status == 0, moved.err
        assert moved.err.endswith("Migration: [100.00 %]\n")
        found = run("-c", other.uri, "domstate tiny --reason; domjobinfo tiny --completed")
        assert found.out.startswith("running (migrated)\n")
        assert "Operation:        Incoming migration\n" in found.out
        assert there("domstate tiny").out == "shut off\n\n"
        refused = there(f'migrate tiny "{other.uri}" --live')
        assert refused.status == 1
        assert "domain is not running" in refused.err
