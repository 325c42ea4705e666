"""All that has a budget, in one table: each row three times over, beside its peer at that time.

    scripts/bench all [--write] [SUBJECT ...]

Each of the three runs of a row is some rounds in which the two take turns (A B A B ...); its figure
is the ratio of their medians.  A budget is missed where all three runs are over it: what one run in
three meets is within the noise.  The status is 1 then.  With ``--write`` the table is
docs/performance.md; subjects are the functions of ``SUBJECTS``, all of them unless some are named.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import bench_list
import bench_redefine
import bench_startup
import bench_xml
from bench import ROOT, Used, agree, answer, installed, used
from delay_proxy import DelayProxy
from private_libvirtd import PrivateLibvirtd, obstacle, tool
from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

RUNS = 3
PAGE = ROOT / "docs" / "performance.md"


class Row(NamedTuple):
    """One line of the table.

    figures  of the three runs, as the budget has them: ratios, seconds, calls
    budget   the most that is allowed, and its unit ("x", " s", " ms", " calls")
    peer     what the other took, in words; "" where there is none
    own      what vsh took, in words
    cpu      the ratio of processor time, where there is a peer
    """

    name: str
    figures: list[float]
    budget: float
    unit: str
    peer: str = ""
    own: str = ""
    cpu: float | None = None

    @property
    def missed(self) -> bool:
        """Whether it is over its budget in every run."""
        return min(self.figures) > self.budget

    def cells(self) -> list[str]:
        middle = statistics.median(self.figures)
        low, high = min(self.figures), max(self.figures)
        figure = f"{middle:.2f}{self.unit} ({low:.2f}-{high:.2f})"
        cpu = "" if self.cpu is None else f"{self.cpu:.2f}x"
        limit = f"{self.budget:g}{self.unit}"
        return [
            self.name,
            self.peer,
            self.own,
            f"**{figure}**" if self.missed else figure,
            cpu,
            f"**{limit}: missed**" if self.missed else limit,
        ]


COLUMNS = ("what", "peer", "vsh", "vsh / peer (three runs)", "of CPU time", "at most")


def shown(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def against(
    name: str, budget: float, peer: Callable[[], Used], own: Callable[[], Used], rounds: int = 1
) -> Row:
    """A row of ratios to a peer."""
    peer(), own()
    runs = [[(peer(), own()) for _ in range(rounds)] for _ in range(RUNS)]

    def middle(runs: list[list[tuple[Used, Used]]], side: int, what: str) -> float:
        return statistics.median(getattr(pair[side], what) for run in runs for pair in run)

    figures = [middle([run], 1, "wall") / middle([run], 0, "wall") for run in runs]
    cpu = middle(runs, 1, "cpu") / max(middle(runs, 0, "cpu"), 0.0001)
    times = [shown(middle(runs, side, "wall")) for side in (0, 1)]
    return Row(name, figures, budget, "x", *times, cpu)


class Bench:
    """What the rows share: the two programs, a folder, a daemon that is started when needed."""

    def __init__(self, virsh: str, vsh: str, stack: ExitStack) -> None:
        self.virsh = virsh
        self.vsh = vsh
        self.stack = stack
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self._daemon: PrivateLibvirtd | None = None

    @property
    def daemon(self) -> PrivateLibvirtd:
        if self._daemon is None:
            self._daemon = self.stack.enter_context(PrivateLibvirtd())
        return self._daemon

    def same(
        self,
        name: str,
        budget: float,
        words: Sequence[str],
        given: str | None = None,
        rounds: int = 1,
        *,
        own: Sequence[str] = (),
        alike: bool = True,
    ) -> Row:
        """The same command line for both; ``own`` are options that only vsh has."""
        one, other = [self.virsh, *words], [self.vsh, *own, *words]
        if alike and not own:
            agree(one, other, given)
        return against(
            name, budget, lambda: used(one, given), lambda: used(other, given), rounds=rounds
        )


def start(bench: Bench) -> Iterator[Row]:
    """Whole processes."""
    places = [("test", "test:///default")]
    if obstacle() is None:
        places.append(("UNIX socket", bench.daemon.uri_of("test", "/default")))
    for place, uri in places:
        rows = []
        for words in bench_startup.EVERYDAY:
            budget = bench_startup.BUDGETS.get((words, place), bench_startup.HIGHEST)
            alike = words not in bench_startup.DIFFERENT
            row = bench.same(
                f"`{words}`, {place}", budget, ["-c", uri, *words.split()], rounds=5, alike=alike
            )
            rows.append(row)
            yield row
        middles = [statistics.median(run) for run in zip(*(r.figures for r in rows), strict=True)]
        yield Row(f"median of these, {place}", middles, bench_startup.MEDIAN, "x")


def batch(bench: Bench) -> Iterator[Row]:
    """Many commands in one process."""
    script = "domstate test\n" * 10_000
    words = ["-q", "-c", "test:///default"]
    yield bench.same("10,000 `domstate`, test", 0.35, words, script)
    if obstacle() is None:
        words = ["-q", "-c", bench.daemon.uri_of("test", "/default")]
        yield bench.same("10,000 `domstate`, UNIX socket", 0.8, words, script)
    folder = bench.folder / "define"
    folder.mkdir()
    for number in range(1000):
        name, own = f"g{number}", uuid.UUID(int=number + (1 << 100))
        text = bench_redefine.DOMAIN.format(type="test", uuid=own).replace("web1", name)
        (folder / f"{number}.xml").write_text(text)
    script = "".join(f"define {folder}/{number}.xml\n" for number in range(1000))
    yield bench.same("`define` x 1,000, test", 1.0, ["-q", "-c", "test:///default"], script)


def listings(bench: Bench) -> Iterator[Row]:
    """Ten thousand rows, and a far daemon."""
    domains = "".join(
        bench_redefine.DOMAIN.format(type="test", uuid=uuid.UUID(int=number + (1 << 100))).replace(
            "web1", f"guest{number:05}"
        )
        for number in range(10_000)
    )
    world = bench.folder / "world.xml"
    world.write_text(f"<node>{domains}</node>")
    words = ["-c", f"test://{world}", "list", "--all"]
    yield bench.same("`list --all`, 10,000 rows", 0.8, words)
    yield bench.same("the same as JSON", 0.8, words, own=["--format", "json"])
    yield bench.same("the same as a table", 1.5, words, own=["--format", "table"])
    if obstacle() is not None:
        return
    folder = bench.folder / "far"
    folder.mkdir()
    bench_list.VIRSH = bench.virsh
    with PrivateLibvirtd() as daemon:
        bench_list.populate(daemon, folder)
        with DelayProxy(daemon.folder / "slow", daemon.socket, bench_list.DELAY) as proxy:
            far = f"qemu+unix:///system?socket={proxy.listen}"
            command = [bench.vsh, "-c", far, "list", "--all"]
            answer(command)
            proxy.calls.clear()
            times = [used(command).wall for _ in range(RUNS)]
            calls = [len(proxy.calls) / RUNS] * RUNS
    name = "`list --all`, 300 domains, round trip of 50 ms"
    yield Row(name, times, 0.2, " s", "(virsh: 309 calls)", shown(statistics.median(times)))
    yield Row(f"{name}: calls", calls, 5, " calls")


def redefine(bench: Bench) -> Iterator[Row]:
    """Chains of snapshots."""
    places = [(bench_redefine.Place("test", "test:///default", bench.folder / "test"), 1000)]
    if obstacle() is None:
        uri = bench.daemon.uri
        places.append((bench_redefine.Place("libvirtd", uri, bench.folder / "libvirtd"), 200))
    for place, length in places:
        for times, how in ((1, "fresh"), (2, "over existing ones")):
            lines = place.lines(length, times=times)
            name = f"redefine of {length:,} snapshots, {place.name}, {how}"
            yield bench.same(name, 1.0, place.at, lines)
    near, length = places[0]
    for times, how in ((1, "fresh"), (2, "over existing ones")):
        scripts = [near.lines(count, times=times) for count in (0, length, 4 * length)]
        growth, own = [], 0.0
        for _ in range(RUNS):
            none, some, many = (used([bench.vsh, *near.at], script).cpu for script in scripts)
            growth.append((many - none) / (some - none))
            own = many
        name = f"four times as many, test, {how} (CPU time)"
        yield Row(name, growth, 5.0, "x", "", shown(own))
    if obstacle() is None:
        yield forgetting(bench, places[1][0])


def forgetting(bench: Bench, place: bench_redefine.Place) -> Row:
    """Forgetting all below the second of a chain of 400."""
    count = bench_redefine.FORGOTTEN
    end = "undefine web1 --snapshots-metadata"
    deed = f"snapshot-delete web1 s1 --children --metadata\n{end}"
    begun, whole = (place.lines(count, end=text) for text in (end, deed))
    command = [bench.vsh, *place.at]
    taken = [used(command, whole).wall - used(command, begun).wall for _ in range(RUNS)]
    name = f"`snapshot-delete --children --metadata`, chain of {count}, libvirtd"
    return Row(name, taken, bench_redefine.SECONDS, " s", "(libvirtd: 55 s)", "")


def documents(bench: Bench) -> Iterator[Row]:
    """Documents of many devices, and one of 5 kB."""
    for kind, bus, letters in (("disks", "scsi", "sd"), ("disks", "virtio", "vd")):
        scripts = []
        for count in (500, 2000):
            devices = "".join(
                f"<disk type='file' device='disk'><source file='/d{number}'/>"
                f"<target dev='{letters}{_letters(number)}' bus='{bus}'/></disk>"
                for number in range(count)
            )
            text = bench_redefine.DOMAIN.format(type="test", uuid=bench_redefine.DOMAIN_UUID)
            file = bench.folder / f"{bus}{count}.xml"
            file.write_text(text.replace("</domain>", f"<devices>{devices}</devices></domain>"))
            scripts.append(f"define {file}\n")
        words = ["-q", "-c", "test:///default"]
        yield bench.same(f"define of 2,000 {bus} {kind}", 2.0, words, scripts[1], 3)
        growth = [
            used([bench.vsh, *words], scripts[1]).cpu / used([bench.vsh, *words], scripts[0]).cpu
            for _ in range(RUNS)
        ]
        yield Row("the same beside one of 500 (CPU time)", growth, 5.0, "x")
    python = Path(bench.vsh).with_name("python")
    done = subprocess.run(
        [str(python), bench_xml.__file__, "measure"], stdout=subprocess.PIPE, text=True, check=True
    )
    sums = [1000 * sum(map(float, line.split())) for line in done.stdout.splitlines()[:-1]]
    third = len(sums) // RUNS
    figures = [statistics.median(sums[turn * third : (turn + 1) * third]) for turn in range(RUNS)]
    yield Row("read, complete, check and write 5 kB", figures, 1.0, " ms")


def _letters(number: int) -> str:
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(97 + rest) + text
    return text


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


def daemon(bench: Bench) -> Iterator[Row]:
    """vshd with many guests, asked by virsh."""
    if obstacle() is not None:
        return
    folder = bench.folder / "many"
    folder.mkdir()
    lines = []
    for number in range(1000):
        own = uuid.UUID(int=number + (1 << 90))
        text = bench_redefine.DOMAIN.format(type="qemu", uuid=own).replace("web1", f"m{number}")
        (folder / f"{number}.xml").write_text(text)
        lines.append(f"define {folder}/{number}.xml\n")
    script = "".join(lines)
    ours = PrivateVshd(bench.folder / "vshd")
    ours.folder.mkdir()
    ours.start()
    try:
        with PrivateLibvirtd() as theirs:
            for uri in (theirs.uri, ours.uri()):
                answer([bench.virsh, "-q", "-c", uri], script)
            commands = [
                [bench.virsh, "-c", uri, "list", "--all"] for uri in (theirs.uri, ours.uri())
            ]
            yield against(
                "vshd: `list --all` of 1,000 guests, asked by virsh",
                1.5,
                *(lambda command=command: used(command) for command in commands),
            )
            yield from _calls(theirs.uri, ours.uri())
    finally:
        ours.kill()


CALLS = """
import sys, time, libvirt
domain = libvirt.open(sys.argv[1]).lookupByName("m1")
begun = time.perf_counter()
for _ in range(3000):
    domain.info()
