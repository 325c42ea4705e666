"""A vshd of the test's own: sockets and root below a folder; it ends with the test."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

VSHD = Path(sys.executable).with_name("vshd")


class PrivateVshd:
    """One daemon.

    socket  the read-write socket; ``socket_ro`` the read-only one
    root    the root of its guests
    program the command; within: words before it, of a command that becomes it
    """

    def __init__(
        self, folder: Path, *options: str, program: Path = VSHD, within: tuple[str, ...] = ()
    ) -> None:
        self.program = program
        self.within = within
        self.folder = folder
        self.options = options
        self.root = folder / "root"
        self.socket = folder / "run" / "libvirt-sock"
        self.socket_ro = folder / "run" / "libvirt-sock-ro"
        self.log = folder / "vshd.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it listens when this returns."""
        command = [
            *self.within,
            str(self.program),
            "--sockets",
            str(self.socket.parent),
            "--root",
            str(self.root),
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.options], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until = time.monotonic() + 30
        while not _listens(self.socket_ro):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"vshd does not listen: {self.said()}")
            time.sleep(0.02)

    def uri(self, driver: str = "qemu", path: str = "/system", *, readonly: bool = False) -> str:
        """How a client reaches it."""
        return f"{driver}+unix://{path}?socket={self.socket_ro if readonly else self.socket}"

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End it at once, or with another signal."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(30)
            self.process = None

    def said(self) -> str:
        """All that it wrote."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def figures(self) -> tuple[int, int]:
        """Its resident memory in KiB, and how many descriptors it has open."""
        assert self.process is not None
        pid = self.process.pid
        status = Path(f"/proc/{pid}/status").read_text()
        memory = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(memory.split()[1]), len(os.listdir(f"/proc/{pid}/fd"))


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
