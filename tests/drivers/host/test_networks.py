"""Virtual networks made real: links, addresses, dnsmasq, the firewall, and what a crash leaves."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest
from killing import killed_at_step, walk
from own_network import sh

import vsh
from vsh.drivers.host import programs
from vsh.drivers.host.netlink import Netlink
from vsh.drivers.qemu.state import State
from vsh.errors import (
    ConfigUnsupported,
    Error,
    InternalError,
    NetworkPortExists,
    NoNetwork,
    NoNetworkPort,
    OperationFailed,
    OperationInvalid,
    SystemFailure,
)
from vsh.words.network import NetworkUpdate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from own_network import OwnNetwork

    from vsh.api.connection import Connection

pytestmark = pytest.mark.usefixtures("own_network")

LIVE, CONFIG = NetworkUpdate.AFFECT_LIVE, NetworkUpdate.AFFECT_CONFIG
BRIDGE = "<bridge name='{}' stp='off'/><mac address='52:54:00:aa:bb:cc'/>"
LEASING = "<dhcp><range start='10.9.0.2' end='10.9.0.99'/></dhcp>"
PORT = """<networkport>
  <uuid>5d744f21-ba4a-4d6e-bdb2-30a35ff3207d</uuid>
  <owner><name>g</name><uuid>d54df46f-1ab5-4a22-8618-4560ef5fac2c</uuid></owner>
  <mac address='52:54:00:7b:35:93'/>
