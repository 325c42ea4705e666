"""Interfaces of the host."""

from __future__ import annotations

import pytest

from vsh.xml.engine.reader import read
from vsh.xml.host.interface import HostInterface

BRIDGE = """<interface type='bridge' name='br0'>
  <start mode='onboot'/>
  <mtu size='1500'/>
  <protocol family='ipv4'>
    <dhcp peerdns='no'/>
    <ip address='192.168.0.5' prefix='24'/>
    <route gateway='192.168.0.1'/>
  </protocol>
  <protocol family='ipv6'>
    <autoconf/>
    <dhcp/>
  </protocol>
  <bridge stp='off' delay='0.01'>
    <interface type='ethernet' name='eth0'>
      <link speed='1000' state='up'/>
      <mac address='ab:bb:cc:dd:ee:ff'/>
    </interface>
    <interface type='vlan' name='eth1.7'>
      <vlan tag='7'>
        <interface name='eth1'/>
      </vlan>
    </interface>
    <interface type='bond' name='bond0'>
      <bond mode='active-backup'>
        <arpmon interval='100' target='192.168.50.7' validate='active'/>
        <interface type='ethernet' name='eth2'>
        </interface>
      </bond>
    </interface>
  </bridge>
</interface>
"""
BOND = """<interface type='bond' name='bond0'>
  <bond mode='802.3ad'>
    <miimon freq='100' downdelay='1' updelay='10' carrier='ioctl'/>
  </bond>
</interface>
"""
PLAIN = """<interface type='ethernet' name='eth0'>
  <start mode='none'/>
  <link speed='10'/>
  <mac address='aa:bb:cc:dd:ee:ff'/>
</interface>
"""
VLAN = """<interface type='vlan' name='eth1.7'>
  <vlan tag='7'>
    <interface name='eth1'/>
  </vlan>
</interface>
"""


def test_round_trips_use_every_field(round_trip, unused):
    models = [round_trip(text, HostInterface) for text in (BRIDGE, BOND, PLAIN, VLAN)]
    left = unused(*models)
    # members have less than what they are made of
    assert set(left) <= {"BridgeMember", "BondMember", "HostInterface"}
    assert left["HostInterface"] == {"link_state"}


def interface(inside: str = "", kind: str = "ethernet") -> str:
    return f"<interface type='{kind}' name='e'>{inside}</interface>"


def test_what_members_do_not_have():
    text = interface("<bridge>" + interface("<mtu size='9'/>") + "</bridge>", "bridge")
    assert "mtu" not in read(text, HostInterface).format()


def test_delays_may_be_empty():
    text = interface("<bond><miimon freq='1' updelay='' downdelay=''/></bond>", "bond")
    assert "<miimon freq='1'/>" in read(text, HostInterface).format()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<interface/>", "XML error: Missing required attribute 'type' in element 'interface'"),
        ("<interface type='bond'/>", "XML error: interface has no name"),
        (interface("<start mode='x'/>"), "XML error: unknown interface startmode x"),
        (interface("<mtu size='x'/>"), "An error occurred, but the cause is unknown"),
        (
            interface("<mtu size='100001'/>"),
            "XML error: value of the 'size' attribute of 'mtu' element must be at most 100000",
        ),
        (interface("<protocol/>"), "XML error: protocol misses the family attribute"),
        (interface("<protocol family='x'/>"), "XML error: unsupported protocol family 'x'"),
        (interface(kind="bridge"), "XML error: bridge interface misses the bridge element"),
        (interface(kind="bond"), "XML error: bond interface misses the bond element"),
        (interface(kind="vlan"), "XML error: vlan interface misses the vlan element"),
        (interface("<vlan/>", "vlan"), "XML error: vlan interface misses the tag attribute"),
        (interface("<vlan tag='1'/>", "vlan"), "XML error: vlan interface misses name attribute"),
        (interface("<bond mode='x'/>", "bond"), "XML error: unknown bonding mode x"),
        (
            interface("<bond><miimon/></bond>", "bond"),
            "XML error: bond interface miimon freq missing or invalid",
        ),
        (
            interface("<bond><miimon freq='1' updelay='x'/></bond>", "bond"),
            "XML error: bond interface miimon updelay invalid",
        ),
        (
            interface("<bond><arpmon interval='1'/></bond>", "bond"),
            "XML error: bond interface arpmon target missing",
        ),
        (
            interface(f"<bond>{interface('<bond/>', 'bond')}</bond>", "bond"),
            "XML error: interface has unsupported type 'bond'",
        ),
    ],
)
def test_what_it_is_refused_for(refused, text, message):
    assert refused(text, HostInterface) == message


def test_where_libvirt_says_nothing_there_is_a_hint():
    from vsh.errors import Error

    with pytest.raises(Error) as caught:
        read(interface("<mtu size='x'/>"), HostInterface)
    assert caught.value.hint == "the 'size' attribute of element 'mtu' is not a number: 'x'"
