"""Devices of the host."""

from __future__ import annotations

import pytest

from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.reader import read
from vsh.xml.host.node_device import NewNodeDevice, NodeDevice

UUID = "4c4c4544-0043-4310-8056-b1c04f4c5a31"


def device(capability: str, head: str = "") -> str:
    return f"<device>\n  <name>d</name>\n{head}{capability}</device>\n"


PCI = device(
    """  <capability type='pci'>
    <class>0x020000</class>
    <domain>0</domain>
    <bus>2</bus>
    <slot>16</slot>
    <function>7</function>
    <product id='0x10ca'>82576 Virtual Function</product>
    <vendor id='0x8086'>Intel</vendor>
    <capability type='phys_function'>
      <address domain='0x0000' bus='0x02' slot='0x00' function='0x1'/>
    </capability>
    <capability type='virt_functions' maxCount='7'>
      <address domain='0x0000' bus='0x02' slot='0x00' function='0x2'/>
    </capability>
    <capability type='pci-bridge'/>
    <capability type='mdev_types'>
      <type id='foo'>
        <name>bar</name>
        <deviceAPI>vfio-pci</deviceAPI>
        <availableInstances>1</availableInstances>
      </type>
    </capability>
    <capability type='vpd'>
      <name>card</name>
      <fields access='readonly'>
        <change_level>1</change_level>
        <manufacture_id>m</manufacture_id>
        <part_number>p</part_number>
        <serial_number>s</serial_number>
        <vendor_field index='0'>v</vendor_field>
      </fields>
      <fields access='readwrite'>
        <asset_tag>a</asset_tag>
        <system_field index='B'>y</system_field>
      </fields>
    </capability>
    <iommuGroup number='31'>
      <address domain='0x0000' bus='0x02' slot='0x10' function='0x7'/>
    </iommuGroup>
    <numa node='0'/>
    <pci-express>
      <link validity='cap' port='0' speed='2.5' width='4'/>
      <link validity='sta' width='0'/>
    </pci-express>
  </capability>
""",
    """  <path>/sys/d</path>
  <devnode type='dev'>/dev/d</devnode>
  <devnode type='link'>/dev/e</devnode>
  <parent>computer</parent>
""",
)
SYSTEM = device(f"""  <capability type='system'>
    <product>p</product>
    <hardware>
      <vendor>v</vendor>
      <version>1</version>
      <serial>s</serial>
      <uuid>{UUID}</uuid>
    </hardware>
    <firmware>
      <vendor>v</vendor>
      <version>1</version>
      <release_date>01/22/2007</release_date>
    </firmware>
  </capability>
""")
USB = device("""  <capability type='usb_device'>
    <bus>1</bus>
    <device>3</device>
    <product id='0x0101' />
    <vendor id='0x1d6b'>Linux</vendor>
  </capability>
""")
USB_INTERFACE = device("""  <capability type='usb'>
    <number>0</number>
    <class>9</class>
    <subclass>0</subclass>
    <protocol>1</protocol>
    <description>d</description>
  </capability>
""")
NET = device("""  <capability type='net'>
    <interface>eth0</interface>
    <address>00:15:58:2f:e9:55</address>
    <link speed='1000' state='up'/>
    <feature name='rx'/>
    <feature name='switchdev'/>
    <capability type='80203'/>
  </capability>
""")
SCSI_HOST = device("""  <capability type='scsi_host'>
    <host>1</host>
    <unique_id>0</unique_id>
    <capability type='fc_host'>
      <wwnn>2000000012341234</wwnn>
      <wwpn>1000000012341234</wwpn>
      <fabric_wwn>2000000043214321</fabric_wwn>
    </capability>
    <capability type='vport_ops'>
      <max_vports>0</max_vports>
      <vports>0</vports>
    </capability>
  </capability>
""")
SCSI_TARGET = device("""  <capability type='scsi_target'>
    <target>target1:0:0</target>
    <capability type='fc_remote_port'>
      <rport>rport-9:0-1</rport>
      <wwpn>0x9d73bc45f0e21a86</wwpn>
    </capability>
  </capability>
""")
SCSI = device("""  <capability type='scsi'>
    <host>1</host>
    <bus>0</bus>
    <target>0</target>
    <lun>0</lun>
    <type>disk</type>
  </capability>
""")
STORAGE = device("""  <capability type='storage'>
    <block>/dev/sda</block>
    <bus>pci</bus>
    <drive_type>disk</drive_type>
    <model>m</model>
    <vendor>v</vendor>
    <serial>s</serial>
    <size>1000</size>
    <capability type='hotpluggable'/>
  </capability>
""")
REMOVABLE = device("""  <capability type='storage'>
    <block>/dev/sr0</block>
    <capability type='removable'>
      <media_available>1</media_available>
      <media_size>9</media_size>
      <media_label>l</media_label>
    </capability>
  </capability>
""")
DRM = device("""  <capability type='drm'>
    <type>render</type>
  </capability>
""")
MDEV = device(f"""  <capability type='mdev'>
    <type id='t'/>
    <uuid>{UUID}</uuid>
    <iommuGroup number='12'/>
    <attr name='a' value='v'/>
  </capability>
""")
CCW = device("""  <capability type='ccw'>
    <state>online</state>
    <cssid>0x0</cssid>
    <ssid>0x1</ssid>
    <devno>0x10ca</devno>
    <capability type='ccwgroup_member'>
      <group_device>g</group_device>
    </capability>
  </capability>
""")
CSS = device("""  <capability type='css'>
    <cssid>0x0</cssid>
    <ssid>0x0</ssid>
    <devno>0xffff</devno>
    <channel_dev_addr>
      <cssid>0x0</cssid>
      <ssid>0x0</ssid>
      <devno>0x0906</devno>
    </channel_dev_addr>
    <capability type='mdev_types'>
      <type id='i'>
        <name>n</name>
        <deviceAPI>vfio-ccw</deviceAPI>
        <availableInstances>1</availableInstances>
      </type>
    </capability>
  </capability>
""")
GROUP = device("""  <capability type='ccwgroup'>
    <state>offline</state>
    <cssid>0x0</cssid>
    <ssid>0x0</ssid>
    <devno>0xbd00</devno>
    <members>
      <ccw_device ref='cdev0'>ccw_0_0_bd00</ccw_device>
    </members>
    <capability type='qeth_layer2'>
      <card_type>c</card_type>
      <chpid>h</chpid>
    </capability>
  </capability>
""")
CARD = device("""  <capability type='ap_card'>
    <ap-adapter>0x07</ap-adapter>
  </capability>
""")
QUEUE = device("""  <capability type='ap_queue'>
    <ap-adapter>0x07</ap-adapter>
    <ap-domain>0x0038</ap-domain>
  </capability>
""")
MATRIX = device("""  <capability type='ap_matrix'>
    <capability type='mdev_types'>
      <type id='i'>
        <deviceAPI>vfio-ap</deviceAPI>
        <availableInstances>65536</availableInstances>
      </type>
    </capability>
  </capability>
""")
ALL = (
    PCI, SYSTEM, USB, USB_INTERFACE, NET, SCSI_HOST, SCSI_TARGET, SCSI, STORAGE, REMOVABLE, DRM,
    MDEV, CCW, CSS, GROUP, CARD, QUEUE, MATRIX,
)  # fmt: skip