</networkport>"""


def document(
    name: str, mode: str | None = "nat", net: str = "10.9.0", *, inside: str = "", more: str = ""
) -> str:
    forward = "" if mode is None else f"<forward mode='{mode}'/>"
    bridge = f"<bridge name='br-{name}' stp='off'/>"
    address = f"<ip address='{net}.1' prefix='24'>{inside}</ip>"
    return f"<network><name>{name}</name>{forward}{bridge}{more}{address}</network>"


def nat(name: str = "n1", more: str = "") -> str:
    return document(name, inside=LEASING, more=more)


@pytest.fixture
def uri(tmp_path: Path, own_network: OwnNetwork) -> Iterator[str]:
    """A root; its networks are down when the test is over."""
    uri = f"qemu:///embed?root={tmp_path / 'root'}"
    yield uri
    with vsh.connect(uri) as connection:
        for network in connection.list_all_networks(2):
            network.destroy()
    assert not dnsmasqs(tmp_path)


@pytest.fixture
def connection(uri: str) -> Iterator[Connection]:
    with vsh.connect(uri) as opened:
        yield opened


def dnsmasqs(folder: Path) -> list[str]:
    """The configurations of the dnsmasqs that run in a root below a folder."""
    found = []
    for name in filter(str.isdecimal, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = os.fsdecode(file.read()).split("\0")
        except OSError:
            continue
        if words[0].endswith("dnsmasq") and str(folder) in words[1]:
            found.append(words[1])
    return sorted(set(found))


def links() -> set[str]:
    with Netlink() as netlink:
        return {link.name for link in netlink.links()} - {"lo", "ifb0", "ifb1"}


def tables() -> list[str]:
    return sh("nft list tables").split("\n")[:-1]


def wait_for(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something comes true in time."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


def rules() -> int:
    """How many rules there are."""
    listed = json.loads(sh("nft -j list ruleset"))["nftables"]
    return sum("rule" in each for each in listed)


# ---- coming up and going down


def test_a_network_is_a_bridge_with_addresses_routes_and_settings(connection: Connection) -> None:
    more = (
        "<mtu size='1400'/><mac address='52:54:00:aa:bb:cc'/>"
        "<ip family='ipv6' address='fd00:9::1' prefix='64'/>"
        "<route address='10.77.0.0' prefix='16' gateway='10.9.0.9' metric='3'/>"
    )
    network = connection.network_create_xml(nat(more=more))
    with Netlink() as netlink:
        link = netlink.link("br-n1")
        assert link is not None
        assert (link.kind, link.mac, link.mtu, link.up) == (
            "bridge", "52:54:00:aa:bb:cc", 1400, True,
        )  # fmt: skip
        found = {(a.address, a.prefix) for a in netlink.addresses() if a.index == link.index}
    assert found == {("10.9.0.1", 24), ("fd00:9::1", 64)}
    assert "10.77.0.0/16 via 10.9.0.9 metric 3" in sh("ip route show dev br-n1")
    assert "brd 10.9.0.255" in sh("ip addr show br-n1")
    for name, value in {
        "ipv4/ip_forward": "1",
        "ipv6/conf/all/forwarding": "1",
        "ipv6/conf/br-n1/disable_ipv6": "0",
        "ipv6/conf/br-n1/accept_ra": "0",
        "ipv6/conf/br-n1/autoconf": "0",
    }.items():
        assert sh(f"cat /proc/sys/net/{name}").strip() == value
    network.destroy()
    assert links() == set()
    assert tables() == []


def test_only_a_network_with_ipv6_has_it_on_its_bridge(connection: Connection) -> None:
    connection.network_create_xml(nat())
    assert sh("cat /proc/sys/net/ipv6/conf/br-n1/disable_ipv6").strip() == "1"


def test_spanning_tree_and_delay_are_as_the_document_says(connection: Connection) -> None:
    connection.network_create_xml(
        "<network><name>a</name><bridge name='bra' stp='on' delay='4'/></network>"
    )
    shown = sh("ip -d link show bra")
    assert "forward_delay 400" in shown
    assert "stp_state 1" in shown


@pytest.mark.parametrize("mode", ["bridge", "private", "vepa", "passthrough"])
def test_a_network_on_the_hosts_devices_makes_nothing(connection: Connection, mode: str) -> None:
    network = connection.network_create_xml(
        f"<network><name>d</name><forward mode='{mode}' dev='eth9'/></network>"
    )
    assert network.active
    assert links() == set()
    assert tables() == []
    network.destroy()


def test_a_network_in_the_way_of_another_or_of_a_route_is_refused(connection: Connection) -> None:
    connection.network_create_xml(nat())
    with pytest.raises(InternalError, match="Network is already in use by interface br-n1"):
        connection.network_create_xml(document("n2", "route"))
    with pytest.raises(InternalError, match="bridge name 'br-n1' already in use"):
        connection.network_define_xml("<network><name>n2</name><bridge name='br-n1'/></network>")
    sh("ip link add mine type bridge")
    with pytest.raises(SystemFailure, match="error creating bridge interface mine: File exists"):
        connection.network_create_xml("<network><name>n3</name><bridge name='mine'/></network>")
    assert "mine" in links()
    with pytest.raises(NoNetwork):
        connection.network_lookup_by_name("n3")


def test_names_of_bridges_are_those_that_nobody_has(connection: Connection) -> None:
    sh("ip link add virbr0 type bridge")
    names = [
        connection.network_define_xml(f"<network><name>{name}</name></network>").bridge
        for name in ("a", "b")
    ]
    assert names == ["virbr1", "virbr2"]


def test_one_that_fails_in_the_middle_leaves_nothing(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = connection.network_define_xml(nat())
    run = programs.run

    def fail(command: list[str], *rest: object, **more: object) -> str | None:
        if command[0].endswith("dnsmasq"):
            raise InternalError("no dnsmasq today")
        return run(command, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(programs, "run", fail)
    with pytest.raises(InternalError, match="no dnsmasq today"):
        network.create()
    assert links() == set()
    assert tables() == []
    assert not network.active
    monkeypatch.undo()
    network.create()


@pytest.mark.parametrize(
    ("forward", "mask", "text"),
    [
        ("<forward mode='nat'/>", "255.0.255.0", "Invalid prefix or netmask for 'virbr0'"),
        ("", "255.0.255.0", "bridge 'virbr0' has an invalid netmask or IP address"),
        (
            "<forward mode='nat'><nat><port start='9' end='9'/></nat></forward>",
            "255.0.0.0",
            r"Invalid port range '9-9'\.",
        ),
    ],
)
def test_what_no_rules_can_be_made_of_leaves_nothing(
    connection: Connection, forward: str, mask: str, text: str
) -> None:
    network = connection.network_define_xml(
        f"<network><name>n</name>{forward}<ip address='10.9.0.1' netmask='{mask}'/></network>"
    )
    with pytest.raises(InternalError, match=text):
        network.create()
    assert links() == set()
    assert not network.active


def test_options_that_dnsmasq_refuses_are_its_own_words(connection: Connection) -> None:
    more = "<dnsmasq:options xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'><dnsmasq:option value='nonsense'/></dnsmasq:options>"  # noqa: E501
    with pytest.raises(InternalError, match="bad option"):
        connection.network_create_xml(nat().replace("</network>", f"{more}</network>"))
    assert links() == set()


@pytest.mark.parametrize(
    ("mode", "zone", "wanted"),
    [("nat", "", "libvirt"), ("route", "", "libvirt-routed"), ("nat", "dmz", "dmz")],
)
def test_a_bridge_is_in_a_zone_of_firewalld(
    connection: Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    zone: str,
    wanted: str,
) -> None:
    """firewall-cmd is a stand-in: firewalld would be the machine's own."""
    program = tmp_path / "bin/firewall-cmd"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/said\necho public libvirt libvirt-routed dmz\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    text = document("n1", mode).replace(" stp='off'", f" zone='{zone}'" if zone else "")
    connection.network_create_xml(text)
    said = (tmp_path / "said").read_text().splitlines()
    assert said == ["--get-zones", f"--zone={wanted} --change-interface=br-n1"]


