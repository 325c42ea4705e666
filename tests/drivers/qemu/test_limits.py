"""Limits of guests by control groups: from a start on, while it runs, gone at its end."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.api.types import TypedParams
from vsh.drivers.host import cgroups
from vsh.drivers.host.account import Account
from vsh.drivers.qemu import limits, rights
from vsh.drivers.qemu.settings import Settings
from vsh.errors import ConfigUnsupported, Error, OperationInvalid, SystemFailure
from vsh.words.domain.statistics import DomainStatsTypes
from vsh.xml.domain import Domain as Definition
from vsh.xml.engine.reader import read

if TYPE_CHECKING:
    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection

MISSING = set(cgroups.CONTROLLERS) - set(cgroups.mounted() if os.geteuid() == 0 else ())

pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"no control groups of the first version to write to: {sorted(MISSING)}"
)

TUNED = (
    "<cputune><shares>300</shares><period>50000</period><quota>20000</quota></cputune>"
    "<memtune><hard_limit>600000</hard_limit></memtune></domain>"
)
KILLED = """
import os, signal, sys
import vsh
from vsh.drivers.qemu import launch

def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

launch.Run = killed
with vsh.connect(sys.argv[1]) as connection:
    connection.domain_lookup_by_name("tiny").create()
"""


def groups(root: str) -> list[str]:
    """The groups that there are of a root's guests."""
    name = cgroups.owner(root.partition("root=")[2])
    places = [Path(place) / name for place in cgroups.mounted().values()]
    found = (each for place in places if place.exists() for each in place.iterdir())
    return sorted(str(each) for each in found if each.is_dir())


def test_limits_from_the_start_on(connection: Connection, root: str, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml.replace("</domain>", TUNED))
    domain.create()
    tiny.wait_for()
    ours = [Path(each) for each in groups(root) if "/cpu/" in each]
    assert [each.name for each in ours] == [domain.uuid]
    assert (ours[0] / "cpu.shares").read_text() == "300\n"
    assert (ours[0] / "vcpu0/cpu.cfs_period_us").read_text() == "50000\n"
    assert (ours[0] / "vcpu0/cpu.cfs_quota_us").read_text() == "20000\n"
    assert len((ours[0] / "vcpu0/tasks").read_text().split()) == 1
    now = domain.get_memory_parameters()
    assert now["hard_limit"] == 600000
    domain.destroy()
    assert groups(root) == []


def test_new_vcpus_are_limited_like_the_others(
    connection: Connection, root: str, tiny: TinyGuest
) -> None:
    domain = connection.domain_define_xml(
        tiny.xml.replace("</domain>", TUNED).replace("<vcpu>1</vcpu>", "<vcpu current='1'>2</vcpu>")
    )
    domain.create()
    tiny.wait_for()
    domain.set_vcpus(2)
    place = next(Path(each) for each in groups(root) if "/cpu/" in each)
    assert (place / "vcpu1/cpu.cfs_quota_us").read_text() == "20000\n"
    assert len((place / "vcpu1/tasks").read_text().split()) == 1
    told = domain.get_scheduler_parameters_flags(1)
    assert (told["vcpu_period"], told["vcpu_quota"]) == (50000, 20000)


