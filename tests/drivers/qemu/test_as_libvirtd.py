"""Scripts of commands through libvirtd and through the QEMU driver: the same bytes.

Both run a tiny guest of their own with the same QEMU; vsh is the client of both, as virsh.
"""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from private_libvirtd import PrivateLibvirtd
from tiny_guest import TinyGuest

from vsh.drivers.host import cgroups

if TYPE_CHECKING:
    from collections.abc import Callable


SCRIPTS = Path(__file__).with_name("scripts")
UUID = "5b3f6f0e-6f53-4d5c-8f0e-3c1d2b7a9e10"
NUMBERS = re.compile(
    r"(?m)(^rss +|^CPU time: +|rd.times=|rd_total_times |reads \(ns\): +|start_time=)[0-9.]+"
)
"""What is another number every time."""
TERMINAL = re.compile("/dev/pts/[0-9]+")
PROGRESS = re.compile(r"Block [A-Za-z]+: \[ *[0-9]{1,2}(\.[0-9]+)? %\]\n")
"""How far a job is when it is asked about, which nobody knows before."""


def made(folder: Path, lines: list[str]) -> tuple[TinyGuest, list[str]]:
    """The guest and the files of a script, and its commands.

    ``guest: OLD => NEW`` changes the guest's document, ``disks: N`` is how many it has, ``file:
    NAME CONTENT`` writes a file, ``image: ARGUMENTS`` is what ``qemu-img create -q`` is given.
    """
    folder.mkdir()
    disks = next((int(line.split()[1]) for line in lines if line.startswith("disks: ")), 1)
    guest = TinyGuest(folder, "tiny", disks=disks)
    document = guest.xml.replace("<domain type='qemu'>", f"<domain type='qemu'><uuid>{UUID}</uuid>")
    commands = []
    for line in lines:
        word, _, rest = line.replace("FOLDER", str(folder)).partition(" ")
        if word == "guest:":
            old, _, new = rest.partition(" => ")
            assert old in document
            document = document.replace(old, new)
        elif word == "file:":
            name, _, content = rest.partition(" ")
            (folder / name).write_text(content)
        elif word == "image:":
            subprocess.run(["qemu-img", "create", "-q", *rest.split()], cwd=folder, check=True)
        elif line and word != "disks:":
            commands.append(line)
    guest.file.write_text(document)
    return guest, commands


def until_done(run: Callable[..., object], uri: str) -> None:
    """Wait until the guest has no job."""
    limit = time.monotonic() + 10
    while "None" not in run("-c", uri, "domjobinfo tiny", program="virsh").out:
        assert time.monotonic() < limit


def played(
    run: Callable[..., object], uri: str, folder: Path, lines: list[str]
) -> list[tuple[str, str]]:
    """The commands and what each of them prints, with the folder's name taken out."""
    guest, commands = made(folder, lines)
    printed = []
    for command in [f"define {guest.file}", *commands]:
        if command == "wait for the job":
            until_done(run, uri)
            continue
        done = run("-c", uri, command.replace("FOLDER", str(folder)), program="virsh")
        if command.startswith("start") and "--paused" not in command and not done.status:
            guest.wait_for()
        text = (done.out + done.err).replace(str(folder), "FOLDER")
        text = PROGRESS.sub("", TERMINAL.sub("/dev/pts/N", NUMBERS.sub(r"\1", text)))
        printed.append((command.replace(str(folder), "FOLDER"), text))
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


def test_the_same_bytes_with_control_groups(
    run: Callable[..., object], libvirtd: PrivateLibvirtd, root: str, tmp_path: Path
) -> None:
    # ``libvirtd`` has none: it says that there can be a daemon here, or skips
    missing = set(cgroups.CONTROLLERS) - set(cgroups.mounted())
    if missing:
        pytest.skip(f"no control groups of the first version to write to: {sorted(missing)}")
    commands = (SCRIPTS / "limits/running.txt").read_text().splitlines()
    with PrivateLibvirtd() as daemon:
        settings = daemon.folder / "etc/qemu.conf"
        settings.write_text(settings.read_text().replace("cgroup_controllers = []", ""))
        daemon.restart()
        theirs = played(run, daemon.uri, tmp_path / "peer", commands)
    ours = played(run, root, tmp_path / "ours", commands)
    assert len(ours) > 40
    assert ours == theirs
