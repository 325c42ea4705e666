"""net-update: sections that are added to, changed and taken from."""

from __future__ import annotations

import pytest

from vsh.errors import Error
from vsh.xml.engine.reader import read
from vsh.xml.network import Network
from vsh.xml.network.update import update

MODIFY, DELETE, ADD_LAST, ADD_FIRST = "modify", "delete", "add-last", "add-first"
BRIDGE, DOMAIN, IP, HOST, RANGE = "bridge", "domain", "ip", "ip-dhcp-host", "ip-dhcp-range"
FORWARD, INTERFACE, PF, GROUP = "forward", "forward-interface", "forward-pf", "portgroup"
DNS_HOST, DNS_TXT, DNS_SRV = "dns-host", "dns-txt", "dns-srv"

TEXT = """<network><name>n</name>
<forward mode='bridge'><interface dev='e0'/></forward>
<dns><txt name='t' value='v'/><srv service='s' protocol='tcp'/>
<host ip='1.1.1.1'><hostname>a</hostname></host></dns>
<ip address='10.0.0.1' prefix='24'/>
<ip address='10.1.0.1' prefix='24'><dhcp><range start='10.1.0.2' end='10.1.0.9'/>
<host mac='52:54:00:00:00:01' name='one' ip='10.1.0.3'/></dhcp></ip>
<ip family='ipv6' address='2001:db8::1' prefix='64'/>
<portgroup name='g' default='yes'/>
</network>"""


@pytest.fixture
def network():
    return read(TEXT, Network)


@pytest.fixture
def refused(network):
    def act(command, section, document, index=-1):
        before = network.copy()
        with pytest.raises(Error) as caught:
            update(network, command, section, index, document)
        assert network == before
        return str(caught.value)

    return act


HOST_2 = "<host mac='52:54:00:00:00:02' name='two' ip='10.1.0.4'/>"


@pytest.mark.parametrize(
    ("command", "document", "names"),
    [
        (ADD_LAST, HOST_2, ["one", "two"]),
        (ADD_FIRST, HOST_2, ["two", "one"]),
        (MODIFY, "<host mac='52:54:00:00:00:01' name='uno' ip='10.1.0.3'/>", ["uno"]),
        (DELETE, "<host name='one'/>", []),
    ],
)
def test_hosts(network, command, document, names):
    update(network, command, HOST, -1, document)
    assert [host.name for host in network.ips[1].hosts] == names


def test_ranges(network):
    update(network, ADD_LAST, RANGE, 1, "<range start='10.1.0.20' end='10.1.0.30'/>")
    update(network, DELETE, RANGE, -1, "<range start='10.1.0.2' end='10.1.0.9'/>")
    assert [span.start for span in network.ips[1].ranges] == ["10.1.0.20"]


def test_interfaces_and_groups(network):
    update(network, ADD_FIRST, INTERFACE, -1, "<interface dev='e1'/>")
    update(network, DELETE, INTERFACE, -1, "<interface dev='e0'/>")
    update(network, MODIFY, GROUP, -1, "<portgroup name='g'/>")
    update(network, ADD_LAST, GROUP, -1, "<portgroup name='h' default='yes'/>")
    assert [one.dev for one in network.forward.interfaces] == ["e1"]
    assert [(group.name, group.default) for group in network.port_groups] == [
        ("g", None),
        ("h", "yes"),
    ]
    update(network, DELETE, GROUP, -1, "<portgroup name='g'/>")
    assert [group.name for group in network.port_groups] == ["h"]


