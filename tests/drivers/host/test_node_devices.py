"""Devices of the host: this machine's beside a real libvirtd's, and the trees of other machines.

The trees of machines that cannot be here (USB, SCSI, Fibre Channel, mediated devices, mainframes,
PCI devices that can be given away) are folders that are written like the kernel's /sys.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_up_host import Sys
from private_libvirtd import PrivateLibvirtd, obstacle

import vsh
from vsh.drivers.host.node_device import mediated
from vsh.drivers.host.node_device.assigning import Assigning, Taken, check_driver
from vsh.drivers.host.node_device.devices import Devices
from vsh.errors import (
    ArgumentUnsupported,
    ConfigUnsupported,
    InternalError,
    InvalidArgument,
    NoNodeDevice,
    OperationInvalid,
    SystemFailure,
)

REASON = obstacle()


@pytest.mark.skipif(REASON is not None, reason=str(REASON))
def test_this_machine_as_libvirtd_sees_it(tmp_path: Path) -> None:
    """The same devices with the same parents, capabilities and documents, byte for byte.

    Links that other tests make and remove meanwhile are left out.
    """
    with (
        PrivateLibvirtd() as daemon,
        vsh.connect(daemon.uri) as theirs,
        vsh.connect(f"qemu:///embed?root={tmp_path}") as ours,
    ):
        steady = ("computer", "pci_", "block_", "net_lo_", "usb_", "scsi_", "drm_")
        assert [n for n in sorted(ours.node_list_devices()) if n.startswith(steady)] == [
            n for n in sorted(theirs.node_list_devices()) if n.startswith(steady)
        ]
        for kind in ("system", "pci", "storage", "drm", "mdev", "vpd", "scsi_host", "nonsense"):
            assert sorted(ours.node_list_devices(kind)) == sorted(theirs.node_list_devices(kind))
        for name in ours.node_list_devices():
            if name.startswith(steady):
                one, other = (side.node_device_lookup_by_name(name) for side in (ours, theirs))
                assert one.get_xml_desc() == other.get_xml_desc()
                assert one.list_caps() == other.list_caps()
                if name != "computer":
                    assert one.get_parent() == other.get_parent()


def test_pci(sysfs: Sys, card: Path) -> None:
    assert sysfs.document("pci_0000_02_10_7") == (
        "<device>\n"
        "  <name>pci_0000_02_10_7</name>\n"
        "  <path>/sys/devices/pci0000:00/0000:00:01.0/0000:02:10.7</path>\n"
        "  <parent>pci_0000_00_01_0</parent>\n"
        "  <driver>\n"
        "    <name>igb</name>\n"
        "  </driver>\n"
        "  <capability type='pci'>\n"
        "    <class>0x020000</class>\n"
        "    <domain>0</domain>\n"
        "    <bus>2</bus>\n"
        "    <slot>16</slot>\n"
        "    <function>7</function>\n"
        "    <product id='0x10c9'/>\n"
        "    <vendor id='0xfff0'/>\n"
        "    <capability type='virt_functions' maxCount='7'>\n"
        "      <address domain='0x0000' bus='0x02' slot='0x11' function='0x0'/>\n"
        "      <address domain='0x0000' bus='0x02' slot='0x11' function='0x1'/>\n"
        "    </capability>\n"
        "    <capability type='mdev_types'>\n"
        "      <type id='t1'>\n"
        "        <name>One</name>\n"
        "        <deviceAPI>vfio-pci</deviceAPI>\n"
        "        <availableInstances>3</availableInstances>\n"
        "      </type>\n"
        "    </capability>\n"
        "    <capability type='vpd'>\n"
        "      <name>Card</name>\n"
        "      <fields access='readonly'>\n"
        "        <part_number>abc</part_number>\n"
        "        <serial_number>xy</serial_number>\n"
        "        <vendor_field index='0'>z</vendor_field>\n"
        "      </fields>\n"
        "      <fields access='readwrite'>\n"
        "        <asset_tag>at</asset_tag>\n"
        "        <system_field index='1'>bb</system_field>\n"
        "      </fields>\n"
        "    </capability>\n"
        "    <iommuGroup number='12'>\n"
        "      <address domain='0x0000' bus='0x02' slot='0x10' function='0x7'/>\n"
        "    </iommuGroup>\n"
        + (
            "    <pci-express>\n"
            "      <link validity='cap' port='5' speed='5' width='4'/>\n"
            "      <link validity='sta' speed='2.5' width='4'/>\n"
            "    </pci-express>\n"
            if os.geteuid() == 0
            else ""
        )
        + "  </capability>\n"
        "</device>\n"
    )
    assert sysfs.names("vpd") == sysfs.names("mdev_types") == ["pci_0000_02_10_7"]
    assert "<capability type='phys_function'>" in sysfs.document("pci_0000_02_11_0")


def test_usb_and_scsi(sysfs: Sys) -> None:
    usb = "pci0000:00/usb1/1-1"
    sysfs.device(
        usb, "bus/usb/devices",
        "DEVTYPE=usb_device\nBUSNUM=001\nDEVNUM=004\nDEVNAME=bus/usb/001/004\n",
        idVendor="1d6b", idProduct="0002", manufacturer="Maker\n", product="Stick\n",
    )  # fmt: skip
    sysfs.device(
        f"{usb}/1-1:1.0", "bus/usb/devices", "DEVTYPE=usb_interface\nINTERFACE=8/6/80\n",
        bInterfaceNumber="00", bInterfaceClass="08", bInterfaceSubClass="06",
        bInterfaceProtocol="50",
    )  # fmt: skip
    host = f"{usb}/1-1:1.0/host4"
    sysfs.device(host, "bus/scsi/devices", "DEVTYPE=scsi_host\n")
    facts = {"port_name": "0x20ab", "node_name": "0x20ac", "fabric_name": "0x20ad",
             "vport_create": "", "max_npiv_vports": "8", "npiv_vports_inuse": "1"}  # fmt: skip
    for name, text in facts.items():
        sysfs.file(f"sys/class/fc_host/host4/{name}", text)
    sysfs.file("sys/class/scsi_host/host4/unique_id", "3")
    sysfs.device(f"{host}/target4:0:0", "bus/scsi/devices", "DEVTYPE=scsi_target\n")
    unit = f"{host}/target4:0:0/4:0:0:0"
    sysfs.device(unit, "bus/scsi/devices", "DEVTYPE=scsi_device\n", type="5")
    sysfs.device(
        f"{unit}/block/sr0", "class/block", "DEVTYPE=disk\nMAJOR=11\nMINOR=0\nDEVNAME=sr0\n",
        removable="1", size="100", queue__logical_block_size="2048",
    )  # fmt: skip
    sysfs.file("run/udev/data/b11:0", "S:disk/by-id/it\nE:ID_CDROM=1\nE:ID_CDROM_MEDIA=1\n"
               "E:ID_TYPE=cd\nE:ID_BUS=usb\nE:ID_SERIAL=A-1\nE:ID_FS_LABEL=Films\n")  # fmt: skip
    sysfs.device(
        f"{unit}/scsi_generic/sg0", "class/scsi_generic", "MAJOR=21\nMINOR=0\nDEVNAME=sg0\n"
    )
    assert sysfs.names() == [
        "block_sr0_A_1", "computer", "scsi_4_0_0_0", "scsi_generic_sg0", "scsi_host4",
        "scsi_target4_0_0", "usb_1_1", "usb_1_1_1_0",
    ]  # fmt: skip
    assert sysfs.document("block_sr0_A_1").splitlines()[3:] == [
        "  <devnode type='dev'>/dev/sr0</devnode>",
        "  <devnode type='link'>/dev/disk/by-id/it</devnode>",
        "  <parent>scsi_4_0_0_0</parent>",
        "  <capability type='storage'>",
        "    <block>/dev/sr0</block>",
        "    <bus>usb</bus>",
        "    <drive_type>cdrom</drive_type>",
        "    <serial>A-1</serial>",
        "    <capability type='removable'>",
        "      <media_available>1</media_available>",
        "      <media_size>204800</media_size>",
        "      <media_label>Films</media_label>",
        "      <logical_block_size>2048</logical_block_size>",
        "      <num_blocks>100</num_blocks>",
        "    </capability>",
        "  </capability>",
        "</device>",
    ]
    assert "<product id='0x0002'>Stick</product>" in sysfs.document("usb_1_1")
    assert "<protocol>80</protocol>" in sysfs.document("usb_1_1_1_0")
    assert "<type>cdrom</type>" in sysfs.document("scsi_4_0_0_0")
    port = sysfs.document("scsi_host4")
    assert "<wwpn>20ab</wwpn>" in port
    assert "<max_vports>8</max_vports>" in port
    assert sysfs.names("fc_host") == sysfs.names("vports") == ["scsi_host4"]


def test_mainframe_graphics_and_mediated(sysfs: Sys) -> None:
    sysfs.device("css0/0.0.0052", "bus/css/devices", dev_busid="0.0.10ff")
    sysfs.link("sys/devices/css0/0.0.0052/driver", sysfs.root / "sys/bus/css/drivers/io_subchannel")
    sysfs.device("css0/0.0.0052/0.0.10ff", "bus/ccw/devices", online="1")
    sysfs.device("css0/0.0.0053", "bus/css/devices")
    sysfs.device("ap/card07", "bus/ap/devices", "DEVTYPE=ap_card\n")
    sysfs.device("ap/card07/07.0038", "bus/ap/devices", "DEVTYPE=ap_queue\n")
    sysfs.device("vfio_ap/matrix", "bus/matrix/devices")
    sysfs.device("pci0/drm/renderD128", "class/drm", "DEVTYPE=drm_minor\nMAJOR=226\nMINOR=128\n")
    sysfs.device("x/vdpa0", "bus/vdpa/devices", **{"vhost-vdpa-0__dev": ""})
    uuid = "ee0b88c4-f554-4dc1-809d-b2a01e8e48ad"
    folder = sysfs.device(f"vfio_ap/matrix/{uuid}", "bus/mdev/devices")
    kind = sysfs.file("sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/name")
    sysfs.link(os.path.relpath(folder / "mdev_type", sysfs.root), kind.parent)
    assert sysfs.names() == [
        "ap_07_0038", "ap_card07", "ap_matrix", "ccw_0_0_10ff", "computer", "css_0_0_0052",
        "drm_renderD128", "mdev_ee0b88c4_f554_4dc1_809d_b2a01e8e48ad_matrix", "vdpa_vdpa0",
    ]  # fmt: skip
    assert "<ap-domain>0x0038</ap-domain>" in sysfs.document("ap_07_0038")
    assert "<devno>0x10ff</devno>" in sysfs.document("css_0_0_0052")
    assert "<chardev>/dev/vhost-vdpa-0</chardev>" in sysfs.document("vdpa_vdpa0")
    assert "<type>render</type>" in sysfs.document("drm_renderD128")
    mdev = sysfs.document("mdev_ee0b88c4_f554_4dc1_809d_b2a01e8e48ad_matrix")
    assert "<type id='vfio_ap-passthrough'/>" in mdev
    assert "<parent>ap_matrix</parent>" in mdev


def test_computer(sysfs: Sys) -> None:
    for name, text in {
        "product_name": "X1",
        "sys_vendor": "Us",
        "bios_date": "01/02/2026",
        "product_uuid": "3C3D71AB-BA89-5A8B-8E56-0E80EF4D7C3D",
    }.items():
        sysfs.file(f"sys/class/dmi/id/{name}", text + "\n")
    document = sysfs.document("computer")
    assert "<product>X1</product>" in document
    assert "<uuid>3c3d71ab-ba89-5a8b-8e56-0e80ef4d7c3d</uuid>" in document
    assert "<release_date>01/02/2026</release_date>" in document


def assigning(sysfs: Sys) -> Assigning:
    found = Assigning("pci")
    found.root = str(sysfs.root)
    return found


def test_a_device_is_taken_and_given_back(sysfs: Sys, card: Path) -> None:
    """What is written where; the folder's files do not bind anything, so links stay."""
    taking = assigning(sysfs)
    with pytest.raises(ArgumentUnsupported, match="VFIO device assignment is currently not"):
        check_driver("vfio", taking.root)
    with pytest.raises(ArgumentUnsupported, match="KVM device assignment is no longer supported"):
        check_driver("kvm", taking.root)
    with pytest.raises(InvalidArgument, match="unknown driver name 'x'"):
        check_driver("x", taking.root)
    sysfs.file("dev/vfio/vfio")
    check_driver(None, taking.root)
    with pytest.raises(InternalError, match="Failed to load PCI driver module vfio-pci"):
        taking.take("0000:02:10.7")
    (sysfs.root / "sys/bus/pci/drivers/vfio-pci").mkdir()
    taking.take("0000:02:10.7")
    assert (card / "driver_override").read_text() == "vfio-pci"
    assert (card / "driver/unbind").read_text() == "0000:02:10.7"
    assert (sysfs.root / "sys/bus/pci/drivers_probe").read_text() == "0000:02:10.7"
    [taken] = taking.all()
    assert (taken.before, taken.step) == ("igb", "")
    (card / "driver_override").write_text("")
    taking.give_back("0000:02:10.7")
    assert (card / "driver_override").read_text() == "\n"
    assert taking.all() == []


