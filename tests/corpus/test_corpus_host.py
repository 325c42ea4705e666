"""What is made of recorded /sys and /proc trees, beside what libvirt makes of them."""

from __future__ import annotations

import tarfile
from difflib import unified_diff
from typing import TYPE_CHECKING

import pytest

from vsh.drivers.host.cpus import Cpus
from vsh.drivers.host.memory import Memory
from vsh.drivers.host.topology import describe
from vsh.errors import InvalidArgument
from vsh.xml.host.capabilities import Capabilities, Host, HostCpu, Migration

if TYPE_CHECKING:
    from pathlib import Path

    from tests.corpus.conftest import Counts


@pytest.fixture(scope="session")
def machines(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recorded machines, unpacked."""
    folder = tmp_path_factory.mktemp("machines")
    with tarfile.open(corpus / "qemu/host-sysfs.tar.xz") as archive:
        archive.extractall(folder, filter="tar")
    return folder


def test_node_facts(machines: Path, counts: Counts) -> None:
    """``Nodes`` and so on of every machine, and the signature of those that have one."""
    folder = machines / "virhostcpudata"
    wrong = []
    expectations = sorted(folder.glob("*.expected"))
    for expected in expectations:
        _, arch, name = expected.stem.split("-", 2)
        cpus = Cpus(str(folder / f"linux-{name}"), str(expected.with_suffix(".cpuinfo")))
        # the recordings come from a host whose KVM says 8 for POWER
        found = cpus.arrangement(arch, 8 if arch == "ppc64" else 0)
        most = found.nodes * found.sockets * found.cores * found.threads
        text = (
            f"CPUs: {found.cpus}/{most}, MHz: {found.mhz}, Nodes: {found.nodes}, "
            f"Sockets: {found.sockets}, Cores: {found.cores}, Threads: {found.threads}\n"
        )
        signature = expected.with_suffix(".signature")
        wanted = signature.read_text().strip() if signature.exists() else None
        if text != expected.read_text() or cpus.signature(arch) != wanted:
            wrong.append((expected.stem, text, expected.read_text(), cpus.signature(arch), wanted))
    counts.note("host CPUs", len(expectations) - len(wrong), len(expectations), len(expectations))
    assert len(expectations) >= 20
    assert wrong == []


def test_times(machines: Path) -> None:
    folder = machines / "virhostcpudata"
    cpus = Cpus(stat=str(folder / "linux-cpustat-24cpu.stat"))
    out = ""
    for cpu in (None, *range(24)):
        out += "cpu:\n" if cpu is None else f"cpu{cpu}:\n"
        out += "".join(f"{name}: {value // 10**7}\n" for name, value in cpus.times(cpu).items())
        out += "\n"
    assert out == (folder / "linux-cpustat-24cpu.out").read_text()
    with pytest.raises(InvalidArgument, match="Invalid cpuNum"):
        cpus.times(24)


# what libvirt's test says that the recorded hosts can; all others can migrate guests that run
MIGRATION = {"x86_64-basic": None, "x86_64-basic-dies": None, "aarch64-basic": Migration()}


class RecordedMemory(Memory):
    """The memory that libvirt's recordings assume, which is not in the recorded trees."""

    def total(self, node: int | None = None) -> int:
        return ((node or 0) + 1) << 20

    def distances(self, node: int) -> list[int]:
        return []

    def pages(self, node: int | None = None) -> list[tuple[int, int, int]]:
        counts = [((node or 0) + 1 + step) * 2048 for step in range(3)]
        return list(zip((4, 2048, 1048576), counts, counts, strict=True))


def test_capabilities(machines: Path, counts: Counts) -> None:
    """The host's part of the capabilities of every recorded machine, byte for byte."""
    folder = machines / "vircaps2xmldata"
    wrong = []
    expectations = sorted(folder.glob("vircaps-*.xml"))
    for expected in expectations:
        _, arch, name = expected.stem.split("-", 2)
        system = str(folder / f"linux-{name}" / "system")
        text = expected.read_text()
        migration = MIGRATION.get(f"{arch}-{name}", Migration(live=True))
        host = Host(cpu=HostCpu(arch=arch), manages_power=True, iommu=False, migration=migration)
        resctrl = str(folder / f"linux-{name}" / "resctrl")
        describe(host, Cpus(system), RecordedMemory(system), resctrl)
        found = Capabilities(host=host).format()
        if found != text:
            wrong.append("\n".join(unified_diff(text.splitlines(), found.splitlines())))
    counts.note(
        "host capabilities", len(expectations) - len(wrong), len(expectations), len(expectations)
    )
    assert len(expectations) >= 11
    assert wrong == []