print(time.perf_counter() - begun)
"""


def _calls(theirs: str, ours: str) -> Iterator[Row]:
    """How long libvirt-python waits for quick calls."""
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import libvirt"], capture_output=True).returncode != 0:
        print("no quick calls: the system's Python has no libvirt", file=sys.stderr)
        return

    def asked(uri: str) -> Used:
        seconds = float(answer([python, "-c", CALLS, uri]))
        return Used(seconds, seconds)

    row = against("vshd: 3,000 `info()` by libvirt-python", 0.5, *(
        lambda uri=uri: asked(uri) for uri in (theirs, ours)
    ))  # fmt: skip
    yield row._replace(cpu=None)


def streams(bench: Bench) -> Iterator[Row]:
    """A GiB up and down."""
    if obstacle() is not None:
        return
    import bench_remote

    with PrivateLibvirtd() as daemon:
        folder = bench_remote.scene(daemon)
        volume = ["--pool", "streams", "full"]
        up = ["-c", daemon.uri, "vol-upload", *volume, str(folder / "full")]
        yield bench.same("upload of 1 GiB", 1.0, up)
        down = ["-c", daemon.uri, "vol-download", *volume, str(folder / "back")]
        yield bench.same("download of 1 GiB", 1.0, down)


def prompt(bench: Bench) -> Iterator[Row]:
    """From the start of the process to the echo of the first key."""
    peer, own = (
        [_first_key([program, "-c", "test:///default"]) for _ in range(RUNS + 1)][1:]
        for program in (bench.virsh, bench.vsh)
    )
    figures = [1000 * (ours - theirs) for theirs, ours in zip(peer, own, strict=True)]
    times = [shown(statistics.median(each)) for each in (peer, own)]
    yield Row("the prompt, to the first key: more than virsh", figures, 60, " ms", *times)


def _first_key(command: Sequence[str]) -> float:
    import pty
    import select

    begun = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        os.environ.update(TERM="xterm", LC_ALL="C.UTF-8")
        os.execv(command[0], command)
    seen = b""
    typed = False
    while b"z" not in seen.rpartition(b"# ")[2] or not typed:
        if not select.select([terminal], [], [], 20)[0]:
            raise RuntimeError(f"{command[0]}: no prompt: {seen[-200:]!r}")
        seen += os.read(terminal, 65536)
        if not typed and b"# " in seen:
            os.write(terminal, b"z")
            typed = True
    taken = time.perf_counter() - begun
    os.write(terminal, b"\x15quit\r")
    os.waitpid(process, 0)
    os.close(terminal)
    return taken


SUBJECTS = (start, prompt, batch, listings, redefine, documents, streams, guests, daemon)


def conditions(virsh: str) -> str:
    """Where and when this was."""
    version = subprocess.run([virsh, "--version"], capture_output=True, text=True).stdout.strip()
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    day = time.strftime("%Y-%m-%d")
    return (
        f"virsh {version}, Python {platform.python_version()}, {os.cpu_count()} processors, "
        f"load {load}, {day}"
    )


HEAD = """\
# Speed