def test_what_was_cut_off_is_taken_back_or_finished(sysfs: Sys, card: Path) -> None:
    taking = assigning(sysfs)
    taking.add(Taken("0000:02:10.7", "igb"))
    taking.clean_up()
    assert (card / "driver_override").read_text() == "\n"
    assert taking.all() == []
    stub = sysfs.root / "sys/bus/pci/drivers/vfio-pci"
    stub.mkdir()
    (card / "driver").unlink()
    sysfs.link(os.path.relpath(card / "driver", sysfs.root), stub)
    taking.add(Taken("0000:02:10.7", "igb"))
    taking.clean_up()
    assert [taken.step for taken in taking.all()] == [""]


def test_reset(sysfs: Sys, card: Path) -> None:
    taking = assigning(sysfs)
    taking.reset("0000:02:10.7")
    assert (card / "reset").read_text() == "1"
    with pytest.raises(InternalError, match="Only PCI endpoint devices can be reset"):
        taking.reset("0000:00:01.0")
    with pytest.raises(SystemFailure, match="Failed to open config space file"):
        taking.reset("0000:07:01.0")


def test_mediated_devices_without_and_with_a_list(sysfs: Sys, card: Path) -> None:
    known = {device.name: device for device in Devices(str(sysfs.root)).all()}
    uuid = "b2a01e8e-f554-4dc1-809d-ee0b88c448ad"
    text = (
        f'[{{"0000:02:10.7":[{{"{uuid}":{{"mdev_type":"t1","start":"auto",'
        '"attrs":[{"a":"1"}]}}]}]'
    )
    [device] = mediated.defined(text, known)
    assert (device.name, device.parent, device.active, device.autostart) == (
        "mdev_b2a01e8e_f554_4dc1_809d_ee0b88c448ad_0000_02_10_7", "pci_0000_02_10_7", False, True,
    )  # fmt: skip
    assert "<attr name='a' value='1'/>" in device.definition.format()
    with pytest.raises(InternalError, match="Unexpected format for mdevctl response"):
        mediated.defined('{"a": 1}', known)


