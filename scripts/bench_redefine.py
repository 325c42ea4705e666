"""Redefining a chain of n snapshots in one process: the time has to grow like n, beside virsh.

Growth is judged by what the later snapshots add beside what the earlier ones do: dividing whole
times by n would let the start of the process hide it.  Were each snapshot to cost as much again for
every one before it, the last row would be 2.4.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from bench import Report, agree, finish, installed, spread, taking_turns, timed
from private_libvirtd import tool

LENGTHS = (500, 1000, 2000, 4000)
NEAR = ("-q", "-c", "test:///default")
DOMAIN_UUID = "1c5bd0ba-9f8d-4d5b-9d4b-7d0f5e6b1d11"
DOMAIN = f"""\
<domain type='test'><name>web1</name><uuid>{DOMAIN_UUID}</uuid><memory>524288</memory>
<os><type>hvm</type></os></domain>
"""
SNAPSHOT = """\
<domainsnapshot><name>s{number}</name>{parent}<state>shutoff</state>
<creationTime>{time}</creationTime>{domain}</domainsnapshot>
"""


def script(length: int, folder: Path) -> str:
    """Define a domain and redefine a chain of so many snapshots, each with its domain document."""
    (folder / "web1.xml").write_text(DOMAIN)
    lines = [f"define {folder}/web1.xml"]
    for number in range(length):
        parent = f"<parent><name>s{number - 1}</name></parent>" if number else ""
        file = folder / f"{number}.xml"
        time = 1_700_000_000 + 60 * number
        file.write_text(SNAPSHOT.format(number=number, parent=parent, time=time, domain=DOMAIN))
        lines.append(f"snapshot-create web1 {file} --redefine")
    return "\n".join([*lines, ""])


def growth(whole: dict[int, float]) -> float:
    """What each of the later snapshots costs beside each of the earlier ones."""
    first, _, middle, last = LENGTHS
    early = (whole[middle] - whole[first]) / (middle - first)
    late = (whole[last] - whole[middle]) / (last - middle)
    return late / early


if __name__ == "__main__":
    virsh = tool("virsh") or sys.exit("virsh is not installed")
    program = str(installed())
    report = Report("redefine of a chain, test driver", "virsh", "vsh", "vsh, each")
    whole, imported = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for length in LENGTHS:
            chain = Path(folder) / str(length)
            chain.mkdir()
            lines = script(length, chain)
            agree([virsh, *NEAR], [program, *NEAR], lines)
            # the same documents at once: the folder has the domain's definition beside them
            documents = chain / "documents"
            documents.mkdir()
            for number in range(length):
                (documents / f"{number}.xml").hardlink_to(chain / f"{number}.xml")
            at_once = f"define {chain}/web1.xml\nsnapshot-import web1 {documents}\n"
            of_virsh, of_vsh, of_import = (
                lambda one=one, given=given: timed([one, *NEAR], given)
                for one, given in ((virsh, lines), (program, lines), (program, at_once))
            )
            reference, times, import_times = taking_turns(5, of_virsh, of_vsh, of_import)
            for name, found, to in (
                (f"{length} snapshots", times, whole),
                (f"{length} snapshots by snapshot-import", import_times, imported),
            ):
                to[length] = statistics.median(found)
                row = f"{to[length] / length * 1000:.3f} ms"
                report.row(name, spread(reference), spread(found), row)
    name = f"each of {LENGTHS[2]} to {LENGTHS[3]} beside each of {LENGTHS[0]} to {LENGTHS[2]}"
    report.row(name, "", "", report.verdict(growth(whole), 1.5))
    report.row(f"{name}, imported", "", "", report.verdict(growth(imported), 1.5))
    finish(report)
