"""Checkpoints: made, listed, redefined and deleted, on every driver."""

from __future__ import annotations

import pytest

import vsh

REDEFINE = 1
NO_DOMAIN = 2


@pytest.fixture
def chain(domain):
    """c1, and c2 below it."""
    return [
        domain.checkpoint_create_xml(f"<domaincheckpoint><name>{name}</name></domaincheckpoint>", 0)
        for name in ("c1", "c2")
    ]


def test_a_chain(domain, chain):
    assert [one.name for one in domain.list_all_checkpoints(2)] == ["c1", "c2"]
    assert chain[1].get_parent(0) == chain[0]
    assert chain[0].list_all_children(0) == [chain[1]]
    with pytest.raises(vsh.Error, match="checkpoint 'c1' does not have a parent"):
        chain[0].get_parent(0)
    with pytest.raises(vsh.Error, match="no domain checkpoint with matching name 'x'"):
        domain.checkpoint_lookup_by_name("x", 0)


def test_disks_get_bitmaps(chain):
    assert "<disk name='vda' checkpoint='bitmap' bitmap='c1'/>" in chain[0].get_xml_desc(NO_DOMAIN)


def test_delete_moves_children_up(domain, chain):
    chain[0].delete(0)
    assert domain.list_all_checkpoints(1) == [chain[1]]


def test_redefine(domain, chain):
    texts = [one.get_xml_desc(0) for one in chain]
    chain[0].delete(1)
    for text in texts:
        domain.checkpoint_create_xml(text, REDEFINE)
    assert [one.get_xml_desc(0) for one in chain] == texts


def test_redefine_without_a_domain(domain):
    checkpoint = domain.checkpoint_create_xml(
        "<domaincheckpoint><name>old</name><creationTime>1</creationTime></domaincheckpoint>",
        REDEFINE,
    )
    assert "<disks>" not in checkpoint.get_xml_desc(0)


def test_snapshots_and_checkpoints_exclude_each_other(world, domain, chain):
    if world.real:  # QEMU's do not: an internal snapshot keeps the bitmaps
        domain.snapshot_create_xml("<domainsnapshot/>", 0)
        return
    with pytest.raises(vsh.Error) as caught:
        domain.snapshot_create_xml("<domainsnapshot/>", 0)
    assert caught.value.message == (
        "Operation not supported: cannot create snapshot while checkpoint exists"
    )
    chain[0].delete(1)
    domain.snapshot_create_xml("<domainsnapshot/>", 0)
    with pytest.raises(vsh.Error, match="cannot create checkpoint while snapshot exists"):
        domain.checkpoint_create_xml("<domaincheckpoint/>", 0)


def test_leaves(domain, chain):
    assert domain.list_all_checkpoints(4) == [chain[1]]
    assert domain.list_all_checkpoints(8) == [chain[0]]
    assert domain.list_all_checkpoints(12) == []


def test_sizes_need_a_running_domain(world, domain, chain):
    # those of real bitmaps are known
    assert ("bitmap='c1' size='0'/>" in chain[0].get_xml_desc(4)) is world.real
    domain.destroy()
    with pytest.raises(vsh.Error, match="domain is not running"):
        chain[0].get_xml_desc(4)
