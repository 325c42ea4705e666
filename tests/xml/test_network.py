"""Networks: what they keep, what they are refused for."""

from __future__ import annotations

import pytest

from vsh.xml.engine.problem import Problem
from vsh.xml.engine.reader import read
from vsh.xml.network import Network

UUID = "81ff0d90-c91e-6742-64da-4a736edb9a9b"
HEAD = f"  <name>n</name>\n  <uuid>{UUID}</uuid>\n"
IP = "<ip address='10.0.0.1' netmask='255.255.255.0'/>"

NAT = f"""<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0' ipv6='yes' trustGuestRxFilters='no'>
{HEAD}  <title>A title</title>
  <description>Words &amp; more</description>
  <metadata>
    <a:b xmlns:a="http://a.example/">text</a:b>
  </metadata>
  <forward dev='eth1' mode='nat'>
    <driver name='vfio' model='m' iommufd='yes'/>
    <nat ipv6='yes'>
      <address start='1.2.3.4' end='1.2.3.10'/>
      <port start='500' end='1000'/>
    </nat>
    <interface dev='eth1'/>
  </forward>
  <bridge name='virbr1' zone='public' stp='off' delay='4' macTableManager='libvirt'/>
  <mtu size='9000'/>
  <mac address='52:54:00:17:3f:37'/>
  <domain name='example.com' localOnly='yes' register='yes'/>
  <dns enable='yes' forwardPlainNames='no'>
    <forwarder domain='a.example' addr='8.8.8.8'/>
    <forwarder addr='2001:db8::8' port='5353'/>
    <txt name='t' value='v'/>
    <srv service='s' protocol='tcp' domain='d' target='t' port='1024' priority='10' weight='20'/>
    <host ip='10.0.0.2'>
      <hostname>one</hostname>
      <hostname>two</hostname>
    </host>
  </dns>
  <vlan trunk='yes'>
    <tag id='42' nativeMode='untagged'/>
    <tag id='47'/>
  </vlan>
  <bandwidth>
    <inbound average='1000' peak='5000' burst='5120'/>
    <outbound average='128'/>
  </bandwidth>
  <port isolated='yes'/>
  <ip family='ipv4' address='10.0.0.1' netmask='255.255.255.0' localPtr='yes'>
    <tftp root='/tftp'/>
    <dhcp>
      <range start='10.0.0.10' end='10.0.0.20'>
        <lease expiry='24' unit='hours'/>
      </range>
      <host mac='00:16:3e:77:e2:ed' name='a' ip='10.0.0.30'>
        <lease expiry='0'/>
      </host>
      <bootp file='pxe.img' server='10.0.0.9'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='2001:db8::1' prefix='64'>
    <dhcp>
      <host id='0:1:2' name='b' ip='2001:db8::30'/>
    </dhcp>
  </ip>
  <route family='ipv6' address='2001:db9::' prefix='64' gateway='2001:db8::2' metric='3'/>
  <route address='10.1.0.0' netmask='255.255.0.0' gateway='10.0.0.7'/>
  <virtualport type='openvswitch'>
    <parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f' profileid='p'/>
  </virtualport>
  <portgroup name='fast' default='yes' trustGuestRxFilters='yes'>
    <vlan>
      <tag id='7'/>
    </vlan>
    <virtualport type='802.1Qbg'>
      <parameters managerid='11' typeid='1193047' typeidversion='2' instanceid='{UUID}'/>
    </virtualport>
    <bandwidth>
      <outbound average='2' peak='3' burst='4'/>
    </bandwidth>
  </portgroup>
  <dnsmasq:options>
    <dnsmasq:option value='foo=bar'/>
  </dnsmasq:options>
</network>
"""  # noqa: E501 - one line of libvirt's
HOSTDEV = f"""<network>
{HEAD}  <forward mode='hostdev' managed='yes'>
    <address type='pci' domain='0x0000' bus='0x03' slot='0x00' function='0x1'/>
    <address type='pci' domain='0x0000' bus='0x03' slot='0x00' function='0x2'/>
  </forward>
</network>
"""
PASSTHROUGH = f"""<network>
{HEAD}  <forward mode='passthrough'>
    <pf dev='eth0'/>
  </forward>
</network>
"""


