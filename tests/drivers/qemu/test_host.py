"""What the embedded driver says of this machine and its QEMUs, beside a real libvirtd's words."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from private_libvirtd import PrivateLibvirtd

    from vsh.api.connection import Connection

VSH = Path(sys.executable).with_name("vsh")
OTHER_SECURITY = re.compile(r"    <secmodel>\n      <model>dac</model>.*?</secmodel>\n", re.DOTALL)


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


def test_capabilities_are_libvirtd_s(connection: Connection, libvirtd: PrivateLibvirtd) -> None:
    """All but who guests run as, the host's own number, and what newer libvirts add."""
    theirs = OTHER_SECURITY.sub("", libvirtd.virsh("capabilities"))
    ours = OTHER_SECURITY.sub("", connection.get_capabilities())
    differing = [
        (mine, other)
        for mine, other in zip(lines(ours), lines(theirs), strict=True)
        if mine != other
    ]
    assert len(differing) <= 2
    for mine, other in differing:
        assert "<uuid>" in mine or mine.replace(" clusters='1'", "") == other


@pytest.mark.parametrize(
    "words",
    [
        "domcapabilities", "domcapabilities --machine q35", "domcapabilities --virttype qemu",
        "domcapabilities --machine nosuch",
        "domcapabilities --arch sparc", "domcapabilities --arch nosuch",
        "domcapabilities --virttype nosuch", "domcapabilities --emulatorbin /bin/nosuch",
        "cpu-models x86_64", "cpu-models nosuch", "freecell 3", "freepages --cellno 0 --pagesize 7",
        "allocpages 4 1", "nodememstats 3", "nodecpustats 77", "nodesevinfo",
        "nodesuspend mem 10", "nodesuspend mem 100", "domxml-to-native nosuch /dev/null",
    ],
)  # fmt: skip
def test_answers_are_libvirtd_s(root: str, libvirtd: PrivateLibvirtd, words: str) -> None:
    """The same bytes on both streams, and the same status."""
    theirs = subprocess.run(
        ["virsh", "-c", libvirtd.uri, words], capture_output=True, text=True, check=False
    )
    ours = subprocess.run(
        [VSH, "--format", "plain", "-c", root, words], capture_output=True, text=True, check=False
    )
    assert ours.stdout.strip() == theirs.stdout.strip()
    # virsh's own line before the daemon's is another one in newer versions
    assert lines(ours.stderr)[-1:] == lines(theirs.stderr)[-1:]
    assert ours.returncode == theirs.returncode


def test_cpus_are_compared(connection: Connection, tmp_path: Path) -> None:
    """The host's own CPU is identical to itself; one with a feature more does not fit."""
    document = connection.get_capabilities()
    cpu = document[document.index("<cpu>") : document.index("</cpu>") + len("</cpu>")]
    assert connection.compare_cpu(cpu) == 1
    assert connection.compare_cpu("<cpu match='minimum'><model>486</model></cpu>") == 2
    more = "<cpu match='exact'><model>486</model><feature policy='require' name='3dnow'/></cpu>"
    assert connection.compare_cpu(more) == 0
    assert "<model fallback='forbid'>" in connection.baseline_hypervisor_cpu(
        None, None, None, "qemu", [cpu]
    )


def test_memory_sharing(connection: Connection) -> None:
    found = connection.node_get_memory_parameters()
    assert set(found) <= {
        "shm_pages_to_scan", "shm_sleep_millisecs", "shm_pages_shared", "shm_pages_sharing",
        "shm_pages_unshared", "shm_pages_volatile", "shm_full_scans", "shm_merge_across_nodes",
    }  # fmt: skip
    times = connection.node_get_cpu_stats(-1)
    assert set(times) == {"kernel", "user", "idle", "iowait"}
    assert times["user"] > 0
