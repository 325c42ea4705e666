"""Listing storage pools and their volumes: on vshd and in vsh's own process beside a libvirtd.

50 pools of 10,000 volumes each (``--pools``, ``--volumes``); all sides read the same folders.
Prints medians of whole processes, in seconds, how they compare with virsh on libvirtd, and what
memory the daemons hold.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests/support"))

from private_libvirtd import PrivateLibvirtd
from private_vshd import PrivateVshd

VSH = str(Path(sys.executable).parent / "vsh")
RUNS = 5
ASKED = (
    "pool-list --all",
    "pool-list --all --details",
    "pool-info p0",
    "pool-refresh p0",
    "vol-list p0",
    "vol-list p0 --details",
    "vol-info volume7.raw p0",
    "vol-path volume7.raw --pool p0",
    "vol-pool {folder}/p{last}/volume7.raw",
    "vol-key {folder}/p{last}/volume7.raw",
    "vol-name {folder}/p{last}/volume7.raw",
    "vol-dumpxml volume7.raw p0",
)


def taken(command: list[str]) -> tuple[float, int]:
    """Seconds that a command takes, the median of several, and how many lines it prints."""
    times, lines = [], 0
    for _ in range(RUNS):
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        times.append(time.perf_counter() - began)
        lines = done.stdout.count("\n")
    return statistics.median(times), lines


def memory(process: int) -> float:
    """MiB that a process holds."""
    with open(f"/proc/{process}/status", encoding="ascii") as file:
        found = next(line for line in file if line.startswith("VmRSS:"))
    return int(found.split()[1]) / 1024


def libvirtd_of(daemon: PrivateLibvirtd) -> int:
    """The daemon itself, which its supervisor is the parent of."""
    children = Path(f"/proc/{daemon.process}/task/{daemon.process}/children").read_text()
    return next(
        int(pid)
        for pid in children.split()
        if Path(f"/proc/{pid}/comm").read_text().strip() == "libvirtd"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pools", type=int, default=50)
    arguments.add_argument("--volumes", type=int, default=10_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, PrivateLibvirtd() as libvirtd:
        steps = []
        for number in range(given.pools):
            path = Path(folder, f"p{number}")
            path.mkdir()
            for volume in range(given.volumes):
                file = os.open(path / f"volume{volume}.raw", os.O_CREAT | os.O_WRONLY)
                os.ftruncate(file, 1 << 20)
                os.close(file)
            steps += [f"pool-define-as p{number} dir --target {path}", f"pool-start p{number}"]
        place = Path(folder, "vshd")
        (place / "run").mkdir(parents=True)
        vshd = PrivateVshd(place)
        vshd.start()
        peers = {
            "virsh, libvirtd": ["virsh", "-q", "-c", libvirtd.uri],
            "virsh, vshd": ["virsh", "-q", "-c", vshd.uri()],
            "vsh, vshd": [VSH, "-q", "-c", vshd.uri()],
            "vsh, embedded": [VSH, "-q", "-c", f"qemu:///embed?root={folder}/root"],
        }
        assert vshd.process is not None
        daemons = {"virsh, libvirtd": libvirtd_of(libvirtd), "virsh, vshd": vshd.process.pid}
        try:
            for name, command in peers.items():
                if name == "vsh, vshd":
                    continue
                before = memory(daemons[name]) if name in daemons else 0
                began = time.perf_counter()
                subprocess.run([*command, "; ".join(steps)], check=True, stdout=subprocess.DEVNULL)
                took = time.perf_counter() - began
                held = f", {memory(daemons[name]) - before:.0f} MiB" if name in daemons else ""
                print(f"{name}: {given.pools} pools defined and started in {took:.2f} s{held}")
            for each in ASKED:
                what = each.format(folder=folder, last=given.pools - 1)
                measured = {name: taken([*words, what]) for name, words in peers.items()}
                theirs, lines = measured["virsh, libvirtd"]
                assert all(found == lines for _, found in measured.values()), what
                shown = [
                    f"{name} {wall:.3f} ({wall / theirs:.2f}x)"
                    for name, (wall, _) in measured.items()
                ]
                print(f"{each:40} " + "; ".join(shown), flush=True)
        finally:
            vshd.kill(15)


if __name__ == "__main__":
    main()
