"""Guests of a network with IPv6 take addresses by DHCP, and get those that the document gives.

The guests that ask are namespaces; a QEMU without a system in it has the card of one of them.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from own_network import Peer
from real_hosts import opened

if TYPE_CHECKING:
    from pathlib import Path

NETWORK = """<network><name>n</name><forward mode='nat'><nat ipv6='yes'/></forward>
<bridge name='br-n' stp='off'/><domain name='d.test'/>
<ip family='ipv6' address='fd00:81::1' prefix='64'><dhcp>
<range start='fd00:81::100' end='fd00:81::1ff'/><host name='known6' ip='fd00:81::77'/></dhcp></ip>
</network>"""
GUEST = """<domain type='qemu'><name>g</name><memory unit='MiB'>16</memory>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>
<interface type='network'><mac address='52:54:00:00:00:07'/><source network='n'/></interface>
</devices></domain>"""


@pytest.mark.parametrize("name", ["embedded", pytest.param("libvirtd", marks=pytest.mark.libvirtd)])
def test_addresses_are_leased(name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path) as connection:
        network = connection.network_create_xml(NETWORK)
        some = Peer("some6", "br-n", "52:54:00:00:00:07")
        known = Peer("known6", "br-n", "52:54:00:00:00:08")
        with closing(some), closing(known):
            address = some.lease6()
            assert known.lease6() == "fd00:81::77"
            while not some.reaches("fd00:81::77"):
                pass
        while len(network.get_dhcp_leases()) < 2:
            pass  # dnsmasq tells of a lease after it has given it
        leases = {each.mac: each for each in network.get_dhcp_leases()}
        found = leases["52:54:00:00:00:07"]
        assert (found.ipaddr, found.prefix, found.hostname) == (address, 64, "some6")
        assert (found.iface, int(found.type), found.iaid) == ("br-n", 1, "1")
        assert found.clientid == "00:03:00:01:52:54:00:00:00:07"
        assert address.startswith("fd00:81::1")
        assert leases["52:54:00:00:00:08"].ipaddr == "fd00:81::77"
        if name == "embedded":
            guest = connection.domain_create_xml(GUEST)
            [card] = guest.interface_addresses(0)
            assert [(int(each.type), each.addr, each.prefix) for each in card.addrs] == [
                (1, address, 64)
            ]
            guest.destroy()
