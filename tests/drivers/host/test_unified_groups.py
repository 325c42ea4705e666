"""Control groups of the second version.

Threads and devices: the kernel's own tree, wherever it is mounted.  Values: this project's machines
have no controllers in it, so a folder stands for the tree, in which files are put as the kernel
puts them into each new group.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vsh.drivers.host import cgroups, device_program
from vsh.drivers.host.first_groups import Group
from vsh.drivers.host.unified_groups import UnifiedGroup
from vsh.drivers.qemu.known_threads import KnownThreads
from vsh.drivers.qemu.limits import Limits
from vsh.errors import InvalidArgument, OperationUnsupported, SystemFailure
from vsh.xml.domain.tune import UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vsh.qmp.value import Value

FILES = {
    "cgroup.controllers": "cpuset cpu io memory pids\n", "cgroup.subtree_control": "",
    "cgroup.procs": "", "cgroup.threads": "", "cgroup.type": "domain\n", "cpu.weight": "100\n",
    "cpu.max": "max 100000\n", "memory.max": "max\n", "memory.high": "max\n",
    "memory.swap.max": "max\n", "io.weight": "default 100\n", "io.max": "", "cpuset.cpus": "",
    "cpuset.mems": "", "cpu.stat": "usage_usec 30\nuser_usec 20\nsystem_usec 10\n",
}  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the tree, mounted alone."""
    make = Group.make

    def made(group: Group) -> None:
        make(group)
        for name, text in FILES.items():
            if not (Path(group.path) / name).exists():
                (Path(group.path) / name).write_text(text)

    monkeypatch.setattr(Group, "make", made)
    place = tmp_path / "cgroup"
    Group(str(place), str(place)).make()
    mounts = tmp_path / "mounts"
    mounts.write_text(f"cgroup2 {place} cgroup2 rw,relatime 0 0\n")
    monkeypatch.setattr(cgroups, "MOUNTS", str(mounts))
    return place


def asked(command: str, arguments: Mapping[str, object] | None = None, /) -> Value:
    """What a QEMU of one vCPU would say: this thread is its vCPU's."""
    del arguments
    return (
        [{"thread-id": 1, "cpu-index": 0, "qom-path": "/cpu"}]
        if command == "query-cpus-fast"
        else []
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="control groups are root's")
def test_limits(tree: Path, tmp_path: Path) -> None:
    """Each limit is written as the second version words it, and read back."""
    device = next((f"/dev/{n}" for n in ("loop0", "vda", "sda") if os.path.exists(f"/dev/{n}")), "")
    limits = Limits(str(tmp_path), "some-guest", asked, KnownThreads(os.getpid(), 1))
    group = tree / cgroups.owner(str(tmp_path)) / "some-guest"
    limits.set_cpu_time("shares", 2000)
    limits.set_cpu_time("period", 50000)
    limits.set_cpu_time("quota", 20000)
    limits.set_cpu_time("global_quota", -1)
    assert (group / "cpu.weight").read_text() == "2000"
    assert (group / "vcpu0/cpu.max").read_text() == "20000 50000"
    assert (group / "vcpu0/cgroup.type").read_text() == "threaded"
    assert (group / "cpu.max").read_text() == "max 100000"
    assert limits.cpu_time() == {
        "shares": 2000, "period": 50000, "quota": 20000, "emulator_period": 100000,
        "emulator_quota": -1, "global_period": 100000, "global_quota": -1,
        "iothread_period": 100000, "iothread_quota": -1,
    }  # fmt: skip
    limits.set_memory({"hard_limit": 4096, "soft_limit": UNLIMITED})
    assert (group / "memory.max").read_text() == str(4096 * 1024)
    assert limits.memory() == {
        "hard_limit": 4096, "soft_limit": UNLIMITED, "swap_hard_limit": UNLIMITED,
    }  # fmt: skip
    limits.set_weight(300)
    assert (group / "io.weight").read_text() == "default 300"
    assert limits.weight() == 300
    if device:
        number = os.stat(device).st_rdev
        limits.set_device(device, "read_bytes", 1000)
        wanted = f"{os.major(number)}:{os.minor(number)}"
        assert (group / "io.max").read_text() == f"{wanted} rbps=1000"
        limits.set_device(device, "weight", 20)
        assert (group / "io.weight").read_text() == f"{wanted} 20"
    limits.set_nodes("0")
    assert {each.read_text() for each in group.rglob("cpuset.mems")} == {"0"}
    with pytest.raises(InvalidArgument, match=r"shares '20000' must be in range \[1, 10000\]"):
        limits.set_cpu_time("shares", 20000)
    account = limits.group("cpuacct")
    assert account.cpu_times() == (30000, 20000, 10000)
    with pytest.raises(OperationUnsupported, match="not supported for backend 'cgroup V2'"):
        account.times_by_cpu()
    for above in (group.parent, tree):
        assert (above / "cgroup.subtree_control").read_text() == "+io"  # the last that was asked


def _real() -> str | None:
    with open("/proc/self/mounts", encoding="utf-8") as file:
        words = (line.split() for line in file)
        return next((place for _, place, kind, *_ in words if kind == "cgroup2"), None)


@pytest.fixture
def real() -> Iterator[UnifiedGroup]:
    """A group in the kernel's own tree."""
    place = _real()
    if os.geteuid() != 0 or place is None or not os.access(place, os.W_OK):
        pytest.skip("no tree of the second version to write to")
    group = UnifiedGroup(f"{place}/vsh-test-{os.getpid()}/guest", place)
    group.make()
    yield group
    group.parent.remove()
    assert not group.parent.exists


def test_threads(real: UnifiedGroup) -> None:
    """A process is taken in, and one of its threads put into a group of its own."""
    script = (
        "import threading, sys; threading.Thread(target=sys.stdin.read, daemon=True).start();"
        "print(flush=True); threading.Event().wait()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        real.take(process.pid)
        first, second = sorted(int(name) for name in os.listdir(f"/proc/{process.pid}/task"))
        real.begin("emulator").adopt([first, second])
        inner = real.begin("vcpu0")
        inner.adopt([second])
        assert real.get("cgroup.type") == "domain threaded"
        assert inner.get("cgroup.threads") == str(second)
        assert real.child("emulator").get("cgroup.threads") == str(first)
        assert real.cpu_times()[0] >= 0
        process.kill()


def test_devices(real: UnifiedGroup) -> None:
    """What is not among the devices of a group cannot be opened; more can be let in."""
    try:
        real.confine([("c", 1, 3), ("c", 136, -1)])
    except OperationUnsupported as error:
        pytest.skip(str(error))
    script = f"echo $$ > {real.path}/cgroup.procs; cat /dev/null && cat /dev/full | head -c0"

    def opened() -> str:
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True)
        return done.stderr

    assert "/dev/full: Operation not permitted" in opened()
    real.allow([("c", 1, 7)])
    assert opened() == ""


def test_program_of_no_device() -> None:
    """It says no to everything: four words to look, and two to leave with 0."""
    assert len(device_program.program([])) == 6 * 8


def test_guests_that_come_and_go_at_once(tmp_path: Path) -> None:
    """The last one's end takes away the group of their owner, which another's start makes."""
    wrong: list[BaseException] = []

    def lives(name: str) -> None:
        owner = Group(f"{tmp_path}/owner", str(tmp_path))
        try:
            for _ in range(300):
                owner.child(name).make()
                owner.child(name).remove()
                if not owner.children():
                    owner.remove()
        except SystemFailure as error:
            wrong.append(error)

    threads = [threading.Thread(target=lives, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
