"""Snapshots of real guests and images: taken, lost, redefined, gone back to, kept between runs."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.qemu import images
from vsh.errors import (
    ConfigUnsupported,
    Error,
    NoSnapshot,
    OperationFailed,
    OperationInvalid,
    SystemFailure,
    XmlInvalidSchema,
)
from vsh.words.checkpoint import CheckpointCreate
from vsh.words.domain.state import DomainState
from vsh.words.snapshot import SnapshotCreate, SnapshotRevert
from vsh.xml import schema

if TYPE_CHECKING:
    from pathlib import Path

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection

NAMED = "<domainsnapshot><name>{}</name></domainsnapshot>"


def test_inside_the_image_of_a_guest_that_is_off(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    image = str(tiny.disks[0])
    first = domain.snapshot_create_xml(NAMED.format("one"), 0)
    second = domain.snapshot_create_xml(NAMED.format("two"), 0)
    assert images.has_snapshot(image, "one")
    assert second.get_parent().name == "one"
    assert domain.snapshot_current().name == "two"
    first.revert_to_snapshot()
    assert domain.snapshot_current().name == "one"
    first.delete()
    assert not images.has_snapshot(image, "one")
    assert [each.name for each in domain.list_all_snapshots()] == ["two"]
    with pytest.raises(NoSnapshot):
        second.get_parent()


def test_a_document_is_the_same_to_whoever_opens_the_root(root: str, tiny: TinyGuest) -> None:
    """To the letter: that of a guest that was off says so, that of memory has a cookie."""
    found = []
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        off = domain.snapshot_create_xml(NAMED.format("off"), SnapshotCreate.DISK_ONLY)
        domain.create()
        live = domain.snapshot_create_xml(NAMED.format("live"), 0)
        found.append([each.get_xml_desc() for each in (off, live)])
    with vsh.connect(root) as connection:
        domain = connection.domains["tiny"]
        names = ("off", "live")
        found.append([domain.snapshot_lookup_by_name(each).get_xml_desc() for each in names])
        domain.destroy()
    assert "<memory snapshot='no'/>" in found[0][0].partition("<domain ")[0]
    assert "<cookie>\n    <cpu mode='custom'" in found[0][1]
    assert found[0] == found[1]


def test_a_running_guest_goes_back(connection: Connection, tiny: TinyGuest) -> None:
    """Memory and disks: what ran then runs again, in another QEMU."""
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    tiny.wait_for()
    snapshot = domain.snapshot_create_xml(NAMED.format("live"), 0)
    assert "<state>running</state>" in snapshot.get_xml_desc()
    assert domain.get_state().state == 1
    tiny.output.write_text("")
    domain.destroy()
    snapshot.revert_to_snapshot()
    assert (domain.get_state().state, domain.get_state().reason) == (1, 4)
    domain.shutdown()
    tiny.wait_for("vsh guest power button")  # it was up, and did not have to boot
    assert "vsh guest ready" not in tiny.printed()


def test_a_running_guest_goes_back_to_what_was_plugged_in(
    connection: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    """The memory is that of a guest with a second disk; its configuration has one."""
    from tiny_guest import make_disk

    more = make_disk(tmp_path / "more.qcow2")
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    tiny.wait_for()
    domain.attach_device(
        f"<disk type='file'><driver name='qemu' type='qcow2'/><source file='{more}'/>"
        "<target dev='vdb' bus='virtio'/></disk>"
    )
    domain.snapshot_create_xml("<domainsnapshot><name>two disks</name></domainsnapshot>")
    domain.detach_device("<disk type='file'><target dev='vdb' bus='virtio'/></disk>")
    domain.snapshot_lookup_by_name("two disks").revert_to_snapshot()
    assert domain.get_state().state == 1
    assert domain.get_xml_desc().count("<disk ") == 2
    assert domain.get_xml_desc(2).count("<disk ") == 1
    domain.destroy()
    assert domain.get_xml_desc().count("<disk ") == 1


@pytest.mark.parametrize("flags", [0, SnapshotCreate.DISK_ONLY])
def test_a_transient_guest_goes_back(
    root: str, connection: Connection, tiny: TinyGuest, flags: int
) -> None:
    """It is started again, and is not forgotten in between, nor its snapshots."""
    domain = connection.domain_define_xml(tiny.xml)
    snapshot = domain.snapshot_create_xml(NAMED.format("off"), flags)
    domain.create()
    domain.undefine()
    with pytest.raises(OperationInvalid, match="transient domain needs to request run or pause"):
        snapshot.revert_to_snapshot()
    snapshot.revert_to_snapshot(SnapshotRevert.PAUSED)
    connection.close()
    with vsh.connect(root) as anew:
        [domain] = anew.list_all_domains()
        assert (domain.get_state().state, domain.is_persistent()) == (DomainState.PAUSED, 0)
        assert domain.snapshot_current().name == "off"


def test_overlays(root: str, connection: Connection, tiny: TinyGuest, tmp_path: Path) -> None:
    """Disks only, off and running: the guest writes to the overlay, and so do the documents say."""
    domain = connection.domain_define_xml(tiny.xml)
    domain.snapshot_create_xml(NAMED.format("off"), 16)
    base = tiny.disks[0]
    overlay = base.with_suffix(".off")
    assert f"<source file='{overlay}'/>" in domain.get_xml_desc()
    assert images.info(str(overlay))["backing-filename"] == str(base)
    domain.create()
    tiny.wait_for()
    snapshot = domain.snapshot_create_xml(NAMED.format("on"), 16)
    second = base.with_suffix(".on")
    assert f"<source file='{second}'" in domain.get_xml_desc()
    assert f"<source file='{second}'" in domain.get_xml_desc(2)
    assert images.info(str(second))["backing-filename"] == str(overlay)
    assert "<state>disk-snapshot</state>" in snapshot.get_xml_desc()
    with pytest.raises(ConfigUnsupported, match="already exists and is not a block device"):
        domain.snapshot_create_xml(
            f"<domainsnapshot><name>again</name><disks><disk name='vda'><source file='{second}'/>"
            "</disk></disks></domainsnapshot>",
            16,
        )


def test_lost_and_redefined(root: str, tiny: TinyGuest) -> None:
    """The metadata goes with the definition; the complete documents bring it back."""
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        for name in ("a", "b", "c"):
            domain.snapshot_create_xml(NAMED.format(name), 0)
        domain.snapshot_lookup_by_name("b").revert_to_snapshot()
        documents = [each.get_xml_desc(1) for each in domain.list_all_snapshots()]
        definition = domain.get_xml_desc(3)
        domain.undefine_flags(2)
        assert connection.list_all_domains() == []
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(definition)
        for number, document in enumerate(documents):
            domain.snapshot_create_xml(document, 1 | (2 if number == 1 else 0))
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        found = [each.get_xml_desc(1) for each in domain.list_all_snapshots()]
        assert found == documents
        assert domain.snapshot_current().name == "b"
        domain.snapshot_lookup_by_name("c").revert_to_snapshot()


def test_a_lost_image_is_found_before_anything_is_done(
    connection: Connection, tiny: TinyGuest
) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    snapshot = domain.snapshot_create_xml(NAMED.format("a"), 0)
    images.snapshot(str(tiny.disks[0]), "a", "-d")
    with pytest.raises(OperationFailed, match="has no snapshot 'a'"):
        snapshot.revert_to_snapshot()
    tiny.disks[0].unlink()
    with pytest.raises(OperationFailed, match="is missing"):
        snapshot.revert_to_snapshot()
    assert domain.get_state().state == 5


def test_memory_that_the_images_do_not_have_is_found_before_anything_is_done(
    connection: Connection, tiny: TinyGuest
) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    snapshot = domain.snapshot_create_xml(NAMED.format("a"), 0)
    domain.destroy()
    images.snapshot(str(tiny.disks[0]), "a", "-d")
    images.snapshot(str(tiny.disks[0]), "a", "-c")
    domain.create()
    with pytest.raises(OperationFailed, match="have no memory of a running guest in snapshot 'a'"):
        snapshot.revert_to_snapshot()
    assert domain.get_state().state == 1


def test_incomplete_documents_are_refused(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    with pytest.raises(Error):
        domain.snapshot_create_xml(NAMED.format("a"), 1)
    assert domain.list_all_snapshots() == []


def test_a_large_tree_is_kept_once_and_linear(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """400 redefinitions: their domain is one document, the second half is no slower."""
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        own = domain.get_xml_desc(3)
        times = []
        for number in range(400):
            parent = f"<parent><name>s{number - 1}</name></parent>" if number else ""
            begun = time.perf_counter()
            domain.snapshot_create_xml(
                f"<domainsnapshot><name>s{number}</name>{parent}<state>shutoff</state>"
                f"<creationTime>{number + 1}</creationTime><memory snapshot='no'/>"
                f"<disks><disk name='vda' snapshot='internal'/></disks>{own}</domainsnapshot>",
                1,
            )
            times.append(time.perf_counter() - begun)
        hypervisor = connection.driver.hypervisor
        hashes = {row[4] for row in hypervisor.state.moments("snapshot", domain.uuid)}
        assert len(hashes) == 1
        early, late = sorted(times[:100])[50], sorted(times[300:])[50]
        assert late < 3 * early  # in line: seven times
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        assert domain.snapshot_num() == 400
        begun = time.perf_counter()
        domain.snapshot_lookup_by_name("s0").delete(1 | 2)
        assert time.perf_counter() - begun < 5
        assert domain.snapshot_num() == 0


def test_what_is_redefined_on_qemu(connection: Connection, tiny: TinyGuest) -> None:
    """The answers are those of libvirtd 9.0.0: the cookie in its own form, all <disks>, the
    emulators of the domains inside looked for."""
    domain = connection.domain_define_xml(tiny.xml)
    domain.snapshot_create_xml(NAMED.format("one"), 0)
    text = domain.snapshot_lookup_by_name("one").get_xml_desc()
    end = "</domainsnapshot>"
    cookie = "<cookie><slirpHelper/><x/><cpu mode='custom'><model>qemu64</model></cpu></cookie>"
    changed = text.replace(end, f"{cookie}{end}").replace(
        "</disks>", "</disks><disks><disk name='vdz' snapshot='no'/></disks>", 1
    )
    with pytest.raises(ConfigUnsupported, match="too many disk snapshot requests"):
        domain.snapshot_create_xml(changed, SnapshotCreate.REDEFINE)
    running = text.replace("<state>shutoff", "<state>running").replace(">one<", ">two<")
    running = running.replace("<memory snapshot='no'", "<memory snapshot='internal'")
    wrong = cookie.replace("custom", "zz")
    with pytest.raises(ConfigUnsupported, match="Invalid mode attribute 'zz'"):
        domain.snapshot_create_xml(running.replace(end, wrong + end), SnapshotCreate.REDEFINE)
    gone = text.replace("/usr/bin/qemu-system-x86_64", "/usr/bin/no-qemu")
    with pytest.raises(SystemFailure, match="Cannot check QEMU binary /usr/bin/no-qemu: No such"):
        domain.snapshot_create_xml(gone, SnapshotCreate.REDEFINE)
    whole = running.replace(end, cookie + end)
    snapshot = domain.snapshot_create_xml(whole, SnapshotCreate.REDEFINE)
    kept = snapshot.get_xml_desc().partition("<cookie>")[2].partition("</cookie>")[0]
    assert [line.strip() for line in kept.splitlines() if line.strip()] == [
        "<cpu mode='custom' match='exact'>",
        "<model fallback='allow'>qemu64</model>",
        "</cpu>",
        "<slirpHelper/>",
    ]


@pytest.mark.skipif(
    not os.path.exists(f"{schema.folder()}/domaincheckpoint.rng"), reason="no schemas of libvirt's"
)
def test_libvirts_schema_decides_about_checkpoints(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    text = "<domaincheckpoint><name>c</name><creationTime>1</creationTime>{}</domaincheckpoint>"
    own = domain.get_xml_desc()
    wrong = own.replace("<memory", "<nonsense/><memory", 1)
    with pytest.raises(XmlInvalidSchema, match=r"Unable to validate doc against .*checkpoint\.rng"):
        domain.checkpoint_create_xml(text.format(wrong), CheckpointCreate.REDEFINE)
    domain.checkpoint_create_xml(text.format(own), CheckpointCreate.REDEFINE)
    assert [each.name for each in domain.list_all_checkpoints()] == ["c"]
