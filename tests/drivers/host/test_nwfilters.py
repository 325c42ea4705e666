"""Network filters: the library, libvirt's rules, and packets that are dropped, in namespaces."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from killing import killed_at_step
from own_network import OwnNetwork, Peer, sh
from private_libvirtd import PrivateLibvirtd
from private_libvirtd import obstacle as no_libvirtd

import vsh
from vsh.drivers.host import programs
from vsh.drivers.host.nwfilter import library
from vsh.drivers.qemu.state import State
from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    NoNwfilter,
    NoNwfilterBinding,
    OperationFailed,
    OperationInvalid,
    ParseFailed,
)
from vsh.xml.engine.reader import read
from vsh.xml.nwfilter import NetworkFilter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vsh.api.connection import Connection

pytestmark = pytest.mark.usefixtures("own_network")

MAC = "52:54:00:00:00:01"
BINDING = (
    "<filterbinding><owner><name>g</name><uuid>cf4d6ad2-5c5f-4000-8000-000000000001</uuid></owner>"
    "<portdev name='{port}'/><mac address='" + MAC + "'/>"
    "<filterref filter='{filter}'>{values}</filterref></filterbinding>"
)


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return f"qemu:///embed?root={tmp_path / 'root'}"


@pytest.fixture
def connection(uri: str) -> Iterator[Connection]:
    with vsh.connect(uri) as opened:
        yield opened


@pytest.fixture
def guest(own_network: OwnNetwork) -> Iterator[Peer]:
    """A guest on a bridge of the host, 10.5.0.1, by the port p0."""
    sh("ip link add br0 type bridge; ip addr add 10.5.0.1/24 dev br0; ip link set br0 up")
    found = own_network.peer("p0", "br0", MAC)
    found.sh("ip addr add 10.5.0.2/24 dev eth0; ip addr add 10.5.0.3/24 dev eth0")
    yield found
    sh("nft flush ruleset")


def bind(connection: Connection, name: str, **values: str | list[str]) -> None:
    given = "".join(
        f"<parameter name='{key}' value='{value}'/>"
        for key, each in values.items()
        for value in ([each] if isinstance(each, str) else each)
    )
    text = BINDING.format(port="p0", filter=name, values=given)
    connection.nwfilter_binding_create_xml(text)


def define(connection: Connection, name: str, rules: str, chain: str = "root") -> None:
    connection.nwfilter_define_xml(f"<filter name='{name}' chain='{chain}'>{rules}</filter>")


def pings(guest: Peer, source: str) -> bool:
    """Whether the host answers the guest, which says that it is ``source``."""
    line = f"busybox ping -c 1 -W 1 -I {source} 10.5.0.1 >/dev/null && echo yes"
    return guest.sh(line, check=False) == "yes\n"


def reaches(guest: Peer, source: str) -> bool:
    """The same, where it may take a moment."""
    return any(pings(guest, source) for _ in range(10))


def tables() -> list[str]:
    return [each["table"]["name"] for each in json.loads(sh("nft -j list tables"))["nftables"][1:]]


@pytest.mark.skipif(no_libvirtd() is not None, reason=str(no_libvirtd()))
def test_the_library_is_what_libvirtd_makes_of_it(connection: Connection) -> None:
    """Every document of the library is taken by libvirtd, which shows it as we do."""
    with PrivateLibvirtd() as daemon, vsh.connect(daemon.uri) as theirs:
        for name in [each.name for each in theirs.list_all_nwfilters()]:
            theirs.nwfilter_lookup_by_name(name).undefine()
        for document in library.documents():
            made = theirs.nwfilter_define_xml(document)
            ours = connection.nwfilter_lookup_by_name(made.name)
            assert (made.uuid, made.get_xml_desc()) == (ours.uuid, ours.get_xml_desc())
        assert connection.num_of_nwfilters() == theirs.num_of_nwfilters() == 24


def test_the_library_is_whole_and_stays_away(uri: str) -> None:
    names = {str(read(document, NetworkFilter).name) for document in library.documents()}
    for document in library.documents():
        for entry in read(document, NetworkFilter).entries:
            assert getattr(entry, "filter", "allow-arp") in names
    with vsh.connect(uri) as connection:
        assert set(connection.list_nwfilters()) == names
        connection.nwfilter_lookup_by_name("clean-traffic").undefine()
        define(connection, "mine", "<rule action='drop' direction='in'/>")
    with vsh.connect(uri) as connection:
        assert set(connection.list_nwfilters()) == names - {"clean-traffic"} | {"mine"}


def test_refusals(connection: Connection) -> None:
    with pytest.raises(NoNwfilter, match="no nwfilter with matching name 'x'"):
        connection.nwfilter_lookup_by_name("x")
    with pytest.raises(NoNwfilterBinding, match="no nwfilter binding for port dev 'p0'"):
        connection.nwfilter_binding_lookup_by_port_dev("p0")
    define(connection, "one", "<filterref filter='two'/>")
    with pytest.raises(OperationFailed, match="filter would introduce a loop"):
        define(connection, "two", "<filterref filter='one'/>")
    with pytest.raises(OperationFailed, match="filter 'one' already exists with uuid"):
        define(connection, "one", "")
    with pytest.raises(InternalError, match="referenced filter 'two' is missing"):
        bind(connection, "one")
    assert connection.list_all_nwfilter_bindings() == []
    assert tables() == []


def test_variables(connection: Connection) -> None:
    missing = "unresolvable variables or unavailable list elements: "
    with pytest.raises(InternalError, match=missing + "IPV6"):
        bind(connection, "no-ipv6-spoofing")
    with pytest.raises(InternalError, match=missing + "IP"):
        bind(connection, "clean-traffic", CTRL_IP_LEARNING="none")
    with pytest.raises(ParseFailed, match="learning value 'maybe' invalid"):
        bind(connection, "clean-traffic", CTRL_IP_LEARNING="maybe")
    many = (
        "<rule action='drop' direction='out'><ip srcipaddr='$A' dstipaddr='{}' protocol='tcp' "
        "dstportstart='{}'/></rule>"
    )
    define(connection, "parallel", many.format("$B", "$C[1]"))
    define(connection, "each", many.format("$B[@2]", "$C[0]"))
    lists = {"A": ["10.0.0.1", "10.0.0.2"], "B": ["10.1.0.1", "10.1.0.2"], "C": ["80", "81"]}
    for name, wanted, port in (("parallel", 2, 81), ("each", 4, 80)):
        bind(connection, name, **lists)
        rules = sh("nft list ruleset")
        assert rules.count(f"tcp dport {port} drop") == wanted
        connection.nwfilter_binding_lookup_by_port_dev("p0").delete()
    with pytest.raises(InternalError, match=r"C\[1\]"):
        bind(connection, "parallel", A="10.0.0.1", B="10.0.0.2", C="80")


@pytest.mark.parametrize("learned", [False, True], ids=["given", "learned"])
def test_a_guest_that_says_it_is_another_is_not_heard(
    connection: Connection, guest: Peer, *, learned: bool
) -> None:
    """Its packets are dropped: another address, another MAC; with and without a filter."""
    assert reaches(guest, "10.5.0.2")
    assert reaches(guest, "10.5.0.3")
    bind(connection, "clean-traffic", **({} if learned else {"IP": "10.5.0.2"}))
    assert reaches(guest, "10.5.0.2")  # the first that it says is what is learned
    assert not pings(guest, "10.5.0.3")
    guest.sh(
        "ip link set eth0 down; ip link set eth0 address 52:54:00:00:00:99; "
        "ip link set eth0 up; ip addr replace 10.5.0.2/24 dev eth0"
    )
    sh("ip neigh flush dev br0")
    assert not pings(guest, "10.5.0.2")
    guest.sh(f"ip link set eth0 down; ip link set eth0 address {MAC}; ip link set eth0 up")
    assert reaches(guest, "10.5.0.2")
    with pytest.raises(OperationInvalid, match="nwfilter is in use"):
        connection.nwfilter_lookup_by_name("no-ip-spoofing").undefine()
    with pytest.raises(OperationFailed, match="binding 'p0' already exists"):
        bind(connection, "clean-traffic")
    connection.nwfilter_binding_lookup_by_port_dev("p0").delete()
    guest.sh("ip addr replace 10.5.0.3/24 dev eth0")
    assert reaches(guest, "10.5.0.3")
    assert tables() == []


def test_arp_of_another_is_dropped(connection: Connection, guest: Peer) -> None:
    """An answer nobody asked for, which says that another's address is ours."""
    bind(connection, "clean-traffic", IP="10.5.0.2")
    assert reaches(guest, "10.5.0.2")
    guest.sh("ip addr del 10.5.0.2/24 dev eth0; ip addr add 10.5.0.9/24 dev eth0")
    guest.sh("busybox arping -U -c 2 -I eth0 10.5.0.9 >/dev/null", check=False)
    assert "10.5.0.9" not in sh("ip neigh show dev br0")


