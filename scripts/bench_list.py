"""Listings from a real daemon, near and over a link with a round trip of 50 ms, beside virsh."""

from __future__ import annotations

import statistics
import sys
import tempfile
import uuid
from pathlib import Path

import budgets
from bench import Report, agree, finish, installed, ratio, spread, taking_turns, timed
from delay_proxy import DelayProxy
from private_libvirtd import PrivateLibvirtd, obstacle, tool

DOMAINS = 300
SNAPSHOTS = 40
DELAY = 0.025  # each way
DOMAIN = """\
<domain type='qemu'><name>{name}</name><uuid>{uuid}</uuid><memory>16384</memory>
<os><type arch='x86_64'>hvm</type></os></domain>
"""
SNAPSHOT = """\
<domainsnapshot><name>s{number}</name>{parent}<state>shutoff</state>
<creationTime>{time}</creationTime>{domain}</domainsnapshot>
"""


def domain(number: int) -> str:
    return DOMAIN.format(name=f"guest{number:03}", uuid=uuid.UUID(int=number + (1 << 100)))


def populate(daemon: PrivateLibvirtd, folder: Path) -> None:
    """300 defined domains, the first with a chain of 40 snapshots (metadata only)."""
    script = []
    for number in range(DOMAINS):
        file = folder / f"d{number}.xml"
        file.write_text(domain(number))
        script.append(f"define {file}")
    for number in range(SNAPSHOTS):
        parent = f"<parent><name>s{number - 1}</name></parent>" if number else ""
        file = folder / f"s{number}.xml"
        file.write_text(
            SNAPSHOT.format(
                number=number, parent=parent, time=1_700_000_000 + 60 * number, domain=domain(0)
            )
        )
        script.append(f"snapshot-create guest000 {file} --redefine")
    daemon.virsh("; ".join(script))


def compare(report: Report, name: str, words: list[str], near: str) -> None:
    """Over the UNIX socket itself."""
    commands = [[program, "-c", near, *words] for program in (VIRSH, PROGRAM)]
    agree(*commands)
    virsh, vsh = taking_turns(7, *(lambda command=command: timed(command) for command in commands))
    report.row(name, "UNIX socket", spread(virsh), "", spread(vsh), "", f"{ratio(vsh, virsh):.2f}x")


def compare_far(  # the table's row, part by part
    report: Report, name: str, words: list[str], proxy: DelayProxy, limits: tuple[float, int] | None
) -> None:
    """Through the proxy, counting calls; ``limits`` are in seconds and calls, if there are any."""
    far = f"qemu+unix:///system?socket={proxy.listen}"
    agree([VIRSH, "-c", far, *words], [PROGRAM, "-c", far, *words])
    times, calls = [], []
    for program, rounds in ((VIRSH, 1), (PROGRAM, 5)):
        command = [program, "-c", far, *words]
        proxy.calls.clear()
        (taken,) = taking_turns(rounds, lambda command=command: timed(command))
        times.append(taken)
        calls.append(len(proxy.calls) // (rounds + 1))
    middle = statistics.median(times[1])
    if limits is None:
        verdict, count = f"{middle:.2f} s", str(calls[1])
    else:
        verdict = report.verdict(middle, limits[0], "{:.2f} s")
        count = report.verdict(calls[1], limits[1], "{}")
    report.row(name, "50 ms", spread(times[0]), str(calls[0]), spread(times[1]), count, verdict)


if __name__ == "__main__":
    VIRSH = tool("virsh") or sys.exit("virsh is not installed")
    reason = obstacle()
    if reason is not None:
        sys.exit(reason)
    PROGRAM = str(installed())
    report = Report("listing", "link", "virsh", "calls", "vsh", "calls", "ratio or time")
    every = f"`list --all`, {DOMAINS} domains"
    chain = f"`snapshot-list`, {SNAPSHOTS} snapshots"
    with PrivateLibvirtd() as daemon, tempfile.TemporaryDirectory() as folder:
        populate(daemon, Path(folder))
        compare(report, every, ["list", "--all"], daemon.uri)
        compare(report, chain, ["snapshot-list", "guest000"], daemon.uri)
        with DelayProxy(daemon.folder / "slow", daemon.socket, DELAY) as proxy:
            limits = budgets.FAR_LISTING, budgets.FAR_CALLS
            compare_far(report, every, ["list", "--all"], proxy, limits)
            compare_far(report, chain, ["snapshot-list", "guest000"], proxy, None)
            tree = ["snapshot-list", "guest000", "--tree"]
            compare_far(report, f"{chain} as a tree", tree, proxy, None)
    finish(report)
