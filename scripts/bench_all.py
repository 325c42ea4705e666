"""All that has a budget, in one table: each row three times over, beside its peer at that time.

    scripts/bench all [--write] [SUBJECT ...]

Each of the three runs of a row is some rounds in which the two take turns (A B A B ...); its figure
is the ratio of their medians.  A budget is missed where all three runs are over it: what one run in
three meets is within the noise.  The status is 1 then.  With ``--write`` the table is put into
docs/performance.md, or the rows of the subjects that are named; those are the functions of
``SUBJECTS``, all of them unless some are named.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import textwrap
import time
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import bench_daemon
import bench_list
import bench_networks
import bench_pools
import bench_redefine
import bench_startup
import bench_xml
import budgets
from bench import ROOT, answer, installed, used
from bench_people import help_and_completion, prompt
from bench_real import fleet, guests, redefine_embedded
from bench_table import RUNS, Bench, Row, head, line, show, shown
from delay_proxy import DelayProxy
from private_libvirtd import PrivateLibvirtd, obstacle, tool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PAGE = ROOT / "docs" / "performance.md"


def start(bench: Bench) -> Iterator[Row]:
    """Whole processes."""
    places = [("test", "test:///default")]
    if obstacle() is None:
        places.append(("UNIX socket", bench.daemon.uri_of("test", "/default")))
    for place, uri in places:
        rows = []
        for words in bench_startup.EVERYDAY:
            budget = budgets.START.get((words, place), budgets.START_HIGHEST)
            alike = words not in bench_startup.DIFFERENT
            row = bench.same(
                f"`{words}`, {place}", budget, ["-c", uri, *words.split()], rounds=5, alike=alike
            )
            rows.append(row)
            yield row
        middles = [statistics.median(run) for run in zip(*(r.figures for r in rows), strict=True)]
        yield Row(f"median of these, {place}", middles, budgets.START_MEDIAN, "x")


def batch(bench: Bench) -> Iterator[Row]:
    """Many commands in one process."""
    script = "domstate test\n" * 10_000
    words = ["-q", "-c", "test:///default"]
    yield bench.same("10,000 `domstate`, test", budgets.BATCH["test"], words, script)
    if obstacle() is None:
        words = ["-q", "-c", bench.daemon.uri_of("test", "/default")]
        yield bench.same(
            "10,000 `domstate`, UNIX socket", budgets.BATCH["UNIX socket"], words, script
        )
    folder = bench.folder / "define"
    folder.mkdir()
    for number in range(1000):
        name, own = f"g{number}", uuid.UUID(int=number + (1 << 100))
        text = bench_redefine.DOMAIN.format(type="test", uuid=own).replace("web1", name)
        (folder / f"{number}.xml").write_text(text)
    script = "".join(f"define {folder}/{number}.xml\n" for number in range(1000))
    yield bench.same(
        "`define` x 1,000, test", budgets.DEFINE, ["-q", "-c", "test:///default"], script
    )


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
    yield bench.same("`list --all`, 10,000 rows", budgets.LISTING["plain"], words)
    for format, what in (("json", "JSON"), ("table", "a table")):
        budget = budgets.LISTING[format]
        yield bench.same(f"the same as {what}", budget, words, own=["--format", format])
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
            proxy.wait_for_leave()
            proxy.clear()
            times = [used(command).wall for _ in range(RUNS)]
            proxy.wait_for_leave()
            calls = [len(proxy.calls) / RUNS] * RUNS
    name = "`list --all`, 300 domains, round trip of 50 ms"
    yield Row(
        name,
        times,
        budgets.FAR_LISTING,
        " s",
        "(virsh: 309 calls)",
        shown(statistics.median(times)),
    )
    yield Row(f"{name}: calls", calls, budgets.FAR_CALLS, " calls")


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
            yield bench.same(name, budgets.REDEFINE, place.at, lines)
    near, length = places[0]
    for times, how in ((1, "fresh"), (2, "over existing ones")):
        scripts = [near.lines(count, times=times) for count in (0, length, 4 * length)]
        growth, own = [], 0.0
        for _ in range(RUNS):
            none, some, many = (used([bench.vsh, *near.at], script).cpu for script in scripts)
            growth.append((many - none) / (some - none))
            own = many
        name = f"four times as many, test, {how} (CPU time)"
        yield Row(name, growth, budgets.LINEAR, "x", "", shown(own))
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
    return Row(name, taken, budgets.FORGET, " s", "(libvirtd: 55 s)", "")


def _letters(number: int) -> str:
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(97 + rest) + text
    return text


def _disk(letters: str, bus: str, number: int) -> str:
    return (
        f"<disk type='file' device='disk'><source file='/d{number}'/>"
        f"<target dev='{letters}{_letters(number)}' bus='{bus}'/></disk>"
    )


DEVICES = (
    ("scsi disks", 2000, lambda n: _disk("sd", "scsi", n)),
    ("virtio disks", 2000, lambda n: _disk("vd", "virtio", n)),
    (
        "usb host devices",
        2000,
        lambda n: (
            "<hostdev mode='subsystem' type='usb'><source>"
            f"<vendor id='{n // 60000 + 1:#06x}'/><product id='{n % 60000 + 1:#06x}'/>"
            "</source></hostdev>"
        ),
    ),
    (
        "interfaces",
        1000,
        lambda n: "<interface type='network'><source network='default'/></interface>",
    ),
    ("controllers", 2000, lambda n: f"<controller type='virtio-serial' index='{n}'/>"),
    ("serial ports", 1000, lambda n: "<serial type='pty'/>"),
)
"""Kinds of devices, how many of them, and the document of one."""


def documents(bench: Bench) -> Iterator[Row]:
    """Documents of many devices, and one of 5 kB."""
    for kind, count, device in DEVICES:
        scripts = []
        for number in (count // 4, count):
            devices = "".join(device(place) for place in range(number))
            text = bench_redefine.DOMAIN.format(type="test", uuid=bench_redefine.DOMAIN_UUID)
            file = bench.folder / f"{kind.replace(' ', '-')}-{number}.xml"
            file.write_text(text.replace("</domain>", f"<devices>{devices}</devices></domain>"))
            scripts.append(f"define {file}\n")
        words = ["-q", "-c", "test:///default"]
        yield bench.same(f"define of {count:,} {kind}", budgets.DEVICES, words, scripts[1], 3)
        growth = [
            used([bench.vsh, *words], scripts[1]).cpu / used([bench.vsh, *words], scripts[0]).cpu
            for _ in range(RUNS)
        ]
        yield Row(f"the same beside one of {count // 4} (CPU time)", growth, budgets.LINEAR, "x")
    python = Path(bench.vsh).with_name("python")
    done = subprocess.run(
        [str(python), bench_xml.__file__, "measure"], stdout=subprocess.PIPE, text=True, check=True
    )
    sums = [1000 * sum(map(float, line.split())) for line in done.stdout.splitlines()[:-1]]
    third = len(sums) // RUNS
    figures = [statistics.median(sums[turn * third : (turn + 1) * third]) for turn in range(RUNS)]
    yield Row("read, complete, check and write 5 kB", figures, budgets.DOCUMENT, " ms")


def streams(bench: Bench) -> Iterator[Row]:
    """A GiB up and down."""
    if obstacle() is not None:
        return
    import bench_remote

    with PrivateLibvirtd() as daemon:
        folder = bench_remote.scene(daemon)
        volume = ["--pool", "streams", "full"]
        up = ["-c", daemon.uri, "vol-upload", *volume, str(folder / "full")]
        yield bench.same("upload of 1 GiB", budgets.STREAM, up)
        down = ["-c", daemon.uri, "vol-download", *volume, str(folder / "back")]
        yield bench.same("download of 1 GiB", budgets.STREAM, down)


def host(bench: Bench) -> Iterator[Row]:
    """Networks, pools and volumes; ``scripts/bench pools`` has 10,000 volumes in each pool."""
    if obstacle() is None:
        yield from bench_networks.rows(bench)
        yield from bench_pools.rows(bench, [10_000, *[20] * 49])


def daemon(bench: Bench) -> Iterator[Row]:
    """vshd with many guests and clients."""
    if obstacle() is None:
        yield from bench_daemon.rows(bench)


SUBJECTS = (
    start,
    help_and_completion,
    prompt,
    batch,
    listings,
    redefine,
    redefine_embedded,
    documents,
    streams,
    guests,
    fleet,
    host,
    daemon,
)


def conditions(virsh: str, vsh: Path) -> str:
    """Where and when this was."""
    version = subprocess.run([virsh, "--version"], capture_output=True, text=True).stdout.strip()
    asked = [
        str(vsh.with_name("python")),
        "-c",
        "import platform; print(platform.python_version())",
    ]
    python = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    return f"virsh {version}, Python {python}, {os.cpu_count()} processors, {now()}"


def now() -> str:
    """How busy the machine is, and the time."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"load {load}, {time.strftime('%Y-%m-%d %H:%M')}"


