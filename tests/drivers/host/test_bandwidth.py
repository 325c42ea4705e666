"""Limits of traffic by this kernel's own means, with real packets; VLANs, which it has not."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

import pytest
from own_network import sh

import vsh
from vsh.api.types import TypedParams
from vsh.drivers.host import netlink
from vsh.drivers.host.network import bandwidth, tap
from vsh.errors import ConfigUnsupported, InternalError, OperationInvalid, OperationUnsupported
from vsh.xml.shared.link import Bandwidth, Rate, Vlan, VlanTag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from own_network import OwnNetwork, Peer

    from vsh.api.connection import Connection

pytestmark = pytest.mark.usefixtures("own_network")

MAC = "52:54:00:7b:35:93"
LIMITED = (
    "<network><name>n1</name><forward mode='nat'/><bridge name='br-n1' stp='off'/>"
    "<bandwidth><inbound average='1000' peak='5000' burst='100'/>"
    "<outbound average='10' burst='50'/></bandwidth><ip address='10.9.0.1' prefix='24'/></network>"
)
PORT = (
    "<networkport><uuid>5d744f21-ba4a-4d6e-bdb2-30a35ff3207{}</uuid>"
    "<owner><name>g</name><uuid>d54df46f-1ab5-4a22-8618-4560ef5fac2c</uuid></owner>"
    "<mac address='52:54:00:7b:35:9{}'/><bandwidth><inbound average='{}' floor='{}'/></bandwidth>"
    "</networkport>"
)
RECEIVE_BUFFER = 33  # SO_RCVBUFFORCE
FLOOD = (
    "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
    "for _ in range(1000): s.sendto(bytes(1000), ('10.9.0.1', 5005))"
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as opened:
        yield opened
        for network in opened.list_all_networks(2):
            network.destroy()


def arrived(guest: Peer) -> int:
    """How many of a thousand packets that a guest sends at once come to the host."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.setsockopt(socket.SOL_SOCKET, RECEIVE_BUFFER, 1 << 24)
        here.bind(("10.9.0.1", 5005))
        guest.sh(f'{sys.executable} -IS -c "{FLOOD}"')
        count = 0
        while True:
            try:
                here.recv(2000, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return count
            count += 1


def classes() -> dict[str, list[str]]:
    """The words of each traffic class of the bridge, by its number."""
    lines = sh("tc class show dev br-n1").splitlines()
    return {line.split()[2]: line.split() for line in lines}


def test_what_guests_send_is_dropped_above_their_limit(
    connection: Connection, own_network: OwnNetwork
) -> None:
    network = connection.network_create_xml(LIMITED)
    guest = own_network.peer("g", "br-n1", MAC)
    guest.sh("ip addr add 10.9.0.5/24 dev eth0")
    assert 20 < arrived(guest) < 500
    bandwidth.clear("br-n1")
    assert arrived(guest) == 1000
    network.destroy()
    assert "vsh_" not in sh("nft list tables")


def test_a_guest_is_sure_of_its_floor(connection: Connection, own_network: OwnNetwork) -> None:
    network = connection.network_create_xml(LIMITED)
    assert classes()["1:2"][classes()["1:2"].index("rate") + 1] == "8Mbit"
    port = network.port_create_xml(PORT.format(1, 3, 100, 2000))
    assert "<bandwidth classID='3'>" in port.get_xml_desc()
    found = classes()
    assert found["1:3"][found["1:3"].index("rate") + 1] == "16Mbit"
    assert found["1:2"][found["1:2"].index("rate") + 1] == "24Mbit"  # the peak without it
    guest = own_network.peer("g", "br-n1", MAC)
    guest.sh("ip addr add 10.9.0.5/24 dev eth0")
    assert guest.reaches("10.9.0.1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.sendto(bytes(1000), ("10.9.0.5", 9))
    shown = sh("tc -s class show dev br-n1 classid 1:3")
    assert int(shown.partition("Sent ")[2].split()[0]) > 1000
    with pytest.raises(OperationInvalid, match="floor=5001 would overcommit peak=5000"):
        network.port_create_xml(PORT.format(2, 4, 100, 3001))
    second = network.port_create_xml(PORT.format(2, 4, 100, 3000))
    assert "classID='4'" in second.get_xml_desc()
    port.set_parameters(TypedParams().set("inbound.average", "uint", 5))
    assert "1:3" not in classes()
    assert "1:4" in classes()
    second.delete()
    assert set(classes()) == {"1:1", "1:2"}


def test_a_floor_that_cannot_be_given(connection: Connection) -> None:
    network = connection.network_create_xml(LIMITED.replace("<inbound", "<outbound", 1).replace(
        "<outbound average='10' burst='50'/>", ""
    ))  # fmt: skip
    with pytest.raises(OperationUnsupported, match="network 'n1' has no inbound QoS set"):
        network.port_create_xml(PORT.format(1, 3, 100, 1))
    assert network.list_all_ports() == []
    sh("ip link add hb type bridge")
    foreign = connection.network_create_xml(
        "<network><name>b</name><forward mode='bridge'/><bridge name='hb'/></network>"
    )
    with pytest.raises(OperationUnsupported, match="'floor' is only supported for interface type"):
        foreign.port_create_xml(PORT.format(1, 3, 100, 1))


def test_a_bridge_that_is_not_there_has_no_limits(connection: Connection) -> None:
    network = connection.network_define_xml(
        "<network><name>b</name><forward mode='bridge'/><bridge name='hb'/>"
        "<bandwidth><outbound average='100'/></bandwidth></network>"
    )
    with pytest.raises(InternalError, match='Cannot find device "hb"'):
        network.create()
    assert not network.is_active()
    assert "vsh_" not in sh("nft list tables")
    network.undefine()
    without = "<network><name>b</name><forward mode='bridge'/><bridge name='hb'/><bandwidth/>"
    connection.network_create_xml(without + "</network>").destroy()


def test_limits_of_links_that_have_gone(own_network: OwnNetwork) -> None:
    for name in ("here", "gone"):
        made = tap.make(name, queues=1, header=False)
        bandwidth.limit(name, Bandwidth(outbound=[Rate(average=10)]))
        if name == "gone":
            made.close()
    bandwidth.clear_lost()
    assert sh("nft list tables") == "table netdev vsh_limit_here\n"
    bandwidth.clear("here")
    made.close()


# ---- VLANs


def test_a_bridge_that_knows_no_vlans(own_network: OwnNetwork) -> None:
    sh("ip link add vb type bridge")
    made = tap.make("t5", queues=1, header=False)
    with pytest.raises(ConfigUnsupported, match="vlan_filtering 1"):
        tap.plug(made, "vb", MAC, vlan=Vlan(tags=[VlanTag(id=5)]))
    made.close()


@pytest.mark.parametrize(
    ("vlan", "told"),
    [
        (Vlan(tags=[VlanTag(id=5)]), [(5, 6)]),
        (
            Vlan(trunk="yes", tags=[VlanTag(id=5), VlanTag(id=6, native_mode="untagged")]),
            [(5, 0), (6, 6)],
        ),
        (Vlan(trunk="yes", tags=[VlanTag(id=7, native_mode="tagged")]), [(7, 2)]),
    ],
)
def test_what_the_kernel_is_told_of_vlans(
    own_network: OwnNetwork,
    monkeypatch: pytest.MonkeyPatch,
    vlan: Vlan,
    told: list[tuple[int, int]],
) -> None:
    """This kernel has no VLANs on bridges: what it would be told is bridge(8)'s, byte for byte."""
    sh("ip link add vb type bridge")
    sent: list[tuple[int, bytes]] = []
    link, tell = netlink.Netlink.link, netlink.Netlink._tell

    def look(asked: netlink.Netlink, name: str) -> netlink.Link | None:
        found = link(asked, name)
        if found is not None:
            found.facts[netlink.BRIDGE_VLANS] = b"\1"
        return found

    def note(asked: netlink.Netlink, kind: int, flags: int, body: bytes) -> None:
        if body[:1] == b"\x07":
            sent.append((kind, body))
        else:
            tell(asked, kind, flags, body)

    monkeypatch.setattr(netlink.Netlink, "link", look)
    monkeypatch.setattr(netlink.Netlink, "_tell", note)
    made = tap.make("t5", queues=1, header=False)
    tap.plug(made, "vb", MAC, vlan=vlan)
    port = b"\x07\0\0\0" + socket.if_nametoindex("t5").to_bytes(4, sys.byteorder) + bytes(8)
    assert sent == [
        (kind, port + b"\x0c\0\x1a\0\x08\0\x02\0" + bytes([flags, 0, tag, 0]))
        for kind, tag, flags in [(17, 1, 0), *((19, tag, flags) for tag, flags in told)]
    ]
    made.close()
