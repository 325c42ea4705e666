"""A QEMU that is killed before every single thing that an act tells it: the act says so, the guest
is off, every image of it is named in its definitions, and it starts again from what there is."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

import pytest
from killed_guest import qemus
from killing import LOOKS, MOST
from storage_acts import ACTS, Storage

import vsh
from vsh.drivers.qemu.monitor import Monitor

if TYPE_CHECKING:
    from pathlib import Path


ALWAYS = ("backup-pull", "delete-middle", "save", "snapshot-memory-live")
MORE = (
    "attach-disk", "commit-abort", "commit-inside", "delete-memory", "detach-disk-live", "iothread",
    "resize", "revert-inside", "revert-memory-off", "revert-running", "snapshot-halt",
)  # fmt: skip
"""Where VSH_WALKS=all."""
OF_AN_ACT = {"aside", "vda.scratch", "vdb.scratch", "nbd"}
"""Files that are there while an act is under way, or when it has been done."""


@pytest.fixture
def world(root: str, tmp_path: Path) -> Storage:
    from tiny_guest import TinyGuest

    return Storage(root, TinyGuest(tmp_path, "tiny", disks=2))


class Striking:
    """Inside ``with`` the guest's QEMU, or the one that is started for it, is killed before it is
    told the thing with a number."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.plain = Monitor.call

    def __enter__(self) -> None:
        def call(monitor: Monitor, command: str, *words: object, **named: object) -> object:
            if not command.startswith(LOOKS):
                self.left -= 1
                if not self.left:
                    [process] = qemus(os.path.dirname(monitor.path))
                    os.kill(process, signal.SIGKILL)
            return self.plain(monitor, command, *words, **named)

        Monitor.call = call

    def __exit__(self, *raised: object) -> None:
        Monitor.call = self.plain


@pytest.mark.parametrize("name", [*ALWAYS, *(MORE if os.environ.get("VSH_WALKS") == "all" else ())])
def test_killed_before_everything_it_is_told(world: Storage, name: str) -> None:
    before, act = ACTS[name]
    with vsh.connect(world.root) as connection:
        for number in range(1, MOST):
            world.renew(connection, before)
            striking = Striking(number)
            with striking, contextlib.suppress(vsh.Error):  # it may have been told enough
                act(world, connection)
            if striking.left > 0:
                assert number > 1
                return
            domain = world.domain(connection)
            while domain.is_active():
                pass
            snapshots = (each.get_xml_desc() for each in domain.list_all_snapshots())
            known = "".join([domain.get_xml_desc(0), *snapshots])
            for file in world.folder.iterdir():
                if file.name.startswith("tiny-") and str(file) not in world.bases:
                    assert f"'{file}'" in known, f"{number}: {file} is of no definition"
            assert not OF_AN_ACT & {each.name for each in world.folder.iterdir()}
            domain.create()
            domain.destroy()
    raise AssertionError("the act does not end")
