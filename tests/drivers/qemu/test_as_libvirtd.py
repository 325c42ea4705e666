"""Scripts of commands through libvirtd and through the QEMU driver: the same bytes.

Both run a tiny guest of their own with the same QEMU; vsh is the client of both, as virsh.  The
pairs: libvirtd 9.0.0 with QEMU 7.2, and libvirtd 12.8.0 with QEMU 11.1.3 where they can be had.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import time
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

import newest_libvirtd
import pytest
from newest_libvirtd import OWN_EMULATOR
from private_libvirtd import PrivateLibvirtd
from tiny_guest import TinyGuest

from vsh.drivers.host import cgroups

if TYPE_CHECKING:
    from collections.abc import Callable

    from newest_libvirtd import NewestLibvirtd


SCRIPTS = Path(__file__).with_name("scripts")
UUID = "5b3f6f0e-6f53-4d5c-8f0e-3c1d2b7a9e10"
NUMBERS = re.compile(
    r"(?m)(^rss +|^CPU time: +|rd.times=|rd_total_times |reads \(ns\): +|start_time=|\"libvirt-)"
    r"[0-9.]+"
)
"""What is another number every time."""
ELAPSED = re.compile("Time elapsed: +[0-9]+ +ms")
PORT = re.compile(r"port=([\"'])59[0-9]{2}\1")
"""The one of a display that may be any: the next where another guest of the machine has it."""
TERMINAL = re.compile("/dev/pts/[0-9]+")
STAMP = re.compile(r"(tiny-[0-9])\.1[0-9]{9}")  # of an overlay that was made to go back
PROGRESS = re.compile(r"Block [A-Za-z]+: \[ *[0-9]{1,2}(\.[0-9]+)? %\]\n")
"""How far a job is when it is asked about, which nobody knows before."""
COPYING = re.compile(r"<mirror\b(?![^>]* ready=)")
"""The other side of a disk that does not have everything yet."""
AT_THE_END = re.compile(r"(Block [A-Za-z]+: \[100(?:\.00)? %\]\n)\1+")
"""Whoever waits for a job may be told of its end more than once."""


@dataclass(frozen=True)
class Side:
    """How one of the two sees the files and the QEMU that both have.

    uri       of its driver
    folder    where the guest's files are
    seen      the same folder, by the name that it has there
    emulator  the QEMU, by the name that it has there
    """

    uri: str
    folder: Path
    seen: str = ""
    emulator: str = OWN_EMULATOR

    def there(self, text: str) -> str:
        """A text with the names that the side knows."""
        if self.seen:
            text = text.replace(str(self.folder), self.seen)
        return text.replace(OWN_EMULATOR, self.emulator)

    def plain(self, text: str) -> str:
        """A text without the names that only one side knows."""
        text = text.replace(str(self.folder), "FOLDER").replace(self.emulator, OWN_EMULATOR)
        return text.replace(self.seen, "FOLDER") if self.seen else text


def made(side: Side, lines: list[str]) -> tuple[TinyGuest, list[str]]:
    """The guest and the files of a script, and its commands.

    ``guest: OLD => NEW`` changes the guest's document, ``disks: N`` is how many it has, ``file:
    NAME CONTENT`` writes a file, ``image: ARGUMENTS`` is what ``qemu-img create -q`` is given.
    """
    folder = side.folder
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
            (folder / name).write_text(side.there(content))
        elif word == "image:":
            subprocess.run(["qemu-img", "create", "-q", *rest.split()], cwd=folder, check=True)
        elif line and word != "disks:":
            commands.append(line)
    guest.file.write_text(side.there(document))
    settle(folder)
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    return guest, commands


def settle(folder: Path) -> None:
    """See to it that files take as much of the file system with both.

    A libvirtd that gives files to others notes beside them whose they were, in a block more.
    """
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # a file system without such notes, or a socket
            os.setxattr(path, "user.vsh-test", b"a block of its own" * 20)


def until_done(run: Callable[..., object], uri: str) -> None:
    """Wait until the guest has no job."""
    limit = time.monotonic() + 10
    while "None" not in run("-c", uri, "domjobinfo tiny", program="virsh").out:
        assert time.monotonic() < limit


def until_copied(run: Callable[..., object], uri: str) -> None:
    """Wait until the copies of the guest's disks have everything, or have failed."""
    limit = time.monotonic() + 10
    while COPYING.search(run("-c", uri, "dumpxml tiny", program="virsh").out):
        assert time.monotonic() < limit