def test_a_filter_that_changes_changes_its_ports(connection: Connection, guest: Peer) -> None:
    """What was learned stays."""
    block = "<rule action='drop' direction='out' priority='{}'><ip dstipaddr='10.5.0.1'/></rule>"
    keep = "<filterref filter='no-ip-spoofing'/>"
    uuid = "<uuid>5c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid>"
    define(connection, "outer", "<filterref filter='inner'/>")
    define(connection, "inner", uuid + keep)
    bind(connection, "outer")
    assert reaches(guest, "10.5.0.2")
    assert not pings(guest, "10.5.0.3")
    define(connection, "inner", uuid + keep + block.format(-750))
    assert not pings(guest, "10.5.0.2")
    define(connection, "inner", uuid + keep)
    assert not pings(guest, "10.5.0.3")
    assert reaches(guest, "10.5.0.2")
    unfit = "<rule action='drop' direction='out'><arp gratuitous='true'/></rule>"
    with pytest.raises(ConfigUnsupported, match="gratuitous"):
        define(connection, "inner", uuid + unfit)
    assert "gratuitous" not in connection.nwfilter_lookup_by_name("inner").get_xml_desc()
    assert reaches(guest, "10.5.0.2")


def test_rules_on_what_is_in_packets(connection: Connection, guest: Peer) -> None:
    """Without following connections."""
    drop = "<rule action='drop' direction='{}' statematch='false'><icmp type='{}'/></rule>"
    define(connection, "no-echo", drop.format("out", 8))
    bind(connection, "no-echo")
    assert not pings(guest, "10.5.0.2")
    connection.nwfilter_binding_lookup_by_port_dev("p0").delete()
    assert reaches(guest, "10.5.0.2")
    define(connection, "no-answer", drop.format("in", 0))
    bind(connection, "no-answer")
    assert not pings(guest, "10.5.0.2")
    connection.nwfilter_binding_lookup_by_port_dev("p0").delete()


