"""Ports of networks."""

from __future__ import annotations

import pytest

from vsh.xml.network.port import NetworkPort

UUID = "5d744f21-ba4a-4d6e-bdb2-30a35ff3207d"


def port(rest: str) -> str:
    return f"""<networkport>
  <uuid>{UUID}</uuid>
  <owner>
    <name>o</name>
    <uuid>{UUID}</uuid>
  </owner>
  <group>g</group>
  <mac address='52:54:00:7b:35:93'/>
{rest}</networkport>
"""


NETWORK = port(f"""  <virtualport type='802.1Qbg'>
    <parameters managerid='11' typeid='1' typeidversion='2' instanceid='{UUID}'/>
  </virtualport>
  <bandwidth classID='1729'>
    <inbound average='1000' peak='4000' floor='2000' burst='1024'/>
    <outbound average='128' peak='256' burst='32768'/>
  </bandwidth>
  <vlan>
    <tag id='2' nativeMode='tagged'/>
  </vlan>
  <port isolated='yes'/>
  <rxfilters trustGuest='yes'/>
  <plug type='network' bridge='virbr0' macTableManager='libvirt'/>
""")
DIRECT = port("  <plug type='direct' dev='en0' mode='passthru'/>\n")
HOSTDEV = port("""  <plug type='hostdev-pci' managed='no'>
    <driver name='vfio' model='m'/>
    <address domain='0x0001' bus='0x02' slot='0x03' function='0x4'/>
  </plug>
""")


def test_round_trips_use_every_field(round_trip, unused):
    models = [round_trip(text, NetworkPort) for text in (NETWORK, DIRECT, HOSTDEV)]
    assert unused(*models) == {
        "PciPlace": {"type", "multifunction"},
        "VirtualPort": {"interfaceid", "profileid"},
        "Vlan": {"trunk"},
        "Rate": {"floor"},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<networkport/>", "internal error: network port has no uuid"),
        (f"<networkport><uuid>{UUID}</uuid></networkport>",
         "internal error: network port has no owner name"),
        (DIRECT.replace(" dev='en0'", ""), "XML error: Missing network port link device name"),
        (DIRECT.replace("passthru", "x"), "XML error: Invalid mode setting 'x' in network port"),
        (NETWORK.replace(" bridge='virbr0'", ""), "XML error: Missing network port bridge name"),
        (NETWORK.replace("'libvirt'", "'x'"),
         "XML error: Invalid macTableManager setting 'x' in network port"),
        (port("<plug type='hostdev-pci'/>"), "XML error: Missing network port PCI address"),
        (DIRECT.replace("52:54:00:7b:35:93", "x"), "internal error: Unable to parse MAC 'x'"),
        (NETWORK.replace("typeid='1' ", "interfaceid='" + UUID + "' "),
         "XML error: extra interfaceid unsupported in <virtualport type='802.1Qbg'>"),
        (NETWORK.replace("managerid='11'", "managerid='256'"),
         "XML error: value of managerid out of range"),
    ],
)  # fmt: skip
def test_what_it_is_refused_for(refused, text, message):
    assert refused(text, NetworkPort) == message
