"""Memory, pages and CPUs of this very machine and of made-up trees."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from vsh.drivers.host import sysfs
from vsh.drivers.host.cpus import Cpus
from vsh.drivers.host.memory import Memory
from vsh.drivers.host.resctrl import pretty
from vsh.drivers.host.topology import cells, describe, ranges
from vsh.errors import Error, InternalError, InvalidArgument, OperationFailed
from vsh.xml.host.capabilities import Host

if TYPE_CHECKING:
    from pathlib import Path


def test_this_machine() -> None:
    memory, cpus = Memory(), Cpus()
    assert memory.total() > memory.free() > 0
    assert memory.page_sizes()[0] == os.sysconf("SC_PAGE_SIZE") // 1024
    size, count, free = memory.pages()[0]
    assert memory.total() // 2 < size * count <= memory.total()
    assert free <= count
    assert cpus.arrangement(os.uname().machine).cpus == len(cpus.online()) == os.cpu_count()
    assert sum(cell.cpu_count or 0 for cell in cells(cpus, memory)) == len(cpus.present())
    assert cpus.times()["user"] >= cpus.times(0)["user"] > 0


def test_huge_pages(tmp_path: Path) -> None:
    huge = tmp_path / "hugepages" / "hugepages-2048kB"
    huge.mkdir(parents=True)
    (huge / "nr_hugepages").write_text("10\n")
    (huge / "free_hugepages").write_text("4\n")
    (tmp_path / "meminfo").write_text("MemTotal:  40960 kB\nMemFree:  8192 kB\n")
    memory = Memory(str(tmp_path), str(tmp_path / "meminfo"), str(tmp_path / "hugepages"))
    assert memory.nodes() == []
    assert memory.pages() == [(4, 5120, 2048), (2048, 10, 4)]
    assert memory.set_pages(2048, 3) == 3
    assert memory.pages()[1] == (2048, 3, 4)
    with pytest.raises(OperationFailed, match="page size or NUMA node not available: 1048576"):
        memory.set_pages(1048576, 1)


def test_files_that_say_nonsense(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("x")
    with pytest.raises(InternalError, match="Invalid unsigned integer value 'x'"):
        sysfs.number(str(path))
    with pytest.raises(InternalError, match="Invalid integer value 'x'"):
        sysfs.number(str(path), signed=True)
    for text in ("1-", "3-1", "0-99999999999", "a", "9" * 5000, ""):
        path.write_text(text)
        with pytest.raises(InvalidArgument, match="Failed to parse bitmap"):
            sysfs.numbers(str(path))
    assert sysfs.numbers(str(path), empty=True) == set()
    assert sysfs.number(str(tmp_path / "none")) is None
    assert sysfs.word(f"{path}/below-a-file") is None
    with pytest.raises(InternalError, match="Failed to read file"):
        sysfs.word(str(tmp_path))


def test_a_host_without_numa(tmp_path: Path) -> None:
    some_cpus(tmp_path, 2)
    [cell] = cells(Cpus(str(tmp_path)), Memory(str(tmp_path)))
    assert [(cpu.id, cpu.socket, cpu.siblings) for cpu in cell.cpus] == [(0, 0, "0"), (1, 0, "1")]


def some_cpus(system: Path, count: int) -> None:
    for number in range(count):
        (system / f"cpu/cpu{number}").mkdir(parents=True)
    for name in ("online", "present"):
        (system / "cpu" / name).write_text(f"0-{count - 1}\n")


def some_nodes(system: Path, *numbers: int) -> None:
    for number in numbers:
        folder = system / f"node/node{number}"
        folder.mkdir(parents=True)
        (folder / "meminfo").write_text(f"Node {number} MemTotal: 1024 kB\nNode 0 MemFree: 8 kB\n")
        (folder / "cpulist").write_text("0-1\n" if number == numbers[0] else "\n")
        (folder / "distance").write_text(" ".join(str(10 + other) for other in numbers))
    (system / "node/online").write_text(",".join(map(str, numbers)))


def test_nodes_with_gaps_between_them(tmp_path: Path) -> None:
    some_cpus(tmp_path, 2)
    some_nodes(tmp_path, 0, 1, 16)
    memory = Memory(str(tmp_path))
    assert memory.everywhere() == (3072, 24)
    last = cells(Cpus(str(tmp_path)), memory)[-1]
    assert [(each.id, each.value) for each in last.distances] == [(0, 10), (1, 11), (16, 26)]


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    """As by libvirt: nodes that make no sense are none, caches are told of up to a fault."""
    some_cpus(tmp_path, 2)
    some_nodes(tmp_path, 0)
    for cpu, size in enumerate(("512K", "x")):
        cache = tmp_path / f"cpu/cpu{cpu}/cache/index3"
        cache.mkdir(parents=True)
        texts = {"level": "3", "id": str(cpu), "type": "Unified", "shared_cpu_list": str(cpu)}
        for name, text in {**texts, "size": size}.items():
            (cache / name).write_text(text)
    (tmp_path / "cpu/cpu1/topology").mkdir()
    (tmp_path / "cpu/cpu1/topology/die_id").write_text("many")
    host = Host()
    describe(host, Cpus(str(tmp_path)), Memory(str(tmp_path)), str(tmp_path / "none"))
    assert [(cell.id, cell.memory, cell.pages) for cell in host.cells] == [(0, 1024, [])]
    assert [(cpu.id, cpu.die, cpu.siblings) for cpu in host.cells[0].cpus] == [
        (0, 0, "0"), (1, 0, "1"),
    ]  # fmt: skip
    assert [(bank.id, bank.size, bank.unit) for bank in host.caches] == [(0, 512, "KiB")]
    (tmp_path / "resctrl/info/L3").mkdir(parents=True)
    host = Host()
    describe(host, Cpus(str(tmp_path)), Memory(str(tmp_path)), str(tmp_path / "resctrl"))
    assert host.caches == []


def test_sets_and_sizes() -> None:
    assert ranges({0, 1, 2, 5, 7, 8}) == "0-2,5,7-8"
    assert ranges(set()) == ""
    assert pretty(0) == (0, "B")
    assert pretty(3 << 20) == (3, "MiB")
    assert pretty(1025) == (1025, "B")


def test_whatever_the_kernels_files_say_the_host_is_described(tmp_path: Path) -> None:
    """Each file of a machine in turn is not there, is empty, says nonsense: at worst less is known,
    and the arrangement is refused with an error of ours."""
    some_cpus(tmp_path, 2)
    files = {f"node/node0/{name}": text for name, text in NODE.items()}
    for cpu in range(2):
        files |= {f"cpu/cpu{cpu}/{name}": text for name, text in CPU.items()}
        (tmp_path / f"node/node0/cpu{cpu}").mkdir(parents=True)
    files |= {"cpu/online": "0-1\n", "cpu/present": "0-1\n", "node/online": "0\n"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    whole = described(tmp_path)
    assert (whole.cell_count, len(whole.cells[0].cpus), len(whole.caches)) == (1, 2, 1)
    refused = set()
    for name, text in files.items():
        path = tmp_path / name
        for nonsense in (None, "", "x\n", "-1\n", "0-\n", "9" * 30, "7\n", "0-5\n"):
            path.unlink() if nonsense is None else path.write_text(nonsense)
            assert described(tmp_path).cell_count in (None, 0, 1)
            try:
                assert Cpus(str(tmp_path)).arrangement("x86_64").cpus in (1, 2)
            except Error:
                refused.add(path.name)
        path.write_text(text)
    places = {"core_id", "physical_package_id", "thread_siblings_list"}
    assert refused == {"online", "present"} | places


NODE = {
    "cpulist": "0-1\n", "distance": "10\n", "meminfo": "Node 0 MemTotal: 1024 kB\n",
    "hugepages/hugepages-2048kB/nr_hugepages": "0\n",
    "memory_side_cache/index1/indexing": "0\n", "memory_side_cache/index1/write_policy": "1\n",
    "memory_side_cache/index1/size": "4096\n", "memory_side_cache/index1/line_size": "64\n",
    "access1/initiators/node0/read_latency": "5\n",
    "access1/initiators/node0/write_latency": "5\n",
    "access1/initiators/node0/read_bandwidth": "5\n",
    "access1/initiators/node0/write_bandwidth": "5\n",
}  # fmt: skip
CPU = {
    "topology/core_id": "0\n", "topology/physical_package_id": "0\n", "topology/die_id": "0\n",
    "topology/thread_siblings_list": "0-1\n", "cache/index3/level": "3\n",
    "cache/index3/id": "0\n", "cache/index3/type": "Unified\n", "cache/index3/size": "8192K\n",
    "cache/index3/shared_cpu_list": "0-1\n",
}  # fmt: skip


def described(system: Path) -> Host:
    host = Host.blank()
    describe(host, Cpus(str(system)), Memory(str(system)), str(system / "resctrl"))
    host.format()
    return host
