"""Scripts of commands through libvirtd and through the QEMU driver: the same bytes.

Both run a tiny guest of their own with the same QEMU; vsh is the client of both, as virsh.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tiny_guest import TinyGuest

if TYPE_CHECKING:
    from collections.abc import Callable

    from private_libvirtd import PrivateLibvirtd

SCRIPTS = Path(__file__).with_name("scripts")
UUID = "5b3f6f0e-6f53-4d5c-8f0e-3c1d2b7a9e10"
NUMBERS = re.compile(
    r"(?m)(^rss +|^CPU time: +|rd.times=|rd_total_times |reads \(ns\): +|start_time=)[0-9.]+"
)
"""What is another number every time."""


def played(
    run: Callable[..., object], uri: str, folder: Path, commands: list[str], **more: str
) -> list[tuple[str, str]]:
    """The commands and what each of them prints, with the folder's name taken out."""
    folder.mkdir()
    guest = TinyGuest(folder, "tiny", **more)
    head = f"<domain type='qemu'><uuid>{UUID}</uuid>"
    guest.file.write_text(guest.xml.replace("<domain type='qemu'>", head))
    printed = []
    for command in [f"define {guest.file}", *commands]:
        done = run("-c", uri, command.replace("FOLDER", str(folder)), program="virsh")
        if command.startswith("start"):
            guest.wait_for()
        text = (done.out + done.err).replace(str(folder), "FOLDER")
        printed.append((command.replace(str(folder), "FOLDER"), NUMBERS.sub(r"\1", text)))
    return printed


@pytest.mark.parametrize("script", sorted(path.stem for path in SCRIPTS.glob("*.txt")))
def test_the_same_bytes(
    run: Callable[..., object], libvirtd: PrivateLibvirtd, root: str, tmp_path: Path, script: str
) -> None:
    commands = (SCRIPTS / f"{script}.txt").read_text().splitlines()
    theirs = played(run, libvirtd.uri, tmp_path / "peer", commands)
    ours = played(run, root, tmp_path / "ours", commands)
    assert len(ours) > 20
    assert ours == theirs
