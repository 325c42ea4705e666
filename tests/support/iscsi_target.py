"""A real iSCSI target of a test's own: tgtd, on the loopback interface."""

from __future__ import annotations

import contextlib
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from private_libvirtd import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "iqn.2026-11.test:disks"


@contextlib.contextmanager
def serving(image: Path, user: str, password: str) -> Iterator[int]:
    """An image is the target's unit 1, for who knows the password; the port that it listens at."""
    port = free_port()
    control = str(port % 30000)  # tgtadm takes no greater ones
    daemon = subprocess.Popen(
        ["tgtd", "-f", "-C", control, "--iscsi", f"portal=127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def tell(*words: str) -> bool:
        command = ["tgtadm", "-C", control, "--lld", "iscsi", *words]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    try:
        limit = time.monotonic() + 20
        while not tell("--op", "new", "--mode", "target", "--tid", "1", "-T", NAME):
            assert time.monotonic() < limit
            time.sleep(0.02)
        unit = ["--tid", "1", "--lun", "1", "-b", str(image)]
        assert tell("--op", "new", "--mode", "logicalunit", *unit)
        assert tell("--op", "bind", "--mode", "target", "--tid", "1", "-I", "ALL")
        who = ["--op", "new", "--mode", "account", "--user", user]
        assert tell(*who, "--password", password)
        assert tell("--op", "bind", "--mode", "account", "--tid", "1", "--user", user)
        yield port
    finally:
        daemon.kill()
        daemon.wait()
        for left in Path("/var/run/tgtd").glob(f"socket.{control}*"):
            left.unlink()
