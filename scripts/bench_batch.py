"""Many commands in one process, on standard input, beside virsh.

virsh prints its prompt and each line that it reads, which vsh does only under the name virsh: the
row of the drop-in is the one in which both do and print the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

import budgets
from bench import Report, agree, finish, installed, pairs, ratio, spread, taking_turns, timed
from private_libvirtd import PrivateLibvirtd, obstacle, tool
from tiny_guest import TinyGuest

ROUNDS = 5
COUNT = 10_000


def drop_in() -> Path:
    """The program under the name virsh."""
    link = PROGRAM.with_name("virsh")
    if not link.is_symlink():
        link.symlink_to(PROGRAM.name)
    return link


def compare(  # the table's row, part by part
    report: Report, name: str, uri: str, script: str, budget: float | None, program: Path
) -> None:
    of_virsh, of_vsh = pairs(program, VIRSH, "-q", "-c", uri)
    agree(of_virsh, of_vsh, script)
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
    name = f"{COUNT:,} `domstate`, test driver"
    compare(report, name, "test:///default", script, budgets.BATCH["test"], PROGRAM)
    compare(report, f"{name}, as drop-in", "test:///default", script, None, drop_in())
    reason = obstacle()
    if reason is None:
        with PrivateLibvirtd() as daemon:
            guest = TinyGuest(daemon.folder / "images", "test")
            daemon.virsh("define", str(guest.file))
            name = f"{COUNT:,} `domstate`, UNIX socket"
            compare(report, name, daemon.uri, script, budgets.BATCH["UNIX socket"], PROGRAM)
    else:
        print(f"no UNIX socket row: {reason}", file=sys.stderr)
    finish(report)
