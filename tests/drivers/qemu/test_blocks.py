"""Images of real guests: jobs told of, and what is left by a vsh that is killed at any command."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import newest_libvirtd
import pytest
from newest_libvirtd import OWN_EMULATOR
from tiny_guest import TinyGuest, make_disk

import vsh
from vsh.drivers.qemu import happenings
from vsh.drivers.qemu.guest import Guest
from vsh.words.domain.block import DomainBlockCommit
from vsh.words.snapshot import SnapshotCreate

if TYPE_CHECKING:
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


def backing_of(image: str) -> str:
    words = ["qemu-img", "info", "--force-share", "--output=json", image]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return str(json.loads(done.stdout)["backing-filename"])


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


def test_a_guest_ends_while_its_job_does(
    connection: Connection, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread takes its QEMU away at each question that the end of a commit asks it."""
    hypervisor = connection.driver.hypervisor
    domain = connection.domain_define_xml(tiny.xml)
    guest = hypervisor.guests.named(tiny.name)
    asks = Guest.ask
    left = 0

    def ask(guest: Guest, command: str, *words: Any, **options: Any) -> object:
        nonlocal left
        left -= command != "job-complete"
        if left == 0:
            happenings.destroyed(hypervisor, guest)
        return asks(guest, command, *words, **options)

    ended = 0
    while left <= 0:
        domain.create()
        domain.snapshot_create_xml(
            f"<domainsnapshot><name>s{ended}</name></domainsnapshot>",
            SnapshotCreate.DISK_ONLY | SnapshotCreate.NO_METADATA,
        )
        with connection.watch("block-job-2", timeout=30) as watch:
            domain.block_commit("vda", None, None, 0, DomainBlockCommit.ACTIVE)
            next(iter(watch))
        monkeypatch.setattr(Guest, "ask", ask)
        ended += 1
        left = ended
        asked(domain, "job-complete", id=next(iter(guest.run.jobs)))
        while guest.run is not None and guest.run.jobs:
            hypervisor.pump(0.1)
        monkeypatch.undo()
        assert domain.is_active() == (left > 0)
    assert ended > 3
    assert source_of(domain) == top_of(domain) == str(tiny.disks[0])


def test_a_threshold_is_told_of(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    with connection.watch("block-threshold", timeout=5) as watch:
        domain.set_block_threshold("vda", 1)
        domain.monitor_command('qemu-io -d virtio-disk0/virtio-backend "write 0 64k"', 1)
        told = [event for _, event in zip(range(2), watch, strict=False)]
    assert [(each.dev, each.path, each.threshold) for each in told] == [
        ("vda", str(tiny.disks[0]), 1), ("vda[1]", str(tiny.disks[0]), 1),
    ]  # fmt: skip
    assert told[0].excess > 0


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
        assert backing_of(first) == str(tiny.disks[0])
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


@pytest.mark.parametrize("board", ["older", pytest.param("newer", marks=pytest.mark.libvirtd)])
def test_a_disk_that_fails(
    root: str, tiny: TinyGuest, tmp_path: Path, board: str, request: pytest.FixtureRequest
) -> None:
    """The server of a guest's disk dies: the guest stands still, and the next opener says why."""
    document = tiny.xml
    if board == "newer":
        request.getfixturevalue("running_newest")
        document = document.replace(OWN_EMULATOR, newest_libvirtd.emulator(tmp_path))
    newest_libvirtd.as_root(tmp_path / "root")
    raw = make_disk(tmp_path / "served.raw", "raw")
    server = subprocess.Popen(["qemu-nbd", "-t", "-x", "x", "-f", "raw", "-k", f"{raw}.nbd", raw])
    until = time.monotonic() + 30
    while not Path(f"{raw}.nbd").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    before, _, rest = document.partition("    <disk type='file'")
    disk = (
        "<disk type='network'><driver name='qemu' type='raw' rerror_policy='stop'/>"
        f"<source protocol='nbd' name='x'><host transport='unix' socket='{raw}.nbd'/></source>"
    )
    rest = rest[rest.index("<target") :]
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(before + disk + rest)
        domain.create_with_flags(1)
        server.kill()
        server.wait()
        with (
            connection.watch("io-error-reason", timeout=30) as errors,
            connection.watch("lifecycle", timeout=30) as lives,
        ):
            domain.resume()
            told = next(iter(errors))
            assert next(each.detail for each in lives if each.event == 3) == 2  # suspended by it
    assert (told.srcPath, told.devAlias, told.action) == ("x", "virtio-disk0", 1)
    assert told.reason == ("message" if board == "newer" else "")
    with vsh.connect(root) as connection:
        domain = connection.domains["tiny"]
        assert tuple(domain.get_state()) == (3, 5)
        assert [(each.disk, each.error) for each in domain.get_disk_errors()] == [("vda", 1)]
        said = "\n".join(domain.get_messages())
        start = "I/O error: disk='vda', index='1', path='x', timestamp='2"
        assert (start in said) == (board == "newer")


def sliced(tiny: TinyGuest, offset: int) -> str:
    """A guest whose disk is a part of its file."""
    part = f"<slices><slice type='storage' offset='{offset}' size='524288'/></slices>"
    path = tiny.disks[0]
    assert f"<source file='{path}'/>" in tiny.xml
    os.truncate(path, 1 << 20)
    return (
        tiny.xml.replace(f"<source file='{path}'/>", f"<source file='{path}'>{part}</source>")
        .replace("type='qcow2'", "type='raw'")
    )  # fmt: skip


def test_a_part_of_a_file_that_grows_is_all_of_it(connection: Connection, tiny: TinyGuest) -> None:
    """As libvirt 12.8.0 has it, in what runs and in the configuration."""
    domain = connection.domain_define_xml(sliced(tiny, 0))
    domain.create()
    assert domain.get_block_info("vda").capacity == 524288
    domain.block_resize("vda", 4096)
    assert domain.get_block_info("vda").capacity == 4096 * 1024
    assert "<slices>" not in domain.get_xml_desc() + domain.get_xml_desc(2)


def test_a_part_from_within_a_file_does_not_grow(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(sliced(tiny, 1024))
    domain.create()
    with pytest.raises(vsh.Error, match="with non-zero 'offset' is not supported"):
        domain.block_resize("vda", 4096)
    assert domain.get_block_info("vda").capacity == 524288
    assert "<slices>" in domain.get_xml_desc()