PINNED = (
    "<cputune><vcpupin vcpu='0' cpuset='0'/><emulatorpin cpuset='0'/></cputune>"
    "<numatune><memory mode='{}' nodeset='0'/></numatune></domain>"
)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one CPU: nothing can be pinned elsewhere")
def test_groups_keep_threads_where_they_are_pinned(
    connection: Connection, root: str, tiny: TinyGuest
) -> None:
    """All of the emulator's, also those that run already and those that it starts later."""
    document = tiny.xml.replace("</domain>", PINNED.format("restrictive"))
    document = document.replace("<vcpu>1", "<iothreads>1</iothreads><vcpu current='1'>2")
    domain = connection.domain_define_xml(document)
    domain.create()
    tiny.wait_for()
    place = next(Path(each) for each in groups(root) if "/cpuset/" in each)

    def kept() -> dict[str, tuple[str, str]]:
        return {
            each.parent.name: (each.read_text().strip(), (each.parent / "cpuset.mems").read_text())
            for each in place.glob("*/cpuset.cpus")
        }

    everywhere = (place / "cpuset.cpus").read_text().strip()
    first, free = ("0", "0\n"), (everywhere, "0\n")
    assert kept() == {"emulator": first, "vcpu0": first, "iothread1": free}
    domain.pin_emulator(b"\2", 1)
    domain.pin_vcpu_flags(1, b"\2", 1)
    domain.set_vcpus(2)
    domain.pin_iothread(1, b"\2", 1)
    second = ("1", "0\n")
    assert kept() == {"emulator": second, "vcpu0": first, "vcpu1": second, "iothread1": second}
    for thread in (place / "emulator/tasks").read_text().split():
        assert os.sched_getaffinity(int(thread)) == {1}


@pytest.mark.parametrize(
    ("mode", "grouped", "words"),
    [
        ("interleave", True, "interleave:0"),
        ("preferred", True, "prefer"),
        ("strict", False, "bind:0"),
        ("restrictive", True, ""),
    ],
)
def test_where_memory_is_taken_from(
    connection: Connection,
    tiny: TinyGuest,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    grouped: bool,
    words: str,
) -> None:
    """What QEMU has beside the guest's memory, too, by its policy where no group keeps it there."""
    if not grouped:
        settings = connection.driver.hypervisor.settings
        monkeypatch.setattr(settings, "cgroup_controllers", ["cpu"])
    domain = connection.domain_define_xml(tiny.xml.replace("</domain>", PINNED.format(mode)))
    domain.create()
    [guest] = connection.driver.hypervisor.guests.all()
    maps = Path(f"/proc/{guest.running.process.pid}/numa_maps").read_text().splitlines()
    policies = {each.split()[1] for each in maps if "heap" in each}
    assert {policy.startswith(words or "default") for policy in policies} == {True}


@pytest.mark.parametrize(
    ("element", "words"),
    [
        ("<cputune><shares>3</shares></cputune>", "CPU tuning is not available on this host"),
        ("<cputune><quota>2000</quota></cputune>", "cgroup cpu is required for scheduler tuning"),
        ("<memtune><hard_limit>3</hard_limit></memtune>", "Memory cgroup is not available on this"),
        ("<blkiotune><weight>300</weight></blkiotune>", "Block I/O tuning is not available on"),
    ],
)
def test_a_host_without_groups(
    connection: Connection,
    tiny: TinyGuest,
    monkeypatch: pytest.MonkeyPatch,
    element: str,
    words: str,
) -> None:
    monkeypatch.setattr(limits, "mounted", dict)
    domain = connection.domain_define_xml(tiny.xml.replace("</domain>", f"{element}</domain>"))
    with pytest.raises(Error, match=words):
        domain.create()
    assert not domain.is_active()


def test_no_groups_no_live_limits(
    connection: Connection, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "mounted", dict)
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    shares = TypedParams().set("cpu_shares", "ullong", 3)
    with pytest.raises(Error, match="cgroup CPU controller is not mounted"):
        domain.set_scheduler_parameters_flags(shares, 1)
    with pytest.raises(Error, match="cgroup memory controller is not mounted"):
        domain.get_memory_parameters()
    with pytest.raises(Error, match="blkio cgroup isn't mounted"):
        domain.get_blkio_parameters()


def test_what_a_killed_process_left_is_removed(root: str, tiny: TinyGuest) -> None:
    with vsh.connect(root) as connection:
        connection.domain_define_xml(tiny.xml.replace("</domain>", TUNED))
    done = subprocess.run([sys.executable, "-c", KILLED, root], check=False)
    assert done.returncode == -signal.SIGKILL
    assert groups(root) != []
    with vsh.connect(root) as connection:
        assert groups(root) == []
        domain = connection.domain_lookup_by_name("tiny")
        domain.create()
        assert groups(root) != []
    with vsh.connect(root) as connection:  # a guest that runs keeps its own
        assert groups(root) != []
        connection.domain_lookup_by_name("tiny").destroy()
        assert groups(root) == []


