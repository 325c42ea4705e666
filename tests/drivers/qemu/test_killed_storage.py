"""A vsh that is killed before every single write of an act on a guest's disks, snapshots, devices
and definition: all that can be known of it, of its images and of its QEMU is what it was before the
act, or what it is after it."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import pytest
from killing import walk
from picture import Picture, difference
from storage_acts import ACTS, AGAIN, Storage

import vsh
from vsh.drivers.qemu.devices import detach as detach_module
from vsh.errors import NoSnapshot

if TYPE_CHECKING:
    from pathlib import Path

ALWAYS = {
    "attach-disk", "backup-pull", "commit-inside", "copy-abort", "delete-middle-off", "iothread",
    "lifecycle-action", "pull", "resize", "save", "snapshot-disks-halt", "undefine-everything",
}  # fmt: skip
"""What is walked in every run: the others where VSH_WALKS=all."""


@pytest.fixture
def world(root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Storage:
    from tiny_guest import TinyGuest

    monkeypatch.setattr(detach_module, "WAIT", 0.1)  # the guest does not answer
    return Storage(root, TinyGuest(tmp_path, "tiny", disks=2))


@pytest.mark.parametrize("name", sorted(ACTS if os.environ.get("VSH_WALKS") == "all" else ALWAYS))
def test_killed_before_every_write(world: Storage, name: str) -> None:
    before, act = ACTS[name]
    with vsh.connect(world.root) as connection:
        before(world, connection)
        first = world.look(connection)
    found: list[Picture] = []
    for _ in walk(world.root, lambda connection: act(world, connection)):
        with vsh.connect(world.root) as connection:
            found.append(world.look(connection))
            if name in AGAIN and found[-1] != first:
                with contextlib.suppress(NoSnapshot):  # it has been done
                    act(world, connection)
                found[-1] = world.look(connection)
            if found[-1] != first:
                world.renew(connection, before)
    last = found[-1]
    assert first != last
    wrong = {place: each for place, each in enumerate(found, 1) if each not in (first, last)}
    if wrong:
        place, one = min(wrong.items())
        raise AssertionError(
            f"neither before nor after: writes {sorted(wrong)} of {len(found)}; of {place}\n"
            f"from before:\n{difference(first, one)}to after:\n{difference(one, last)}"
        )
