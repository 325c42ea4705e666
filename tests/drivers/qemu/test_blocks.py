"""Images of real guests: jobs told of, and what is left by a vsh that is killed at any command."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

import vsh

if TYPE_CHECKING:
    from pathlib import Path

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain


def asked(domain: Domain, command: str, **arguments: object) -> object:
    wanted = {"execute": command, "arguments": arguments}
    return json.loads(domain.monitor_command(json.dumps(wanted), 0))["return"]


def top_of(domain: Domain) -> str:
    """The file that QEMU writes the first disk to."""
    found = asked(domain, "query-block")
    assert isinstance(found, list)
    return str(found[0]["inserted"]["file"])


def source_of(domain: Domain, flags: int = 0) -> str:
    return domain.get_xml_desc(flags).partition("<source file='")[2].partition("'")[0]


def test_a_commit_is_told_of(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    domain.snapshot_create_xml("<domainsnapshot><name>s</name></domainsnapshot>", 16 | 4)
    with connection.watch("block-job-2", timeout=5) as watch:
        events = iter(watch)
        domain.block_commit("vda", None, None, 0, 4)
        ready = next(events)
        domain.block_job_abort("vda", 2)
        done = next(events)
    assert (ready.dst, ready.type, ready.status) == ("vda", 4, 3)
    assert (done.dst, done.type, done.status) == ("vda", 4, 0)
    assert source_of(domain) == source_of(domain, 2) == str(tiny.disks[0]) == top_of(domain)


def test_a_threshold_is_told_of(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    with connection.watch("block-threshold", timeout=5) as watch:
        domain.set_block_threshold("vda", 1)
        domain.monitor_command('qemu-io -d virtio-disk0/virtio-backend "write 0 64k"', 1)
        told = next(iter(watch))
    assert (told.dev, told.path, told.threshold) == ("vda", str(tiny.disks[0]), 1)
    assert told.excess > 0


def test_back_to_an_external_snapshot(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """New overlays take the place of those that are given up, with the memory if it was saved."""
    folder = tiny.disks[0].parent
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        domain.create()
        one = domain.snapshot_create_xml("<domainsnapshot><name>one</name></domainsnapshot>", 16)
        memory = f"<memory snapshot='external' file='{tmp_path}/two.mem'/>"
        domain.snapshot_create_xml(f"<domainsnapshot><name>two</name>{memory}</domainsnapshot>")
        domain.snapshot_create_xml("<domainsnapshot><name>three</name></domainsnapshot>", 16)
        one.revert_to_snapshot()
        assert not domain.is_active()
        first = source_of(domain)
        assert first in one.get_xml_desc().partition("<revertDisks>")[2]
        assert f"<source file='{tiny.disks[0]}'/>" in domain.get_xml_desc()
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        two = domain.snapshot_lookup_by_name("two")
        two.revert_to_snapshot()
        assert domain.is_active()
        assert source_of(domain) == source_of(domain, 2) == top_of(domain) != first
        assert "<revertDisks>" not in domain.snapshot_lookup_by_name("one").get_xml_desc()
        names = {path.name for path in folder.iterdir() if path.name.startswith("tiny-0.")}
        assert names == {"tiny-0.qcow2", "tiny-0.one", "tiny-0.two", source_of(domain)[-17:]}
        for name in ("three", "two", "one"):
            domain.snapshot_lookup_by_name(name).delete()
        assert source_of(domain) == top_of(domain) == str(tiny.disks[0])
        assert [path.name for path in folder.iterdir() if path.name.startswith("tiny-0.")] == [
            "tiny-0.qcow2"
        ]


ACTS = {
    "snapshot": "domain.snapshot_create_xml(SNAPSHOT, 16)",
    "pivot": "domain.block_job_abort('vda', 2)",
    "delete": "domain.snapshot_lookup_by_name('before').delete()",
    "checkpoint": "domain.checkpoint_create_xml(CHECKPOINT)",
    "backup": "domain.backup_begin(BACKUP)",
}
KILLED = """
    import os, sys
    import vsh
    from vsh.drivers.qemu.guest import Guest

    uri, place, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    SNAPSHOT = "<domainsnapshot><name>new</name></domainsnapshot>"
    CHECKPOINT = "<domaincheckpoint><name>new</name></domaincheckpoint>"
    BACKUP = (
        "<domainbackup><disks><disk name='vda' type='file'>"
        f"<target file='{{folder}}/backup.qcow2'/></disk></disks></domainbackup>"
    )
    count = 0
    ask = Guest.ask

    def counted(self, command, *arguments, **named):
        global count
        if not command.startswith("query-"):
            count += 1
            if count == place:
                os.kill(os.getpid(), 9)
        answer = ask(self, command, *arguments, **named)
        if count == -place and not command.startswith("query-"):
            os.kill(os.getpid(), 9)
        return answer

    connection = vsh.connect(uri)
    domain = connection.domain_lookup_by_name("tiny")
    Guest.ask = counted
    {act}
    os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("place", [1, -1, -3, 5, -5])