def test_cpu_time_of_each_cpu(connection: Connection, root: str, tiny: TinyGuest) -> None:
    """All that a guest's control group was given since its start, and what its vCPUs were."""
    domain = connection.domain_create_xml(tiny.xml)
    tiny.wait_for()
    cpus = domain.get_cpu_stats(0, 0, 0).nparams
    assert cpus == os.sysconf("SC_NPROCESSORS_CONF")
    assert domain.get_cpu_stats(0, 0, 1).nparams == 2
    each = domain.get_cpu_stats(2, 0, cpus).params
    assert [param.name for param in each] == ["cpu_time", "vcpu_time"] * cpus
    every = sum(int(param.value) for param in each if param.name == "cpu_time")
    assert 0 < sum(int(param.value) for param in each if param.name == "vcpu_time") < every
    assert domain.get_cpu_stats(0, -1, 1).nparams == 3
    total = domain.get_cpu_stats(3, -1, 1).params
    assert [param.name for param in total] == ["cpu_time", "user_time", "system_time"]
    assert int(total[0].value) >= every
    with pytest.raises(Error, match=f"start_cpu {cpus} larger than maximum of {cpus - 1}"):
        domain.get_cpu_stats(2, cpus, 1)
    domain.destroy()
    assert groups(root) == []


