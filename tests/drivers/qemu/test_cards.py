"""Guests' network cards on this host: taps, ports, addresses, and what is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from own_network import sh

import vsh
from vsh.drivers.host import netlink as kernel
from vsh.drivers.host.netlink import Netlink
from vsh.drivers.qemu import happenings, receiving
from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    NoDomain,
    NoHostname,
    NoNetwork,
    OperationInvalid,
    OperationUnsupported,
    SystemFailure,
)
from vsh.qmp.message import Event

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from own_network import OwnNetwork

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

pytestmark = pytest.mark.usefixtures("own_network")

GUEST = """<domain type='qemu'><name>{name}</name><memory unit='MiB'>16</memory>
<os><type arch='x86_64' machine='pc'>hvm</type></os>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>{cards}</devices></domain>"""
ON_NAT = (
    "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='n1'/>"
    "<model type='virtio'/></interface>"
)
SHOWN = "<graphics type='vnc'><listen type='network' network='n1'/></graphics>"
NAT = """<network><name>n1</name><forward mode='nat'/><bridge name='br-n1' stp='off'/>
<ip address='10.9.0.1' prefix='24'><dhcp><range start='10.9.0.2' end='10.9.0.99'/>
<host mac='52:54:00:00:00:01' ip='10.9.0.51'/></dhcp></ip></network>"""


@pytest.fixture
def nat(connection: Connection, own_network: OwnNetwork) -> None:
    """An active network n1; the guests and the network are gone before the namespace is."""
    connection.network_create_xml(NAT)


@pytest.fixture(autouse=True)
def clean(own_network: OwnNetwork, root: str) -> Callable[[], None]:
    """What a test leaves is taken down by hand, since namespaces live as long as a process."""
    yield  # type: ignore[misc]
    with vsh.connect(root) as connection:
        for domain in connection.list_all_domains(1):
            domain.destroy()
        for network in connection.list_all_networks(2):
            network.destroy()


def start(connection: Connection, cards: str, name: str = "g") -> Domain:
    return connection.domain_create_xml(GUEST.format(name=name, cards=cards))


def links(kind: str) -> dict[str, str]:
    """The links of a kind, and their addresses."""
    with Netlink() as netlink:
        return {link.name: link.mac for link in netlink.links() if link.kind == kind}


def wait_for(holds: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


@pytest.mark.usefixtures("nat")
def test_a_guest_on_a_network_has_a_tap_a_port_and_loses_them(connection: Connection) -> None:
    guest = start(connection, ON_NAT + SHOWN)
    assert links("tun") == {"vnet0": "fe:54:00:00:00:01"}
    with Netlink() as netlink:
        tap, bridge = netlink.link("vnet0"), netlink.link("br-n1")
    assert tap is not None
    assert bridge is not None
    assert (tap.master, tap.up) == (bridge.index, True)
    network = connection.network_lookup_by_name("n1")
    [port] = network.list_all_ports()
    text = guest.get_xml_desc()
    assert f"<source network='n1' portid='{port.uuid}' bridge='br-n1'/>" in text
    assert "<target dev='vnet0'/>" in text
    assert "<name>g</name>" in port.get_xml_desc()
    assert "<source network='n1'/>" in guest.get_xml_desc(2)
    assert "vnet0" not in guest.get_xml_desc(2)
    assert "<listen type='network' address='10.9.0.1' network='n1'/>" in text
    guest.destroy()
    assert wait_for(lambda: not links("tun"))
    assert network.list_all_ports() == []


def test_scripts_set_a_tap_up_and_take_it_down(connection: Connection, tmp_path: Path) -> None:
    for name in ("up", "down"):
        script = tmp_path / name
        script.write_text(f"#!/bin/sh\necho {name} $1 >> {tmp_path}/told\n")
        script.chmod(0o755)
    card = (
        f"<interface type='ethernet'><mac address='52:54:00:00:00:0{{}}'/><script path='{tmp_path}/"
        f"{{}}'/><downscript path='{tmp_path}/down'/><target dev='{{}}'/></interface>"
    )
    guest = start(connection, card.format(1, "up", "tap-one"))
    with pytest.raises(InternalError, match=r"cannot execute binary .*/none: No such file"):
        guest.attach_device(card.format(2, "none", "tap-two"))
    assert (tmp_path / "told").read_text() == "up tap-one\n"
    guest.destroy()
    assert wait_for(lambda: not links("tun"))
    assert (tmp_path / "told").read_text() == "up tap-one\ndown tap-one\n"


def test_a_link_that_somebody_else_made_is_used_as_it_is(connection: Connection) -> None:
    sh("ip tuntap add mine mode tap; ip link add low type veth peer name other")
    sh("ip link add over link low address 52:54:00:00:00:02 type macvtap mode bridge")
    card = (
        "<interface type='ethernet'><mac address='52:54:00:00:00:0{}'/>"
        "<target dev='{}' managed='no'/><model type='virtio'/></interface>"
    )
    before = links("tun"), links("macvtap")
    guest = start(connection, card.format(1, "mine") + card.format(2, "over"))
    assert "<target dev='over' managed='no'/>" in guest.get_xml_desc()
    with pytest.raises(SystemFailure, match=r"Unable to create tap device mine: .* busy"):
        guest.attach_device(card.format(3, "mine"))  # it has one queue only
    guest.destroy()
    assert (links("tun"), links("macvtap")) == before


@pytest.mark.usefixtures("nat")
def test_the_lease_of_a_guest_is_its_address(
    connection: Connection, own_network: OwnNetwork, tmp_path: Path
) -> None:
    guest = start(connection, ON_NAT)
    assert guest.interface_addresses(0) == []
    with pytest.raises(NoHostname, match="no hostname found for domain g"):
        guest.get_hostname(1)
    # a namespace with the guest's address asks in its place: the guest itself has no such program
    own_network.peer("g", "br-n1", "52:54:00:00:00:01").lease(tmp_path)
    assert wait_for(lambda: bool(guest.interface_addresses(0)))
    [card] = guest.interface_addresses(0)
    assert (card.name, card.hwaddr) == ("vnet0", "52:54:00:00:00:01")
    assert [(a.type, a.addr, a.prefix) for a in card.addrs] == [(0, "10.9.0.51", 24)]
    assert guest.get_hostname(1) == "g"
    guest.destroy()
    with pytest.raises(NoDomain):
        guest.interface_addresses(0)


def test_every_way_to_plug_a_card(connection: Connection, tmp_path: Path) -> None:
    script = tmp_path / "connect"
    script.write_text(f"#!/bin/sh\necho $0 $1 >> {tmp_path}/said\n")
    script.chmod(0o755)
    for command in (
        "ip link add brx type bridge; ip link set brx mtu 1450",
        "ip link add c0 type veth peer name c1; ip link set c0 up; ip link set c1 up",
    ):
        sh(command)
    for xml in (
        "<network><name>br</name><forward mode='bridge'/><bridge name='brx'/></network>",
        "<network><name>dir</name><forward mode='private' dev='c0'/></network>",
    ):
        connection.network_create_xml(xml)
    macs = [f"<mac address='52:54:00:00:00:0{number}'/>" for number in range(8)]
    guest = start(
        connection,
        f"<interface type='network'>{macs[1]}<source network='br'/></interface>"
        f"<interface type='bridge'>{macs[2]}<source bridge='brx'/><model type='virtio'/>"
        "<driver queues='2'/><mtu size='1300'/><port isolated='yes'/></interface>"
        f"<interface type='network'>{macs[3]}<source network='dir'/></interface>"
        f"<interface type='direct'>{macs[4]}<source dev='c0' mode='vepa'/></interface>"
        f"<interface type='ethernet'>{macs[5]}<target dev='mine'/>"
        f"<script path='{script}'/><downscript path='{script}'/></interface>"
        f"<interface type='user'>{macs[6]}</interface>",
    )
    text = guest.get_xml_desc()
    assert "<interface type='bridge'>\n      <mac address='52:54:00:00:00:01'/>" in text
    assert "dev='c0' mode='private'/>" in text
    assert set(links("tun")) == {"vnet0", "vnet1", "mine"}
    assert links("macvtap") == {"macvtap0": "52:54:00:00:00:03", "macvtap1": "52:54:00:00:00:04"}
    with Netlink() as netlink:
        sizes = {link.name: link.mtu for link in netlink.links()}
    assert (sizes["vnet0"], sizes["vnet1"], sizes["mine"]) == (1450, 1300, 1500)
    assert "isolated on" in sh("bridge -d link show dev vnet1")
    assert (tmp_path / "said").read_text() == f"{script} mine\n"
    guest.destroy()
    assert wait_for(lambda: not links("tun") and not links("macvtap"))
    assert (tmp_path / "said").read_text() == 2 * f"{script} mine\n"


@pytest.mark.usefixtures("nat")
def test_a_card_changes_its_place_while_its_guest_runs(connection: Connection) -> None:
    sh("ip link add brx type bridge")
    other = NAT.replace("n1", "n2").replace("10.9.0", "10.8.0")
    connection.network_create_xml(other)
    guest = start(connection, ON_NAT)

    def ports() -> list[int]:
        return [len(connection.network_lookup_by_name(n).list_all_ports()) for n in ("n1", "n2")]

    def bridge() -> str:
        return sh("ip -o link show dev vnet0").partition("master ")[2].split()[0]

    def change(card: str, **words: str) -> None:
        guest.update_device_flags(card.format(**words), 1)

    card = ON_NAT.replace("'n1'", "'{network}'")
    assert (ports(), bridge()) == ([1, 0], "br-n1")
    change(card, network="n2")
    assert (ports(), bridge()) == ([0, 1], "br-n2")
    plain = card.replace("type='network'", "type='bridge'").replace(
        "network='{network}'", "bridge='brx'"
    )
    change(plain)
    assert (ports(), bridge()) == ([0, 0], "brx")
    change(plain.replace("<model", "<port isolated='yes'/><model"))
    assert "isolated on" in sh("bridge -d link show dev vnet0")
    assert "<port isolated='yes'/>" in guest.get_xml_desc()
    change(plain)
    assert "isolated off" in sh("bridge -d link show dev vnet0")
    gathers = plain.replace("<model", "<coalesce><rx><frames max='7'/></rx></coalesce><model")
    change(gathers)
    assert "<frames max='7'/>" in guest.get_xml_desc()
    assert kernel.gather("vnet0", 9) == 9
    change(plain)
    assert "coalesce" not in guest.get_xml_desc()
    with pytest.raises(NoNetwork):
        change(card, network="n3")
    assert (ports(), bridge()) == ([0, 0], "brx")
    change(card, network="n1")
    guest.destroy()
    assert ports() == [0, 0]


def test_the_hosts_end_of_a_card_has_addresses(connection: Connection) -> None:
    guest = start(
        connection,
        "<interface type='ethernet'><target dev='mine'/><source>"
        "<ip address='10.7.0.1' family='ipv4' prefix='24'/>"
        "<ip address='10.6.0.1' family='ipv4' prefix='32' peer='10.6.0.2'/>"
        "<ip address='fd00:7::1' family='ipv6' prefix='64'/>"
        "<route family='ipv4' address='10.99.0.0' prefix='16' gateway='10.7.0.9'/>"
        "</source></interface>",
    )
    shown = sh("ip addr show dev mine")
    assert "inet 10.7.0.1/24 brd 10.7.0.255" in shown
    assert "inet 10.6.0.1 peer 10.6.0.2/32" in shown
    assert "inet6 fd00:7::1/64" in shown
    assert "10.99.0.0/16 via 10.7.0.9" in sh("ip route show dev mine")
    guest.destroy()


def test_a_card_that_gathers_frames(connection: Connection) -> None:
    sh("ip link add brx type bridge")
    guest = start(
        connection,
        "<interface type='bridge'><source bridge='brx'/><model type='virtio'/>"
        "<coalesce><rx><frames max='5'/></rx></coalesce></interface>",
    )
    assert "<frames max='5'/>" in guest.get_xml_desc()
    guest.destroy()


@pytest.mark.usefixtures("nat")
@pytest.mark.parametrize(
    ("card", "kind", "words"),
    [
        ("<interface type='network'><source network='none'/></interface>", NoNetwork, "'none'"),
        (
            "<interface type='network'><source network='off'/></interface>",
            OperationInvalid,
            "network 'off' is not active",
        ),
        (
            ON_NAT.replace("<model", "<vlan><tag id='5'/></vlan><model"),
            ConfigUnsupported,
            "requesting a vlan tag, but that is not supported",
        ),
        (
            "<interface type='bridge'><source bridge='nobridge'/></interface>",
            SystemFailure,
            "Cannot get interface MTU on 'nobridge': No such device",
        ),
        (
            "<interface type='direct'><source dev='nolink' mode='vepa'/></interface>",
            SystemFailure,
            "Unable to get index for interface nolink: No such device",
        ),
    ],
)
def test_a_card_that_cannot_be_leaves_the_others_unplugged(
    connection: Connection, card: str, kind: type[Exception], words: str
) -> None:
    connection.network_define_xml("<network><name>off</name></network>")
    with pytest.raises(kind, match=words):
        start(connection, ON_NAT + card)
    assert links("tun") == {}
    assert links("macvtap") == {}
    assert connection.network_lookup_by_name("n1").list_all_ports() == []
    assert connection.list_all_domains(0) == []


@pytest.mark.usefixtures("nat")
def test_a_guest_that_is_killed_gives_up_its_place(root: str, connection: Connection) -> None:
    sh("ip link add c0 type veth peer name c1; ip link set c0 up")
    direct = (
        "<interface type='direct'><mac address='52:54:00:00:00:02'/>"
        "<source dev='c0' mode='bridge'/></interface>"
    )
    start(connection, ON_NAT + direct)
    connection.close()
    [pid] = [
        int(name)
        for name in os.listdir("/proc")
        if name.isdecimal() and _runs_in(int(name), root.partition("root=")[2])
    ]
    os.kill(pid, signal.SIGKILL)
    with vsh.connect(root) as later:
        assert wait_for(lambda: later.list_all_domains(0) == [])
        assert later.network_lookup_by_name("n1").list_all_ports() == []
        assert links("macvtap") == {}


def _runs_in(pid: int, folder: str) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read()
    except OSError:
        return False
    return words.startswith(b"/usr/bin/qemu-system-x86_64\0") and f"{folder}/".encode() in words


CUT_OFF = """
import os, signal, sys, vsh
from vsh.drivers.host.process import Process
start = Process.start
def cut(*values, **more):
    if {after}:
        start(*values, **more)
    os.kill(os.getpid(), signal.SIGKILL)