HEAD = """\
# Speed

Written by `scripts/bench all --write`: whole processes of a plain installation (`python3 -m venv`,
`pip install`), beside virsh on the same machine in the same minute. Each figure is the median of
three runs, with the lowest and the highest; a budget is missed where all three are over it.
CPU time is that of the two programs, a daemon's not counted, but for the quick calls, where it is
the daemon's own. `scripts/bench` has each subject in more detail.

A command over a link takes one round trip to say hello, one or two for its work, and one to say
good-bye. Where hello took more than 20 ms the program does not wait for the last: a child of it
holds the socket until the daemon has answered. Without that the daemon would log an error, however
the socket was closed or half closed: it finds the end of the file before it has written its answer.

How quick Python is beside a program in C differs by machine. Where its own start takes 12 of
virsh's 20 ms (an Intel Xeon of a cloud, 2026-11-28 18:25) the first thirteen rows were 1.15x to
1.47x, the same over a socket up to 1.55x, and 10,000 `domstate` 0.77x.

vshd starts twice: the C library takes the setting by which threads keep no stores of memory of
their own from a process's start only (`mallopt` has none for it). That costs 15 to 20 of the
milliseconds to its first answer. With `GLIBC_TUNABLES` set, to whatever, it starts once.

{missed}Measured with: {conditions}.
"""