def test_devices(connection: Connection, root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """A guest may use what every guest needs, and what it has been given."""
    image = tmp_path / "device.raw"
    image.write_bytes(bytes(1 << 20))
    made = subprocess.run(
        ["losetup", "--find", "--show", str(image)], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"no loop device: {made.stderr.strip()}")
    device = made.stdout.strip()
    try:
        domain = connection.domain_create_xml(tiny.xml)
        place = next(Path(each) for each in groups(root) if "/devices/" in each)
        before = (place / "devices.list").read_text().splitlines()
        assert "c 1:3 rwm" in before
        assert "a *:* rwm" not in before
        domain.attach_device(
            f"<disk type='block'><driver name='qemu' type='raw'/><source dev='{device}'/>"
            "<target dev='vdb' bus='virtio'/></disk>"
        )
        number = os.stat(device)
        entry = f"b {os.major(number.st_rdev)}:{os.minor(number.st_rdev)} rwm"
        assert entry in (place / "devices.list").read_text().splitlines()
        assert number.st_uid != 0
        domain.destroy()
        assert os.stat(device).st_uid == 0
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def test_performance_events(connection: Connection, root: str, tiny: TinyGuest) -> None:
    """What the kernel counts of QEMU: from the start on, from when it is asked for on, or not."""
    perf = "<perf><event name='task_clock' enabled='yes'/></perf></domain>"
    domain = connection.domain_create_xml(tiny.xml.replace("</domain>", perf))
    domain.set_perf_events(TypedParams().set("context_switches", "boolean", 1), 1)
    enabled = [name for name, value in domain.get_perf_events(1).items() if value]
    assert enabled == ["task_clock", "context_switches"]
    tiny.wait_for()
    [found] = connection.get_all_domain_stats([], DomainStatsTypes.PERF)
    assert set(found.params) == {"perf.task_clock", "perf.context_switches"}
    assert found.params["perf.task_clock"] > 0
    domain.set_perf_events(TypedParams().set("task_clock", "boolean", 0), 1)
    assert not domain.get_perf_events(1)["task_clock"]
    with pytest.raises(Error, match="unable to enable host cpu perf event for cmt"):
        domain.set_perf_events(TypedParams().set("cmt", "boolean", 1), 1)
    with vsh.connect(root) as another:  # of the same process: it counts on
        again = another.domain_lookup_by_name("tiny").get_perf_events(1)
        assert again["context_switches"]
    domain.destroy()


def test_how_threads_are_scheduled(connection: Connection, tiny: TinyGuest) -> None:
    tune = (
        "<vcpu>1</vcpu><iothreads>1</iothreads><cputune><emulatorsched scheduler='batch'/>"
        "<vcpusched vcpus='0' scheduler='idle'/><iothreadsched iothreads='1' scheduler='batch'/>"
        "</cputune>"
    )
    domain = connection.domain_create_xml(tiny.xml.replace("<vcpu>1</vcpu>", tune))
    answer = json.loads(domain.monitor_command('{"execute":"query-iothreads"}'))
    [io] = [each["thread-id"] for each in answer["return"]]
    answer = json.loads(domain.monitor_command('{"execute":"query-cpus-fast"}'))
    [vcpu] = [each["thread-id"] for each in answer["return"]]
    process = int(Path(f"/proc/{vcpu}/status").read_text().partition("Tgid:")[2].split()[0])
    found = [os.sched_getscheduler(each) for each in (process, vcpu, io)]
    assert found == [os.SCHED_BATCH, os.SCHED_IDLE, os.SCHED_BATCH]
    domain.destroy()


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ("<cputune><emulatorsched scheduler='rr' priority='100'/></cputune>", ConfigUnsupported,
         r"Scheduler priority 100 out of range \[1, 99\]"),
        ("<resource><partition>x</partition></resource>", ConfigUnsupported,
         "Resource partition 'x' must start with '/'"),
        ("<resource><partition>/x</partition></resource>", ConfigUnsupported,
         "<resource><partition>/x</partition>: control groups of guests are in one"),
        ("<resource><fibrechannel appid='x'/></resource>", SystemFailure,
         r"Unable to write '[0-9A-F]+:x' to '.*/appid_store': No such file"),
        ("<blkiotune><device><path>/dev/null</path><weight>500</weight></device></blkiotune>",
         OperationInvalid, "blkio device weight is valid only for cfq scheduler"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_the_start(
    connection: Connection, tiny: TinyGuest, more: str, error: type[Exception], words: str
) -> None:
    """The words are libvirt's, but for a partition, which libvirt has where somebody made it."""
    domain = connection.domain_define_xml(tiny.xml.replace("</domain>", f"{more}</domain>"))
    with pytest.raises(error, match=words):
        domain.create()


def test_how_much_memory_may_be_locked(tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hard limit is one of locked memory, too; what root may not here is asked for in need."""
    limit = "<memtune><hard_limit unit='MiB'>64</hard_limit></memtune></domain>"
    lock = "<memoryBacking><locked/></memoryBacking>"
    both = tiny.xml.replace("</domain>", limit).replace("<vcpu>", f"{lock}<vcpu>")
    account = Account(os.geteuid(), os.getegid(), ())

    def words(document: str) -> list[str]:
        live = read(document, Definition, problems=[])
        return rights.before(Settings(), account, live)

    monkeypatch.setattr(rights, "_may_be", lambda _locked: True)
    assert f"--memlock={64 << 20}" in words(both)
    assert f"--memlock={64 << 20}" in words(tiny.xml.replace("</domain>", limit))
    assert "--memlock=unlimited" in words(tiny.xml.replace("<vcpu>", f"{lock}<vcpu>"))
    monkeypatch.setattr(rights, "_may_be", lambda _locked: False)
    assert "memlock" not in " ".join(words(tiny.xml.replace("</domain>", limit)))
    with pytest.raises(SystemFailure, match=r"cannot limit locked memory .* not permitted"):
        words(both)


def test_who_may_allow_memory_to_be_locked() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    assert rights._may_be(1)
    with open("/proc/self/status", encoding="utf-8") as file:
        able = int(next(line.split()[1] for line in file if line.startswith("CapEff:")), 16)
    assert rights._may_be(1 << 60) == (most == resource.RLIM_INFINITY or bool(able >> 24 & 1))
