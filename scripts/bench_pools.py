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
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import budgets
from bench import answer, installed, timed, used
from bench_daemon import libvirtd_pid, memory
from bench_table import against, show
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


def fill(folder: Path, pools: int, volumes: int) -> str:
    """Make the folders of pools; the commands that define and start them."""
    steps = []
    for number in range(pools):
        path = folder / f"p{number}"
        path.mkdir()
        for volume in range(volumes):
            file = os.open(path / f"volume{volume}.raw", os.O_CREAT | os.O_WRONLY)
            os.ftruncate(file, 1 << 20)
            os.close(file)
        steps.append(f"pool-define-as p{number} dir --target {path}\npool-start p{number}\n")
    return "".join(steps)


def names(command: list[str]) -> list[str]:
    """What a command lists; how full the disk is differs from one moment to the next."""
    return [line.split()[0] for line in answer(command).splitlines()]


def rows(peers: dict[str, list[str]], theirs: list[str], asked: list[str]) -> Iterator[Row]:
    """A row for each command and peer."""
    for words in asked:
        budget = budgets.HOST_LISTING if words in LISTINGS else math.inf
        for name, own in peers.items():
            one, other = ([*command, *words.split()] for command in (theirs, own))
            if words in LISTINGS and names(one) != names(other):
                raise RuntimeError(f"{' '.join(other)}: not what {' '.join(one)} lists")
            yield against(
                f"`{words}`: {name}",
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
    virsh, vsh = tool("virsh") or sys.exit("virsh is not installed"), str(installed())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        libvirtd = stack.enter_context(PrivateLibvirtd())
        place = folder / "vshd"
        (place / "run").mkdir(parents=True)
        vshd = PrivateVshd(place, program=Path(vsh).with_name("vshd"))
        stack.callback(vshd.kill, 15)
        vshd.start()
        assert vshd.process is not None
        steps = fill(folder, given.pools, given.volumes)
        theirs = [virsh, "-q", "-c", libvirtd.uri]
        peers = {
            "virsh, vshd": [virsh, "-q", "-c", vshd.uri()],
            "vsh, vshd": [vsh, "-q", "-c", vshd.uri()],
            "vsh, embedded": [vsh, "-q", "-c", f"qemu:///embed?root={folder}/root"],
        }
        pids = {"libvirtd": libvirtd_pid(libvirtd), "vshd": vshd.process.pid}
        for name, command in (
            ("libvirtd", theirs),
            ("vshd", peers["virsh, vshd"]),
            ("embedded", peers["vsh, embedded"]),
        ):
            before = memory(pids[name]) if name in pids else 0
            seconds = timed(command, steps)
            held = f", {(memory(pids[name]) - before) // 1024} MiB" if name in pids else ""
            told = f"{given.pools} pools defined and started in {seconds:.2f} s{held}"
            print(f"{name}: {told}", file=sys.stderr)
            found = names([*command, "pool-list", "--all", "--name"])
            assert len(found) == given.pools, found
        last = given.pools - 1
        asked = [words.format(folder=folder, last=last) for words in (*LISTINGS, *OTHERS)]
        missed = show(rows(peers, theirs, asked))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