Process.start = cut
with vsh.connect({root!r}) as connection:
    connection.domain_create_xml(sys.stdin.read())
"""


@pytest.mark.usefixtures("nat")
@pytest.mark.parametrize("after", [False, True])
def test_a_start_that_is_cut_off_has_no_place_and_no_link(
    root: str, connection: Connection, *, after: bool
) -> None:
    sh("ip link add c0 type veth peer name c1; ip link set c0 up")
    connection.close()
    direct = (
        "<interface type='direct'><mac address='52:54:00:00:00:02'/>"
        "<source dev='c0' mode='bridge'/></interface>"
    )
    code = CUT_OFF.format(after=after, root=root)
    done = subprocess.run(
        [sys.executable, "-c", code], input=GUEST.format(name="g", cards=direct + ON_NAT), text=True
    )
    assert done.returncode == -signal.SIGKILL
    with vsh.connect(root) as later:
        assert later.list_all_domains(0) == []
        assert later.network_lookup_by_name("n1").list_all_ports() == []
        assert links("macvtap") == {}
        assert wait_for(lambda: links("tun") == {})


FILTERED = ON_NAT.replace("<model", "<filterref filter='clean-traffic'/><model")


@pytest.mark.usefixtures("nat")
def test_the_filter_of_a_card_is_bound_while_its_guest_runs(connection: Connection) -> None:
    guest = start(connection, FILTERED)
    [binding] = connection.list_all_nwfilter_bindings()
    assert (binding.portdev, binding.filtername) == ("vnet0", "clean-traffic")
    assert "<mac address='52:54:00:00:00:01'/>" in binding.get_xml_desc()
    assert "ether saddr 52:54:00:00:00:01" in sh("nft list ruleset")
    guest.update_device_flags(FILTERED.replace("clean-traffic", "no-mac-spoofing"), 1)
    assert [each.filtername for each in connection.list_all_nwfilter_bindings()] == [
        "no-mac-spoofing"
    ]
    guest.destroy()
    assert connection.list_all_nwfilter_bindings() == []
    assert "table bridge" not in sh("nft list ruleset")


@pytest.mark.usefixtures("nat")
def test_a_guest_whose_filter_cannot_be_bound_does_not_start(connection: Connection) -> None:
    with pytest.raises(InternalError, match="referenced filter 'nope' is missing"):
        start(connection, FILTERED.replace("clean-traffic", "nope"))
    assert not wait_for(lambda: bool(links("tun")), 0)
    assert connection.list_all_nwfilter_bindings() == []


def test_what_a_card_receives_is_what_its_guest_wants(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guest has no driver: what it wants is made up, what the kernel has then is not."""
    sh("ip link add c0 type veth peer name c1; ip link set c0 up; ip link set c1 up")
    mac, other = "52:54:00:00:00:01", "52:54:00:00:00:77"
    card = (
        "<interface type='direct' trustGuestRxFilters='{}'><mac address='" + mac + "'/>"
        "<source dev='c0' mode='bridge'/><model type='virtio'/></interface>"
    )
    wanted: dict[str, object] = {
        "name": "net0", "main-mac": other, "promiscuous": True, "multicast": "normal",
        "multicast-overflow": False, "multicast-table": ["01:00:5e:00:00:42", "33:33:00:00:00:42"],
        "vlan-table": [],
    }  # fmt: skip
    domain = start(connection, card.format("no"))
    hypervisor = connection.driver.hypervisor
    guest = hypervisor.guests.find(domain)
    with pytest.raises(OperationUnsupported, match=f"mac address from {mac} to 52:54:00:"):
        domain.update_device_flags(card.format("no").replace(f"<mac address='{mac}'/>", ""), 1)
    asked: list[str] = []

    def answer(command: str, _arguments: object = None, **_more: object) -> object:
        asked.append(command)
        return [wanted]

    def tell() -> None:
        event = Event("NIC_RX_FILTER_CHANGED", {"name": "net0"}, 0, 0)
        with hypervisor.guests.query(guest), monkeypatch.context() as patch:
            patch.setattr(type(guest), "ask", lambda _self, *words, **more: answer(*words, **more))
            happenings.took_place(hypervisor, guest, event)

    tell()
    assert asked == []  # nobody trusts it
    guest.definition.interfaces[0].trust_guest_rx_filters = True
    tell()
    assert links("macvtap") == {"macvtap0": other}
    groups = sh("cat /proc/thread-self/net/dev_mcast")
    assert "macvtap0" in groups
    mine = {line.split()[4] for line in groups.splitlines() if line.split()[1] == "macvtap0"}
    assert {"01005e000042", "333300000042"} <= mine
    shown = sh("ip -d link show dev macvtap0")
    assert "PROMISC" in shown
    assert "ALLMULTI" not in shown
    assert "currentAddress" not in domain.get_xml_desc()  # which libvirt 9.0.0 knows nothing of
    wanted |= {"multicast-table": [], "promiscuous": False, "multicast": "all"}
    monkeypatch.setattr(receiving, "is_modern", lambda _definition: True)
    with connection.watch("nic-mac-change", timeout=30) as watch:
        tell()
        told = next(iter(watch))
    assert (told.alias, told.oldMAC, told.newMAC) == ("net0", mac, other)
    assert f"<mac address='{mac}' currentAddress='{other}'/>" in domain.get_xml_desc()
    assert "currentAddress" not in domain.get_xml_desc(2)
    groups = sh("cat /proc/thread-self/net/dev_mcast")
    assert "01005e000042" not in groups
    shown = sh("ip -d link show dev macvtap0")
    assert "ALLMULTI" in shown
    assert "PROMISC" not in shown
    wanted |= {"main-mac": mac, "vlan-table": [5], "multicast": "none"}
    tell()
    assert links("macvtap") == {"macvtap0": mac}
    assert "currentAddress" not in domain.get_xml_desc()
    shown = sh("ip -d link show dev macvtap0")
    assert "PROMISC" in shown  # so that it hears of its VLANs
    assert "MULTI" not in shown
    domain.destroy()
