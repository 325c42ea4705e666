"""A vshd for programs with an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def vshd(tmp_path: Path) -> Iterator[PrivateVshd]:
    daemon = PrivateVshd(tmp_path)
    daemon.start()
    yield daemon
    if daemon.process is not None:
        daemon.kill()
    assert "Traceback" not in daemon.said()