WHY = {
    "redefine of 200 snapshots, libvirtd": """\
the daemon's 2 ms for each (it writes a file and waits for the disk) are the same for both; vsh
makes one call where virsh makes two, and reads and checks the next document while the daemon works
on the one before; but its process begins 25 ms later (it imports lxml, and the models of a domain
and a snapshot), and where all processors are busy nothing is done beside anything else: then each
document's reading and checking (0.3 ms; what is there already is read, too, where it is replaced)
counts in full.""",
    "define of 1,000 serial ports": """\
a serial port is a device, a target and a source to us, three objects of 20 us in all, and virsh
makes it in 6; the rest of the 45 ms is the start of the process.""",
    "vshd: `info()` by libvirt-python, 1 at a time": """\
of a call's time most is the client's own, and the kernel's, which wakes the client; the daemon
needs 20 us of CPU time (libvirtd: 60), most of that for the fewest system calls that there can be
(`recvmsg`, `send`), and stays awake for the next call where that comes within 70 us.""",
    "vshd: start to the first answer, 5,000 guests": """\
it takes 0.17 s of CPU time, 0.07 of them to start and 0.1 for the guests: more than a second only
where others use the processors, too.""",
    "200 guests, 30 running, embedded: `domstats --state --balloon`": """\
libvirtd's monitors are open when it is asked; here each command opens those of 30 QEMUs first, all
at once, and asks each of them everything in one go: what is left is that 30 processes wake.""",
    "`list --all`, UNIX socket": """\
of the 16 ms of CPU time Python's own start takes 9; 63 modules of vsh take 7, of which those of the
wire (13 modules) are what the test driver's rows have not.""",
}
"""Why a budget is missed, by the beginning of the row's name."""


def told(missed: Iterable[str]) -> str:
    """What the page says of the rows that are over their budget."""
    lines = []
    for start, why in WHY.items():
        names = [name for name in missed if name.startswith(start)]
        if names:
            text = " ".join(f"{'; '.join(names)}: {why}".split())
            lines += [*textwrap.wrap(text, 100, initial_indent="- ", subsequent_indent="  ")]
    return "\n".join(["Why budgets are missed:\n", *lines, "\n"]) if lines else ""


def page(made: list[Row], where: str, words: list[str]) -> str:
    """The page; where only some subjects were measured, with all other rows as they were."""
    rows = {row.name: line(row.cells()) for row in made}
    if words:
        before = PAGE.read_text().splitlines()
        flat = " ".join(word for each in before for word in each.split())
        measured = flat.partition("Measured with: ")[2].partition(". |")[0]
        where = f"{measured}; {', '.join(words)} again: {now()}"
        kept = [each for each in before if each.startswith("| ")][2:]
        rows = {each.split(" | ")[0].removeprefix("| "): each for each in kept} | rows
    missed = [name for name, row in rows.items() if row.endswith(": missed** |")]
    where = "\n".join(textwrap.wrap(f"Measured with: {where}.", 100)).removeprefix(
        "Measured with: "
    )
    text = HEAD.format(conditions=where.removesuffix("."), missed=told(missed))
    return "\n".join([text, *head(), *rows.values(), ""])


def _kept(made: list[Row], rows: Iterable[Row]) -> Iterator[Row]:
    """The rows as they come; each is in ``made`` then."""
    for row in rows:
        made.append(row)
        yield row


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--write"]
    virsh = tool("virsh") or sys.exit("virsh is not installed")
    subjects = [each for each in SUBJECTS if not words or each.__name__ in words]
    if not subjects:
        sys.exit(f"one of: {', '.join(each.__name__ for each in SUBJECTS)}")
    vsh = installed()
    before = conditions(virsh, vsh)
    made: list[Row] = []
    with ExitStack() as stack:
        bench = Bench(virsh, str(vsh), stack)
        missed = show(_kept(made, (row for subject in subjects for row in subject(bench))))
    if (why := obstacle()) is not None:
        print(f"nothing of libvirtd: {why}", file=sys.stderr)
    if "--write" in sys.argv:
        PAGE.write_text(page(made, before, words))
    if missed:
        print(f"over budget: {'; '.join(row.name for row in missed)}", file=sys.stderr)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