CONNECTIONS = """<rule action='accept' direction='in'><tcp dstportstart='8080'/></rule>
<rule action='accept' direction='out'><icmp/></rule>
<rule action='reject' direction='out'><tcp dstportstart='7'/></rule>
<rule action='drop' direction='inout'><all/></rule>"""
LISTEN = (
    "import socket; s = socket.create_server(('', 8080)); t = socket.create_server(('', 8081))\n"
    "print(flush=True); c = s.accept()[0]; c.sendall(c.recv(9)); input()"
)


def answer(peer: Peer, address: str, port: int) -> str:
    """What somebody's attempt to connect comes to: "ok", or the error's name."""
    line = (
        "import errno, socket; s = socket.socket(); s.settimeout(1)\n"
        f"try: s.connect(('{address}', {port})); print('ok')\n"
        "except TimeoutError: print('TIMEOUT')\n"
        "except OSError as error: print(errno.errorcode[error.errno])"
    )
    return peer.sh(f'{sys.executable} -IS -c "{line}"').strip()


def test_rules_that_follow_connections(
    connection: Connection, guest: Peer, own_network: OwnNetwork
) -> None:
    """Where bridges follow none, as here, the IP families do, and marks tell the bridge."""
    other = own_network.peer("p1", "br0", "52:54:00:00:00:02")
    other.sh("ip addr add 10.5.0.9/24 dev eth0")
    define(connection, "connections", CONNECTIONS)
    bind(connection, "connections")
    with guest.running(sys.executable, "-IS", "-c", LISTEN) as server:
        assert server.stdout is not None
        server.stdout.readline()
        assert answer(other, "10.5.0.2", 8081) == "TIMEOUT"
        with socket.create_connection(("10.5.0.2", 8080), 5) as there:
            there.sendall(b"hello")
            assert there.recv(9) == b"hello"
        assert answer(other, "10.5.0.2", 8080) == "ok"
    with socket.create_server(("10.5.0.1", 8080)):
        assert answer(guest, "10.5.0.1", 8080) == "TIMEOUT"
    assert answer(guest, "10.5.0.1", 7) == "ECONNREFUSED"
    assert answer(guest, "10.5.0.9", 7) == "ECONNREFUSED"
    assert reaches(guest, "10.5.0.2")
    assert guest.reaches("10.5.0.9")
    assert not other.reaches("10.5.0.2")
    sh(f"nft flush chain bridge {tables()[0]} out_p0_ip")
    assert len(connection.list_all_nwfilter_bindings()) == 1
    assert answer(guest, "10.5.0.1", 7) == "ECONNREFUSED"
    connection.nwfilter_binding_lookup_by_port_dev("p0").delete()
    assert tables() == []


