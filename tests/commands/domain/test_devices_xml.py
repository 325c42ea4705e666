"""Devices taken out of documents, and devices made of options."""

from __future__ import annotations

import pytest

from vsh.commands.domain._devices_xml import (
    address,
    canonical_mac,
    find_disk,
    number_at,
    parse_address,
    printed,
    remove,
    set_link,
    text_at,
    tree,
    with_medium,
)
from vsh.errors import CommandError

DOMAIN = """\
<domain>
  <devices>
    <disk type='file' device='cdrom'>
      <source file='/a.iso' startupPolicy='optional'/>
      <backingStore/>
      <target dev='hdc'/>
    </disk>
    <disk type='block'>
      <source dev='/dev/sda'/>
      <target dev='vda'/>
    </disk>
  </devices>
</domain>
"""


def test_a_disk_by_target_or_source() -> None:
    for path in ("vda", "/dev/sda"):
        assert find_disk(DOMAIN, path).get("type") == "block"
    assert find_disk(DOMAIN, "hdc").find("backingStore") is None
    with pytest.raises(CommandError, match="No disk found whose source path or target is vdb"):
        find_disk(DOMAIN, "vdb")
    with pytest.raises(CommandError, match="Failed to get disk information"):
        find_disk("<domain/>", "vda")


def test_a_fixed_disk_has_no_medium() -> None:
    assert find_disk(DOMAIN, "hdc", changeable=True).get("device") == "cdrom"
    # as in virsh, a disk that does not say what it is passes here, and is refused later
    assert find_disk(DOMAIN, "vda", changeable=True).get("device") is None


def test_media() -> None:
    ejected = with_medium(find_disk(DOMAIN, "hdc"), None, "hdc", block=False, insert=False)
    assert "source" not in ejected
    updated = with_medium(find_disk(DOMAIN, "hdc"), "/dev/sr0", "hdc", block=True, insert=False)
    assert '<source dev="/dev/sr0" startupPolicy="optional"/>' in updated
    assert 'type="block"' in updated
    with pytest.raises(CommandError, match="The disk device 'hdc' already has media"):
        with_medium(find_disk(DOMAIN, "hdc"), "/b", "hdc", block=False, insert=True)


def test_white_space_stays() -> None:
    root = tree("<a>\n  <b/>\n  <c/>\n</a>")
    remove(root.find("c"))
    assert printed(root) == "<a>\n  <b/>\n  \n</a>"
    remove(root.find("b"))
    assert printed(root) == "<a>\n  \n  \n</a>"


def test_looking_up() -> None:
    root = tree("<a n='-5' e=''><b>x</b></a>")
    assert number_at(root, "@n") == -5
    assert number_at(root, "b") is None
    assert text_at(root, "@e") is None
    assert text_at(root, "b") == "x"


def test_an_entity_reads_no_file() -> None:
    root = tree('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>')
    assert "root" not in printed(root)


def test_links() -> None:
    device = tree("<interface/>")
    set_link(device, "down")
    set_link(device, "up")
    assert printed(device) == '<interface>\n  <link state="up"/>\n</interface>'


@pytest.mark.parametrize(
    ("text", "xml"),
    [
        ("pci:0000.00.1f.2", "type='pci' domain='0x0000' bus='0x00' slot='0x1f' function='0x2'"),
        ("pci:0000:00:1f.2", "type='pci' domain='0x0000' bus='0x00' slot='0x1f' function='0x2'"),
        ("scsi:0.1.2", "type='drive' controller='0' bus='1' unit='2'"),
        ("usb:1.2", "type='usb' bus='1' port='2'"),
        ("pci:0.0.0.0", "type='pci' domain='0x0000' bus='0x00' slot='0x00' function='0x0'"),
        ("ccw:fe.0.0001", "type='ccw' cssid='0xfe' ssid='0x0' devno='0x0001'"),
        ("ccw:1.0.1", "type='ccw' cssid='0x01' ssid='0x0' devno='0x0001'"),
    ],
)
def test_addresses(text: str, xml: str) -> None:
    parsed = parse_address(text)
    assert parsed is not None
    assert address(*parsed).format() == f"<address {xml}/>\n"


@pytest.mark.parametrize(
    "text", ["", "pci", "pci:", "pci:0.0.0", "bogus:1.2", "usb:1.x", "scsi:-1.0.0"]
)
def test_what_is_no_address(text: str) -> None:
    assert parse_address(text) is None


def test_mac_addresses_compare() -> None:
    assert canonical_mac("52:54:0:A:b:1") == canonical_mac("52:54:00:0a:0B:01")
