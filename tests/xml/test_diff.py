"""What differs between two documents, by meaning."""

from __future__ import annotations

from vsh.commands._differences import differences
from vsh.xml.domain import Domain
from vsh.xml.engine.diff import Change, compare_texts
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.network import Network

GUEST = """
<domain type='test'>
  <name>z</name>
  <memory unit='MiB'>1</memory>
  <os><type>hvm</type></os>
  <devices>
    <disk type='file'><source file='/a'/><target dev='vda'/></disk>
    <disk type='file'><source file='/b'/><target dev='vdb'/></disk>
    <hub type='usb'/>
    <hub type='usb'><address type='usb' bus='0' port='1'/></hub>
  </devices>
</domain>
"""


def changes(before: str, after: str) -> list[tuple[str, str | None, str | None]]:
    return [change.values() for change in compare_texts(before, after, Domain, INACTIVE)]


def test_the_way_it_is_written_makes_no_difference() -> None:
    other = GUEST.replace("<memory unit='MiB'>1</memory>", "<memory unit='KiB'>1024</memory>")
    other = other.replace("<disk type='file'>", "<disk device='disk'  type='file' >")
    assert changes(GUEST, other) == []


def test_values_attributes_and_text() -> None:
    other = GUEST.replace("MiB'>1<", "MiB'>2<").replace("file='/b'", "file='/c'")
    assert changes(GUEST, other) == [
        ("memory", "1024", "2048"),
        ("devices/disk[target/@dev='vdb']/source/@file", "/b", "/c"),
    ]


def test_what_is_new_and_what_is_gone() -> None:
    start, end = GUEST.index("<disk"), GUEST.index("</disk>") + len("</disk>")
    less = GUEST[:start] + GUEST[end:]
    disk = "<disk type='file' device='disk'><source file='/a'/><target dev='vda'/></disk>"
    assert changes(GUEST, less) == [("devices/disk[target/@dev='vda']", disk, None)]
    assert changes(less, GUEST) == [("devices/disk[target/@dev='vda']", None, disk)]


def test_the_order_of_what_has_a_name_is_no_difference() -> None:
    first = "<disk type='file'><source file='/a'/><target dev='vda'/></disk>"
    swapped = GUEST.replace(first, "").replace("<hub type='usb'/>", first + "<hub type='usb'/>")
    assert changes(GUEST, swapped) == []


def test_what_has_no_name_is_told_apart_by_its_look() -> None:
    other = GUEST.replace("port='1'", "port='2'")
    assert changes(GUEST, other) == [("devices/hub[2]/address/@port", "1", "2")]
    assert changes(GUEST, GUEST.replace("<hub type='usb'/>", "")) == [
        ("devices/hub[1]", "<hub type='usb'/>", None)
    ]


def test_other_documents() -> None:
    network = (
        "<network><name>n</name><ip address='192.168.1.1' netmask='255.255.255.0'>{}</ip></network>"
    )
    ranges = "<dhcp><range start='192.168.1.2' end='192.168.1.{}'/></dhcp>"
    uuid = "<uuid>c7a5fdbd-edaf-9455-926a-d65c16db1809</uuid></network>"
    texts = [network.format(ranges.format(last)).replace("</network>", uuid) for last in ("9", "7")]
    assert compare_texts(texts[0], texts[1], Network) == [
        Change("ip/dhcp/range/@end", "192.168.1.9", "192.168.1.7")
    ]


def test_a_table_of_differences() -> None:
    table = differences([Change("memory", "1", "2"), Change("title", None, "t")])
    assert table.cells() == [["memory", "1", "2"], ["title", "-", "t"]]
    assert table.data()[1] == {"path": "title", "before": None, "after": "t"}