def test_round_trips_use_every_field(round_trip, unused):
    models = [round_trip(text, Network) for text in (NAT, HOSTDEV, PASSTHROUGH)]
    # what only a port has, and what is read but never written
    assert unused(*models) == {
        "ForwardPlace": {"multifunction"},
        "ForwardInterface": {"connections"},
        "Network": {"connections"},
        "Bandwidth": {"class_id"},
        "Rate": {"floor"},
    }


def network(inside: str = "", attributes: str = "", name: str = "<name>n</name>") -> str:
    return f"<network{attributes}>{name}{inside}</network>"


UNREACHABLE = "unsupported configuration: unreachable static route gateway"


@pytest.mark.parametrize(
    ("inside", "written"),
    [
        ("", "  <bridge stp='on' delay='0'/>\n"),
        ("<forward mode='none'/>", "  <bridge stp='on' delay='0'/>\n"),
        (
            f"<forward/>{IP}",
            (
                "  <forward mode='nat'/>\n  <bridge stp='on' delay='0'/>\n"
                "  <ip address='10.0.0.1' netmask='255.255.255.0'/>\n"
            ),
        ),
        (
            f"<forward dev='e0'/>{IP}",
            (
                "  <forward dev='e0' mode='nat'>\n    <interface dev='e0'/>\n  </forward>\n"
                "  <bridge stp='on' delay='0'/>\n"
                "  <ip address='10.0.0.1' netmask='255.255.255.0'/>\n"
            ),
        ),
        (
            "<forward mode='bridge'/><bridge name='br0'/>",
            "  <forward mode='bridge'/>\n  <bridge name='br0'/>\n",
        ),
        ("<forward mode='hostdev'/>", "  <forward mode='hostdev' managed='no'/>\n"),
        (
            "<ip address='10.1' prefix='8'/><dns/><mtu size='0'/>",
            "  <bridge stp='on' delay='0'/>\n  <ip address='10.0.0.1' prefix='8'/>\n",
        ),
        (
            "<vlan trunk='no'><tag id='3'/></vlan>",
            "  <bridge stp='on' delay='0'/>\n  <vlan>\n    <tag id='3'/>\n  </vlan>\n",
        ),
        (
            "<metadata>text<x/><a:b xmlns:a='u'/><a:c xmlns:a='u'/></metadata>",
            (
                '  <metadata>\n    <a:b xmlns:a="u"/>\n  </metadata>\n'
                "  <bridge stp='on' delay='0'/>\n"
            ),
        ),
    ],
)
def test_what_is_made_of_it(inside, written):
    model = read(network(f"<uuid>{UUID}</uuid>{inside}"), Network)
    assert model.format() == f"<network>\n{HEAD}{written}</network>\n"


