"""A disk that is full: what was refused is not there, for the daemon and a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import full_disk
import pytest
from private_vshd import PrivateVshd

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="mounts a small disk, in a namespace of its own"
)
WITHIN = (
    "unshare", "--mount", "--net", "--propagation", "private", "sh", "-c",
    'mkdir -p "$0" && mount -t tmpfs -o size=6m tmpfs "$0" && exec "$@"',
)  # fmt: skip


def changes(uri: str, folder: Path, *within: str) -> list[str]:
    """What ``full_disk.py`` says."""
    command = [*within, sys.executable, full_disk.__file__, uri, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines()


def test_of_a_process_of_its_own(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    said = changes(f"qemu:///embed?root={disk}/root", disk, *WITHIN, str(disk))
    assert said == [str(len(full_disk.CHANGES))]


def test_of_the_daemon(tmp_path: Path) -> None:
    """It, too, goes on when there is room again."""
    disk = tmp_path / "disk"
    daemon = PrivateVshd(tmp_path, within=(*WITHIN, str(disk)))
    daemon.root = disk / "root"
    daemon.start()
    try:
        assert daemon.process is not None
        there = Path(f"/proc/{daemon.process.pid}/root{disk}")
        assert changes(daemon.uri(), there) == [str(len(full_disk.CHANGES))]
    finally:
        daemon.kill()
    assert "Traceback" not in daemon.said()
