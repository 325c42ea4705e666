"""Guests that this machine's QEMU cannot run are refused; disks are on volumes of pools.

The texts are those of libvirtd 9.0.0 with QEMU 7.2.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

from vsh.errors import Error

if TYPE_CHECKING:
    from pathlib import Path

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection

GUEST = (
    "<domain type='qemu'><name>a</name><memory>65536</memory><vcpu>1</vcpu>{os}"
    "<devices>{devices}</devices></domain>"
)
PC = "<os><type arch='x86_64' machine='pc'>hvm</type></os>"
PROGRAM = "<emulator>/usr/bin/qemu-system-x86_64</emulator>"
OTHER = "/usr/bin/qemu-system-x86_64' does not support"
VOLUME = (
    "<disk type='volume'><driver type='qcow2'/><source pool='p' volume='v'/>"
    "<target dev='{}'/></disk>"
)
POOL = "<pool type='dir'><name>p</name><target><path>{}</path></target></pool>"
IMAGE = (
    "<volume><name>v</name><capacity unit='MiB'>1</capacity><target><format type='qcow2'/></target>"
    "</volume>"
)


@pytest.mark.parametrize(
    ("boot", "devices", "told"),
    [
        (PC, "<emulator>/nope/qemu</emulator>", "Cannot check QEMU binary /nope/qemu: "),
        (PC.replace("x86_64", "sparc"), "", "No emulator found for arch 'sparc'"),
        (PC.replace("x86_64", "ppc64"), PROGRAM, f"{OTHER} arch 'ppc64'"),
        (PC.replace("'pc'", "'pc-q35-0.1'"), PROGRAM, f"{OTHER} machine type 'pc-q35-0.1'"),
        (
            PC,
            "<shmem name='m'><model type='ivshmem'/></shmem>",
            "ivshmem device is not supported with this QEMU binary",
        ),
        (
            PC,
            "<graphics type='spice' tlsPort='5999' autoport='no'/>",
            "spice TLS port set in XML configuration, but TLS is disabled in qemu.conf",
        ),
    ],
)
def test_refused_when_defined(connection: Connection, boot: str, devices: str, told: str) -> None:
    with pytest.raises(Error, match=re.escape(told)):
        connection.domain_define_xml(GUEST.format(os=boot, devices=devices))
    assert connection.list_all_domains(0) == []


def test_the_usual_machine(connection: Connection) -> None:
    text = "<os><type arch='i686'>hvm</type></os>"
    document = connection.domain_define_xml(GUEST.format(os=text, devices="")).get_xml_desc(0)
    assert "<emulator>/usr/bin/qemu-system-i386</emulator>" in document
    assert " machine='pc-i440fx-" in document


def test_a_command_line_that_is_only_shown(connection: Connection, tmp_path: Path) -> None:
    """Its paths are the root's; all that is kept of a card is its model."""
    card = "<interface type='user'><model type='e1000'/><boot order='1'/></interface>"
    cookie = (
        "<disk type='network'><source protocol='http' name='x'><host name='h'/>"
        "<cookies><cookie name='c'>d</cookie></cookies></source><target dev='vda'/></disk>"
    )
    document = GUEST.format(os=PC, devices=card + cookie)
    words = shlex.split(connection.domain_xml_to_native("qemu-argv", document, 0))
    assert f"HOME={tmp_path}/root/run/domain--1-a" in words
    assert '{"type":"tap","fd":"3","id":"hostnet0"}' in words
    assert not any("bootindex" in word for word in words)
    assert any('"id":"libvirt-1-storage-httpcookie-secret0"' in word for word in words)