def until_off(run: Callable[..., object], uri: str) -> None:
    """Wait until the guest has ended with who started it."""
    limit = time.monotonic() + 10
    while run("-c", uri, "domstate tiny", program="virsh").out.strip() not in ("shut off", ""):
        assert time.monotonic() < limit


def played(run: Callable[..., object], side: Side, lines: list[str]) -> list[tuple[str, str]]:
    """The commands and what each of them prints, with the names of files taken out."""
    guest, commands = made(side, lines)
    local = str(side.folder)
    printed = []
    for command in [f"define {guest.file}", *commands]:
        if command == "wait for the job":
            until_done(run, side.uri)
            continue
        # documents are read by the client; every other name of a file is the daemon's affair
        words = command.replace("FOLDER", local).split(" ")
        if words[0] != "screenshot":  # which the client writes
            words = [word if word.endswith(".xml") else side.there(word) for word in words]
        done = run("-c", side.uri, " ".join(words), program="virsh")
        if command.startswith("start") and "--paused" not in command and not done.status:
            guest.wait_for()
        if done.out.startswith(("Block Copy started", "Active Block Commit started")):
            until_copied(run, side.uri)
        if "--autodestroy" in command:
            until_off(run, side.uri)
        settle(side.folder)
        text = side.plain(done.out + done.err)
        text = PORT.sub("port='N'", text)
        text = STAMP.sub(r"\1.STAMP", ELAPSED.sub("Time elapsed: N ms", text))
        text = AT_THE_END.sub(r"\1", text)
        text = PROGRESS.sub("", TERMINAL.sub("/dev/pts/N", NUMBERS.sub(r"\1", text)))
        printed.append((command.replace(local, "FOLDER"), text))
    return printed


NAMES = sorted(path.stem for path in SCRIPTS.glob("*.txt"))
LONG = {
    "agent-absent", "bitmaps", "busy-disks", "chains", "copies", "cpus", "devices-kinds",
    "disk-limits", "dumps-and-jobs", "external-running", "life", "missing-images", "newer-backups",
    "numbers-live", "paused", "saves", "snapshot-disks", "snapshot-memory", "snapshots",
}  # fmt: skip
"""What takes longest with the newest; it is compared where VSH_NEWEST is set to ``all``."""

NEWER = {"going-back", "newer-backups", "newer-devices", "paused"}
"""What libvirt 9.0.0 refuses: to go back to external snapshots, disks of NVMe, throttle groups,
backups of disks of which nothing more is said."""


def compared(run: Callable[..., object], theirs: Side, ours: Side, script: str) -> None:
    commands = (SCRIPTS / f"{script}.txt").read_text().splitlines()
    expected, found = (played(run, side, commands) for side in (theirs, ours))
    assert len(found) > 20
    lines = [
        [line for pair in side for line in "\n".join(pair).split("\n")]
        for side in (expected, found)
    ]
    assert found == expected, "\n".join(unified_diff(*lines, "libvirtd", "ours", lineterm=""))


@pytest.mark.parametrize("script", [name for name in NAMES if name not in NEWER])
def test_the_same_bytes(
    run: Callable[..., object], libvirtd: PrivateLibvirtd, root: str, tmp_path: Path, script: str
) -> None:
    compared(run, Side(libvirtd.uri, tmp_path / "peer"), Side(root, tmp_path / "ours"), script)


@pytest.mark.libvirtd
@pytest.mark.parametrize(
    "script", [name for name in NAMES if name not in LONG or os.environ.get("VSH_NEWEST") == "all"]
)
def test_the_same_bytes_with_the_newest(
    run: Callable[..., object], newest: NewestLibvirtd, root: str, tmp_path: Path, script: str
) -> None:
    ours = tmp_path / "ours"
    # a name that is as long: tables are as wide as what is in them
    name = tmp_path.name.ljust(len(str(ours)) - len(f"{newest_libvirtd.INSIDE}/"), "-")
    theirs = Side(newest.uri, newest.folder / name, f"{newest_libvirtd.INSIDE}/{name}")
    emulator = newest_libvirtd.emulator(tmp_path)
    newest_libvirtd.as_root(tmp_path / "root")
    with newest.network():  # where the daemon's ports are, and no others
        compared(run, theirs, Side(root, ours, emulator=emulator), script)


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
        theirs = played(run, Side(daemon.uri, tmp_path / "peer"), commands)
    ours = played(run, Side(root, tmp_path / "ours"), commands)
    assert len(ours) > 40
    assert ours == theirs
