"""Over a link with a round trip of 50 ms, beside virsh: calls and times; and streams of 1 GiB.

The daemon is real, the link is tests/support/delay_proxy.py; streams go over the socket itself.
Output of the two is compared first: a quick failure is not a good time.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import TYPE_CHECKING

import budgets
from bench import Report, agree, answer, finish, installed, ratio, spread, taking_turns, timed
from crowded_host import DELAY, DISKS, DOMAINS, LISTINGS, NETWORKS, POOLS, SNAPSHOTS, VOLUMES
from crowded_host import populate as crowd
from delay_proxy import DelayProxy
from private_libvirtd import PrivateLibvirtd, obstacle, tool
from tiny_guest import TinyGuest

if TYPE_CHECKING:
    from pathlib import Path

LIMITED = "list --all"  # it has a limit in seconds, the others a factor
FASTER = 5.0
PER_ROW = 25  # with fewer calls of virsh's, our five steps that must wait are a fifth of them
ROUNDS = 5
SIZE = 1 << 30


def steadily(text: str) -> str:
    """What is said without what changes between two looks: the processor time of the host."""
    return "\n".join(sorted(line for line in text.splitlines() if "cpu." not in line))


def compare(report: Report, command: str, proxy: DelayProxy) -> None:
    """One listing through the proxy."""
    far = ["-c", f"qemu+unix:///system?socket={proxy.listen}", *command.split()]
    proxy.calls.clear()
    begun = time.perf_counter()
    said = answer([VIRSH, *far])  # once: it takes its time
    times, calls = [[time.perf_counter() - begun]], [len(proxy.calls)]
    if steadily(answer([PROGRAM, *far])) != steadily(said):
        raise RuntimeError(f"{command}: the two say different things")
    proxy.calls.clear()
    times.append([timed([PROGRAM, *far]) for _ in range(ROUNDS)])
    calls.append(len(proxy.calls) // ROUNDS)
    factor = 1 / ratio(times[1], times[0])
    verdict = f"{factor:.1f}x faster"
    if command == LIMITED:
        middle = statistics.median(times[1])
        verdict = f"{report.verdict(middle, budgets.FAR_LISTING, '{:.2f} s')}, {verdict}"
    elif calls[0] > PER_ROW and factor < FASTER:
        report.missed += 1
        verdict = f"**{verdict}** (budget {FASTER:g}x)"
    cells = (spread(times[0]), str(calls[0]), spread(times[1]), str(calls[1]), verdict)
    report.row(f"`{command}`", *cells)


def scene(daemon: PrivateLibvirtd) -> Path:
    """Two volumes of 1 GiB, a file to fill one with, and one that is mostly hole for the other."""
    folder = daemon.folder / "streams"
    (folder / "pool").mkdir(parents=True)
    daemon.virsh("pool-create-as", "streams", "dir", "--target", str(folder / "pool"))
    for kind in ("full", "sparse"):  # holes that are sent leave what was there: each has its own
        daemon.virsh("vol-create-as", "streams", kind, str(SIZE), "--format", "raw")
    with (folder / "full").open("wb") as file:
        block = os.urandom(1 << 20)
        for _ in range(SIZE >> 20):
            file.write(block)
    with (folder / "sparse").open("wb") as file:
        file.truncate(SIZE)
        for place in range(0, SIZE, 16 << 20):
            file.seek(place)
            file.write(block)
    return folder


def stream(report: Report, near: str, words: list[str], amount: int) -> None:
    """One transfer over the socket itself."""
    commands = [[program, "-c", near, *words] for program in (VIRSH, PROGRAM)]
    virsh, vsh = taking_turns(3, *(lambda command=command: timed(command) for command in commands))
    rates = [f"{amount / (1 << 20) / statistics.median(each):.0f} MiB/s" for each in (virsh, vsh)]
    factor = ratio(vsh, virsh)
    whole = amount == SIZE  # of streams with holes, and of pictures, nothing is asked
    verdict = report.verdict(factor, budgets.STREAM) if whole else f"{factor:.2f}x"
    name = " ".join(word.rpartition("/")[2] for word in words)
    report.row(f"`{name}`", spread(virsh), rates[0], spread(vsh), rates[1], verdict)


def streams(report: Report, daemon: PrivateLibvirtd) -> None:
    folder = scene(daemon)
    back = str(folder / "back")
    for kind, options, amount in (("full", [], SIZE), ("sparse", ["--sparse"], SIZE // 16)):
        volume = ["--pool", "streams", kind]
        up = ["vol-upload", *volume, str(folder / kind), *options]
        stream(report, daemon.uri, up, amount)
        stream(report, daemon.uri, ["vol-download", *volume, back, *options], amount)
        with (folder / kind).open("rb") as one, open(back, "rb") as other:
            while piece := one.read(1 << 22):
                if other.read(len(piece)) != piece:
                    raise RuntimeError(f"{kind}: what came back is not what was sent")
    guest = TinyGuest(daemon.folder, "shown")
    video = "<graphics type='vnc' autoport='yes' listen='127.0.0.1'/><video><model type='vga'/>"
    text = guest.xml.replace("</devices>", video + "</video></devices>")
    guest.file.write_text(text)
    daemon.virsh("create", str(guest.file))
    time.sleep(1)
    picture = folder / "picture"
    agree(*([program, "-c", daemon.uri, "domstate", "shown"] for program in (VIRSH, PROGRAM)))
    stream(report, daemon.uri, ["screenshot", "shown", str(picture)], picture_size(picture, daemon))


def picture_size(path: Path, daemon: PrivateLibvirtd) -> int:
    daemon.virsh("screenshot", "shown", str(path))
    return path.stat().st_size


if __name__ == "__main__":
    VIRSH = tool("virsh") or sys.exit("virsh is not installed")
    reason = obstacle()
    if reason is not None:
        sys.exit(reason)
    PROGRAM = str(installed())
    with PrivateLibvirtd() as daemon:
        crowd(daemon)
        print(
            f"{DOMAINS + 1} domains, {SNAPSHOTS} snapshots, {VOLUMES} volumes, {POOLS} pools, "
            f"{NETWORKS} networks, {DISKS} disks; round trip {2000 * DELAY:.0f} ms\n"
        )
        first = Report("listing", "virsh", "calls", "vsh", "calls", "vsh is")
        with DelayProxy(daemon.folder / "slow", daemon.socket, DELAY) as proxy:
            for command in LISTINGS:
                compare(first, command, proxy)
        print()
        second = Report("stream", "virsh", "rate", "vsh", "rate", "time of vsh / virsh")
        streams(second, daemon)
    second.missed += first.missed
    finish(second)