def test_ways_are_libvirts(connection: Connection, guest: Peer, own_network: OwnNetwork) -> None:
    """A rule for both ways is of what comes in; one that drops drops the way back, too."""
    other = own_network.peer("p1", "br0", "52:54:00:00:00:02")
    other.sh("ip addr add 10.5.0.9/24 dev eth0")
    both = "<rule action='drop' direction='inout'><ip srcipaddr='10.5.0.9' protocol='icmp'/></rule>"
    card = "<rule action='drop' direction='out'><tcp srcmacaddr='52:54:00:00:00:99'/></rule>"
    sent = "<rule action='drop' direction='in'><udp srcipaddr='10.5.0.9'/></rule>"
    typed = "<rule action='drop' direction='inout'><icmp type='8'/></rule>"
    define(connection, "ways", both + card + sent + typed)
    bind(connection, "ways")
    assert guest.reaches("10.5.0.1")
    assert not guest.reaches("10.5.0.9")
    with socket.create_server(("10.5.0.1", 8080)):
        assert answer(guest, "10.5.0.1", 8080) == "ok"
    receive = (
        "import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('', 9))\n"
        "print(flush=True); print(s.recv(9).decode(), flush=True)"
    )
    send = "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'{}', ('{}', 9))"
    with other.running(sys.executable, "-IS", "-c", receive) as server:
        assert server.stdout is not None
        server.stdout.readline()
        guest.sh(f'{sys.executable} -IS -c "{send.format("guest", "10.5.0.9")}"')
        subprocess.run([sys.executable, "-IS", "-c", send.format("host", "10.5.0.9")], check=True)
        assert server.stdout.readline() == "host\n"
    stp = "<rule action='drop' direction='inout'><stp srcmacaddr='52:54:00:00:00:99'/></rule>"
    connection.nwfilter_binding_lookup_by_port_dev("p0").delete()
    ended = "<rule action='drop' direction='out'><ip dstipaddr='10.5.0.9'/></rule>"
    define(connection, "ended", ended, chain="ipv4")
    all_else = "<rule action='drop' direction='out' priority='1000'/>"
    define(connection, "whole", f"<filterref filter='ended'/>{all_else}")
    bind(connection, "whole")
    assert reaches(guest, "10.5.0.2")  # no rule of the chain is about it: it passes
    assert not guest.reaches("10.5.0.9")
    connection.nwfilter_binding_lookup_by_port_dev("p0").delete()
    define(connection, "stp", stp)
    with pytest.raises(InternalError, match="STP filtering in inout direction"):
        bind(connection, "stp")


