"""A daemon for each test, and the end of every guest that the test left in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd

import vsh

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def vshd(tmp_path: Path) -> Iterator[PrivateVshd]:
    """A running vshd; what it wrote at the end must be nothing but what a test expects."""
    daemon = PrivateVshd(tmp_path)
    daemon.start()
    yield daemon
    if daemon.process is not None:
        daemon.kill()
    if (daemon.root / "state").exists():
        with vsh.connect(f"qemu:///embed?root={daemon.root}") as connection:
            for domain in connection.list_all_domains(1):
                domain.destroy()
    assert "Traceback" not in daemon.said()