def test_killed_at_a_command(
    root: str, tiny: TinyGuest, tmp_path: Path, act: str, place: int
) -> None:
    """What the guest writes to is what its definition names; nothing else is left."""
    before = "<domainsnapshot><name>before</name></domainsnapshot>"
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        domain.create()
        if act in ("pivot", "delete"):
            domain.snapshot_create_xml(before, 16)
        if act == "pivot":
            domain.block_commit("vda", None, None, 0, 4)
            while domain.get_block_job_info("vda").cur == 0:
                pass
    program = textwrap.dedent(KILLED).format(act=ACTS[act])
    words = [sys.executable, "-c", program, root, str(place), str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        while domain.get_job_info().type or (job := domain.get_block_job_info("vda")).found:
            if not domain.get_job_info().type and job.cur == job.end:
                domain.block_job_abort("vda", 2)
        assert source_of(domain) == source_of(domain, 2) == top_of(domain)
        known = domain.get_xml_desc(0) + "".join(
            each.get_xml_desc() for each in domain.list_all_snapshots()
        )
        images = [path for path in tmp_path.iterdir() if path.name.startswith("tiny-0.")]
        assert [path.name for path in images if str(path) not in known] == []
        named = [node for node in nodes(domain) if node.startswith("libvirt-")]
        assert len(named) == 2 * domain.get_xml_desc(0).count("<source file='")
        if act == "checkpoint":
            bitmaps = asked(domain, "query-named-block-nodes", flat=True)
            assert isinstance(bitmaps, list)
            there = any(each.get("dirty-bitmaps") for each in bitmaps)
            assert there == bool(domain.list_all_checkpoints())


REVERTED = """
    import os, sys
    import vsh
    from vsh.drivers.qemu import happenings, images, moments
    from vsh.drivers.qemu.blocks import images as blocks

    uri, place = sys.argv[1], int(sys.argv[2])
    count = 0

    def counted(module, name):
        plain = getattr(module, name)

        def instead(*arguments, **named):
            global count
            count += 1
            if count == place:
                os.kill(os.getpid(), 9)
            answer = plain(*arguments, **named)
            if count == -place:
                os.kill(os.getpid(), 9)
            return answer

        setattr(module, name, instead)

    connection = vsh.connect(uri)
    domain = connection.domain_lookup_by_name("tiny")
    counted(images, "overlay")
    counted(happenings, "end")
    counted(moments, "keep")
    counted(blocks, "remove_files")
    domain.snapshot_lookup_by_name("before").revert_to_snapshot()
"""


@pytest.mark.parametrize("place", [1, -1, -2, -3, -4])
def test_killed_while_it_goes_back(root: str, tiny: TinyGuest, tmp_path: Path, place: int) -> None:
    """The guest goes on as it was, or is off with what it had at the snapshot: no file more."""
    before = "<domainsnapshot><name>before</name></domainsnapshot>"
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        domain.create()
        domain.snapshot_create_xml(before, 16)
    words = [sys.executable, "-c", textwrap.dedent(REVERTED), root, str(place)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        assert domain.is_active() == (place in (1, -1))
        assert source_of(domain) == source_of(domain, 2)
        names = {str(path) for path in tmp_path.iterdir() if path.name.startswith("tiny-0.")}
        assert names == {str(tiny.disks[0]), source_of(domain)}
        domain.snapshot_lookup_by_name("before").revert_to_snapshot()
        names = {str(path) for path in tmp_path.iterdir() if path.name.startswith("tiny-0.")}
        assert names == {str(tiny.disks[0]), source_of(domain)}


def nodes(domain: Domain) -> list[str]:
    found = asked(domain, "query-named-block-nodes", flat=True)
    assert isinstance(found, list)
    return [each["node-name"] for each in found]