def test_a_uuid_is_made_where_there_is_none():
    model = read(network(), Network)
    assert model.uuid_generated
    assert model.uuid[14] == "4"


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<uuid>x</uuid>", "internal error: malformed uuid element"),
        ("<title>a\nb</title>", "XML error: Network title can't contain newlines"),
        (
            "<domain name='d' register='yes'/>",
            (
                "unsupported configuration: attribute 'register=yes' in <domain> element requires "
                "'localOnly=yes' in network n"
            ),
        ),
        ("<bridge delay='x'/>", "XML error: Invalid delay value in network 'n'"),
        (
            "<bridge macTableManager='x'/>",
            "XML error: Invalid macTableManager setting 'x' in network 'n'",
        ),
        ("<mac address='x'/>", "XML error: Invalid bridge mac address 'x' in network 'n'"),
        (
            "<mac address='53:54:00:00:00:01'/>",
            "XML error: Invalid multicast bridge mac address '53:54:00:00:00:01' in network 'n'",
        ),
        ("<mtu size='x'/>", "XML error: Invalid mtu size 'x' in network 'n'"),
        ("<mtu size='4294967296'/>", "XML error: Invalid mtu size '4294967296' in network 'n'"),
        ("<virtualport/>", "XML error: missing required virtualport type"),
        ("<forward mode='x'/>", "unsupported configuration: unknown forwarding type 'x'"),
        (
            "<forward mode='route'/>",
            "XML error: route forwarding requested, but no IP address provided for network 'n'",
        ),
        (
            f"<forward mode='nat'><interface dev='a'/><interface dev='b'/></forward>{IP}",
            (
                "XML error: multiple forwarding interfaces specified for network 'n', "
                "only one is supported"
            ),
        ),
        (
            "<forward mode='open' dev='a'/>",
            "XML error: forward dev not allowed for network 'n' with forward mode='open'",
        ),
        (
            "<forward mode='vepa'/><bridge name='b'/>",
            "XML error: bridge name not allowed in vepa mode (network 'n')",
        ),
        (
            "<forward mode='bridge'/><bridge name='b' stp='on'/>",
            (
                "XML error: bridge delay/stp/zone options only allowed in open, route, nat, and "
                "isolated mode, not in bridge (network 'n')"
            ),
        ),
        (
            "<forward mode='bridge' dev='a'/><bridge name='b'/>",
            (
                "XML error: A network with forward mode='bridge' can specify a bridge name or a "
                "forward dev, but not both (network 'n')"
            ),
        ),
        (
            "<forward mode='bridge'/><mtu size='9000'/>",
            (
                "XML error: mtu size only allowed in open, route, nat, and isolated mode, not in "
                "bridge (network 'n')"
            ),
        ),
        (
            "<forward mode='bridge'><nat/></forward>",
            (
                "XML error: The <nat> element can only be used when <forward> 'mode' is 'nat' in "
                "network n"
            ),
        ),
        (
            "<forward mode='hostdev'><address type='usb'/></forward>",
            "unsupported configuration: unknown address type 'usb' in network n",
        ),
        (
            "<forward mode='bridge' dev='a'><interface dev='b'/></forward>",
            "XML error: <forward dev='a'> must match first <interface dev='b'/> in network n",
        ),
        (
            "<forward mode='bridge'><interface dev='a'/><interface dev='a'/></forward>",
            "XML error: interface 'a' can only be listed once in network n",
        ),
        (
            f"<forward><nat><port start='9' end='8'/></nat></forward>{IP}",
            "Missing or invalid 'end' attribute in <port> in <nat> in <forward> in network n",
        ),
        (
            f"<forward><nat><address start='1.2.3.4' end='x'/></nat></forward>{IP}",
            "XML error: Bad ipv4 end address 'x' in <nat> in <forward> in network 'n'",
        ),
        ("<portgroup/>", "XML error: Missing required name attribute in portgroup"),
        ("<vlan><tag id='4096'/></vlan>", "XML error: vlan tag id 4096 too large (maximum 4095)"),
        (
            "<vlan/>",
            (
                "XML error: missing tag id - each <vlan> must have at least one <tag id='n'/> "
                "subelement"
            ),
        ),
        ("<bandwidth><inbound/></bandwidth>", "Missing mandatory average or floor attributes"),
        (
            "<bandwidth><inbound floor='1' average='1'/></bandwidth>",
            "unsupported configuration: floor attribute is not supported for this config",
        ),
    ],
)
def test_what_it_is_refused_for(refused, inside, message):
    assert refused(network(inside), Network) == message


@pytest.mark.parametrize(
    ("name", "message"),
    [("", "missing name information"), ("<name>a/b</name>", "invalid char in name: /")],
)
def test_its_name(refused, name, message):
    assert refused(network(name=name), Network) == message


