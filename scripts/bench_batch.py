"""Many commands in one process, on standard input, beside virsh."""

from __future__ import annotations

import sys

from bench import Report, finish, installed, pairs, ratio, spread, taking_turns, timed
from private_libvirtd import PrivateLibvirtd, obstacle, tool
from tiny_guest import TinyGuest

ROUNDS = 5
COUNT = 10_000


def compare(report: Report, name: str, uri: str, script: str, budget: float | None) -> None:
    of_virsh, of_vsh = pairs(PROGRAM, VIRSH, "-q", "-c", uri)
    virsh, vsh = taking_turns(
        ROUNDS, lambda: timed(of_virsh, script), lambda: timed(of_vsh, script)
    )
    times = ratio(vsh, virsh)
    verdict = f"{times:.2f}x" if budget is None else report.verdict(times, budget)
    report.row(name, spread(virsh), spread(vsh), verdict)


if __name__ == "__main__":
    VIRSH = tool("virsh") or sys.exit("virsh is not installed")
    PROGRAM = installed()
    report = Report("one process, commands on stdin", "virsh", "vsh", "ratio")
    script = "domstate test\n" * COUNT
    compare(report, f"{COUNT:,} `domstate`, test driver", "test:///default", script, 3)
    reason = obstacle()
    if reason is None:
        with PrivateLibvirtd() as daemon:
            guest = TinyGuest(daemon.folder / "images", "test")
            daemon.virsh("define", str(guest.file))
            small = "domstate test\n" * (COUNT // 10)
            compare(report, f"{COUNT // 10:,} `domstate`, UNIX socket", daemon.uri, small, None)
    else:
        print(f"no UNIX socket row: {reason}", file=sys.stderr)
    finish(report)
