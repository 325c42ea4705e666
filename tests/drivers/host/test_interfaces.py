"""Interfaces of this machine, as libvirt's udev backend words them, asked of the kernel."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from own_network import sh

import vsh
from vsh.drivers.host import interface, netlink
from vsh.errors import MultipleInterfaces, NoInterface, NoSupport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from own_network import OwnNetwork

    from vsh.api.connection import Connection

BRIDGED = """<interface type='bridge' name='br0'>
  <mtu size='1500'/>
  <bridge stp='off' delay='1500'>
    <interface type='ethernet' name='v0'>
      <link speed='10000' state='up'/>
      <mac address='52:54:00:00:00:01'/>
    </interface>
  </bridge>
</interface>
"""
CABLE = """<interface type='ethernet' name='v1'>
  <mtu size='1400'/>
  <link speed='10000' state='up'/>
  <mac address='52:54:00:00:00:02'/>
</interface>
"""


@pytest.fixture
def connection(tmp_path: Path, own_network: OwnNetwork) -> Iterator[Connection]:
    """A host with a cable between a bridge and nothing, and a tap."""
    for command in (
        "ip link add br0 type bridge",
        "ip link add v0 address 52:54:00:00:00:01 type veth peer name v1",
        "ip link set v1 address 52:54:00:00:00:02 mtu 1400",
        "ip link set v0 master br0",
        "ip link set br0 up; ip link set v0 up; ip link set v1 up",
        "ip tuntap add t0 mode tap",
    ):
        sh(command)
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as opened:
        yield opened


def test_a_listing_has_no_ports_of_bridges_and_no_taps(connection: Connection) -> None:
    names = [found.name for found in connection.list_all_interfaces() if "ifb" not in found.name]
    assert names == ["br0", "lo", "v1"]
    assert [found.name for found in connection.list_all_interfaces(2)] == ["br0", "v1"]
    assert connection.list_interfaces() == ["br0", "v1"]
    assert "lo" in [found.name for found in connection.list_all_interfaces(1)]


def test_documents(connection: Connection) -> None:
    assert connection.interface_lookup_by_name("br0").get_xml_desc() == BRIDGED
    assert connection.interface_lookup_by_name("v1").get_xml_desc(1) == CABLE
    assert "<link state='down'/>" in connection.interface_lookup_by_name("t0").get_xml_desc()


def test_by_mac(connection: Connection) -> None:
    assert connection.interface_lookup_by_mac_string("52:54:00:00:00:02").name == "v1"
    sh("ip link add w0 address 52:54:00:00:00:02 type veth peer name w1")
    with pytest.raises(MultipleInterfaces):
        connection.interface_lookup_by_mac_string("52:54:00:00:00:02")
    with pytest.raises(NoInterface, match="couldn't find interface with MAC address 'x'"):
        connection.interface_lookup_by_mac_string("x")
    with pytest.raises(NoInterface, match="couldn't find interface named 'nope'"):
        connection.interface_lookup_by_name("nope")


def test_changes_are_not_supported(connection: Connection) -> None:
    found = connection.interface_lookup_by_name("v1")
    for act in (found.create, found.destroy, found.undefine, connection.interface_change_begin):
        with pytest.raises(NoSupport):
            act()
    with pytest.raises(NoSupport):
        connection.interface_define_xml("<interface type='ethernet' name='v1'/>")


def numbers(**facts: int) -> dict[int, bytes]:
    return {getattr(netlink, name): struct.pack("=I", value) for name, value in facts.items()}


def link(index: int, name: str, kind: str | None, **facts: int) -> netlink.Link:
    made = netlink.Link(index, 1, 0)
    made.name, made.kind, made.state, made.mtu = name, kind, "down", 1500
    made.mac, made.facts = f"52:54:00:00:00:0{index}", numbers(**facts)
    return made


def test_a_vlan_and_bonds() -> None:
    """This kernel has neither: the links are made here, as its answers would be."""
    lower = link(1, "eth0", None)
    tagged = link(2, "eth0.5", "vlan", VLAN_ID=5)
    tagged.lower = 1
    assert (
        "<vlan tag='5'>\n    <interface name='eth0'/>"
        in interface.document(tagged, [lower, tagged]).format()
    )
    watched = link(3, "bond0", "bond", BOND_MODE=1, BOND_MII=100, BOND_UP_DELAY=200, BOND_CARRIER=1)
    lower.master = 3
    text = interface.document(watched, [lower, watched]).format()
    assert "<bond mode='active-backup'>" in text
    assert "<miimon freq='100' updelay='200' carrier='netif'/>" in text
    assert "<interface type='ethernet' name='eth0'>" in text
    asking = link(4, "bond1", "bond", BOND_MODE=4, BOND_ARP=50, BOND_VALIDATE=3)
    asking.facts[netlink.BOND_TARGETS] = struct.pack("=HH4B", 8, 0, 10, 0, 0, 1)
    text = interface.document(asking, [asking]).format()
    assert "<arpmon interval='50' target='10.0.0.1' validate='all'/>" in text
