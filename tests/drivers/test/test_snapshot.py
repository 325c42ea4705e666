"""What libvirt's test driver does with snapshots that others do differently."""

from __future__ import annotations

import pytest

EMPTY = "<domainsnapshot/>"
RUNNING, PAUSED, SHUTOFF = 1, 3, 5


@pytest.mark.parametrize("flag", [4, 16, 32, 1024])
def test_rule_6_flags_that_are_not_known(domain, refused, flag):
    assert refused(domain.snapshot_create_xml, EMPTY, flag) == (
        f"unsupported flags (0x{flag:x}) in function testDomainSnapshotCreateXML"
    )


@pytest.mark.parametrize("flag", [64, 128, 256])
def test_rule_6_flags_that_do_nothing(domain, flag):
    domain.snapshot_create_xml(EMPTY, flag)
    assert domain.get_state(0).state == RUNNING


def test_rule_7_no_snapshot_beside_a_checkpoint(domain, refused):
    domain.checkpoint_create_xml("<domaincheckpoint/>", 0)
    assert refused(domain.snapshot_create_xml, "<x", 0) == (
        "Operation not supported: cannot create snapshot while checkpoint exists"
    )


def test_rule_8_halt_of_a_transient_domain(domain, refused):
    domain.undefine_flags(0)
    assert refused(domain.snapshot_create_xml, EMPTY, 8) == (
        "Requested operation is not valid: cannot halt after transient domain snapshot"
    )


def test_halt(domain):
    domain.snapshot_create_xml(EMPTY, 8)
    assert tuple(domain.get_state(0)) == (SHUTOFF, 7)


def test_manual_mode(domain, refused):
    xml = "<domainsnapshot><disks><disk name='vda' snapshot='manual'/></disks></domainsnapshot>"
    assert refused(domain.snapshot_create_xml, xml, 0) == (
        "Operation not supported: 'manual' snapshot mode is not supported by the test driver"
    )


def test_rule_56_revert_flags(domain, refused):
    snapshot = domain.snapshot_create_xml(EMPTY, 0)
    assert refused(snapshot.revert_to_snapshot, 8) == (
        "unsupported flags (0x8) in function testDomainRevertToSnapshot"
    )
    assert refused(snapshot.revert_to_snapshot, 3) == (
        "Flags 'VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING' and "
        "'VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED' are mutually exclusive"
    )


def test_revert_paused(domain):
    snapshot = domain.snapshot_create_xml(EMPTY, 0)
    snapshot.revert_to_snapshot(2)
    assert tuple(domain.get_state(0)) == (PAUSED, 7)
    snapshot.revert_to_snapshot(0)
    assert tuple(domain.get_state(0)) == (RUNNING, 4)


def test_rule_57_a_transient_domain_cannot_be_off(connection, domain, refused):
    domain.destroy()
    snapshot = domain.snapshot_create_xml(EMPTY, 0)
    domain.create()
    domain.undefine_flags(2)
    assert refused(snapshot.revert_to_snapshot, 0) == (
        "Requested operation is not valid: transient domain needs to request run or pause to "
        "revert to inactive snapshot"
    )


def test_rule_61_running_is_not_done_for_one_that_was_off(domain):
    domain.destroy()
    snapshot = domain.snapshot_create_xml(EMPTY, 0)
    snapshot.revert_to_snapshot(1)
    assert domain.get_state(0).state == SHUTOFF


def test_rule_62_delete_flags(domain, refused):
    snapshot = domain.snapshot_create_xml(EMPTY, 0)
    assert refused(snapshot.delete, 2) == (
        "unsupported flags (0x2) in function testDomainSnapshotDelete"
    )
    assert refused(snapshot.delete, 5) == (
        "Flags 'VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN' and "
        "'VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY' are mutually exclusive"
    )


def test_rule_65_undefine(domain, refused):
    domain.snapshot_create_xml(EMPTY, 0)
    domain.destroy()
    assert refused(domain.undefine_flags, 0) == (
        "Requested operation is not valid: cannot delete inactive domain with 1 snapshots"
    )
    domain.undefine_flags(2)


@pytest.mark.parametrize(
    ("flags", "count"),
    [(0, 2), (32, 1), (64, 1), (96, 2), (128, 0), (256, 2), (512, 0), (2, 2), (16, 0), (18, 2)],
)
def test_listing_by_what_they_are(domain, flags, count):
    domain.snapshot_create_xml("<domainsnapshot><name>on</name></domainsnapshot>", 0)
    domain.destroy()
    domain.snapshot_create_xml("<domainsnapshot><name>off</name></domainsnapshot>", 0)
    assert len(domain.list_all_snapshots(flags)) == count


def test_events_of_a_revert(connection, domain):
    snapshot = domain.snapshot_create_xml(EMPTY, 0)
    connection.domain_event_callback_register_any(0, None)
    snapshot.revert_to_snapshot(2)
    seen = [connection.driver.next_event(0) for _ in range(3)]
    assert [(event.event, event.detail) for event in seen] == [(5, 6), (2, 3), (3, 5)]