def test_a_volume(connection: Connection, tiny: TinyGuest, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    pool = connection.storage_pool_create_xml(POOL.format(tmp_path / "p"), 0)
    pool.vol_create_xml(IMAGE, 0)
    domain = connection.domain_define_xml(
        tiny.xml.replace("</devices>", VOLUME.format("vdb") + "</devices>")
    )
    domain.create()
    assert "<source pool='p' volume='v' index='1'/>" in domain.get_xml_desc(0)
    assert domain.get_block_info("vdb", 0).capacity == 1 << 20
    domain.destroy()
    pool.destroy()
    for act in (domain.create, lambda: domain.attach_device_flags(VOLUME.format("vdc"), 2)):
        with pytest.raises(Error, match="no storage pool with matching name 'p'"):
            act()


def test_a_place_that_nobody_chooses(connection: Connection) -> None:
    """Nobody asks numad, and it is not installed."""
    document = GUEST.replace("<vcpu>", "<vcpu placement='auto'>").format(os=PC, devices="")
    with pytest.raises(Error, match="Advice from numad is needed"):
        connection.domain_xml_to_native("qemu-argv", document, 0)
    with pytest.raises(Error, match="numad"):
        connection.domain_define_xml(document).create()


CHECKED = "<cpu mode='custom' match='exact' check='partial'><model>qemu64</model>{}</cpu>"
SECRET = "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f"
CEPH = (
    "<disk type='network'><source protocol='rbd' name='a/b'><host name='x'/><auth username='u'>"
    f"<secret type='ceph' uuid='{SECRET}'/></auth></source><target dev='{{}}' bus='virtio'/></disk>"
)


IN_THE_WAY = [
    (
        CHECKED.format("<feature policy='require' name='xtpr'/>"),
        "",
        "host CPU: Host CPU does not provide required features: xtpr$",
    ),
    (
        CHECKED.format("<feature policy='forbid' name='sse2'/>"),
        "",
        "host CPU: Host CPU provides forbidden features: sse2$",
    ),
    ("<vcpu placement='auto'>1</vcpu>", CEPH.format("vda"), f"no secret .* '{SECRET}'$"),
    ("", VOLUME.format("vda") + CEPH.format("vdb"), f"no secret .* '{SECRET}'$"),
    (
        "",
        VOLUME.format("vdb' bus='virtio") + CEPH.format("vda"),
        "no storage pool with matching name 'p'$",
    ),
    (
        "<memoryBacking><hugepages/></memoryBacking>",
        VOLUME.format("vda"),
        "no storage pool with matching name 'p'$",
    ),
    (
        "",
        "<graphics type='vnc'><listen type='network' network='n'/></graphics>",
        "Network not found: no network with matching name 'n'$",
    ),
    (
        "",
        (
            "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host99'/>"
            "<address bus='0' target='0' unit='0'/></source></hostdev>"
        ),
        "cannot open directory '/sys/bus/scsi/devices/99:0:0:0/scsi_generic': No such file",
    ),
    (
        (
            "<maxMemory slots='1' unit='KiB'>9007199254740991</maxMemory>"
            "<cpu><numa><cell id='0' cpus='0' memory='9007199254740991'/></numa></cpu>"
        ),
        "",
        "memory size of NUMA node '0' overflowed after alignment$",
    ),
]


def test_what_is_in_the_way_of_a_command_line(connection: Connection) -> None:
    """What is looked up for a command line, in libvirt's order: the last disk's things first."""
    for top, devices, told in IN_THE_WAY:
        found = GUEST.replace("<vcpu>1</vcpu>", "").format(os=PC + top, devices=PROGRAM + devices)
        with pytest.raises(Error, match=told):
            connection.domain_xml_to_native("qemu-argv", found, 0)
    vsock = "<vsock model='virtio'><cid auto='yes'/></vsock>"
    words = connection.domain_xml_to_native(
        "qemu-argv", GUEST.format(os=PC, devices=PROGRAM + vsock), 0
    )
    assert '"guest-cid":0,' in words  # it has a number when it is opened


LEASE = "<lease><lockspace>a</lockspace><key>b</key><target path='/c'/></lease>"


def test_changes_of_a_configuration(connection: Connection) -> None:
    """What libvirt says of single changes; one whose outcome nobody could read again is refused,
    where libvirt 9.0.0 takes it and then loses the guest."""
    domain = connection.domain_define_xml(GUEST.format(os=PC, devices=PROGRAM))
    before = domain.get_xml_desc()
    for device, told in (
        ("<controller type='usb' model='none'/>", "USB is disabled for this domain$"),
        ("<audio id='2' type='none'/>", "persistent attach of device 'audio' is not supported$"),
        ("<smartcard mode='host'/>", "this QEMU binary lacks multiple smartcard support$"),
        ("<crypto model='virtio' type='qemu'/>", "unknown device type 'crypto'$"),
        ("<rng model='x'><backend model='random'/></rng>", "unknown RNG model 'x'$"),
        ("<disk type='volume'><source pool='p' volume='v'/></disk>", "for device$"),
    ):
        with pytest.raises(Error, match=told):
            domain.attach_device_flags(device, 2)
    assert domain.get_xml_desc() == before
    domain.attach_device_flags(LEASE, 2)
    assert "<lockspace>a</lockspace>" in domain.get_xml_desc()
    domain.detach_device_flags(LEASE, 2)
    assert domain.get_xml_desc() == before


def test_a_drive_with_nothing_in_it_is_counted(connection: Connection) -> None:
    """With what its guest has read, where it runs, and without what is an image's."""
    drive = "<disk type='file' device='cdrom'><target dev='hdc' bus='ide'/><readonly/></disk>"
    domain = connection.domain_define_xml(GUEST.format(os=PC, devices=PROGRAM + drive))
    for running in (False, True):
        if running:
            domain.create()
        [found] = connection.get_all_domain_stats([domain], 32, 0)
        told = dict(found.params)
        assert told.pop("block.count") == 1
        assert told.pop("block.0.name") == "hdc"
        assert all(value == 0 for value in told.values())
        assert ("block.0.rd.reqs" in told, "block.0.capacity" in told) == (running, False)


def test_what_is_no_document_is_called_by_its_name(connection: Connection) -> None:
    for ask, called in (
        (connection.domain_define_xml, "domain_definition"),
        (connection.domain_create_xml, "domain_definition"),
        (connection.network_define_xml, "network_definition"),
        (connection.storage_pool_define_xml, "storage_pool_definition"),
        (connection.secret_define_xml, "definition_of_secret"),
    ):
        with pytest.raises(Error, match=rf"^\({called}\):1: Premature end of data"):
            ask("<a>")
