"""A tree of external snapshots that was gone back and forth in; nothing is left in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import vsh

if TYPE_CHECKING:
    from pathlib import Path

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

DISK_ONLY, METADATA = 16, 2
MEMORY = "<memory snapshot='external' file='{}'/>"


def snapshot(domain: Domain, name: str, memory: Path | None = None) -> None:
    more = "" if memory is None else MEMORY.format(memory)
    flags = DISK_ONLY if memory is None else 0
    domain.snapshot_create_xml(f"<domainsnapshot><name>{name}</name>{more}</domainsnapshot>", flags)


def delete(domain: Domain, name: str) -> None:
    domain.snapshot_lookup_by_name(name).delete()


def test_two_branches_are_made_and_deleted(
    connection: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    """As libvirtd 12.8.0 does it: the guest ends on its own image, and no overlay is left."""
    before = set(tmp_path.iterdir())
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    snapshot(domain, "disk1")
    snapshot(domain, "mem1", tmp_path / "memory1")
    snapshot(domain, "disk2")
    domain.snapshot_lookup_by_name("disk1").revert_to_snapshot()
    snapshot(domain, "disk1b")
    domain.snapshot_lookup_by_name("mem1").revert_to_snapshot()
    assert domain.get_state().state == 1
    snapshot(domain, "mem2", tmp_path / "memory2")
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.glob("tiny-0.1*"))
    for name in ("disk2", "disk1b", "mem2", "mem1", "disk1"):
        delete(domain, name)
    assert f"<source file='{tiny.disks[0]}'" in domain.get_xml_desc()
    assert domain.get_state().state == 1
    assert set(tmp_path.iterdir()) - {tiny.output} == before - {tiny.output}


def test_memory_that_is_gone_is_found_before_anything_is_given_up(
    connection: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    import pytest

    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    snapshot(domain, "with", tmp_path / "memory")
    overlay = domain.get_xml_desc()
    (tmp_path / "memory").unlink()
    with pytest.raises(vsh.Error, match=r"Failed to open file '.*memory': No such file"):
        domain.snapshot_lookup_by_name("with").revert_to_snapshot()
    assert domain.get_state().state == 1
    assert domain.get_xml_desc() == overlay


def test_metadata_that_goes_leaves_the_overlay_to_the_snapshot_above(
    connection: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    snapshot(domain, "one")
    domain.snapshot_lookup_by_name("one").revert_to_snapshot()
    snapshot(domain, "two")
    domain.snapshot_lookup_by_name("two").delete(METADATA)
    domain.snapshot_lookup_by_name("one").revert_to_snapshot()
    delete(domain, "one")
    assert f"<source file='{tiny.disks[0]}'" in domain.get_xml_desc()
