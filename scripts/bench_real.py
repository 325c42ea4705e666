"""Real guests in this process, and vshd beside libvirtd."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import bench_daemon
import bench_redefine
from bench import Used, answer, timed, used
from bench_table import RUNS, Row, against, shown
from private_libvirtd import PrivateLibvirtd, obstacle
from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench_table import Bench

DEFINED, RUNNING = 200, 30
MANY = 5000
SLOW = """
import libvirt, sys
connection = libvirt.open(sys.argv[1])
print("begun", flush=True)
while True:
    connection.getAllDomainStats()
"""
"""Keeps a worker of the daemon busy with all its guests, until it is ended."""


def guests(bench: Bench) -> Iterator[Row]:
    """A real guest in this process."""
    if obstacle() is not None:
        return
    places, scripts = [], []
    root = f"qemu:///embed?root={bench.folder}/root"
    for program, uri in ((bench.virsh, bench.daemon.uri), (bench.vsh, root)):
        folder = bench.folder / Path(program).name  # each has its own disk, which QEMU locks
        folder.mkdir()
        places.append([program, "-q", "-c", uri])
        scripts.append(f"define {TinyGuest(folder, 'tiny').file}\nstart tiny\n")
    end = "destroy tiny\nundefine tiny\n"
    for place, script in zip(places, scripts, strict=True):
        answer(place, script + end)  # it does complain where anything fails
    yield against(
        "a tiny guest: defined, started, ended, embedded",
        1.0,
        *(
            lambda place=place, script=script: used(place, script + end)
            for place, script in zip(places, scripts, strict=True)
        ),
    )
    for place, script in zip(places, scripts, strict=True):
        answer(place, script)
    try:
        yield against(
            "`domstate` of a running guest, embedded",
            1.5,
            *(lambda place=place: used([*place, "domstate", "tiny"]) for place in places),
            rounds=7,
        )
    finally:
        for place in places:
            answer(place, end)


def fleet(bench: Bench) -> Iterator[Row]:
    """Two hundred guests, thirty of them running."""
    if obstacle() is not None:
        return
    places = []
    with PrivateLibvirtd() as theirs:
        root = f"qemu:///embed?root={bench.folder}/fleet"
        for program, uri in ((bench.virsh, theirs.uri), (bench.vsh, root)):
            folder = bench.folder / f"fleet-{Path(program).name}"
            folder.mkdir()
            place = [program, "-q", "-c", uri]
            places.append(place)
            files = [TinyGuest(folder, f"f{number}").file for number in range(DEFINED)]
            script = "".join(f"define {file}\n" for file in files)
            starts = "".join(f"start f{number}\n" for number in range(RUNNING))
            answer(place, script + starts)
        try:
            for words in (["list", "--all"], ["domstats", "--state", "--balloon"], ["domstats"]):
                name = f"{DEFINED} guests, {RUNNING} running, embedded: `{' '.join(words)}`"
                yield against(
                    name,
                    2.0,
                    *(lambda place=place, words=words: used([*place, *words]) for place in places),
                )
        finally:
            answer(places[1], "".join(f"destroy f{number}\n" for number in range(RUNNING)))


def redefine_embedded(bench: Bench) -> Iterator[Row]:
    """Chains of snapshots, embedded beside libvirtd."""
    if obstacle() is not None:
        return
    theirs = bench_redefine.Place("libvirtd", bench.daemon.uri, bench.folder / "redefine-libvirtd")
    root = f"qemu:///embed?root={bench.folder}/redefine"
    ours = bench_redefine.Place("embedded", root, bench.folder / "redefine-embedded")
    for times, how in ((1, "fresh"), (2, "over existing ones")):
        scripts = [place.lines(200, times=times) for place in (theirs, ours)]
        peer, own = [bench.virsh, *theirs.at], [bench.vsh, *ours.at]
        for command, script in ((peer, scripts[0]), (own, scripts[1])):
            answer(command, script)  # it complains where anything fails
        yield against(
            f"redefine of 200 snapshots, embedded, {how}",
            1.0,
            lambda command=peer, script=scripts[0]: used(command, script),
            lambda command=own, script=scripts[1]: used(command, script),
        )


def daemon(bench: Bench) -> Iterator[Row]:
    """vshd with many guests, asked by virsh and by libvirt-python."""
    if obstacle() is not None:
        return
    ours = PrivateVshd(bench.folder / "vshd")
    ours.folder.mkdir()
    ours.start()
    try:
        with PrivateLibvirtd() as theirs:
            uris = (theirs.uri, ours.uri())
            for uri in uris:
                answer([bench.virsh, "-q", "-c", uri], _definitions(bench, 1000))
            commands = [[bench.virsh, "-c", uri, "list", "--all"] for uri in uris]
            yield against(
                "vshd: `list --all` of 1,000 guests, asked by virsh",
                1.5,
                *(lambda command=command: used(command) for command in commands),
            )
            yield from _quick_calls(theirs, ours)
            for uri in uris:
                answer([bench.virsh, "-q", "-c", uri], _definitions(bench, MANY, begin=1000))
            yield from _size(bench, theirs, ours)
    finally:
        ours.kill()


def _definitions(bench: Bench, count: int, *, begin: int = 0) -> str:
    """A script that defines guests."""
    folder = bench.folder / "many"
    folder.mkdir(exist_ok=True)
    lines = []
    for number in range(begin, count):
        own = uuid.UUID(int=number + (1 << 90))
        text = bench_redefine.DOMAIN.format(type="qemu", uuid=own)
        (folder / f"{number}.xml").write_text(text.replace("web1", f"guest{number}"))
        lines.append(f"define {folder}/{number}.xml\n")
    return "".join(lines)


def _quick_calls(theirs: PrivateLibvirtd, ours: PrivateVshd) -> Iterator[Row]:
    """How long clients wait for quick calls: one, eight of them, beside a slow call."""
    python = bench_daemon.PYTHON
    if subprocess.run([python, "-c", "import libvirt"], capture_output=True).returncode != 0:
        print("no quick calls: the system's Python has no libvirt", file=sys.stderr)
        return
    assert ours.process is not None
    daemons = [(theirs.uri, bench_daemon.libvirtd_pid(theirs)), (ours.uri(), ours.process.pid)]
    for clients, budget in ((1, 0.5), (8, 1.0)):
        name = f"vshd: `info()` by libvirt-python, {clients} at a time"
        yield _calls(name, budget, clients, daemons)
    busy = [_slow(uri) for uri, _ in daemons]
    try:
        yield _calls("vshd: the same beside a slow call", 1.0, 1, daemons)._replace(cpu=None)
    finally:
        for each in busy:
            each.kill()
            each.communicate()


def _slow(uri: str) -> subprocess.Popen[str]:
    """A client that keeps a daemon busy; it has begun when this returns."""
    client = subprocess.Popen(
        [bench_daemon.PYTHON, "-c", SLOW, uri], stdout=subprocess.PIPE, text=True
    )
    assert client.stdout is not None
    client.stdout.readline()
    return client


def _calls(name: str, budget: float, clients: int, daemons: list[tuple[str, int]]) -> Row:
    """Seconds for each call of so many clients side by side, and of the daemon's own CPU time."""

    def asked(uri: str, pid: int) -> Used:
        before = _cpu(pid)
        seconds = bench_daemon.calls(uri, clients)
        # so many calls as there were in the time; a few more before it began
        return Used(seconds, (_cpu(pid) - before) * seconds / bench_daemon.SECONDS)

    row = against(name, budget, *(lambda daemon=daemon: asked(*daemon) for daemon in daemons))
    return row._replace(peer=_rate(row.medians[0]), own=_rate(row.medians[1]))


