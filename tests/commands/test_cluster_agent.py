"""Clusters that call virsh, with vsh in its place, on real daemons: Pacemaker's own agent for
domains, run as Pacemaker runs it, and the command lines of OpenNebula's KVM scripts.

Debian's package resource-agents has the agent; OCF_ROOT may name the folder of an unpacked one.
OpenNebula is in no package here: what stands for it is a test of our own, of the command lines that
its scripts give to virsh (create, dominfo, snapshots with --redefine, a device from a pipe, save,
restore with another document, reboot, shutdown, migrate).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from private_libvirtd import PrivateLibvirtd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tiny_guest import TinyGuest

ROOT = Path(os.environ.get("OCF_ROOT", "/usr/lib/ocf"))
AGENT = ROOT / "resource.d" / "heartbeat" / "VirtualDomain"
SUCCESS, GENERIC_ERROR, NOT_RUNNING = 0, 1, 7
VSH = Path(sys.executable).with_name("vsh")

pytestmark = pytest.mark.libvirtd


@pytest.fixture
def other() -> Iterator[PrivateLibvirtd]:
    """A second host."""
    with PrivateLibvirtd() as daemon:
        daemon.restart(host_uuid="11111111-2222-4333-8444-555555555555")
        yield daemon


@pytest.fixture(params=["vsh", "virsh"])
def tools(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with a ``virsh``: ours, or the real one, which says that the test is right."""
    real = shutil.which("virsh")
    if request.param == "virsh" and real is None:
        pytest.skip("the real virsh is not here")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "virsh").symlink_to(VSH if request.param == "vsh" else str(real))
    return folder


# -- Pacemaker -------------------------------------------------------------------------------------


class Node:
    """One node of a cluster: what Pacemaker's local resource manager calls the agent with."""

    def __init__(self, daemon: PrivateLibvirtd, folder: Path, tools: Path, config: Path) -> None:
        folder.mkdir()
        self.env = {
            "PATH": f"{tools}:{os.environ['PATH']}:/usr/sbin:/sbin",
            "HOME": str(folder),
            "OCF_ROOT": str(ROOT),
            "OCF_FUNCTIONS_DIR": str(ROOT / "lib" / "heartbeat"),
            "OCF_RESOURCE_INSTANCE": "ha",
            "OCF_RESOURCE_TYPE": "VirtualDomain",
            "OCF_RA_VERSION_MAJOR": "1",
            "OCF_RA_VERSION_MINOR": "0",
            "OCF_RESKEY_config": str(config),
            "OCF_RESKEY_hypervisor": daemon.uri,
            "OCF_RESKEY_force_stop": "true",
            "OCF_RESKEY_CRM_meta_timeout": "60000",
            "HA_RSCTMP": str(folder),
            "HA_LOGFACILITY": "none",
            "HA_LOGFILE": str(folder / "log"),
        }

    def agent(self, action: str, **more: str) -> int:
        """Run one action; its status."""
        env = {**self.env, **{f"OCF_RESKEY_{name}": value for name, value in more.items()}}
        done = subprocess.run(
            [str(AGENT), action], env=env, capture_output=True, text=True, timeout=120
        )
        print(action, done.returncode, done.stdout, done.stderr)
        return done.returncode


