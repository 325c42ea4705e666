"""Devices that come and go."""

from __future__ import annotations

import pytest

DISK = "<disk type='file' device='{}'><source file='/x'/><target dev='{}' bus='{}'/></disk>"


def test_a_disk_comes_and_goes(connection, domain):
    connection.domain_event_callback_register_any(19, None)
    connection.domain_event_callback_register_any(15, None)
    domain.attach_device(DISK.format("disk", "vdb", "virtio"))
    assert "<target dev='vdb' bus='virtio'/>" in domain.get_xml_desc(0)
    assert "vdb" not in domain.get_xml_desc(2)
    domain.detach_device_alias("virtio-disk1", 0)
    assert "vdb" not in domain.get_xml_desc(0)
    seen = [connection.driver.next_event(0) for _ in range(2)]
    assert [(event.word, event.devAlias) for event in seen] == [
        ("device-added", "virtio-disk1"),
        ("device-removed", "virtio-disk1"),
    ]


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (
            DISK.format("disk", "vda", "virtio"),
            "XML error: target 'vda' duplicated for disk sources '/guest/diskimage1' and '/x'",
        ),
        (
            DISK.format("disk", "sdb", "scsi"),
            "Operation not supported: disk bus 'scsi' cannot be hotplugged.",
        ),
        (
            DISK.format("disk", "sdb", "usb"),
            (
                "unsupported configuration: Device configuration is not compatible: Domain has no "
                "USB bus support"
            ),
        ),
        (
            DISK.format("floppy", "fda", "fdc"),
            "Operation not supported: floppy device hotplug isn't supported",
        ),
        (
            "<interface type='network'><source network='default'/></interface>",
            "Operation not supported: hotplug of interface type of network is not implemented yet",
        ),
        (
            "<sound model='ac97'/>",
            "Operation not supported: live attach of device 'sound' is not supported",
        ),
        (
            "<controller type='pci'/>",
            "Operation not supported: live attach of device 'controller' is not supported",
        ),
        (
            "<controller type='scsi'/>",
            "Operation not supported: live attach of device 'controller' is not supported",
        ),
        ("<what/>", "unsupported configuration: unknown device type 'what'"),
    ],
)
def test_devices_that_cannot_come(domain, refused, xml, message):
    assert refused(domain.attach_device, xml) == message


def test_attach_to_the_configuration_is_not_known(domain, refused):
    assert refused(domain.attach_device_flags, DISK.format("disk", "vdb", "virtio"), 2) == (
        "unsupported flags (0x2) in function testDomainAttachDeviceLiveAndConfig"
    )


def test_interfaces_get_aliases_in_turn(domain):
    for _ in range(2):
        domain.attach_device("<interface type='bridge'><source bridge='b'/></interface>")
    xml = domain.get_xml_desc(0)
    assert "<alias name='net0'/>" in xml
    assert "<alias name='net1'/>" in xml
    domain.detach_device_alias("net0", 0)
    assert "<alias name='net0'/>" not in domain.get_xml_desc(0)


def test_aliases_do_not_outlive_the_run(domain):
    domain.attach_device(DISK.format("disk", "vdb", "virtio"))
    snapshot = domain.snapshot_create_xml("<domainsnapshot/>", 0)
    assert "alias" not in snapshot.get_xml_desc(0)


def test_detach_of_what_is_not_there(domain, refused):
    assert refused(domain.detach_device_alias, "none", 0) == (
        "internal error: no device found with alias none"
    )


def test_update(connection, domain, refused):
    new = DISK.format("disk", "vda", "virtio").replace("/x", "/new")
    domain.update_device_flags(new, 2)
    assert "/new" in domain.get_xml_desc(2)
    assert "/new" not in domain.get_xml_desc(0)
    assert refused(domain.update_device_flags, DISK.format("disk", "vdz", "virtio"), 0) == (
        "invalid argument: target vdz doesn't exist."
    )
    assert refused(domain.update_device_flags, "<sound model='ac97'/>", 0) == (
        "Operation not supported: persistent update of device 'sound' is not supported"
    )
