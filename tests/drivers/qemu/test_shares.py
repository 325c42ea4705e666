"""Shares of caches and memory bandwidth by the kernel's resctrl.

No machine of the tests has resctrl (it wants a server's processor, and a kernel with it), so that
a made-up tree stands for ``/sys/fs/resctrl``, laid out as Documentation/arch/x86/resctrl.rst says:
the kernel's own checks of what is written, its counting and its removal of a group's files are not
tried. The threads are those of a real QEMU.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vsh.api.types import TypedParams
from vsh.drivers.host import resource_groups
from vsh.drivers.host.cgroups import owner
from vsh.drivers.host.resource_groups import Groups
from vsh.drivers.qemu import limits, shares
from vsh.errors import ConfigUnsupported, Error, InternalError, SystemFailure
from vsh.qmp.value import structs
from vsh.xml.domain import Domain as Definition
from vsh.xml.engine.reader import read
from vsh.xml.host.capabilities import Bank

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.tiny_guest import TinyGuest
    from vsh.api.connection import Connection
    from vsh.qmp.value import Ask

BANKS = [
    Bank(id=id, level=level, type="both", size=size, unit="MiB", cpus="0")
    for level, id, size in ((2, 0, 1), (3, 0, 15), (3, 1, 15))
]
L3 = "<cache id='0' level='3' type='both' size='3' unit='MiB'/>"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host with two caches of 20 bits, 15 MiB each, and memory bandwidth in steps of 10."""
    folder = tmp_path / "resctrl"
    files = {
        "schemata": "    L3:0=fff00;1=fff00\n    MB:0=100;1=100\n",
        "theirs/schemata": "L3:0=00003;1=00001\n",
        "info/L3/cbm_mask": "fffff\n", "info/L3/min_cbm_bits": "2\n", "info/L3/num_closids": "16\n",
        "info/MB/bandwidth_gran": "10\n", "info/MB/min_bandwidth": "20\n",
        "info/MB/num_closids": "8\n",
        "info/L3_MON/num_rmids": "176\n", "info/L3_MON/max_threshold_occupancy": "65536\n",
        "info/L3_MON/mon_features": "llc_occupancy\nmbm_total_bytes\nmbm_local_bytes\n",
        "info/PERF_PKG_MON/mon_features": "core_energy\nactivity\n",
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.setattr(resource_groups, "FOLDER", str(folder))
    # the kernel takes a group's files away with it
    monkeypatch.setattr(resource_groups, "rmdir", shutil.rmtree)
    return folder


def groups(folder: Path) -> Groups:
    return Groups(str(folder), BANKS)


def test_a_group_gets_the_smallest_room(tree: Path) -> None:
    found = groups(tree)
    assert found.text(found.unused()) == "L3:0=000fc;1=000fe\nMB:0=100;1=100\n"
    # 4 bits of the 6 that are free, and what all have of the other cache
    path = found.make("one", {(3, "both", 0): 3 << 20}, {1: 30})
    assert Path(path, "schemata").read_text() == "L3:0=0003c;1=fff00\nMB:1=30\n"
    assert found.text(found.unused()).startswith("L3:0=000c0;1=000fe\n")
    (tree / "theirs/schemata").write_text("L3:0=00003;1=00010\n")  # two rooms: 4 bits and 3
    found.make("two", {(3, "both", 1): 2304 << 10}, {})
    assert (tree / "two/schemata").read_text() == "L3:0=fff00;1=000e0\n"


@pytest.mark.parametrize(
    ("sizes", "bandwidth", "words"),
    [
        ({(3, "both", 0): 15 << 20}, {}, "the whole cache is not possible, specify size smaller"),
        ({(3, "both", 0): 1 << 20}, {}, "size 1048576 is not divisible by granularity 786432"),
        ({(3, "both", 0): 768 << 10}, {}, "smaller than the minimum allowed allocation 1572864"),
        ({(3, "both", 0): 6 << 20}, {}, "allocation of 6291456 bytes for level 3 cache 0 scope"),
        ({(3, "both", 7): 3 << 20}, {}, "Cache with id 7 does not exists for level 3"),
        ({(3, "code", 0): 3 << 20}, {}, "level 3 does not support tuning for scope type 'code'"),
        ({(2, "both", 0): 3 << 20}, {}, "Cache level 2 does not support tuning"),
        ({}, {0: 25}, "allocation of size 25 is not divisible by granularity 10"),
        ({}, {0: 10}, "allocation of size 10 is smaller than the minimum allowed allocation 20"),
    ],
)  # fmt: skip
def test_what_the_host_has_not(
    tree: Path, sizes: dict[tuple[int, str, int], int], bandwidth: dict[int, int], words: str
) -> None:
    """In libvirt's words; nothing is left behind."""
    with pytest.raises(ConfigUnsupported, match=words):
        groups(tree).make("one", sizes, bandwidth)
    assert not (tree / "one").exists()


def test_what_makes_no_sense(tree: Path) -> None:
    shutil.rmtree(tree / "info/MB")
    with pytest.raises(InternalError, match="info for memory bandwidth allocation"):
        groups(tree).unused()
    (tree / "schemata").write_text("L3:0=f;9=f\n")
    with pytest.raises(InternalError, match="inconsistent resctrl info for level '3' type 'both'"):
        groups(tree).unused()
    (tree / "schemata").write_text("L3:0=f;1=f\n")
    with pytest.raises(ConfigUnsupported, match="RDT Memory Bandwidth allocation unsupported"):
        groups(tree).make("one", {}, {0: 20})
    (tree / "schemata").unlink()
    with pytest.raises(InternalError, match="schemata file for the default group"):
        groups(tree).unused()
    shutil.rmtree(tree / "info")
    with pytest.raises(ConfigUnsupported, match="Resource control is not supported on this host"):
        groups(tree)


def test_only_where_there_is_one(
    connection: Connection, tiny: TinyGuest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tune = f"<cputune><cachetune vcpus='0'>{L3}</cachetune></cputune></domain>"
    document = tiny.xml.replace("</domain>", tune)
    with pytest.raises(ConfigUnsupported, match="only supported for KVM domains"):
        connection.domain_define_xml(document)
    monkeypatch.setattr(resource_groups, "FOLDER", str(tmp_path / "none"))
    with pytest.raises(ConfigUnsupported, match="Resource control is not supported on this host"):
        limits.check(read(document, Definition, problems=[]))


TUNES = f"""<cputune>
<cachetune vcpus='0-1'>{L3}
<monitor level='3' vcpus='0-1'/><monitor level='3' vcpus='1'/></cachetune>
<memorytune vcpus='0-1'><node id='1' bandwidth='40'/><monitor vcpus='0-1'/></memorytune>
<memorytune vcpus='2'><monitor vcpus='2'/></memorytune>
<energytune vcpus='2'><monitor vcpus='2'/></energytune></cputune></domain>"""


def started(
    connection: Connection, tiny: TinyGuest, root: str, tune: str
) -> tuple[Definition, Ask, int, str]:
    """A real QEMU, emulated, that is shared out as though KVM helped it: threads are threads."""
    domain = connection.domain_define_xml(tiny.xml.replace("<vcpu>1", "<vcpu>3"))
    domain.create()
    tiny.wait_for()
    guest = next(each for each in connection.driver.hypervisor.guests.all())
    assert guest.run is not None
    live = read(
        tiny.xml.replace("<vcpu>1", "<vcpu>3").replace("</domain>", tune), Definition, problems=[]
    )
    live.uuid = guest.uuid
    ask, process = guest.run.monitor.call, guest.run.process.pid
    shares.start(root, live, lambda: guest.running.threads.vcpus(ask), process)
    return live, ask, process, f"{owner(root)}-{guest.uuid}"


def test_a_guests_threads_are_in_their_groups(
    connection: Connection, tiny: TinyGuest, root: str, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = root.partition("root=")[2]
    monkeypatch.setattr("vsh.drivers.host.topology.banks", lambda _cpus, least: BANKS)
    live, ask, _, name = started(connection, tiny, root, TUNES)
    threads = [str(each["thread-id"]) for each in structs(ask("query-cpus-fast"))]

    def tasks(path: str) -> list[str]:
        return (tree / path / "tasks").read_text().split()

    own = f"{name}-vcpus_0-1"
    assert (tree / own / "schemata").read_text() == "L3:0=0003c;1=fff00\nMB:1=40\n"
    assert tasks(own) == threads[:2]
    assert tasks(f"{own}/mon_groups/{name}-vcpus_1") == [threads[1]]
    assert tasks(f"mon_groups/{name}-vcpus_2") == [threads[2]]
    assert sorted(path.name for path in tree.iterdir()) == [
        "info", "mon_groups", "schemata", "theirs", own,
    ]  # fmt: skip
    tune = live.cputune
    assert tune is not None
    assert [each.id for each in (*tune.cachetunes, *tune.memorytunes, *tune.energytunes)] == [
        "vcpus_0-1", "vcpus_0-1", "vcpus_2", "vcpus_2",
    ]  # fmt: skip

    _counted(tree / own, 0, llc_occupancy=5, mbm_total_bytes=70, mbm_local_bytes=60)
    _counted(tree / own, 1, llc_occupancy=1 << 32 | 6, mbm_total_bytes=80, mbm_local_bytes=61)
    _counted(tree / own / f"mon_groups/{name}-vcpus_1", 0, llc_occupancy=4)
    _counted(tree / f"mon_groups/{name}-vcpus_2", 0, mbm_total_bytes=9, mbm_local_bytes=8)
    energy = tree / f"mon_groups/{name}-vcpus_2/mon_data/mon_PERF_PKG_01"
    energy.mkdir()
    (energy / "core_energy").write_text("1.25\n")
    params = TypedParams()
    shares.statistics(root, live, params, ["cachetune", "memorytune", "energytune"])
    memory = "memory.bandwidth.monitor"
    assert dict(params) == {
        "cpu.cache.monitor.count": 2,
        "cpu.cache.monitor.0.name": "vcpus_0-1", "cpu.cache.monitor.0.vcpus": "0-1",
        "cpu.cache.monitor.0.bank.count": 2,
        "cpu.cache.monitor.0.bank.0.id": 0, "cpu.cache.monitor.0.bank.0.bytes": 5,
        "cpu.cache.monitor.0.bank.1.id": 1, "cpu.cache.monitor.0.bank.1.bytes": 6,
        "cpu.cache.monitor.1.name": "vcpus_1", "cpu.cache.monitor.1.vcpus": "1",
        "cpu.cache.monitor.1.bank.count": 1,
        "cpu.cache.monitor.1.bank.0.id": 0, "cpu.cache.monitor.1.bank.0.bytes": 4,
        f"{memory}.count": 2,
        f"{memory}.0.name": "vcpus_0-1", f"{memory}.0.vcpus": "0-1", f"{memory}.0.node.count": 2,
        f"{memory}.0.node.0.id": 0, f"{memory}.0.node.0.bytes.total": 70,
        f"{memory}.0.node.0.bytes.local": 60,
        f"{memory}.0.node.1.id": 1, f"{memory}.0.node.1.bytes.total": 80,
        f"{memory}.0.node.1.bytes.local": 61,
        f"{memory}.1.name": "vcpus_2", f"{memory}.1.vcpus": "2", f"{memory}.1.node.count": 1,
        f"{memory}.1.node.0.id": 0, f"{memory}.1.node.0.bytes.total": 9,
        f"{memory}.1.node.0.bytes.local": 8,
        "cpu.energy.monitor.count": 1,
        "cpu.energy.monitor.0.name": "vcpus_2", "cpu.energy.monitor.0.vcpus": "2",
        "cpu.energy.monitor.0.pkg.count": 1, "cpu.energy.monitor.0.pkg.0.id": 1,
        "cpu.energy.monitor.0.pkg.0.core_energy": 1.25,
    }  # fmt: skip
    (tree / own / "mon_data/mon_L3_00/llc_occupancy").unlink()  # then none of its kind is told of
    for board, told in (("pc-i440fx-8.0", {"cpu.cache.monitor.count": 0}), ("pc-i440fx-8.1", {})):
        live.os.machine, params = board, TypedParams()
        shares.statistics(root, live, params, ["cachetune"])
        assert dict(params) == told

    shares.clean_up(root, {live.uuid or ""})
    assert (tree / own).exists()
    connection.domain_lookup_by_name("tiny").destroy()
    assert [path.name for path in tree.iterdir() if name in path.name] == []
    assert list((tree / "mon_groups").iterdir()) == []


def test_the_whole_process(
    connection: Connection, tiny: TinyGuest, root: str, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """libvirt 12.8.0: without ``vcpus`` all threads are meant; what a killed one left goes."""
    root = root.partition("root=")[2]
    monkeypatch.setattr("vsh.drivers.host.topology.banks", lambda _cpus, least: BANKS)
    tune = f"<cputune><cachetune>{L3}<monitor level='3'/></cachetune></cputune></domain>"
    _, _, process, name = started(connection, tiny, root, tune)
    tasks = set((tree / name / "tasks").read_text().split())
    assert {str(process)} < tasks
    assert not (tree / "mon_groups").exists()
    shares.clean_up(root, set())
    assert not (tree / name).exists()


def test_a_kernel_that_will_not(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group of which the kernel will not hear does not stay."""
    made: Callable[[str], None] = resource_groups.make

    def make(path: str) -> None:
        made(path)
        Path(path, "schemata").mkdir()

    monkeypatch.setattr(resource_groups, "make", make)
    with pytest.raises(SystemFailure, match=r"Cannot write into schemata file '.*/one/schemata'"):
        groups(tree).make("one", {(3, "both", 0): 3 << 20}, {})
    assert not (tree / "one").exists()
    with pytest.raises(Error, match="Cannot write pid in tasks file"):
        resource_groups.add(str(tree / "none"), 1)


def _counted(group: Path, number: int, **figures: int) -> None:
    """What the kernel says that a cache's users are counted to."""
    folder = group / f"mon_data/mon_L3_{number:02}"
    folder.mkdir(parents=True)
    for name in ("llc_occupancy", "mbm_total_bytes", "mbm_local_bytes"):
        (folder / name).write_text(f"{figures.get(name, 0)}\n")
