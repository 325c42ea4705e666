"""Whole processes for one small command, beside virsh: what a shell script pays every time."""

from __future__ import annotations

import subprocess
import sys

from bench import Report, agree, finish, installed, pairs, ratio, spread, taking_turns, timed
from private_libvirtd import PrivateLibvirtd, obstacle, tool

ROUNDS = 30


def compare(report: Report, name: str, words: list[str], budget: float | None) -> None:
    of_virsh, of_vsh = pairs(PROGRAM, VIRSH, *words)
    if "--version" not in words:  # each has its own
        agree(of_virsh, of_vsh)
    virsh, vsh = taking_turns(ROUNDS, lambda: timed(of_virsh), lambda: timed(of_vsh))
    times = ratio(vsh, virsh)
    verdict = f"{times:.2f}x" if budget is None else report.verdict(times, budget)
    report.row(name, spread(virsh), spread(vsh), verdict)


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
    test = ["-c", "test:///default"]
    compare(report, "`--version`", ["--version"], None)
    compare(report, "`domstate`, test driver", [*test, "domstate", "test"], 1.5)
    compare(report, "`list --all`, test driver", [*test, "list", "--all"], None)
    compare(report, "`snapshot-list`, test driver", [*test, "snapshot-list", "test"], None)
    reason = obstacle()
    if reason is None:
        with PrivateLibvirtd() as daemon:
            unix = ["-c", daemon.uri]
            daemon.virsh("version")
            compare(report, "`list --all`, UNIX socket", [*unix, "list", "--all"], 1.5)
    else:
        print(f"no UNIX socket row: {reason}", file=sys.stderr)
    finish(report)