def test_round_trips_use_every_field(round_trip, unused):
    models = [round_trip(text, NodeDevice) for text in ALL]
    assert unused(*models) == {
        # what names a parent for a device to be made, and what a driver finds
        "NodeDevice": {"parent_wwnn", "parent_wwpn", "parent_fabric_wwn", "driver"},
        "Mdev": {"parent_address"},
        "Storage": {"block_size", "blocks"},
        "Removable": {"block_size", "blocks"},
        # read but never written
        "PlaceOf": {"type", "multifunction"},
        "Subchannel": {"state"},
    }


def test_a_definition_has_no_path_and_no_files():
    text = read(PCI, NodeDevice).format(INACTIVE)
    assert "<path>" not in text
    assert "<devnode" not in text
    assert "<parent>computer</parent>" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<device/>", "missing name information"),
        ("<device><name>d</name></device>", "internal error: no device capabilities for 'd'"),
        (
            "<device><name>d</name><parent wwnn='1'/></device>",
            "XML error: when providing parent wwnn='1', the wwpn must also be provided",
        ),
        (
            device("<capability/>"),
            "XML error: Missing required attribute 'type' in element 'capability'",
        ),
        (
            device("<capability type='x'/>"),
            "XML error: Invalid value for attribute 'type' in element 'capability': 'x'.",
        ),
        (
            device("<capability type='vdpa'/>"),
            "internal error: unknown capability type '17' for 'd'",
        ),
        (device("<capability type='system'/>"), "internal error: no system UUID supplied for 'd'"),
        (device("<capability type='pci'/>"), "internal error: no PCI domain ID supplied for 'd'"),
        (
            PCI.replace("<bus>2</bus>", "<bus>x</bus>"),
            "internal error: invalid PCI bus ID supplied for 'd'",
        ),
        (
            PCI.replace("<class>0x020000</class>", "<class>0x1000000</class>"),
            "internal error: invalid PCI class supplied for 'd'",
        ),
        (PCI.replace("maxCount='7'", "maxCount='x'"), "XML error: Malformed 'maxCount' parameter"),
        (
            PCI.replace("index='0'", "index='00'"),
            "XML error: 'vendor_field' 'index' value '00' malformed",
        ),
        (
            PCI.replace("access='readonly'", "access='x'"),
            "XML error: Unsupported VPD field access type 'x'",
        ),
        (
            PCI.replace("<deviceAPI>vfio-pci</deviceAPI>", ""),
            "XML error: missing device API for mediated device type 'foo'",
        ),
        (
            USB.replace("<vendor id='0x1d6b'>Linux</vendor>", ""),
            "internal error: no USB vendor ID supplied for 'd'",
        ),
        (NET.replace("name='rx'", "name='x'"), "XML error: unknown network device feature 'x'"),
        (
            NET.replace("80203", "x"),
            "unsupported configuration: invalid network type supplied for 'd'",
        ),
        (
            SCSI_HOST.replace("vport_ops", "x"),
            "internal error: unknown SCSI host capability type 'x' for 'd'",
        ),
        (
            SCSI_TARGET.replace("<rport>rport-9:0-1</rport>", ""),
            "internal error: missing rport name for 'd'",
        ),
        (SCSI.replace("<lun>0</lun>", ""), "internal error: no SCSI LUN ID supplied for 'd'"),
        (STORAGE.replace("<size>1000</size>", ""), "internal error: no size supplied for 'd'"),
        (
            STORAGE.replace("hotpluggable", "x"),
            "internal error: unknown storage capability type 'x' for 'd'",
        ),
        (DRM.replace("render", "x"), "unsupported configuration: unknown drm type 'x' for 'd'"),
        (
            MDEV.replace("<type id='t'/>", ""),
            "unsupported configuration: missing type id attribute for 'd'",
        ),
        (CCW.replace("online", "x"), "unsupported configuration: unknown state 'x' for 'd'"),
        (
            CCW.replace("<devno>0x10ca</devno>", "<devno>z</devno>"),
            "unsupported configuration: invalid devno value 'z' for 'd'",
        ),
        (
            QUEUE.replace("0x0038", "256"),
            "unsupported configuration: ap-domain value '256' is out of range for 'd'",
        ),
    ],
)
def test_what_it_is_refused_for(refused, text, message):
    assert refused(text, NodeDevice) == message


def test_a_new_port_gets_names():
    text = "<device><capability type='scsi_host'><capability type='fc_host'/></capability></device>"
    model = read(text, NewNodeDevice)
    port = model.capability("scsi_host").capabilities[0]
    assert model.name == "new device"
    assert port.wwnn.startswith("5")
    assert len(port.wwnn) == len(port.wwpn) == 16
