"""Redefining chains of snapshots in one process, beside virsh: on the test driver and on a libvirtd
of its own, where nothing is there yet and over snapshots that exist; and forgetting such a chain.

Two things are judged: the whole time beside virsh's, and how it grows.  Growth is what the later
snapshots add beside what the earlier ones do: dividing whole times by n would let the start of the
process hide it.  Were each snapshot to cost as much again for every one before it, the last row
would be 2.4.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import budgets
from bench import Report, agree, finish, installed, ratio, spread, taking_turns, timed
from private_libvirtd import PrivateLibvirtd, obstacle, tool

if TYPE_CHECKING:
    from collections.abc import Callable

LENGTHS = {"test": (500, 1000, 2000, 4000), "libvirtd": (100, 200, 400)}
ROUNDS = {"test": 5, "libvirtd": 3}
FORGOTTEN = 400
DOMAIN_UUID = "1c5bd0ba-9f8d-4d5b-9d4b-7d0f5e6b1d11"
DOMAIN = """\
<domain type='{type}'><name>web1</name><uuid>{uuid}</uuid><memory>524288</memory>
<os><type arch='x86_64'>hvm</type></os></domain>
"""
SNAPSHOT = """\
<domainsnapshot><name>s{number}</name>{parent}<state>shutoff</state>
<creationTime>{time}</creationTime>{domain}</domainsnapshot>
"""


class Place:
    """Where the work is done, and the documents for it."""

    def __init__(self, name: str, uri: str, folder: Path) -> None:
        self.name = name
        self.at = ("-q", "-c", uri)
        self.folder = folder
        kind = "test" if name == "test" else "qemu"
        self.domain = DOMAIN.format(type=kind, uuid=DOMAIN_UUID)
        folder.mkdir()
        (folder / "web1.xml").write_text(self.domain)

    def lines(self, length: int, *, times: int = 1, end: str | None = None) -> str:
        """Define a domain, redefine a chain so many times, and forget all again."""
        again = []
        for number in range(length):
            file = self.folder / f"{number}.xml"
            if not file.exists():
                parent = f"<parent><name>s{number - 1}</name></parent>" if number else ""
                time = 1_700_000_000 + 60 * number
                text = SNAPSHOT.format(number=number, parent=parent, time=time, domain=self.domain)
                file.write_text(text)
            again.append(f"snapshot-create web1 {file} --redefine")
        end = "undefine web1 --snapshots-metadata" if end is None else end
        return "\n".join([f"define {self.folder}/web1.xml", *again * times, end, ""])


def growth(whole: dict[int, float]) -> float:
    """What each of the later snapshots costs beside each of the earlier ones."""
    first, *_, middle, last = whole
    early = (whole[middle] - whole[first]) / (middle - first)
    late = (whole[last] - whole[middle]) / (last - middle)
    return late / early


def compare(report: Report, place: Place, virsh: str, vsh: str, times: int) -> None:
    """One table's part: redefine ``times`` times over."""
    where = f"{place.name}, {'fresh' if times == 1 else 'over existing'}"
    whole: dict[int, float] = {}
    for length in LENGTHS[place.name]:
        lines = place.lines(length, times=times)
        agree([virsh, *place.at], [vsh, *place.at], lines)
        actions: list[Callable[[], float]] = [
            lambda program=program, lines=lines: timed([program, *place.at], lines)
            for program in (virsh, vsh)
        ]
        reference, taken = taking_turns(ROUNDS[place.name], *actions)
        whole[length] = statistics.median(taken)
        verdict = report.verdict(ratio(taken, reference), budgets.REDEFINE)
        report.row(f"{where}, {length}", spread(reference), spread(taken), verdict)
    report.row(f"{where}, growth", "", "", report.verdict(growth(whole), budgets.REDEFINE_GROWTH))


def forget(report: Report, place: Place, vsh: str) -> None:
    """Forgetting all below the second of a chain, in seconds: a daemon needs a minute."""
    deed = "snapshot-delete web1 s1 --children --metadata"
    end = "undefine web1 --snapshots-metadata"
    begun, all_done = (place.lines(FORGOTTEN, end=text) for text in (end, f"{deed}\n{end}"))
    without, whole = taking_turns(
        3, lambda: timed([vsh, *place.at], begun), lambda: timed([vsh, *place.at], all_done)
    )
    taken = statistics.median(whole) - statistics.median(without)
    verdict = report.verdict(taken, budgets.FORGET)
    report.row(f"{place.name}, forgetting {FORGOTTEN}, in s", "", "", verdict)


def main() -> None:
    virsh = tool("virsh") or sys.exit("virsh is not installed")
    vsh = str(installed())
    report = Report("redefining a chain", "virsh", "vsh", "vsh / virsh")
    with tempfile.TemporaryDirectory() as folder:
        near = Place("test", "test:///default", Path(folder) / "test")
        for times in (1, 2):
            compare(report, near, virsh, vsh, times)
        if (why := obstacle()) is not None:
            print(f"no libvirtd here: {why}", file=sys.stderr)
        else:
            with PrivateLibvirtd() as daemon:
                real = Place("libvirtd", daemon.uri, Path(folder) / "libvirtd")
                for times in (1, 2):
                    compare(report, real, virsh, vsh, times)
                forget(report, real, vsh)
    finish(report)


if __name__ == "__main__":
    main()