@pytest.mark.skipif(not AGENT.exists(), reason=f"{AGENT} is not there: install resource-agents")
def test_start_monitor_migrate_stop(
    libvirtd: PrivateLibvirtd,
    other: PrivateLibvirtd,
    tiny_guest: Callable[..., TinyGuest],
    tools: Path,
    tmp_path: Path,
) -> None:
    guest = tiny_guest("ha", define=False)
    here = Node(libvirtd, tmp_path / "here", tools, guest.file)
    there = Node(other, tmp_path / "there", tools, guest.file)
    assert here.agent("validate-all") == SUCCESS
    assert here.agent("monitor") == NOT_RUNNING
    assert here.agent("start") == SUCCESS
    assert libvirtd.virsh("domstate", "ha").strip() == "running"
    assert here.agent("monitor") == SUCCESS
    assert here.agent("start") == SUCCESS  # it runs already
    assert there.agent("monitor") == NOT_RUNNING
    moving = {
        "CRM_meta_migrate_target": "there",
        "CRM_meta_migrate_source": "here",
        "remoteuri": other.uri,
        "migrate_options": "--unsafe",
        "migrateuri": f"tcp://127.0.0.1:{40000 + os.getpid() % 9000}",
    }
    assert here.agent("migrate_to", **moving) == SUCCESS
    assert there.agent("migrate_from", **moving) == SUCCESS
    assert here.agent("monitor") == NOT_RUNNING
    assert there.agent("monitor") == SUCCESS
    assert other.virsh("domstate", "ha").strip() == "running"
    assert here.agent("migrate_to", **moving) == GENERIC_ERROR  # it is not here any more
    assert here.agent("stop") == SUCCESS
    assert there.agent("stop") == SUCCESS
    assert there.agent("monitor") == NOT_RUNNING


# -- OpenNebula ------------------------------------------------------------------------------------

NEBULA = "http://opennebula.org/xmlns/libvirt/1.0"
SNAPSHOT = """<domainsnapshot><name>snap-0</name><state>running</state>
<creationTime>1600000000</creationTime>
<memory snapshot='internal'/><disks><disk name='vda' snapshot='internal'/></disks>
{domain}</domainsnapshot>"""
DISK = """<disk type='file' device='disk'><driver name='qemu' type='raw'/>
<source file='{file}'/><target dev='vdb' bus='virtio'/></disk>"""
STEPS = r"""
deploy      virsh --connect $LIBVIRT_URI create $DIR/one-7.xml
deploy      virsh --connect $LIBVIRT_URI dominfo one-7 | awk '/UUID:/ {print $2}'
deploy      virsh --connect $LIBVIRT_URI dumpxml one-7 --inactive --security-info > $DIR/domain.xml
snapshot    virsh --connect $LIBVIRT_URI metadata one-7 $NEBULA one
snapshot    virsh --connect $LIBVIRT_URI snapshot-create-as one-7 --name snap-0 | awk '{print $3}'
snapshot    virsh --connect $LIBVIRT_URI snapshot-dumpxml one-7 snap-0 > $DIR/snap-0.xml
snapshot    virsh --connect $LIBVIRT_URI snapshot-delete one-7 snap-0 --metadata
redefine    virsh --connect $LIBVIRT_URI snapshot-create one-7 $DIR/snap-0.xml --redefine >/dev/null
redefine    virsh --connect $LIBVIRT_URI snapshot-list one-7 --name
revert      virsh --connect $LIBVIRT_URI snapshot-revert one-7 snap-0 --force
delete      virsh --connect $LIBVIRT_URI snapshot-delete one-7 snap-0
attach      virsh --connect $LIBVIRT_URI attach-device one-7 <(cat $DIR/disk.xml)
attach      virsh --connect $LIBVIRT_URI domblklist one-7 | awk 'NR > 2 {print $1}'
detach      virsh --connect $LIBVIRT_URI dumpxml one-7 | grep -c "<target dev='vdb'"
detach      virsh --connect $LIBVIRT_URI detach-disk one-7 vdb
poll        virsh --connect $LIBVIRT_URI --readonly dominfo one-7 > /dev/null
poll        virsh --connect $LIBVIRT_URI domstate one-7 --reason
poll        virsh --connect $LIBVIRT_URI -r list --name
reboot      virsh --connect $LIBVIRT_URI reboot one-7
reset       virsh --connect $LIBVIRT_URI reset one-7
save        touch $DIR/checkpoint; virsh --connect $LIBVIRT_URI save one-7 $DIR/checkpoint
save        virsh --connect $LIBVIRT_URI --readonly dominfo one-7
restore     virsh --connect $LIBVIRT_URI save-image-dumpxml $DIR/checkpoint > $DIR/checkpoint.xml
restore     virsh --connect $LIBVIRT_URI restore $DIR/checkpoint --xml $DIR/checkpoint.xml
restore     virsh --connect $LIBVIRT_URI domtime --sync one-7
migrate virsh -c $LIBVIRT_URI migrate --live --unsafe --suspend one-7 $TARGET --migrateuri $MIGRATE
migrate     virsh --connect $TARGET resume one-7
migrate     virsh --connect $TARGET domstate one-7
shutdown    virsh --connect $TARGET shutdown one-7
shutdown    while virsh --connect $TARGET -r dominfo one-7 >/dev/null 2>&1; do sleep 0.2; done
cancel      virsh --connect $LIBVIRT_URI create $DIR/one-7.xml > /dev/null
cancel      virsh --connect $LIBVIRT_URI destroy one-7
"""