def test_errors_are_libvirts(tmp_path: Path) -> None:
    with vsh.connect(f"qemu:///embed?root={tmp_path}") as connection:
        with pytest.raises(NoNodeDevice, match="no node device with matching name 'nope'"):
            connection.node_device_lookup_by_name("nope")
        computer = connection.node_device_lookup_by_name("computer")
        for act in (computer.reset, computer.re_attach):
            with pytest.raises(InvalidArgument, match="device computer is not a PCI device"):
                act()
        for act in (computer.destroy, computer.undefine):
            with pytest.raises(ConfigUnsupported, match="Unsupported device type"):
                act()
        with pytest.raises(OperationInvalid, match="Device is already active"):
            computer.create()
        mdev = (
            "<device><parent>{}</parent>"
            "<capability type='mdev'><type id='t'/></capability></device>"
        )
        with pytest.raises(ConfigUnsupported, match="invalid parent device 'nope'"):
            connection.node_device_define_xml(mdev.format("nope"))
        port = (
            "<device><capability type='scsi_host'>"
            "<capability type='fc_host'/></capability></device>"
        )
        with pytest.raises(InternalError, match="Could not find any vport capable device"):
            connection.node_device_create_xml(port)


WATCHING = """
import subprocess, sys, time
import vsh

def told(wanted):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        event = connection.driver.next_event(1)
        if event is not None and event.device.name.startswith("net_vsh0_"):
            found = (event.word, getattr(event, "event", 0))
            assert found == wanted, event
            return
    raise AssertionError(wanted)

with vsh.connect(sys.argv[1]) as connection:
    connection.node_device_event_register_any(0)
    connection.node_device_event_register_any(1)
    subprocess.run(["ip", "link", "add", "vsh0", "type", "veth"], check=True)
    told(("lifecycle", 0))
    with open("/sys/class/net/vsh0/uevent", "w") as file:
        file.write("change")
    told(("update", 0))
    subprocess.run(["ip", "link", "del", "vsh0"], check=True)
    told(("lifecycle", 1))
print("told")
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")
def test_what_comes_and_goes_is_told(tmp_path: Path) -> None:
    """A link, in a namespace with a /sys of its own; libvirt knows no bridges here."""
    line = 'mount -t sysfs sysfs /sys && exec "$@"'
    words = ["unshare", "-n", "-m", "sh", "-c", line, "sh", sys.executable, "-c", WATCHING]
    done = subprocess.run(
        [*words, f"qemu:///embed?root={tmp_path}"], capture_output=True, text=True, check=False
    )
    assert done.stdout == "told\n", done.stderr
