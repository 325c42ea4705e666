"""vshd beside libvirtd: both here, at the same time, with the same guests, asked in turn.

    scripts/bench daemon [SUBJECT ...]

Calls per second with 1, 8 and 64 clients; listings, statistics and documents of 10, 1,000 and 5,000
guests; how soon an event is heard; streams; start; memory; what 10,000 idle connections cost.
Clients are virsh and libvirt-python, the same for both.
"""

from __future__ import annotations

import math
import os
import resource
import socket
import statistics
import struct
import subprocess
import sys
import time
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import bench_redefine
import budgets
from bench import Used, answer, installed, timed, used
from bench_table import RUNS, Bench, Row, against, show, shown
from private_libvirtd import PrivateLibvirtd, obstacle, tool
from private_vshd import PrivateVshd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = (10, 1000, 5000)
IDLE, PEER_IDLE = 10_000, 2000
"""libvirtd looks through all of its clients for each that comes: 10,000 take it many minutes."""
SECONDS = 1.0
STREAM = 256 * 1024 * 1024
PYTHON = "/usr/bin/python3"  # the one that has libvirt's binding
NEVER = math.inf

ASKING = """
import libvirt, sys, time
domain = libvirt.open(sys.argv[1]).lookupByName("guest1")
domain.info()
print("ready", flush=True)
sys.stdin.readline()
end = time.perf_counter() + float(sys.argv[2])
count = 0
while time.perf_counter() < end:
    for _ in range(50):
        domain.info()
    count += 50
print(count)
"""
SLOW = """
import libvirt, sys
connection = libvirt.open(sys.argv[1])
print("ready", flush=True)
while True:
    connection.getAllDomainStats()
"""
"""Keeps a worker of the daemon busy with all its guests, until it is ended."""
DOCUMENTS = """
import libvirt, sys
for domain in libvirt.open(sys.argv[1]).listAllDomains():
    domain.XMLDesc()
"""
EVENTS = """
import libvirt, sys, threading, time
libvirt.virEventRegisterDefaultImpl()
def run():
    while True:
        libvirt.virEventRunDefaultImpl()
threading.Thread(target=run, daemon=True).start()
listening, acting = libvirt.open(sys.argv[1]), libvirt.open(sys.argv[1])
came = threading.Event()
def heard(*_):
    came.at = time.perf_counter()
    came.set()
listening.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, heard, None)
domain = acting.lookupByName("test")
taken = []
for turn in range(200):
    came.clear()
    begun = time.perf_counter()
    (domain.resume if turn % 2 else domain.suspend)()
    if not came.wait(10):
        sys.exit("no event came")
    taken.append(came.at - begun)
print(sorted(taken)[len(taken) // 2])
"""


class Daemons:
    """The two, with the same guests: vshd is that of the plain installation."""

    def __init__(self, bench: Bench, stack: ExitStack) -> None:
        self.bench = bench
        folder = bench.folder / "vshd"
        folder.mkdir()
        settings = folder / "vshd.conf"
        settings.write_text(f"max_clients = {IDLE + 1000}\n")
        program = Path(bench.vsh).with_name("vshd")
        self.ours = PrivateVshd(folder, "--config", str(settings), program=program)
        self.theirs = stack.enter_context(PrivateLibvirtd())
        self.theirs.restart(max_clients=IDLE + 1000)
        stack.callback(self.ours.kill)
        self.ours.start()
        self.guests = 0

    @property
    def uris(self) -> tuple[str, str]:
        return self.theirs.uri, self.ours.uri()

    @property
    def pids(self) -> tuple[int, int]:
        assert self.ours.process is not None
        return libvirtd_pid(self.theirs), self.ours.process.pid

    def define(self, count: int) -> None:
        """Have so many guests in both, at least."""
        if count <= self.guests:
            return
        folder = self.bench.folder / "many"
        folder.mkdir(exist_ok=True)
        lines = []
        for number in range(self.guests, count):
            own = uuid.UUID(int=number + (1 << 90))
            text = bench_redefine.DOMAIN.format(type="qemu", uuid=own)
            (folder / f"{number}.xml").write_text(text.replace("web1", f"guest{number}"))
            lines.append(f"define {folder}/{number}.xml\n")
        for uri in self.uris:
            answer([self.bench.virsh, "-q", "-c", uri], "".join(lines))
        self.guests = count

    def against(self, name: str, budget: float, measure: Callable[[str, int], Used]) -> Row:
        """A row of what is measured of each daemon, given its URI and process number."""
        both = [lambda each=each: measure(*each) for each in zip(self.uris, self.pids, strict=True)]
        return against(f"vshd: {name}", budget, *both)


# ---- measuring