def test_the_command_lines_of_opennebulas_scripts(
    libvirtd: PrivateLibvirtd,
    other: PrivateLibvirtd,
    tiny_guest: Callable[..., TinyGuest],
    tools: Path,
    tmp_path: Path,
) -> None:
    guest = tiny_guest("one-7", define=False)
    document = guest.file.read_text().replace(
        "<memory",
        f"<metadata><one:vm xmlns:one='{NEBULA}'><one:name>seven</one:name></one:vm></metadata>"
        "<memory",
        1,
    )
    (tmp_path / "one-7.xml").write_text(document)
    (tmp_path / "extra.img").write_bytes(bytes(1 << 20))
    (tmp_path / "disk.xml").write_text(DISK.format(file=tmp_path / "extra.img"))
    env = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LC_ALL": "C",
        "LIBVIRT_URI": libvirtd.uri,
        "TARGET": other.uri,
        "MIGRATE": f"tcp://127.0.0.1:{40000 + os.getpid() % 9000}",
        "NEBULA": NEBULA,
        "DIR": str(tmp_path),
    }
    told = []
    for row in STEPS.strip().splitlines():
        _, line = row.split(maxsplit=1)
        done = subprocess.run(
            ["bash", "-c", line], env=env, capture_output=True, text=True, timeout=120
        )
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "UUID", done.stdout + done.stderr)
        told.append((line.replace("virsh --connect ", ""), done.returncode, text.strip()))
    for each in told:
        print(each)
    said = {line: (status, text) for line, status, text in told}

    def step(start: str) -> tuple[int, str]:
        return next(answer for line, answer in said.items() if start in line)

    failing = {line for line, status, _ in told if status}
    assert step(" create ") == (0, f"Domain 'one-7' created from {tmp_path}/one-7.xml")
    assert step("dominfo one-7 | awk") == (0, "UUID")
    assert "<name>seven</name>" in step("metadata")[1].replace("one:", "")
    assert step("snapshot-create-as") == (0, "snap-0")
    assert step("snapshot-list") == (0, "snap-0")
    assert step("snapshot-revert")[0] == 0
    assert step("attach-device") == (0, "Device attached successfully")
    assert step("domblklist") == (0, "vda\nvdb")
    assert step("detach-disk") == (0, "Disk detached successfully")
    assert step("domstate one-7 --reason")[1].startswith("running (")
    assert step("-r list --name") == (0, "one-7")
    assert step("save one-7")[1] == f"Domain 'one-7' saved to {tmp_path}/checkpoint"
    assert step("restore ")[1] == f"Domain restored from {tmp_path}/checkpoint"
    assert step("$TARGET resume") == (0, "Domain 'one-7' resumed")
    assert step("$TARGET domstate") == (0, "running")
    assert step("$TARGET shutdown") == (0, "Domain 'one-7' is being shutdown")
    assert step("$LIBVIRT_URI destroy") == (0, "Domain 'one-7' destroyed")
    assert failing == {
        "$LIBVIRT_URI --readonly dominfo one-7",  # after save it is gone: so the scripts know
        "$LIBVIRT_URI domtime --sync one-7",  # it has no agent; the scripts go on
    }
