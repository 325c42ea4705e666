"""What the bhyve driver adds to a guest."""

from __future__ import annotations

import pytest

from vsh.errors import XmlError
from vsh.hypervisors.bhyve.defaults import BhyveDefaults
from vsh.xml.domain import Domain
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.reader import read

UUID = "c7a5fdbd-edaf-9455-926a-d65c16db1809"


def complete(devices: str, *, many_disks: bool = True) -> Domain:
    text = (
        f"<domain type='bhyve'><name>b</name><uuid>{UUID}</uuid><memory>219136</memory>"
        f"<os><type>hvm</type></os><devices>{devices}</devices></domain>"
    )
    domain = read(text, Domain, flags=INACTIVE)
    BhyveDefaults(many_disks=many_disks).complete(domain)
    return domain


def slots(devices: list[object]) -> list[int]:
    return [d.address.slot for d in devices if d.address is not None]  # type: ignore[attr-defined]


def test_one_root_and_slots_from_two_on() -> None:
    domain = complete(
        "<disk><source file='/a'/><target dev='vda' bus='virtio'/></disk>"
        "<interface type='bridge'><source bridge='b'/></interface>"
    )
    assert [(c.type, c.model) for c in domain.controllers] == [("pci", "pci-root")]
    assert (slots(domain.interfaces), slots(domain.disks)) == ([2], [3])


def test_a_serial_port_needs_the_bridge_to_isa() -> None:
    domain = complete("<serial type='nmdm'/>")
    assert [(c.type, place) for c, place in zip(domain.controllers, [None, 1], strict=True)] == [
        ("pci", None), ("isa", 1),
    ]  # fmt: skip
    assert slots([c for c in domain.controllers if c.type == "isa"]) == [1]
    source = domain.serials[0].sources[0]
    assert (source.master, source.slave) == (f"/dev/nmdm{UUID}A", f"/dev/nmdm{UUID}B")


def test_slot_one_is_the_users_if_he_asks_for_it() -> None:
    domain = complete(
        "<serial type='nmdm'/><interface type='bridge'><source bridge='b'/>"
        "<address type='pci' domain='0' bus='0' slot='1' function='0'/></interface>"
    )
    assert slots([c for c in domain.controllers if c.type == "isa"]) == [2]


def test_disks_of_a_sata_controller() -> None:
    disk = "<disk><source file='/a'/><target dev='hdb' bus='sata'/></disk>"
    assert complete(disk).disks[0].address.numbers() == (0, 0, 0, 1)
    domain = complete(disk, many_disks=False)
    assert domain.disks[0].address.numbers() == (1, 0, 0, 0)
    assert slots([c for c in domain.controllers if c.type == "sata"]) == [2, 3]


def test_a_disk_that_is_nowhere() -> None:
    with pytest.raises(XmlError, match=r"Unknown disk name '\(null\)' and no address specified"):
        complete("<disk><source file='/a'/></disk>")


def test_graphics_are_a_plain_frame_buffer() -> None:
    domain = complete("<graphics type='vnc' port='5904'/>")
    assert (domain.videos[0].type, slots(domain.videos)) == ("gop", [2])


def test_one_root_only() -> None:
    with pytest.raises(XmlError, match="pci-root and pcie-root controllers should have index 0"):
        complete("<controller type='pci' index='1' model='pci-root'/>")