Written by `scripts/bench all --write`: whole processes of a plain installation (`python3 -m venv`,
`pip install`), beside virsh on the same machine in the same minute. Each figure is the median of
three runs, with the lowest and the highest; a budget is missed where all three are over it.
`scripts/bench` has each subject in more detail.

Measured with: {conditions}.
"""


def line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--write"]
    virsh = tool("virsh") or sys.exit("virsh is not installed")
    subjects = [each for each in SUBJECTS if not words or each.__name__ in words]
    if not subjects:
        sys.exit(f"one of: {', '.join(each.__name__ for each in SUBJECTS)}")
    lines = [line(COLUMNS), line(["---"] * len(COLUMNS))]
    print("\n".join(lines), flush=True)
    missed = []
    before = conditions(virsh)
    with ExitStack() as stack:
        bench = Bench(virsh, str(installed()), stack)
        for subject in subjects:
            for row in subject(bench):
                lines.append(line(row.cells()))
                print(lines[-1], flush=True)
                if row.missed:
                    missed.append(row.name)
    if (why := obstacle()) is not None:
        print(f"nothing of libvirtd: {why}", file=sys.stderr)
    if "--write" in sys.argv:
        head = HEAD.format(conditions=before)
        PAGE.write_text("\n".join([head, *lines, ""]))
    if missed:
        print(f"over budget: {'; '.join(missed)}", file=sys.stderr)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
