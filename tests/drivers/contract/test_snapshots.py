"""Snapshots: made, listed, redefined, reverted to and deleted, on every driver."""

from __future__ import annotations

import pytest

import vsh
from vsh.errors import NoSnapshot

REDEFINE, CURRENT = 1, 2
RUNNING, SHUTOFF = 1, 5


def make(domain, name, flags=0):
    return domain.snapshot_create_xml(
        f"<domainsnapshot><name>{name}</name></domainsnapshot>", flags
    )


@pytest.fixture
def chain(domain):
    """s1, s2 below it, s3 below that."""
    return [make(domain, name) for name in ("s1", "s2", "s3")]


def names(snapshots):
    return [snapshot.name for snapshot in snapshots]


def test_a_chain(domain, chain):
    assert domain.snapshot_num(0) == 3
    assert domain.snapshot_current(0).name == "s3"
    assert chain[1].get_parent(0) == chain[0]
    assert chain[2].get_is_current(0) == 1
    assert chain[1].get_is_current(0) == 0
    with pytest.raises(NoSnapshot, match="snapshot 's1' does not have a parent"):
        chain[0].get_parent(0)


def test_listing(domain, chain):
    assert sorted(names(domain.list_all_snapshots(0))) == ["s1", "s2", "s3"]
    assert names(domain.list_all_snapshots(1)) == ["s1"]
    assert names(domain.list_all_snapshots(4)) == ["s3"]
    assert names(domain.list_all_snapshots(1024)) == ["s1", "s2", "s3"]
    assert names(chain[0].list_all_children(0)) == ["s2"]
    assert sorted(names(chain[0].list_all_children(1))) == ["s2", "s3"]


def test_there_is_none(domain):
    assert domain.list_all_snapshots(0) == []
    assert domain.has_current_snapshot(0) == 0
    with pytest.raises(NoSnapshot, match="does not have a current snapshot"):
        domain.snapshot_current(0)
    with pytest.raises(NoSnapshot, match="no domain snapshot with matching name 'x'"):
        domain.snapshot_lookup_by_name("x", 0)


def test_a_name_is_taken_once(domain, chain):
    with pytest.raises(vsh.Error, match="operation failed: domain moment s1 already exists"):
        make(domain, "s1")


def test_delete_moves_children_up(domain, chain):
    chain[1].delete(0)
    assert chain[2].get_parent(0) == chain[0]
    chain[2].delete(0)
    assert domain.snapshot_current(0) == chain[0]


def test_delete_with_children(domain, chain):
    chain[1].delete(1)
    assert names(domain.list_all_snapshots(0)) == ["s1"]
    assert domain.snapshot_current(0) == chain[0]


def test_revert(domain, chain):
    memory = domain.get_info().memory
    domain.set_metadata(1, "later", None, None, 1)
    domain.set_memory(memory // 2)
    chain[0].revert_to_snapshot(0)
    assert domain.get_info().memory == memory
    with pytest.raises(vsh.Error, match="Requested metadata element is not present"):
        domain.get_metadata(1, None, 1)
    assert domain.get_state(0).state == RUNNING
    assert domain.snapshot_current(0) == chain[0]
    assert make(domain, "s4").get_parent(0) == chain[0]


def test_revert_to_one_of_a_domain_that_was_off(domain):
    domain.destroy()
    off = make(domain, "off")
    domain.create()
    off.revert_to_snapshot(0)
    assert domain.get_state(0).state == SHUTOFF


def test_a_dump_can_be_redefined(domain, chain):
    texts = [snapshot.get_xml_desc(1) for snapshot in chain]
    chain[0].delete(1)
    assert domain.snapshot_num(0) == 0
    for text in texts:
        domain.snapshot_create_xml(text, REDEFINE)
    assert domain.has_current_snapshot(0) == 0
    assert [snapshot.get_xml_desc(1) for snapshot in chain] == texts
    domain.snapshot_create_xml(texts[1], REDEFINE | CURRENT)
    assert domain.snapshot_current(0) == chain[1]
    assert chain[2].get_parent(0) == chain[1]


def test_a_child_cannot_come_before_its_parent(domain, chain):
    text = chain[1].get_xml_desc(1)
    chain[0].delete(1)
    with pytest.raises(vsh.Error, match="parent s1 for moment s2 not found"):
        domain.snapshot_create_xml(text, REDEFINE)
    assert domain.list_all_snapshots(0) == []


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (
            CURRENT,
            (
                "Flag 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' is required by flag "
                "'VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT'"
            ),
        ),
        (
            REDEFINE | 4,
            (
                "Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' and "
                "'VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA' are mutually exclusive"
            ),
        ),
        (
            REDEFINE | 8,
            (
                "Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' and "
                "'VIR_DOMAIN_SNAPSHOT_CREATE_HALT' are mutually exclusive"
            ),
        ),
    ],
)
def test_flags_that_contradict_each_other(domain, flags, text):
    with pytest.raises(vsh.Error) as caught:
        domain.snapshot_create_xml("<domainsnapshot/>", flags)
    assert caught.value.message == text
    assert domain.get_state(0).state == RUNNING
