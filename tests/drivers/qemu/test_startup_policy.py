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