def test_names(network):
    update(network, ADD_LAST, DNS_HOST, -1, "<host ip='1.1.1.2'><hostname>b</hostname></host>")
    update(network, MODIFY, DNS_HOST, -1, "<host ip='1.1.1.1'><hostname>c</hostname></host>")
    assert [host.names for host in network.dns.hosts] == [["c"], ["b"]]
    update(network, DELETE, DNS_HOST, -1, "<host><hostname>b</hostname></host>")
    update(network, MODIFY, DNS_TXT, -1, "<txt name='t' value='w'/>")
    update(network, ADD_FIRST, DNS_TXT, -1, "<txt name='u' value='x'/>")
    assert [(txt.name, txt.value) for txt in network.dns.texts] == [("u", "x"), ("t", "w")]
    update(network, DELETE, DNS_TXT, -1, "<txt name='t'/>")
    update(network, ADD_LAST, DNS_SRV, -1, "<srv service='r' protocol='udp'/>")
    update(network, DELETE, DNS_SRV, -1, "<srv service='s'/>")
    assert [record.service for record in network.dns.services] == ["r"]
    assert len(network.dns.hosts) == len(network.dns.texts) == 1


def test_what_was_not_there_is_made():
    network = read("<network><name>n</name></network>", Network)
    update(network, ADD_LAST, DNS_TXT, -1, "<txt name='t' value='v'/>")
    assert "<txt name='t' value='v'/>" in network.format()


