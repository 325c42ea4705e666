"""Whole processes for the everyday commands, beside virsh: what a shell script pays every time."""

from __future__ import annotations

import statistics
import subprocess
import sys

import budgets
from bench import Report, agree, finish, installed, pairs, ratio, spread, taking_turns, timed
from private_libvirtd import PrivateLibvirtd, obstacle, tool

ROUNDS = 25

EVERYDAY = (
    "list",
    "list --all",
    "domstate test",
    "dominfo test",
    "dumpxml test",
    "snapshot-list test",
    "domstats",
    "net-list",
    "vol-list default-pool",
    "nodeinfo",
    "version",
    "echo hello",
)

DIFFERENT = ("dominfo test", "domstats", "nodeinfo", "version")
"""What may answer otherwise the next time, or tells of the library: it must answer, that is all."""


def compare(report: Report, words: str, place: str, uri: str) -> float:
    of_virsh, of_vsh = pairs(PROGRAM, VIRSH, "-c", uri, *words.split())
    if words not in DIFFERENT:
        agree(of_virsh, of_vsh)
    virsh, vsh = taking_turns(ROUNDS, lambda: timed(of_virsh), lambda: timed(of_vsh))
    times = ratio(vsh, virsh)
    verdict = report.verdict(times, budgets.START.get((words, place), budgets.START_HIGHEST))
    report.row(f"`{words}`, {place}", spread(virsh), spread(vsh), verdict)
    return times


def everyday(report: Report, place: str, uri: str) -> None:
    found = [compare(report, words, place, uri) for words in EVERYDAY]
    middle = statistics.median(found)
    report.row(f"median, {place}", "", "", report.verdict(middle, budgets.START_MEDIAN))


def interpreter(report: Report) -> None:
    """What of it is Python itself."""
    python = [str(PROGRAM.with_name("python")), "-c", "pass"]
    (times,) = taking_turns(ROUNDS, lambda: timed(python))
    report.row("(python -c pass)", "", spread(times), "")


if __name__ == "__main__":
    VIRSH = tool("virsh") or sys.exit("virsh is not installed")
    PROGRAM = installed()
    subprocess.run([str(PROGRAM), "--version"], capture_output=True)
    report = Report("whole process", "virsh", "vsh", "ratio")
    interpreter(report)
    everyday(report, "test", "test:///default")
    reason = obstacle()
    if reason is None:
        with PrivateLibvirtd() as daemon:
            everyday(report, "UNIX socket", daemon.uri_of("test", "/default"))
    else:
        print(f"no UNIX socket rows: {reason}", file=sys.stderr)
    finish(report)
