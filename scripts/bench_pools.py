"""Listing storage pools and their volumes: on vshd and in vsh's own process beside a libvirtd.

50 pools of 10,000 volumes each (``--pools``, ``--volumes``); all sides read the same folders, and
take turns.  The status is 1 where a listing takes longer than by virsh on libvirtd in each of three
runs; what memory the daemons hold, and how long the definitions took, stands on standard error.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import budgets
from bench import answer, installed, timed, used
from bench_daemon import libvirtd_pid, memory
from bench_table import Bench, against, show
from private_libvirtd import PrivateLibvirtd, obstacle, tool
from private_vshd import PrivateVshd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench_table import Row

LISTINGS = ("pool-list --all", "pool-list --all --details", "vol-list p0", "vol-list p0 --details")
OTHERS = (
    "pool-info p0",
    "pool-refresh p0",
    "vol-info volume7.raw p0",
    "vol-path volume7.raw --pool p0",
    "vol-pool {folder}/p{last}/volume7.raw",
    "vol-key {folder}/p{last}/volume7.raw",
    "vol-name {folder}/p{last}/volume7.raw",
    "vol-dumpxml volume7.raw p0",
)
"""Which have no budget."""


def fill(folder: Path, counts: list[int]) -> str:
    """Make the folders of pools with so many volumes each; what defines and starts them."""
    steps = []
    for number, volumes in enumerate(counts):
        path = folder / f"p{number}"
        path.mkdir(parents=True)
        for volume in range(volumes):
            file = os.open(path / f"volume{volume}.raw", os.O_CREAT | os.O_WRONLY)
            os.ftruncate(file, 1 << 20)
            os.close(file)
        steps.append(f"pool-define-as p{number} dir --target {path}\npool-start p{number}\n")
    return "".join(steps)


def names(command: list[str]) -> list[str]:
    """What a command lists; how full the disk is differs from one moment to the next."""
    return [line.split()[0] for line in answer(command).splitlines()]


def rows(bench: Bench, counts: list[int], commands: tuple[str, ...] = LISTINGS) -> Iterator[Row]:
    """A row for each command and peer; the pools have so many volumes each."""
    with ExitStack() as stack:
        folder = bench.folder / "pools"
        steps = fill(folder, counts)
        libvirtd = stack.enter_context(PrivateLibvirtd())
        (folder / "vshd" / "run").mkdir(parents=True)
        vshd = PrivateVshd(folder / "vshd", program=Path(bench.vsh).with_name("vshd"))
        stack.callback(vshd.kill, 15)
        vshd.start()
        assert vshd.process is not None
        theirs = [bench.virsh, "-q", "-c", libvirtd.uri]
        peers = {
            "virsh, vshd": [bench.virsh, "-q", "-c", vshd.uri()],
            "vsh, vshd": [bench.vsh, "-q", "-c", vshd.uri()],
            "vsh, embedded": [bench.vsh, "-q", "-c", f"qemu:///embed?root={folder}/root"],
        }
        pids = {"virsh, vshd": vshd.process.pid, "virsh, libvirtd": libvirtd_pid(libvirtd)}
        for name, command in {"virsh, libvirtd": theirs, **peers}.items():
            if name != "vsh, vshd":
                before = memory(pids[name]) if name in pids else 0
                seconds = timed(command, steps)
                held = f", {(memory(pids[name]) - before) // 1024} MiB" if name in pids else ""
                print(
                    f"{name}: pools defined and started in {seconds:.2f} s{held}", file=sys.stderr
                )
        for words in commands:
            budget = budgets.HOST_LISTING if words in LISTINGS else math.inf
            asked = words.format(folder=folder, last=len(counts) - 1).split()
            for name, own in peers.items():
                one, other = [*theirs, *asked], [*own, *asked]
                if words in LISTINGS and names(one) != names(other):
                    raise RuntimeError(f"{' '.join(other)}: not what {' '.join(one)} lists")
                yield against(
                    f"`{words}`, {len(counts)} pools, p0 of {counts[0]:,} volumes: {name}",
                    budget,
                    lambda one=one: used(one),
                    lambda other=other: used(other),
                    rounds=3,
                )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pools", type=int, default=50)
    arguments.add_argument("--volumes", type=int, default=10_000)
    given = arguments.parse_args()
    if (reason := obstacle()) is not None:
        sys.exit(reason)
    virsh = tool("virsh") or sys.exit("virsh is not installed")
    with ExitStack() as stack:
        bench = Bench(virsh, str(installed()), stack)
        missed = show(rows(bench, [given.volumes] * given.pools, (*LISTINGS, *OTHERS)))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
