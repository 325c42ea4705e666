"""Listing storage pools and their volumes: vsh in its own process beside virsh on a libvirtd.

50 pools of 10,000 volumes each (``--pools``, ``--volumes``); both sides read the same folders.
Prints wall and user CPU of whole processes, and how they compare.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests/support"))

from private_libvirtd import PrivateLibvirtd

VSH = str(Path(sys.executable).parent / "vsh")


def measured(*command: str) -> tuple[float, float, int]:
    """Seconds of wall and of user CPU that a command takes, and how many lines it prints."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    return wall, used, done.stdout.count("\n")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pools", type=int, default=50)
    arguments.add_argument("--volumes", type=int, default=10_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, PrivateLibvirtd() as daemon:
        uris = {"vsh": f"qemu:///embed?root={folder}/root", "virsh": daemon.uri}
        steps = []
        for number in range(given.pools):
            path = Path(folder, f"p{number}")
            path.mkdir()
            for volume in range(given.volumes):
                os.close(os.open(path / f"volume{volume}.raw", os.O_CREAT | os.O_WRONLY))
            steps += [f"pool-define-as p{number} dir --target {path}", f"pool-start p{number}"]
        for program, uri in uris.items():
            command = [VSH if program == "vsh" else "virsh", "-q", "-c", uri]
            began = time.monotonic()
            subprocess.run([*command, "; ".join(steps)], check=True, stdout=subprocess.DEVNULL)
            took = time.monotonic() - began
            print(f"{program}: {given.pools} pools defined and started in {took:.2f} s")
        for what in ("pool-list", "pool-list --details", "vol-list p0", "pool-refresh p0"):
            times = {}
            for program, uri in uris.items():
                command = [VSH if program == "vsh" else "virsh", "-q", "-c", uri, *what.split()]
                times[program] = min(measured(*command) for _ in range(3))
            (wall, user, lines), (their_wall, their_user, their_lines) = times.values()
            assert lines == their_lines
            print(
                f"{what:20} vsh {wall:.3f} s (user {user:.3f}), virsh and libvirtd "
                f"{their_wall:.3f} s (user of virsh {their_user:.3f}): {wall / their_wall:.2f}x"
            )


if __name__ == "__main__":
    main()
