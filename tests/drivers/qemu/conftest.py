"""A root of the test's own, and what ends every QEMU that the test left in it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tiny_guest import TinyGuest

import vsh

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vsh.api.connection import Connection


@pytest.fixture
def root(tmp_path: Path) -> Iterator[str]:
    """The URI of a root below the test's folder."""
    if shutil.which("qemu-system-x86_64") is None:
        pytest.skip("no qemu-system-x86_64 here")
    uri = f"qemu:///embed?root={tmp_path / 'root'}"
    yield uri
    with vsh.connect(uri) as connection:
        for domain in connection.list_all_domains(1):
            domain.destroy()


@pytest.fixture
def connection(root: str) -> Iterator[Connection]:
    """An open connection to the root."""
    with vsh.connect(root) as opened:
        yield opened


@pytest.fixture
def tiny(tmp_path: Path) -> TinyGuest:
    """The files of a guest that is up in a tenth of a second."""
    return TinyGuest(tmp_path, "tiny")