def _cpu(pid: int) -> float:
    """CPU time of a process so far, in seconds."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _rate(seconds: float) -> str:
    return f"{1 / seconds:,.0f} a second"


def _size(bench: Bench, theirs: PrivateLibvirtd, ours: PrivateVshd) -> Iterator[Row]:
    """What many guests take: memory, and time until the first answer after a start."""
    sizes = [bench_daemon.memory(bench_daemon.libvirtd_pid(theirs))]
    firsts = []
    for _ in range(RUNS):
        ours.kill()
        begun = time.perf_counter()
        ours.start()
        timed([bench.virsh, "-c", ours.uri(), "domstate", "guest1"])
        firsts.append(time.perf_counter() - begun)
    timed([bench.virsh, "-c", ours.uri(), "list", "--all"])
    assert ours.process is not None
    sizes.append(bench_daemon.memory(ours.process.pid))
    shown_sizes = [f"{size / 1024:.0f} MiB" for size in sizes]
    name = f"vshd: with {MANY:,} guests defined"
    yield Row(f"{name}: memory", [sizes[1] / sizes[0]] * RUNS, 2.0, "x", *shown_sizes)
    middle = shown(statistics.median(firsts))
    yield Row(f"{name}: first answer", firsts, 1.0, " s", "(libvirtd: 4.3 s)", middle)