def test_a_domain_is_the_hosts_too(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """resolvectl is a stand-in: systemd-resolved would be the machine's own."""
    text = nat(more="<domain name='guests.test' localOnly='yes' register='yes'/>")
    network = connection.network_define_xml(text)
    program = tmp_path / "bin/resolvectl"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    with pytest.raises(OperationInvalid, match="name server: systemd-resolved is not available"):
        network.create()
    program.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/said\n[ "$1" != dns ]\n')
    with pytest.raises(InternalError, match=r"failed to register name server$"):
        network.create()
    assert links() == set()
    program.write_text(program.read_text().replace("dns", "x"))
    network.create()
    said = (tmp_path / "said").read_text().splitlines()
    assert said[-2:] == ["domain br-n1 ~guests.test", "dns br-n1 10.9.0.1"]


def test_a_zone_needs_firewalld(connection: Connection) -> None:
    text = nat().replace("stp='off'", "zone='dmz'")
    with pytest.raises(InternalError, match="zone dmz requested for network n1 but firewalld is"):
        connection.network_create_xml(text)
    assert links() == set()


def test_without_rights_it_says_what_else_there_is(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vsh.drivers.host.network import life

    monkeypatch.setattr(life, "may_make_links", lambda: False)
    wrong = "error creating bridge interface [a-z0-9-]+: Operation not permitted"
    with pytest.raises(SystemFailure, match=wrong) as caught:
        connection.network_create_xml(nat())
    assert "<interface type='user'>" in str(caught.value.hint)


# ---- definitions


@pytest.mark.parametrize(
    ("xml", "kind", "words"),
    [
        (document("n", more="<vlan><tag id='5'/></vlan>"), ConfigUnsupported, "<vlan> element"),
        (
            "<network><name>h</name><forward mode='hostdev' dev='e'/></network>",
            ConfigUnsupported,
            "hostdev networks require all devices to be listed by PCI address",
        ),
        (
            "<network><name>b</name><forward mode='vepa'/><mac address='52:54:0:0:0:1'/></network>",
            ConfigUnsupported,
            "Unsupported <mac> element in network b with forward mode='vepa'",
        ),
        (
            document("p", more="".join(f"<portgroup name='{n}' default='yes'/>" for n in "ab")),
            ConfigUnsupported,
            "multiple default <portgroup> elements",
        ),
    ],
)
def test_what_cannot_be_here_is_refused(
    connection: Connection, xml: str, kind: type[Error], words: str
) -> None:
    with pytest.raises(kind, match=words):
        connection.network_define_xml(xml)


def test_another_definition_waits_for_the_next_start(connection: Connection) -> None:
    network = connection.network_define_xml(nat())
    network.create()
    again = network.get_xml_desc(1).replace("10.9.0.99", "10.9.0.88")
    connection.network_define_xml(again)
    assert "10.9.0.99" in network.get_xml_desc()
    assert "10.9.0.88" in network.get_xml_desc(1)
    network.destroy()
    assert "10.9.0.88" in network.get_xml_desc()


def test_a_network_that_is_undefined_runs_on_until_it_is_destroyed(connection: Connection) -> None:
    network = connection.network_define_xml(nat())
    network.create()
    network.set_autostart(1)
    network.undefine()
    assert (network.active, network.persistent, network.autostart) == (True, False, False)
    with pytest.raises(OperationInvalid, match="can't undefine transient network"):
        network.undefine()
    with pytest.raises(OperationInvalid, match="cannot set autostart for transient network"):
        network.set_autostart(1)
    network.destroy()
    with pytest.raises(NoNetwork):
        connection.network_lookup_by_name("n1")


def test_names_and_uuids_are_one_networks(connection: Connection) -> None:
    network = connection.network_define_xml("<network><name>a</name></network>")
    with pytest.raises(
        OperationFailed, match=f"network 'a' already exists with uuid {network.uuid}"
    ):
        connection.network_define_xml("<network><name>a</name></network>")
    with pytest.raises(OperationFailed, match="network 'a' is already defined with uuid"):
        connection.network_define_xml(
            f"<network><name>b</name><uuid>{network.uuid}</uuid></network>"
        )


def test_metadata_of_what_runs_and_of_what_is_planned(connection: Connection) -> None:
    network = connection.network_define_xml(nat())
    network.create()
    with connection.watch("metadata-change", family="network", timeout=20) as events:
        network.set_metadata(0, "now", None, None, LIVE)
        network.set_metadata(0, "then", None, None, CONFIG)
        network.set_metadata(2, "<a/>", "k", "urn:k", CONFIG)
        told = [str(event) for _, event in zip(range(3), events, strict=False)]
    wanted = ["type=0, nsuri=None)", "type=0, nsuri=None)", "type=2, nsuri='urn:k')"]
    assert [event.partition("'), ")[2] for event in told] == wanted
    assert network.get_metadata(0) == "now"
    assert network.get_metadata(0, None, CONFIG) == "then"
    network.destroy()
    assert network.get_metadata(0) == "then"


# ---- changes of one that runs


def test_hosts_and_names_are_read_again_by_the_same_dnsmasq(
    connection: Connection, tmp_path: Path
) -> None:
    network = connection.network_create_xml(nat())
    pid = (tmp_path / "root/dnsmasq/n1.pid").read_text()
    network.update(3, 4, -1, "<host mac='52:54:00:00:00:02' ip='10.9.0.51'/>", LIVE)
    network.update(3, 10, -1, "<host ip='10.9.0.7'><hostname>seven</hostname></host>", LIVE)
    folder = tmp_path / "root/dnsmasq"
    assert (folder / "n1.hostsfile").read_text() == "52:54:00:00:00:02,10.9.0.51\n"
    assert (folder / "n1.addnhosts").read_text() == "10.9.0.7\tseven\t\n"
    assert (folder / "n1.pid").read_text() == pid
    with pytest.raises(OperationInvalid, match="there is an existing dhcp host entry"):
        network.update(3, 4, -1, "<host mac='52:54:00:00:00:02' ip='10.9.0.52'/>", LIVE)


def test_ranges_and_records_restart_dnsmasq(connection: Connection, tmp_path: Path) -> None:
    network = connection.network_define_xml(nat())
    network.create()
    network.update(3, 5, -1, "<range start='10.9.0.200' end='10.9.0.210'/>", LIVE | CONFIG)
    network.update(3, 11, -1, "<txt name='a' value='b'/>", LIVE)
    conf = (tmp_path / "root/dnsmasq/n1.conf").read_text()
    assert "dhcp-range=10.9.0.200,10.9.0.210,255.255.255.0\n" in conf
    assert "txt-record=a,b\n" in conf
    assert dnsmasqs(tmp_path) == [f"--conf-file={tmp_path}/root/dnsmasq/n1.conf"]
    assert "10.9.0.200" in network.get_xml_desc(1)
    assert "<txt" not in network.get_xml_desc(1)


def test_what_does_not_run_cannot_be_changed_live(connection: Connection) -> None:
    network = connection.network_define_xml(nat())
    with pytest.raises(OperationInvalid, match="network is not running"):
        network.update(3, 11, -1, "<txt name='a' value='b'/>", LIVE)
    transient = connection.network_create_xml(document("n2", net="10.8.0"))
    with pytest.raises(OperationInvalid, match="persistent config of a transient network"):
        transient.update(3, 11, -1, "<txt name='a' value='b'/>", CONFIG)


# ---- ports


def test_ports_are_plugged_into_the_bridge_and_counted(
    connection: Connection, tmp_path: Path
) -> None:
    network = connection.network_create_xml(nat())
    port = network.port_create_xml(PORT)
    assert "<plug type='network' bridge='br-n1'/>" in port.get_xml_desc()
    assert network.get_xml_desc().startswith("<network connections='1'>")
    with pytest.raises(NetworkPortExists, match=f"UUID {port.uuid} already exists"):
        network.port_create_xml(PORT)
    macs = json.loads((tmp_path / "root/dnsmasq/br-n1.macs").read_text())
    assert macs == [{"domain": "g", "macs": ["52:54:00:7b:35:93"]}]
    port.delete()
    assert network.list_all_ports() == []
    with pytest.raises(NoNetworkPort):
        network.port_lookup_by_uuid(port.uuid)


def test_the_device_that_is_used_least_is_taken_next(connection: Connection) -> None:
    network = connection.network_create_xml(
        "<network><name>d</name><forward mode='vepa'><interface dev='e1'/><interface dev='e2'/>"
        "</forward></network>"
    )
    for number, device in enumerate(("e1", "e2", "e1")):
        port = network.port_create_xml(PORT.replace("5d744f21", f"5d744f2{number}"))
        assert f"<plug type='direct' dev='{device}' mode='vepa'/>" in port.get_xml_desc()
    assert "<interface dev='e1' connections='2'/>" in network.get_xml_desc()
    assert "connections" not in network.get_xml_desc(1)
    network.destroy()


def test_a_device_that_nobody_shares_is_given_once(connection: Connection) -> None:
    network = connection.network_create_xml(
        "<network><name>d</name><forward mode='passthrough' dev='e1'/></network>"
    )
    network.port_create_xml(PORT)
    with pytest.raises(InternalError, match="requires exclusive access to interfaces"):
        network.port_create_xml(PORT.replace("5d744f21", "5d744f22"))


def test_ports_survive_the_process(uri: str) -> None:
    with vsh.connect(uri) as first:
        first.network_create_xml(nat()).port_create_xml(PORT)
    with vsh.connect(uri) as second:
        [port] = second.network_lookup_by_name("n1").list_all_ports()
        assert "<name>g</name>" in port.get_xml_desc()


# ---- guests on networks: namespaces stand for them


def test_guests_get_leases_names_and_reach_the_world_but_not_the_other_way(
    connection: Connection, own_network: OwnNetwork, tmp_path: Path
) -> None:
    # hosts that are known are not looked for by ARP first, which takes 3 s
    known = "".join(f"<host mac='52:54:00:00:00:0{n}' ip='10.9.0.5{n}'/>" for n in (1, 2))
    network = connection.network_create_xml(
        document("n1", inside=LEASING.replace("</dhcp>", f"{known}</dhcp>")).replace(
            "<ip", "<domain name='x.test'/><ip"
        )
    )
    world = own_network.peer("world")
    sh("ip addr add 192.0.2.1/24 dev world")
    world.sh("ip addr add 192.0.2.9/24 dev eth0; ip route add 10.9.0.0/24 via 192.0.2.1")
    one = own_network.peer("one", "br-n1", "52:54:00:00:00:01")
    two = own_network.peer("two", "br-n1", "52:54:00:00:00:02")
    addresses = [one.lease(tmp_path), two.lease(tmp_path)]
    assert wait_for(lambda: len(network.get_dhcp_leases()) == 2)
    leases = {lease.mac: lease for lease in network.get_dhcp_leases()}
    assert addresses == ["10.9.0.51", "10.9.0.52"]
    assert [leases[f"52:54:00:00:00:0{n}"].ipaddr for n in (1, 2)] == addresses
    lease = leases["52:54:00:00:00:01"]
    assert (lease.iface, lease.type, lease.prefix, lease.hostname) == ("br-n1", 0, 24, "one")
    assert [each.mac for each in network.get_dhcp_leases("52:54:00:00:00:02")] == [
        "52:54:00:00:00:02"
    ]
    assert one.reaches(addresses[1])
    assert one.reaches("192.0.2.9")
    assert not world.reaches(addresses[0])
    assert addresses[0] in one.sh("busybox nslookup one.x.test 10.9.0.1", check=False)


def test_networks_are_separate_as_libvirts_are(
    connection: Connection, own_network: OwnNetwork
) -> None:
    """Who reaches whom, of a guest in each kind of network, and the world outside.

    The world has routes to all of them; the table is what libvirt 9.0.0's rules give.
    """
    kinds = {"nat": "nat", "route": "route", "open": "open", "alone": None}
    peers = {}
    world = own_network.peer("world")
    sh("ip addr add 192.0.2.1/24 dev world")
    world.sh("ip addr add 192.0.2.9/24 dev eth0; ip route add 10.0.0.0/8 via 192.0.2.1")
    for number, (name, mode) in enumerate(kinds.items(), 1):
        connection.network_create_xml(document(name, mode, f"10.{number}.0"))
        peers[name] = own_network.peer(name, f"br-{name}")
        peers[name].sh(
            f"ip addr add 10.{number}.0.5/24 dev eth0; ip route add default via 10.{number}.0.1"
        )
    addresses = {name: f"10.{number}.0.5" for number, name in enumerate(kinds, 1)}
    addresses["world"] = "192.0.2.9"
    asked = {
        name: peer.ask([*addresses.values()]) for name, peer in {**peers, "world": world}.items()
    }
    names = {address: name for name, address in addresses.items()}
    found = {
        (one, names[address])
        for one, answer in asked.items()
        for address in answer()
        if one != names[address]
    }
    assert found == {
        ("nat", "world"), ("route", "world"), ("open", "world"),
        ("nat", "route"), ("nat", "open"), ("open", "route"), ("route", "open"),
        ("world", "route"), ("world", "open"),
    }  # fmt: skip


# ---- the firewall


def test_rules_are_counted_and_taken_away_exactly(connection: Connection) -> None:
    sh("nft add table ip others; nft add chain ip others c; nft add rule ip others c accept")
    one = connection.network_create_xml(nat("n1"))
    before = sh("nft list ruleset")
    two = connection.network_create_xml(document("n2", "route", "10.8.0"))
    assert rules() > before.count("accept")
    two.destroy()
    assert sh("nft list ruleset") == before
    one.destroy()
    assert tables() == ["table ip others"]
    assert rules() == 1


@pytest.mark.parametrize(
    "damage",
    [
        "nft flush ruleset",
        "nft flush table inet $T",
        "nft flush chain inet $T masked_br-n1",
        "nft delete element inet $T out_of '{ \"br-n1\" }'",
    ],
)
def test_rules_that_somebody_flushed_are_put_there_again(uri: str, damage: str) -> None:
    with vsh.connect(uri) as first:
        first.network_create_xml(nat())
        first.network_create_xml(document("n2", "route", "10.8.0"))
    whole = sh("nft list ruleset")
    table = tables()[0].split()[-1]
    sh(f"T={table}; {damage}")
    assert sh("nft list ruleset") != whole
    with vsh.connect(uri) as second:
        second.list_all_networks(0)
        assert sorted(sh("nft list ruleset").split()) == sorted(whole.split())


def test_nothing_is_asked_of_nft_while_no_rule_changes(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.network_create_xml(nat())
    connection.list_all_networks(0)

    def refuse(*command: object, **more: object) -> None:
        raise AssertionError(command)

    monkeypatch.setattr(programs, "run", refuse)
    assert len(connection.list_all_networks(0)) == 1
    monkeypatch.undo()


def test_subnets_may_lie_within_each_other(connection: Connection) -> None:
    one = connection.network_create_xml(
        "<network><name>one</name><forward mode='nat'/><bridge name='br-one' stp='off'/>"
        "<ip address='10.0.0.1' prefix='8'/><ip address='10.9.0.1' prefix='16'/></network>"
    )
    before = sh("nft list ruleset")
    two = connection.network_create_xml(document("two", "nat", "10.9.7"))
    found = sh("nft list ruleset")
    assert found.index("10.9.7.0/24 jump masked_br-two") < found.index("10.9.0.0/16 jump")
    assert found.index("10.9.0.0/16 jump masked_br-one") < found.index("10.0.0.0/8 jump")
    two.destroy()
    assert sh("nft list ruleset") == before
    one.destroy()
    assert tables() == []


def test_a_network_that_is_changed_has_the_rules_of_what_it_is(connection: Connection) -> None:
    network = connection.network_create_xml(
        "<network><name>n1</name><forward mode='route' dev='eth7'/><bridge name='br-n1'/>"
        "<ip address='10.9.0.1' prefix='24'/></network>"
    )
    assert 'oifname "eth7"' in sh("nft list ruleset")
    network.update(2, 7, -1, "<interface dev='eth7'/>", LIVE)
    assert "eth7" not in sh("nft list ruleset")


# ---- crashes


CHANGES = ((Netlink, "_tell"), (programs, "run"), (State, "put"))
"""Changes of the host: messages to the kernel, programs, transactions."""


@pytest.mark.parametrize("act", ["start", "stop"])
def test_killed_at_any_change_the_next_open_cleans_up(uri: str, act: str, tmp_path: Path) -> None:
    with vsh.connect(uri) as connection:
        connection.network_define_xml(nat())
        connection.network_create_xml(document("other", "route", "10.8.0"))
    sh("ip link add mine type bridge; nft add table ip mine")
    others = sh("nft list ruleset")
    seen = set()
    for steps in range(60):
        if act == "stop":
            with vsh.connect(uri) as connection:
                connection.network_lookup_by_name("n1").create()
                whole = sh("nft list ruleset")

        def do() -> None:
            with vsh.connect(uri) as child:
                network = child.network_lookup_by_name("n1")
                network.create() if act == "start" else network.destroy()

        died = killed_at_step(steps, CHANGES, do)
        with vsh.connect(uri) as connection:
            network = connection.network_lookup_by_name("n1")
            active = network.active
            seen.add(active)
            there = {"mine", "br-other"} | ({"br-n1"} if active else set())
            assert links() == there, steps
            if not active:
                assert sorted(sh("nft list ruleset").split()) == sorted(others.split()), steps
                running = ["other"]
            else:
                assert act == "start" or sorted(sh("nft list ruleset").split()) == sorted(
                    whole.split()
                )
                running = ["n1", "other"]
            folder = tmp_path / "root/dnsmasq"
            assert dnsmasqs(tmp_path) == [f"--conf-file={folder}/{n}.conf" for n in running], steps
            if active:
                network.destroy()
        if not died:
            break
    assert not died
    assert steps > 3
    assert seen == {True, False}


UPDATES = {
    4: ("<host mac='52:54:00:00:00:07' ip='10.9.0.51'/>", "10.9.0.51"),
    5: ("<range start='10.9.0.150' end='10.9.0.160'/>", "10.9.0.150"),
}
"""Hosts are read again by the same dnsmasq, ranges by another one."""


@pytest.mark.parametrize("section", UPDATES)
def test_an_update_that_is_killed_is_there_or_not(uri: str, section: int, tmp_path: Path) -> None:
    text, shown = UPDATES[section]
    folder = tmp_path / "root/dnsmasq"

    def read() -> dict[str, str]:
        return {
            path.name: path.read_text() for path in folder.glob("n1.*") if "pid" not in path.name
        }

    with vsh.connect(uri) as connection:
        network = connection.network_define_xml(nat())
        network.create()
        files = {False: read()}
        network.update(3, section, -1, text, LIVE | CONFIG)
        files[True] = read()
        network.update(2, section, -1, text, LIVE | CONFIG)
        connection.network_create_xml(document("other", "route", "10.8.0"))
    others = sh("nft list ruleset")
    seen = set()

    def update(connection: Connection) -> None:
        connection.network_lookup_by_name("n1").update(3, section, -1, text, LIVE | CONFIG)

    for _ in walk(uri, update):
        with vsh.connect(uri) as connection:
            network = connection.network_lookup_by_name("n1")
            live, planned = shown in network.get_xml_desc(), shown in network.get_xml_desc(1)
            assert live == planned
            assert read() == files[live]
            running = [f"--conf-file={folder}/{name}.conf" for name in ("n1", "other")]
            assert dnsmasqs(tmp_path) == running
            assert sorted(sh("nft list ruleset").split()) == sorted(others.split())
            seen.add(live)
            if live:
                network.update(2, section, -1, text, LIVE | CONFIG)
    assert seen == {True, False}


@pytest.mark.parametrize(
    "text", [nat(), "<network><name>n1</name><bridge name='br-n1'/></network>"]
)
def test_a_port_whose_process_is_killed_is_there_or_not(
    uri: str, tmp_path: Path, text: str
) -> None:
    with vsh.connect(uri) as connection:
        connection.network_define_xml(text).create()
        whole, running = sh("nft list ruleset"), len(dnsmasqs(tmp_path))
    seen = set()

    def live(connection: Connection) -> None:
        connection.network_lookup_by_name("n1").port_create_xml(PORT).delete()

    for _ in walk(uri, live):
        with vsh.connect(uri) as connection:
            network = connection.network_lookup_by_name("n1")
            ports = network.list_all_ports()
            assert network.get_xml_desc().count("connections='1'") == len(ports)
            macs = tmp_path / "root/dnsmasq/br-n1.macs"
            known = json.loads(macs.read_text()) if macs.exists() else []
            assert len(known) == (len(ports) if running else 0)
            assert len(dnsmasqs(tmp_path)) == running
            assert sorted(sh("nft list ruleset").split()) == sorted(whole.split())
            assert links() == {"br-n1"}
            seen.add(len(ports))
            for port in ports:
                port.delete()
    assert seen == {0, 1}


def test_whoever_opens_next_cleans_up_even_if_it_wants_no_network(uri: str) -> None:
    with vsh.connect(uri) as connection:
        connection.network_define_xml(nat())

    def do() -> None:
        with vsh.connect(uri) as child:
            child.network_lookup_by_name("n1").create()

    assert killed_at_step(5, CHANGES, do)
    assert "br-n1" in links()
    with vsh.connect(uri) as connection:
        assert connection.list_all_domains(0) == []
        assert links() == set()


def test_what_the_host_lost_is_seen_by_the_next_who_opens(uri: str, tmp_path: Path) -> None:
    with vsh.connect(uri) as first:
        first.network_define_xml(nat()).create()
        first.network_create_xml(document("n2", "route", "10.8.0"))
    pid = int((tmp_path / "root/dnsmasq/n1.pid").read_text())
    os.kill(pid, signal.SIGKILL)
    sh("ip link delete br-n2")
    with vsh.connect(uri) as second:
        assert [network.name for network in second.list_all_networks(2)] == ["n1"]
        assert int((tmp_path / "root/dnsmasq/n1.pid").read_text()) != pid
        with pytest.raises(NoNetwork):
            second.network_lookup_by_name("n2")


def test_a_bridge_of_another_with_our_name_is_left_alone(uri: str) -> None:
    with vsh.connect(uri) as first:
        first.network_define_xml(nat()).create()
    sh("ip link delete br-n1; ip link add br-n1 type bridge")
    with vsh.connect(uri) as second:
        assert not second.network_lookup_by_name("n1").active
        assert "br-n1" in links()