def test_connections_that_no_bridge_shows(connection: Connection, guest: Peer) -> None:
    """Without br_netfilter's setting rules would match nothing: the error says what to do."""
    assert guest.reaches("10.5.0.1")
    sh("echo 0 > /proc/sys/net/bridge/bridge-nf-call-iptables")
    define(connection, "connections", CONNECTIONS)
    with pytest.raises(ConfigUnsupported, match="bridge-nf-call-iptables = 1"):
        bind(connection, "connections")
    assert connection.list_all_nwfilter_bindings() == []
    sh("echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables")
    few = "<rule action='drop' direction='in'><tcp connlimit-above='1'/></rule>"
    define(connection, "few", few)
    with pytest.raises(ConfigUnsupported, match="connlimit-above needs a kernel"):
        bind(connection, "few")


def test_an_address_that_dhcp_gives(connection: Connection, guest: Peer) -> None:
    """It is learned from the server's answer, and from nothing else."""
    bind(connection, "clean-traffic", CTRL_IP_LEARNING="dhcp", DHCPSERVER="10.5.0.1")
    assert not pings(guest, "10.5.0.3")
    answer = bytearray(300)
    answer[0] = 2
    answer[16:20] = socket.inet_aton("10.5.0.3")
    answer[28:34] = bytes.fromhex(MAC.replace(":", ""))
    answer[236:243] = b"\x63\x82\x53\x63\x35\x01\x05"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"br0\0")
        server.bind(("10.5.0.1", 67))
        for _ in range(20):  # the bridge may not have noticed yet that the port is up
            server.sendto(bytes(answer), ("255.255.255.255", 68))
            if pings(guest, "10.5.0.3"):
                break
    assert reaches(guest, "10.5.0.3")
    assert not pings(guest, "10.5.0.2")
    shown = connection.nwfilter_binding_lookup_by_port_dev("p0").get_xml_desc()
    assert f"<parameter name='MAC' value='{MAC}'/>" in shown
    assert "<parameter name='IP' value='10.5.0.3'/>" in shown


EVERY = """<rule action='drop' direction='inout'>
<mac srcmacaddr='02:00:00:00:00:00' srcmacmask='ff:ff:00:00:00:00' protocolid='0x88cc'/></rule>
<rule action='drop' direction='out'><vlan vlanid='5' encap-protocol='arp'/></rule>
<rule action='drop' direction='in'><stp type='0' root-priority='1' root-priority-hi='9'
 sender-address='02:00:00:00:00:07' root-cost='3'/></rule>
<rule action='drop' direction='inout'><arp match='no' hwtype='1' protocoltype='0x800'
 opcode='Reply' arpsrcmacaddr='02:00:00:00:00:01' arpdstipaddr='10.0.0.0' arpdstipmask='8'/>
</rule>
<rule action='drop' direction='out'><rarp opcode='2' arpsrcipaddr='10.0.0.0' arpsrcipmask='8'/>
</rule>
<rule action='reject' direction='inout'><ip srcipaddr='10.0.0.0' srcipmask='255.255.0.0'
 protocol='udp' srcportstart='1' srcportend='9' dscp='3'/></rule>
<rule action='continue' direction='out'><ipv6 dstipaddr='fe80::' dstipmask='10' protocol='icmpv6'
 type='1' typeend='4' code='0' codeend='1'/></rule>
<rule action='drop' direction='inout'><tcp srcmacaddr='02:00:00:00:00:01' srcipfrom='10.0.0.1'
 srcipto='10.0.0.9' dstportstart='80' flags='SYN,ACK/SYN' option='2'/></rule>
<rule action='drop' direction='out' statematch='false'><udp-ipv6 dstportstart='53'/></rule>
<rule action='drop' direction='inout'><sctp srcportstart='7'/></rule>
<rule action='drop' direction='inout'><udplite/></rule>
<rule action='drop' direction='inout'><esp/></rule>
<rule action='drop' direction='inout'><ah-ipv6/></rule>
<rule action='drop' direction='inout'><igmp/></rule>
<rule action='drop' direction='inout'><icmpv6 type='128' code='0'/></rule>
<rule action='accept' direction='inout'><all-ipv6/></rule>"""


