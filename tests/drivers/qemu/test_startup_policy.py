"""Guests that start without images: what is told.  Their documents are compared with libvirtd's by
the script ``missing-images``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.api.event import DiskChange
from vsh.errors import Error
from vsh.words.event_id import DomainEventID

if TYPE_CHECKING:
    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection

DISK = (
    "<disk type='file' device='{}'><driver name='qemu' type='raw'/>"
    "<source file='/none/{}' startupPolicy='{}'/><target dev='{}' bus='{}'/></disk>"
)


def test_what_is_missing_is_told(connection: Connection, tiny: TinyGuest) -> None:
    disks = DISK.format("cdrom", "cd", "optional", "sda", "sata") + DISK.format(
        "disk", "more", "optional", "vdb", "virtio"
    )
    document = tiny.xml.replace("<memballoon", f"{disks}<memballoon", 1)
    assert "/none/more" in document
    domain = connection.domain_define_xml(document)
    connection.domain_event_callback_register_any(DomainEventID.DISK_CHANGE)
    domain.create()
    told = []
    while len(told) < 2:
        event = connection.next_event(30)
        assert isinstance(event, DiskChange)
        told.append((event.oldSrcPath, event.newSrcPath, event.devAlias, event.reason))
    assert told == [("/none/cd", None, "sata0-0-0", 0), ("/none/more", None, "virtio-disk1", 1)]
    live, kept = (domain.get_xml_desc(flags) for flags in (0, 2))
    assert "/none/" not in live
    assert kept.count("startupPolicy='optional'") == 2
    domain.destroy()


def test_a_medium_that_must_be_there(connection: Connection, tiny: TinyGuest) -> None:
    disk = DISK.format("cdrom", "cd", "requisite", "sda", "sata")
    document = tiny.xml.replace("<memballoon", f"{disk}<memballoon", 1)
    domain = connection.domain_define_xml(document)
    with pytest.raises(Error, match="Cannot access storage file '/none/cd'"):
        domain.create()
    assert domain.get_state().state == 5


def test_a_command_line_is_shown_without_volumes_that_may_be_missing(
    connection: Connection, tiny: TinyGuest
) -> None:
    """As by libvirt 9.0.0 and 12.8.0, which look for volumes alone then."""
    volume = (
        "<disk type='volume' device='{}'><source pool='none' volume='x' startupPolicy='{}'/>"
        "<target dev='{}' bus='{}'/></disk>"
    )

    def shown(*disks: tuple[str, str, str, str]) -> str:
        more = "".join(volume.format(*each) for each in disks)
        text = tiny.xml.replace("<memballoon", f"{more}<memballoon", 1)
        return connection.domain_xml_to_native("qemu-argv", text)

    found = shown(("cdrom", "optional", "hdc", "ide"), ("disk", "optional", "vdq", "virtio"))
    assert '{"driver":"ide-cd","bus":"ide.1","unit":0,"id":"ide0-1-0"}' in found
    assert found.count("virtio-blk-pci") == shown().count("virtio-blk-pci")
    with pytest.raises(Error, match="no storage pool with matching name 'none'"):
        shown(("cdrom", "requisite", "hdc", "ide"))
