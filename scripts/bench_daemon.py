"""vshd beside libvirtd: calls per second by libvirt-python, listings, start, memory.

Both run here, at the same time, each with the same defined guests, and are asked in turn.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from bench import Report, finish, ratio, spread, taking_turns, timed
from private_libvirtd import PrivateLibvirtd, obstacle, tool
from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

GUESTS = int(os.environ.get("BENCH_GUESTS", "1000"))
ROUNDS = 5
SECONDS = 1.0
PYTHON = "/usr/bin/python3"  # the one that has libvirt's binding
ASKING = """
import libvirt, sys, time
connection = libvirt.open(sys.argv[1])
domain = connection.lookupByName("guest1")
domain.info()
sys.stdin.readline()
end = time.perf_counter() + float(sys.argv[2])
count = 0
while time.perf_counter() < end:
    for _ in range(50):
        domain.info()
    count += 50
print(count)
"""
DEFINING = """
import libvirt, sys
connection = libvirt.open(sys.argv[1])
xml = open(sys.argv[2]).read()
for number in range(1, int(sys.argv[3]) + 1):
    connection.defineXML(xml.replace("<name>guest<", f"<name>guest{number}<"))
"""


def calls(uri: str, clients: int) -> float:
    """Seconds for each of all the calls that so many clients get answered side by side."""
    asking = [
        subprocess.Popen(
            [PYTHON, "-c", ASKING, uri, str(SECONDS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(clients)
    ]  # fmt: skip
    time.sleep(0.3 + 0.1 * clients)
    for each in asking:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    count = sum(int(each.communicate()[0]) for each in asking)
    return SECONDS / count


def memory(pid: int) -> int:
    """Resident KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def libvirtd_pid(daemon: PrivateLibvirtd) -> int:
    """The daemon's number: it has the peer's end of a connection to its socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.connect(str(daemon.socket))
        raw = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return int(struct.unpack("=iII", raw)[0])


def rate(times: list[float]) -> str:
    return f"{1 / statistics.median(times):,.0f}"


def compare(peer: PrivateLibvirtd, ours: PrivateVshd) -> Report:
    report = Report("what", "libvirtd", "vshd", "vshd / libvirtd")
    uris = (peer.uri, ours.uri())
    for clients, budget in ((1, 0.5), (8, 1.0)):
        theirs, mine = taking_turns(
            ROUNDS, lambda n=clients: calls(uris[0], n), lambda n=clients: calls(uris[1], n)
        )
        verdict = report.verdict(ratio(mine, theirs), budget)
        report.row(
            f"virDomainGetInfo per second, {clients} clients", rate(theirs), rate(mine),
            f"{verdict} of the time, {1 / ratio(mine, theirs):.2f}x the calls",
        )  # fmt: skip
    virsh = tool("virsh") or "virsh"
    theirs, mine = taking_turns(
        ROUNDS, *(lambda uri=uri: timed([virsh, "-c", uri, "list", "--all"]) for uri in uris)
    )
    verdict = report.verdict(ratio(mine, theirs), 1.5)
    report.row(f"`virsh list --all`, {GUESTS} guests", spread(theirs), spread(mine), verdict)
    sizes = (memory(libvirtd_pid(peer)), memory(ours.process.pid if ours.process else 0))
    verdict = report.verdict(sizes[1] / sizes[0], 2)
    report.row("memory", f"{sizes[0] / 1024:.0f} MiB", f"{sizes[1] / 1024:.0f} MiB", verdict)
    begun = time.perf_counter()
    ours.kill()
    ours.start()
    timed([virsh, "-c", ours.uri(), "domstate", "guest1"])
    took = time.perf_counter() - begun
    report.row(
        f"first answer, {GUESTS} guests", "", f"{took:.2f} s", report.verdict(took, 1.0, "{:.2f} s")
    )
    return report


def main() -> None:
    reason = obstacle()
    if reason is not None:
        sys.exit(reason)
    folder = Path(tempfile.mkdtemp(prefix="vsh-bench-", dir="/tmp"))
    ours = PrivateVshd(folder)
    try:
        with PrivateLibvirtd() as peer:
            ours.start()
            guest = TinyGuest(folder, "guest")
            for uri in (peer.uri, ours.uri()):
                words = [PYTHON, "-c", DEFINING, uri, str(guest.file), str(GUESTS)]
                took = timed(words)
                print(
                    f"{GUESTS} guests defined in {took:.1f} s: {uri.partition('?')[0]}", flush=True
                )
            report = compare(peer, ours)
    finally:
        ours.kill()
        shutil.rmtree(folder)
    finish(report)


if __name__ == "__main__":
    main()