def test_every_protocol_is_what_nft_takes(connection: Connection) -> None:
    define(connection, "every", EVERY)
    bind(connection, "every")
    rules = sh("nft list ruleset")
    for wanted in (
        "ether saddr & ff:ff:00:00:00:00 == 02:00:00:00:00:00 ether type 0x88cc drop",
        "ether daddr & ff:ff:00:00:00:00 == 02:00:00:00:00:00 ether type 0x88cc drop",
        "tcp flags syn / syn,ack",
        "icmpv6 type 1-4",
        "ip saddr 10.0.0.1-10.0.0.9",
        "ip6 daddr fe80::/10",
        "vlan id 5",
    ):
        assert wanted in rules
    connection.nwfilter_binding_lookup_by_port_dev("p0").delete()
    define(connection, "sets", "<rule action='drop' direction='out'><tcp ipset='s'/></rule>")
    with pytest.raises(ConfigUnsupported, match="ipset"):
        bind(connection, "sets")
    define(
        connection, "on", "<rule action='continue' direction='in'><tcp dstportstart='7'/></rule>"
    )
    with pytest.raises(InternalError, match="tcp packets cannot have the action 'continue'"):
        bind(connection, "on")


def test_what_somebody_flushed_is_put_there_again(uri: str, guest: Peer) -> None:
    with vsh.connect(uri) as connection:
        bind(connection, "clean-traffic", IP="10.5.0.2")
    sh("nft flush ruleset")
    with vsh.connect(uri) as connection:
        [binding] = connection.list_all_nwfilter_bindings()
        assert (binding.portdev, binding.filtername) == ("p0", "clean-traffic")
        assert not pings(guest, "10.5.0.3")
        text = binding.get_xml_desc()
        assert "<parameter name='IP' value='10.5.0.2'/>" in text


WRITES = ((programs, "run"), (State, "put"), (State, "drop"))


def test_killed_at_any_write_rules_are_those_of_the_state(uri: str, guest: Peer) -> None:
    rule = "<rule action='drop' direction='out' priority='{}'><mac protocolid='0x88cc'/></rule>"
    uuid = "<uuid>5b9c2a36-96f5-4f5b-8a39-2d4d2f6b7a01</uuid>"
    with vsh.connect(uri) as connection:
        define(connection, "one", uuid + rule.format(1))

    def change(connection: Connection, what: str) -> None:
        if what == "bind":
            bind(connection, "one")
        elif what == "define":
            define(connection, "one", uuid + rule.format(2).replace("88cc", "88cd"))
        else:
            connection.nwfilter_binding_lookup_by_port_dev("p0").delete()

    for what in ("bind", "define", "delete"):
        for steps in range(12):

            def do(what: str = what) -> None:
                with vsh.connect(uri) as child:
                    change(child, what)

            died = killed_at_step(steps, WRITES, do)
            with vsh.connect(uri) as connection:
                bound = connection.list_all_nwfilter_bindings()
                text = connection.nwfilter_lookup_by_name("one").get_xml_desc()
                known = {word for word in ("0x88cc", "0x88cd") if word in text} if bound else set()
                rules = sh("nft list ruleset").replace("lldp", "0x88cc")
                assert {word for word in ("0x88cc", "0x88cd") if word in rules} == known
            done = {"bind": bool(bound), "define": "88cd" in text, "delete": not bound}[what]
            assert done or died
            if done:
                break
        assert steps > 1
    assert tables() == []
