"""Long jobs are followed: by a bar on a real terminal, by lines of JSON for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from delay_proxy import DelayProxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Result
    from private_libvirtd import PrivateLibvirtd
    from terminal import Terminal
    from tiny_guest import TinyGuest

pytestmark = pytest.mark.libvirtd


@pytest.fixture
def slow(libvirtd: PrivateLibvirtd, tmp_path: Path) -> str:
    """The URI of the daemon, behind a link on which every answer takes its time."""
    return f"qemu+unix:///system?socket={tmp_path}/slow"


def test_a_bar_for_what_takes_long(
    terminal: Callable[..., Terminal],
    libvirtd: PrivateLibvirtd,
    tiny_guest: Callable[..., TinyGuest],
    tmp_path: Path,
    slow: str,
) -> None:
    tiny_guest(start=True)
    image = tmp_path / "tiny.save"
    target = libvirtd.uri.partition("socket=")[2]
    with DelayProxy(tmp_path / "slow", target, delay=0.9):
        saving = terminal("-c", slow, f"save tiny {image}")
        saving.wait("Save  ").wait("saved to").gone("Save  ")
        assert saving.ended() == 0
        restoring = terminal("-c", slow, f"restore {image}")
        restoring.wait("Restore  ").wait("Domain restored from").gone("Restore  ")
        assert restoring.ended() == 0
    assert libvirtd.virsh("domstate", "tiny").strip() == "running"


def test_lines_for_programs(
    run: Callable[..., Result],
    libvirtd: PrivateLibvirtd,
    tiny_guest: Callable[..., TinyGuest],
    tmp_path: Path,
    slow: str,
) -> None:
    tiny_guest(start=True)
    target = libvirtd.uri.partition("socket=")[2]
    with DelayProxy(tmp_path / "slow", target, delay=0.9):
        done = run("-c", slow, "-o", "json", f"save tiny {tmp_path}/tiny.save")
    assert (done.status, json.loads(done.out)["file"]) == (0, f"{tmp_path}/tiny.save")
    lines = [json.loads(line)["progress"] for line in done.err.splitlines()]
    assert lines
    assert all(line["command"] == "save" and line["time_elapsed_ns"] >= 5 * 10**8 for line in lines)


def test_a_backup_is_waited_for(
    run: Callable[..., Result], libvirtd: PrivateLibvirtd, tiny_guest: Callable[..., TinyGuest]
) -> None:
    guest = tiny_guest(start=True)
    done = run("-c", libvirtd.uri, "backup-begin tiny --wait; domjobinfo tiny")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Backup completed\n\nJob type:         None")
    copies = [file for file in guest.file.parent.iterdir() if ".1" in file.suffix]
    assert copies, "the backup stands beside the disk"
    again = run("-c", libvirtd.uri, "backup-begin tiny --wait", program="virsh")
    assert "command 'backup-begin' doesn't support option --wait" in again.err