@pytest.mark.parametrize(
    ("ip", "message"),
    [
        ("<ip/>", "XML error: Missing required address attribute in network 'n'"),
        ("<ip address='x'/>", "XML error: Invalid address 'x' in network 'n'"),
        ("<ip address='1.1.1.1' netmask='y'/>", "XML error: Invalid netmask 'y' in network 'n'"),
        (
            "<ip address='::1'/>",
            (
                "unsupported configuration: no family specified for non-IPv4 address '::1' "
                "in network 'n'"
            ),
        ),
        (
            "<ip address='1.1.1.1' netmask='255.0.0.0' prefix='8'/>",
            (
                "unsupported configuration: Network 'n' IP address cannot have both a prefix and a "
                "netmask"
            ),
        ),
        (
            "<ip address='1.1.1.1' prefix='33'/>",
            "unsupported configuration: Invalid IPv4 prefix '33' in network 'n'",
        ),
        ("<ip address='1.1.1.1' family='x'/>", "XML error: Unrecognized family 'x' in network 'n'"),
        (
            "<ip family='ipv6' address='::1'><tftp root='/x'/></ip>",
            (
                "unsupported configuration: Unsupported <tftp> element in an IPv6 element "
                "in network 'n'"
            ),
        ),
        (
            "<ip address='10.0.0.1' prefix='24'><dhcp><range end='1'/></dhcp></ip>",
            "XML error: Missing 'start' attribute in dhcp range for network 'n'",
        ),
        (
            (
                "<ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.9' end='10.0.0.2'/>"
                "</dhcp></ip>"
            ),
            "internal error: range 10.0.0.9 - 10.0.0.2 is reversed ",
        ),
        (
            (
                "<ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.1.2' end='10.0.1.3'/>"
                "</dhcp></ip>"
            ),
            "internal error: range 10.0.1.2 - 10.0.1.3 is not entirely within network 10.0.0.1/24",
        ),
        (
            "<ip address='10.0.0.1'><dhcp><host ip='10.0.0.2'/></dhcp></ip>",
            "XML error: Static host definition in IPv4 network 'n' must have mac or name attribute",
        ),
        (
            "<ip address='10.0.0.1'><dhcp><host name='a'/></dhcp></ip>",
            "XML error: Missing IP address in static host definition for network 'n'",
        ),
        (
            "<ip address='10.0.0.1'><dhcp><host name='a' mac='01:00:00:00:00:00'/></dhcp></ip>",
            (
                "XML error: expected unicast mac address, found multicast '01:00:00:00:00:00' "
                "in network 'n'"
            ),
        ),
        (
            "<ip address='10.0.0.1'><dhcp><bootp/></dhcp></ip>",
            "XML error: Missing required attribute 'file' in element 'bootp'",
        ),
        (
            (
                "<ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.2' end='10.0.0.3'>"
                "<lease expiry='1'/></range></dhcp></ip>"
            ),
            "unsupported configuration: The minimum lease time should be greater than 2 minutes",
        ),
        ("<route gateway='1.1.1.1'/>", f"{UNREACHABLE} '1.1.1.1' specified for network 'n'"),
        (
            "<route address='10.0.0.1' prefix='24' gateway='1.1.1.1'/>",
            "XML error: n: Address '10.0.0.1' in route definition is not a network address",
        ),
        (
            "<route address='10.0.0.0' prefix='24' gateway='1.1.1.1'/>",
            (
                "unsupported configuration: unreachable static route gateway '1.1.1.1' specified "
                "for network 'n'"
            ),
        ),
    ],
)
def test_addresses_it_is_refused_for(refused, ip, message):
    assert refused(network(ip), Network) == message


@pytest.mark.parametrize(
    ("dns", "message"),
    [
        (
            "<forwarder/>",
            "XML error: Invalid forwarder element, must contain at least one of addr or domain",
        ),
        ("<host ip='1.1.1.1'/>", "Missing hostname in network 'n' DNS HOST record"),
        (
            "<host><hostname>a</hostname></host>",
            "Missing IP address in network 'n' DNS HOST record",
        ),
        ("<txt/>", "missing required name attribute in DNS TXT record of network n"),
        (
            "<txt name='a b' value='c'/>",
            "prohibited character in DNS TXT record name 'a b' of network n",
        ),
        (
            "<srv service='a.b' protocol='tcp'/>",
            "invalid character in service attribute 'a.b' in DNS SRV record of network 'n'",
        ),
        (
            "<srv service='a' protocol='tcp' port='1'/>",
            "DNS SRV port attribute not permitted without target for service 'a' in network 'n'",
        ),
        (
            "<srv service='a' protocol='tcp' target='t' port='0'/>",
            "invalid DNS SRV port attribute for service 'a' in network 'n'",
        ),
    ],
)
def test_name_service_it_is_refused_for(refused, dns, message):
    assert refused(network(f"<dns>{dns}</dns>"), Network) == message


def test_a_disabled_name_server_says_nothing(refused):
    text = network("<dns enable='no'><txt name='a' value='b'/></dns>")
    assert refused(text, Network) == "XML error: Extra data in disabled network 'n'"


def test_the_first_address_of_guests():
    assert read(NAT, Network).first_address == ("10.0.0.10", 24)
    assert read(network(IP), Network).first_address == ("10.0.0.1", 24)
    assert read(network(), Network).first_address is None


def test_all_problems_are_found_at_once():
    problems: list[Problem] = []
    text = network(
        "<mac address='x'/><ip address='1.1.1.1' netmask='y'/>"
        "<route address='z' gateway='1.1.1.2'/><forward mode='vepa'/><bridge name='b'/>"
    )
    read(text, Network, problems=problems)
    assert [str(problem.error) for problem in problems] == [
        "XML error: Invalid bridge mac address 'x' in network 'n'",
        "XML error: Invalid netmask 'y' in network 'n'",
        "XML error: n: Bad network address 'z' in route definition",
        "XML error: bridge name not allowed in vepa mode (network 'n')",
    ]
