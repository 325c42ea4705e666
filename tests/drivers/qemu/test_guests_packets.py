"""Packets of real guests, which boot from the network.

QEMU's own iPXE asks for an address, takes it, answers who asks it, and asks another for a file.
"""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING

import pytest
from own_network import sh

import vsh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from own_network import OwnNetwork

    from vsh.api.connection import Connection

ROM = "/usr/lib/ipxe/qemu/efi-virtio.rom"
pytestmark = [
    pytest.mark.usefixtures("own_network"),
    pytest.mark.skipif(not os.path.exists(ROM), reason=f"no {ROM} (ipxe-qemu)"),
]

GUEST = """<domain type='qemu'><name>g{number}</name><memory unit='MiB'>64</memory>
<os><type arch='x86_64' machine='pc'>hvm</type><boot dev='network'/></os>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>{card}</devices></domain>"""
CARD = """<interface type='network'><mac address='52:54:00:00:00:0{number}'/><source network='n1'/>
<target dev='card{number}'/>{filter}<model type='virtio'/></interface>"""
FILTER = "<filterref filter='mine'><parameter name='IP' value='{}'/></filterref>"
NETWORK = """<network><name>{name}</name><forward mode='nat'/><bridge name='br-{name}' stp='off'/>
<ip address='10.{net}.0.1' prefix='24'>{dhcp}</ip></network>"""
DHCP = """<dhcp><range start='10.9.0.2' end='10.9.0.99'/>
<host mac='52:54:00:00:00:01' ip='10.9.0.51'/><host mac='52:54:00:00:00:02' ip='10.9.0.52'/>
<bootp file='boot' server='10.9.0.52'/></dhcp>"""
MINE = "<filter name='mine'><uuid>5d744f21-ba4a-4d6e-bdb2-30a35ff3207d</uuid>{}</filter>"
CLEAN = MINE.format("<filterref filter='clean-traffic'/>")
FROM_ONE_TO_TWO = bytes.fromhex("5254000000025254000000010800")
ETHERNET = 0x0300  # ETH_P_ALL, as the network has it


@pytest.fixture
def connection(root: str) -> Iterator[Connection]:
    with vsh.connect(root) as opened:
        yield opened
        for domain in opened.list_all_domains(1):
            domain.destroy()
        for network in opened.list_all_networks(2):
            network.destroy()


def wait_for(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


def asks_for_a_file(link: str) -> bool:
    """Whether the first guest sends the second a request for a file (TFTP) before long.

    It needs that the second has answered where it is.
    """
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, ETHERNET) as listening:
        listening.bind((link, 0))
        listening.settimeout(1)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                packet = listening.recv(2000)
            except TimeoutError:
                continue
            if packet.startswith(FROM_ONE_TO_TWO) and packet[36:38] == b"\0\x45":
                return True
    return False


def test_guests_reach_each_other_and_are_who_they_say(
    connection: Connection, own_network: OwnNetwork
) -> None:
    connection.network_create_xml(NETWORK.format(name="n1", net=9, dhcp=DHCP))
    connection.network_create_xml(NETWORK.format(name="n2", net=8, dhcp=""))
    connection.nwfilter_define_xml(CLEAN)
    guests = [
        connection.domain_create_xml(
            GUEST.format(number=number, card=CARD.format(number=number, filter=given))
        )
        for number, given in ((2, ""), (1, FILTER.format("10.9.0.51")))
    ]
    world = own_network.peer("world")
    sh("ip addr add 192.0.2.1/24 dev world")
    world.sh("ip addr add 192.0.2.9/24 dev eth0; ip route add 10.0.0.0/8 via 192.0.2.1")
    stranger = own_network.peer("stranger", "br-n2")
    stranger.sh("ip addr add 10.8.0.5/24 dev eth0; ip route add default via 10.8.0.1")
    neighbour = own_network.peer("near", "br-n1")
    neighbour.sh("ip addr add 10.9.0.5/24 dev eth0")

    assert asks_for_a_file("card2")
    leased = [guest.interface_addresses(0)[0].addrs[0].addr for guest in guests]
    assert leased == ["10.9.0.52", "10.9.0.51"]
    assert wait_for(lambda: neighbour.reaches("10.9.0.51"))
    asked = [peer.ask(["10.9.0.51", "10.9.0.52"]) for peer in (neighbour, stranger, world)]
    assert [set(answer()) for answer in asked] == [{"10.9.0.51", "10.9.0.52"}, set(), set()]

    # one that is allowed another address than it has says that it is another with each packet
    guest = guests[1]
    guest.update_device_flags(CARD.format(number=1, filter=FILTER.format("10.9.0.77")), 1)
    assert not neighbour.reaches("10.9.0.51")
    guest.update_device_flags(CARD.format(number=1, filter=FILTER.format("10.9.0.51")), 1)
    assert neighbour.reaches("10.9.0.51")
    connection.nwfilter_define_xml(MINE.format("<rule action='drop' direction='inout'/>"))
    assert not neighbour.reaches("10.9.0.51")
    connection.nwfilter_define_xml(CLEAN)
    assert neighbour.reaches("10.9.0.51")