def calls(uri: str, clients: int) -> float:
    """Seconds for each of all the calls that so many clients get answered side by side."""
    asking = [_client(ASKING, uri, str(SECONDS)) for _ in range(clients)]
    for each in asking:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    return SECONDS / sum(int(each.communicate()[0]) for each in asking)


def _client(program: str, *words: str) -> subprocess.Popen[str]:
    """A client of libvirt-python's; it is ready when this returns."""
    client = subprocess.Popen(
        [PYTHON, "-c", program, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert client.stdout is not None
    if client.stdout.readline() != "ready\n":
        raise RuntimeError(f"{words[0]}: a client did not get ready")
    return client


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


def cpu(pid: int) -> float:
    """CPU time of a process so far, in seconds."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _rate(seconds: float) -> str:
    return f"{1 / seconds:,.0f} a second"


def _size(kibibytes: float) -> str:
    return f"{kibibytes / 1024:.0f} MiB" if kibibytes >= 1024 else f"{kibibytes:.1f} KiB"


# ---- subjects


def quick(daemons: Daemons) -> Iterator[Row]:
    """How long clients wait for quick calls: 1, 8, 64 of them; one beside a slow call."""
    daemons.define(1000)
    for clients in (1, 8, 64):
        budget = budgets.DAEMON_QUICK.get(clients, NEVER)
        yield _calls(daemons, f"`info()` by libvirt-python, {clients} at a time", budget, clients)
    with ExitStack() as stack:
        for uri in daemons.uris:
            busy = _client(SLOW, uri)
            stack.callback(busy.communicate)
            stack.callback(busy.kill)
        yield _calls(daemons, "the same beside a slow call", budgets.DAEMON_BESIDE, 1)._replace(
            cpu=None
        )


def _calls(daemons: Daemons, name: str, budget: float, clients: int) -> Row:
    """Seconds for each call of so many clients side by side, and of the daemon's own CPU time."""

    def asked(uri: str, pid: int) -> Used:
        before = cpu(pid)
        seconds = calls(uri, clients)
        # so many calls as there were in the time; a few more before it began
        return Used(seconds, (cpu(pid) - before) * seconds / SECONDS)

    row = daemons.against(name, budget, asked)
    return row._replace(peer=_rate(row.medians[0]), own=_rate(row.medians[1]))


def guests(daemons: Daemons) -> Iterator[Row]:
    """Listings, statistics and documents of more and more guests; memory; a start with them."""
    virsh = daemons.bench.virsh
    for size in SIZES:
        if size < daemons.guests:
            continue  # they were asked for by name
        daemons.define(size)
        for words in ("list --all", "domstats"):
            budget = NEVER
            if (words, size) == ("list --all", 1000):
                budget = budgets.DAEMON_LISTING
            yield daemons.against(
                f"`{words}` of {size:,} guests, asked by virsh",
                budget,
                lambda uri, _, words=words: used([virsh, "-c", uri, *words.split()]),
            )
        yield daemons.against(
            f"the documents of {size:,} guests, one by one, by libvirt-python",
            NEVER,
            lambda uri, _: used([PYTHON, "-c", DOCUMENTS, uri]),
        )
        sizes = [memory(pid) for pid in daemons.pids]
        name = f"vshd: memory with {size:,} guests, after these"
        budget = budgets.DAEMON_MEMORY if size == SIZES[-1] else NEVER
        yield Row(name, [sizes[1] / sizes[0]] * RUNS, budget, "x", *map(_size, sizes))


def start(daemons: Daemons) -> Iterator[Row]:
    """From the start of the daemon to the first answer, with the guests that it has."""
    virsh, theirs, ours = daemons.bench.virsh, daemons.theirs, daemons.ours

    def first(uri: str, end: Callable[[], None], begin: Callable[[], None]) -> float:
        end()
        begun = time.perf_counter()
        begin()
        timed([virsh, "-c", uri, "list"])
        return time.perf_counter() - begun

    peer = [first(theirs.uri, lambda: theirs.kill(15), theirs.start) for _ in range(RUNS)]
    own = [first(ours.uri(), ours.kill, ours.start) for _ in range(RUNS)]
    many = daemons.guests == SIZES[-1]
    name = f"vshd: start to the first answer, {daemons.guests:,} guests"
    middles = [shown(statistics.median(each)) for each in (peer, own)]
    yield Row(name, own, budgets.DAEMON_START if many else NEVER, " s", *middles)


def events(daemons: Daemons) -> Iterator[Row]:
    """From a call that changes something to the event in another client."""

    def heard(uri: str, _: int) -> Used:
        place = uri.replace("qemu+unix:///system", "test+unix:///default")
        done = subprocess.run(
            [PYTHON, "-c", EVENTS, place], stdout=subprocess.PIPE, text=True, check=True
        )
        return Used(float(done.stdout), 0.0)

    row = daemons.against("an event, from the call to the listener", NEVER, heard)
    yield row._replace(cpu=None)


def streams(daemons: Daemons) -> Iterator[Row]:
    """A volume's data to and from the daemon, by virsh."""
    bench = daemons.bench
    data = bench.folder / "data"
    with data.open("wb") as file:
        piece = os.urandom(1 << 20)
        for _ in range(STREAM >> 20):
            file.write(piece)
    for number, uri in enumerate(daemons.uris):
        folder = bench.folder / f"pool-{number}"
        folder.mkdir()
        making = f"pool-create-as bench dir --target {folder}\n"
        making += f"vol-create-as bench v {STREAM} --format raw\n"
        answer([bench.virsh, "-q", "-c", uri], making)
    for name, file in (("upload", data), ("download", bench.folder / "back")):
        yield daemons.against(
            f"{name} of {STREAM >> 20} MiB by virsh",
            NEVER,
            lambda uri, _, words=(f"vol-{name}", "v", str(file), "--pool", "bench"): used(
                [bench.virsh, "-c", uri, *words]
            ),
        )
    data.unlink()


def idle(daemons: Daemons) -> Iterator[Row]:
    """What connections cost that nobody uses: memory, and the time of those who do."""
    counts = (PEER_IDLE, IDLE)
    name = f"{IDLE:,} idle connections (libvirtd: {PEER_IDLE:,})"
    daemons.define(max(2, daemons.guests))
    before = [memory(pid) for pid in daemons.pids]
    taken = []
    with ExitStack() as stack:
        for daemon, count in zip((daemons.theirs, daemons.ours), counts, strict=True):
            begun = time.perf_counter()
            holding = subprocess.Popen(
                [sys.executable, __file__, "hold", str(daemon.socket), str(count)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            stack.callback(holding.communicate)  # ends what it reads: it lets go
            assert holding.stdout is not None
            if holding.stdout.readline() != b"ready\n":
                raise RuntimeError(f"{daemon.socket} does not take {count} clients")
            taken.append(time.perf_counter() - begun)
        each = [
            (memory(pid) - size) / count
            for pid, size, count in zip(daemons.pids, before, counts, strict=True)
        ]
        ratios = [taken[1] / taken[0]] * RUNS
        yield Row(f"vshd: {name}: opened in", ratios, NEVER, "x", *map(shown, taken))
        ratios = [each[1] / each[0]] * RUNS
        yield Row(f"vshd: {name}: memory of each", ratios, NEVER, "x", *map(_size, each))
        yield _calls(daemons, f"`info()`, one client beside {name}", NEVER, 1)


def hold(path: str, count: int) -> None:
    """Have so many connections to a daemon's hypervisor until standard input ends."""
    from vsh.rpc.message import CALL, OK, pack

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uri = b"qemu:///system"
    opening = struct.pack(">II", 1, len(uri)) + uri + b"\0" * (-len(uri) % 4) + bytes(4)
    held = []
    for _ in range(count):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(path)
        held.append(connection)
        for serial, (procedure, payload) in enumerate(((66, b""), (1, opening))):
            connection.sendall(pack(0x20008086, 1, procedure, CALL, serial, OK, payload))
            size = struct.unpack(">I", connection.recv(4, socket.MSG_WAITALL))[0]
            connection.recv(size - 4, socket.MSG_WAITALL)
    print("ready", flush=True)
    sys.stdin.read()


def start_with_guests(daemons: Daemons) -> Iterator[Row]:
    """The same with all the guests that there are by now."""
    daemons.define(SIZES[-1])
    yield from start(daemons)


SUBJECTS = (start, events, streams, guests, quick, start_with_guests, idle)


def rows(bench: Bench, *names: str) -> Iterator[Row]:
    """All of it, or the subjects of these names."""
    if subprocess.run([PYTHON, "-c", "import libvirt"], capture_output=True).returncode != 0:
        print("nothing of vshd: the system's Python has no libvirt", file=sys.stderr)
        return
    with ExitStack() as stack:
        daemons = Daemons(bench, stack)
        for subject in SUBJECTS:
            if not names or subject.__name__ in names:
                yield from subject(daemons)


def main() -> None:
    if sys.argv[1:2] == ["hold"]:
        hold(sys.argv[2], int(sys.argv[3]))
        return
    if (reason := obstacle()) is not None:
        sys.exit(reason)
    virsh = tool("virsh") or sys.exit("virsh is not installed")
    with ExitStack() as stack:
        missed = show(rows(Bench(virsh, str(installed()), stack), *sys.argv[1:]))
    if missed:
        print(f"over budget: {'; '.join(row.name for row in missed)}", file=sys.stderr)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