@pytest.mark.parametrize(
    ("command", "section", "document", "message"),
    [
        (
            ADD_LAST,
            BRIDGE,
            "<x/>",
            ("Operation not supported: can't update 'bridge' section of network 'n'"),
        ),
        (
            ADD_LAST,
            PF,
            "<x/>",
            ("Operation not supported: can't update 'forward pf' section of network 'n'"),
        ),
        (
            ADD_LAST,
            99,
            "<x/>",
            ("Operation not supported: can't update unrecognized section of network"),
        ),
        (
            99,
            GROUP,
            "<portgroup name='x'/>",
            ("Operation not supported: unrecognized network update command code 99"),
        ),
        (
            ADD_LAST,
            HOST,
            "<x/>",
            ("XML error: unexpected element <x>, expecting <host>, while updating network 'n'"),
        ),
        (
            ADD_LAST,
            HOST,
            "<host name='a' ip='::1'/>",
            (
                "Requested operation is not valid: the "
                "address family of a host entry IP must match the address family of the "
                "dhcp element's "
                "parent"
            ),
        ),
        (
            ADD_LAST,
            HOST,
            "<host name='one' ip='10.1.0.9'/>",
            (
                "Requested operation is not valid: "
                "there is an existing dhcp host entry in network 'n' that matches \"<host "
                "mac='unknown' name='one' ip='10.1.0.9'/>\""
            ),
        ),
        (
            MODIFY,
            HOST,
            "<host name='x' ip='10.1.0.9'/>",
            (
                "Requested operation is not valid: "
                "couldn't locate an existing dhcp host entry with \"mac='unknown'\" \"name='x'\" "
                "\"ip='10.1.0.9'\" in network 'n'"
            ),
        ),
        (
            DELETE,
            HOST,
            "<host/>",
            (
                "XML error: At least one of name, mac, or ip attribute must be "
                "specified for static host definition in network 'n'"
            ),
        ),
        (
            DELETE,
            HOST,
            "<host name='x'/>",
            (
                "Requested operation is not valid: couldn't locate a "
                "matching dhcp host entry in network 'n'"
            ),
        ),
        (
            MODIFY,
            RANGE,
            "<range/>",
            ("Operation not supported: dhcp ranges cannot be modified, only added or deleted"),
        ),
        (
            ADD_LAST,
            RANGE,
            "<range start='10.1.0.2' end='10.1.0.9'/>",
            (
                "Requested operation is "
                "not valid: there is an existing dhcp range entry in network 'n' that matches "
                "\"<range start='10.1.0.2' end='10.1.0.9'/>\""
            ),
        ),
        (
            DELETE,
            RANGE,
            "<range start='10.1.0.3' end='10.1.0.9'/>",
            (
                "Requested operation is not "
                "valid: couldn't locate a matching dhcp range entry in network 'n'"
            ),
        ),
        (
            ADD_LAST,
            INTERFACE,
            "<interface/>",
            ("XML error: missing dev attribute in <interface> element"),
        ),
        (
            ADD_LAST,
            INTERFACE,
            "<interface dev='e0'/>",
            (
                "Requested operation is not valid: there "
                "is an existing interface entry in network 'n' that matches "
                "\"<interface dev='e0'>\""
            ),
        ),
        (
            DELETE,
            INTERFACE,
            "<interface dev='x'/>",
            (
                "Requested operation is not valid: couldn't "
                "find an interface entry in network 'n' matching <interface dev='x'>"
            ),
        ),
        (
            MODIFY,
            INTERFACE,
            "<interface dev='x'/>",
            (
                "Operation not supported: forward interface "
                "entries cannot be modified, only added or deleted"
            ),
        ),
        (
            MODIFY,
            GROUP,
            "<portgroup name='x'/>",
            (
                "Requested operation is not valid: couldn't "
                "find a portgroup entry in network 'n' matching <portgroup name='x'>"
            ),
        ),
        (
            ADD_LAST,
            GROUP,
            "<portgroup name='g'/>",
            (
                "Requested operation is not valid: there is "
                "an existing portgroup entry in network 'n' that matches \"<portgroup name='g'>\""
            ),
        ),
        (
            ADD_LAST,
            GROUP,
            "<portgroup name='x' default='yes'/>",
            (
                "Requested operation is not "
                "valid: a different portgroup entry in network 'n' is already set as "
                "the default. Only "
                "one default is allowed."
            ),
        ),
        (
            ADD_LAST,
            DNS_HOST,
            "<host ip='1.1.1.1'><hostname>z</hostname></host>",
            (
                "Requested "
                "operation is not valid: there is already at least one DNS HOST record "
                "with a matching "
                "field in network n"
            ),
        ),
        (
            DELETE,
            DNS_HOST,
            "<host ip='9.9.9.9'/>",
            (
                "Requested operation is not valid: couldn't "
                "locate a matching DNS HOST record in network n"
            ),
        ),
        (
            MODIFY,
            DNS_SRV,
            "<srv/>",
            ("Operation not supported: DNS SRV records cannot be modified, only added or deleted"),
        ),
        (
            ADD_LAST,
            DNS_SRV,
            "<srv service='s' protocol='tcp'/>",
            (
                "Requested operation is not "
                "valid: there is already at least one DNS SRV record matching all "
                "specified fields in "
                "network n"
            ),
        ),
        (
            DELETE,
            DNS_SRV,
            "<srv service='x'/>",
            (
                "Requested operation is not valid: couldn't "
                "locate a matching DNS SRV record in network n"
            ),
        ),
        (
            ADD_LAST,
            DNS_TXT,
            "<txt name='t' value='x'/>",
            (
                "Requested operation is not valid: "
                "there is already a DNS TXT record with name 't' in network n"
            ),
        ),
        (
            MODIFY,
            DNS_TXT,
            "<txt name='t'/>",
            (
                "Requested operation is not valid: missing value of "
                "modifying DNS TXT record in network n"
            ),
        ),
        (
            DELETE,
            DNS_TXT,
            "<txt name='x'/>",
            (
                "Requested operation is not valid: couldn't locate "
                "a matching DNS TXT record in network n"
            ),
        ),
    ],
)
def test_what_is_refused(refused, command, section, document, message):
    assert refused(command, section, document) == message


def test_the_address_that_is_meant(refused):
    assert refused(ADD_LAST, HOST, HOST_2, 7) == (
        "Requested operation is not valid: couldn't update dhcp host entry - no <ip> element "
        "found at index 7 in network 'n'"
    )
    assert refused(ADD_LAST, HOST, "<host name='x' ip='10.0.0.3'/>", 0) == (
        "Requested operation is not valid: dhcp is supported only for a single IPv4 address on "
        "each network"
    )
