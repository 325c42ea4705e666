"""Acts on disks and images that are refused, or fail: what there was is there still, also for the
next who opens the root."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tiny_guest import TinyGuest

import vsh
from vsh.api.types import TypedParams
from vsh.errors import Error, OperationInvalid, OperationUnsupported

if TYPE_CHECKING:
    from pathlib import Path

DISK_ONLY, TRANSIENT, NAMED = 16, 4, "<domainsnapshot><name>{}</name></domainsnapshot>"


def test_a_copy_that_qemu_refuses_leaves_no_mirror(
    root: str, tiny: TinyGuest, tmp_path: Path
) -> None:
    target = f"<disk type='file'><source file='{tmp_path}/copy'/><driver type='qcow2'/></disk>"
    with vsh.connect(root) as connection:
        domain = connection.domain_create_xml(tiny.xml)
        wrong = TypedParams().set("granularity", "uint", 1 << 27)
        with pytest.raises(Error, match="granularity"):
            domain.block_copy("vda", target, wrong, TRANSIENT)
    assert not (tmp_path / "copy").exists()
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        assert "<mirror" not in domain.get_xml_desc()
        domain.block_copy("vda", target, TypedParams(), TRANSIENT)
        domain.block_job_abort("vda", 0)


def test_a_guest_that_stands_still_does_so_after_a_save_that_failed(
    root: str, tiny: TinyGuest
) -> None:
    with vsh.connect(root) as connection:
        domain = connection.domain_create_xml(tiny.xml)
        domain.suspend()
        with pytest.raises(Error, match="No space left on device"):
            domain.save("/dev/full")
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        assert domain.get_state().state == 3
        domain.resume()
        assert domain.get_state().state == 1


def test_a_live_snapshot_with_memory_goes_on(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """Its QEMU stops by itself when all memory is written, and is let go on."""
    with vsh.connect(root) as connection:
        domain = connection.domain_create_xml(tiny.xml)
        for name in ("one", "two"):
            domain.snapshot_create_xml(
                f"<domainsnapshot><name>{name}</name><memory snapshot='external' "
                f"file='{tmp_path}/{name}.memory'/></domainsnapshot>",
                256,
            )
            answer = domain.monitor_command('{"execute": "query-status"}')
            assert '"running":true' in answer.replace(" ", "")


def test_a_snapshot_inside_an_overlay_is_not_merged_away(root: str, tiny: TinyGuest) -> None:
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        below = domain.snapshot_create_xml(NAMED.format("below"), DISK_ONLY)
        inside = domain.snapshot_create_xml(NAMED.format("inside"), 0)
        with pytest.raises(OperationUnsupported, match="has the internal snapshot 'inside'"):
            below.delete()
        above = domain.snapshot_create_xml(NAMED.format("above"), DISK_ONLY)
        with pytest.raises(OperationUnsupported, match="internal snapshot as parent"):
            above.delete()
        inside.revert_to_snapshot()
        assert {each.name for each in domain.list_all_snapshots()} == {"below", "inside", "above"}


def test_an_image_with_bitmaps_is_not_gone_back_in(root: str, tiny: TinyGuest) -> None:
    """QEMU would refuse it when the guest has been ended for it already."""
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        domain.create()
        snapshot = domain.snapshot_create_xml(NAMED.format("inside"), 0)
        point = domain.checkpoint_create_xml("<domaincheckpoint><name>p</name></domaincheckpoint>")
        with pytest.raises(OperationInvalid, match="has the bitmap 'p' of a checkpoint"):
            snapshot.revert_to_snapshot()
        assert domain.get_state().state == 1
        domain.destroy()
        with pytest.raises(OperationInvalid, match="has the bitmap 'p' of a checkpoint"):
            snapshot.revert_to_snapshot()
        domain.create()
        point.delete()
        snapshot.revert_to_snapshot()
        assert domain.get_state().state == 1


NO_ROOM = """
import sys
import vsh
from vsh.errors import Error
uri, document, small = sys.argv[1:]
with vsh.connect(uri) as connection:
    domain = connection.domain_define_xml(open(document).read())
    before = domain.get_xml_desc()
    try:
        domain.snapshot_create_xml(
            "<domainsnapshot><name>n</name><disks><disk name='vdb'><source file='%s/over'/></disk>"
            "</disks></domainsnapshot>" % small, 16
        )
    except Error as error:
        print(error)
    assert domain.get_xml_desc() == before and not domain.list_all_snapshots()
"""


def test_no_room_for_the_overlays_of_a_guest_that_is_off(root: str, tmp_path: Path) -> None:
    """The first overlay is taken back where there is no room for the second."""
    if os.geteuid() != 0:
        pytest.skip("a small disk of one's own needs root (mount namespaces)")
    tiny, small = TinyGuest(tmp_path, "tiny", disks=2), tmp_path / "small"
    small.mkdir()
    script = f'mount -t tmpfs -o size=64k none {small} && exec "$@" && ls {small}'
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh",
         sys.executable, "-c", NO_ROOM, root, tiny.file, small],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "No space left on device" in done.stdout
    assert sorted(each.name for each in tmp_path.glob("tiny-*")) == ["tiny-0.qcow2", "tiny-1.qcow2"]


def test_a_chain_that_was_plugged_in_is_opened_where_it_is(
    root: str, tiny: TinyGuest, tmp_path: Path
) -> None:
    """The images below a disk have the numbers that they were given, whatever other disks have."""
    extra = tmp_path / "extra.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", extra, "1M"], check=True)
    with vsh.connect(root) as connection:
        domain = connection.domain_create_xml(tiny.xml)
        domain.attach_device(
            f"<disk type='file'><driver name='qemu' type='qcow2'/><source file='{extra}'/>"
            "<target dev='vdb' bus='virtio'/></disk>"
        )
        point = domain.checkpoint_create_xml("<domaincheckpoint><name>p</name></domaincheckpoint>")
        domain.snapshot_create_xml(NAMED.format("over"), DISK_ONLY)
        point.delete()  # in an image below, which has to be opened for writing
        assert not domain.list_all_checkpoints()
