"""The system's audit: the records of guests are libvirtd's, and they reach the kernel."""

from __future__ import annotations

import os
import re
import socket
import struct
from typing import TYPE_CHECKING

import private_libvirtd
import pytest
from private_libvirtd import PrivateLibvirtd
from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

import vsh
from vsh.daemon import audit
from vsh.daemon.config import Configuration
from vsh.daemon.log import Log
from vsh.drivers.qemu import auditing
from vsh.errors import Error, InternalError
from vsh.xml.domain import Domain
from vsh.xml.engine.reader import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may write to the kernel's audit")
MORE = (
    "<interface type='user'><mac address='52:54:00:11:22:33'/></interface>"
    "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"
    "<channel type='unix'><target type='virtio' name='org.x'/></channel>"
)
CARD = "<interface type='user'><mac address='52:54:00:11:22:44'/><model type='virtio'/></interface>"
DISK = (
    "<disk type='file'><driver type='raw'/><source file='{}'/><target dev='vdb' bus='virtio'/>"
    "</disk>"
)
CHANGING = ((r"vm-pid=[1-9]\d*", "vm-pid=N"), (r'new-chardev="[^"]*/org.x"', "new-chardev=CHANNEL"))


def day(uri: str, folder: Path) -> None:
    """Some of a guest's life, the same everywhere."""
    xml = TinyGuest(folder, "guest").xml.replace("</devices>", f"{MORE}</devices>")
    xml = xml.replace("<devices>", "<iothreads>1</iothreads><uuid>{}</uuid><devices>".format(
        "9e7376eb-dab8-4833-a84a-3f5cae9e8fbd"
    ))  # fmt: skip
    image = folder / "more.img"
    image.write_bytes(bytes(1 << 20))
    with vsh.connect(uri) as connection:
        domain = connection.domain_define_xml(xml)
        domain.create()
        domain.attach_device_flags(CARD, 1)
        domain.attach_device_flags(DISK.format(image), 1)
        with pytest.raises(Error):
            domain.attach_device_flags(DISK.format(folder / "none").replace("vdb", "vdc"), 1)
        domain.managed_save()
        domain.create()
        domain.destroy()
        domain.set_metadata(1, "off", None, None, 2)
        domain.undefine()


def records(text: str, folder: Path) -> list[str]:
    """The records of a log, without what differs from run to run."""
    found = re.findall(r"success=(?:yes|no) virt=.*", text.replace(str(folder), "@"))
    for pattern, word in CHANGING:
        found = [re.sub(pattern, word, each) for each in found]
    return found


@ROOT
def test_records_are_those_of_libvirtd(tmp_path: Path) -> None:
    obstacle = private_libvirtd.obstacle()
    if obstacle:
        pytest.skip(obstacle)
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    theirs.mkdir()
    ours.mkdir()
    with PrivateLibvirtd() as peer:
        peer.restart(
            audit_logging=1,
            audit_level=0,
            log_filters="2:domain_audit",
            log_outputs="1:file:/var/log/libvirt/audit.log",
        )
        day(peer.uri, theirs)
        expected = records((peer.folder / "log/audit.log").read_text(), theirs)
    settings = tmp_path / "vshd.conf"
    settings.write_text('audit_logging = 1\naudit_level = 0\nlog_filters = "2:daemon.audit"\n')
    daemon = PrivateVshd(tmp_path, "--config", str(settings))
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "qemu.conf").write_text('user = "root"\ngroup = "root"\n')
    daemon.start()
    try:
        day(daemon.uri(), ours)
    finally:
        daemon.kill()
    assert records(daemon.said(), ours) == expected
    assert len(expected) > 25


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The other end of the conversation: the kernel that this runs on may have its audit off, and
    then it takes records and keeps none."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.settimeout(5)
    with monkeypatch.context() as patch:
        patch.setattr(audit, "_open", lambda *, needed: ours)
        yield theirs
    ours.close()
    theirs.close()


def answered(number: int, code: int = 0) -> bytes:
    return struct.pack("=IHHIIi", 20, 2, 0, number, 0, code)


def test_what_the_kernel_is_sent(kernel: socket.socket, capfd: pytest.CaptureFixture[str]) -> None:
    """Each record with its number, and who tells of it; what was not taken is said in the log."""
    auditor = audit.Auditor(Configuration(), Log())
    kernel.send(answered(0))  # of a record that nobody waits for any more
    kernel.send(answered(1))
    auditor(auditing.CONTROL, 'virt=kvm op=start vm="x"', success=True)
    sent = kernel.recv(9000)
    length, kind, flags, number, _ = struct.unpack_from("=IHHII", sent)
    assert (kind, flags, number) == (2500, 5, 1)
    text = sent[16:length]
    assert re.fullmatch(
        rb'virt=kvm op=start vm="x" exe="[^"]+" hostname=\? addr=\? terminal=\? res=success\0', text
    )
    kernel.send(answered(2, -1))
    auditor(auditing.RESOURCE, "virt=kvm", success=False)
    assert b" res=failed\0" in kernel.recv(9000)
    assert (
        "Failed to send audit message virt=kvm: Operation not permitted" in capfd.readouterr().err
    )
    auditor.close()
    auditor(auditing.RESOURCE, "virt=kvm", success=True)  # nobody is there any more


def test_a_kernel_without_audit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """audit_level = 2 needs one, 1 does not.  (A stand-in: the kernel here has it.)"""

    def refused(*words: object) -> socket.socket:
        raise OSError(93, "Protocol not supported")

    wanted = Configuration()
    with monkeypatch.context() as patch:
        patch.setattr(audit.socket, "socket", refused)
        audit.Auditor(wanted, Log())(auditing.CONTROL, "virt=kvm", success=True)
        wanted.audit_level = 2
        with pytest.raises(InternalError, match="Audit is not supported by the kernel"):
            audit.Auditor(wanted, Log())


@ROOT
def test_this_kernel_takes_records(capfd: pytest.CaptureFixture[str]) -> None:
    """audit_level = 2 is well where there is an audit."""
    wanted = Configuration()
    wanted.audit_level = 2
    auditor = audit.Auditor(wanted, Log())
    auditor(auditing.CONTROL, 'virt=kvm op=start reason=booted vm="test"', success=True)
    auditor.close()
    assert capfd.readouterr().err == ""


DEVICES = """
<domain type='kvm'><name>a</name><memory>1024</memory><vcpu>2</vcpu><os><type>hvm</type></os>
<devices>
<disk type='network'><source protocol='nbd' name='x'><host name='h'/></source><target dev='vda'/>
</disk>
<filesystem type='mount'><source dir='/a b'/><target dir='b'/></filesystem>
<hostdev mode='subsystem' type='usb'><source><address bus='1' device='2'/></source></hostdev>
<hostdev mode='subsystem' type='pci'>
<source><address domain='0' bus='1' slot='2' function='3'/></source></hostdev>
<hostdev mode='subsystem' type='scsi'>
<source><adapter name='scsi_host0'/><address bus='0' target='0' unit='1'/></source></hostdev>
<hostdev mode='subsystem' type='scsi'><source protocol='iscsi' name='iqn.1992-01.com:a/1'>
<host name='h' port='3260'/></source></hostdev>
<hostdev mode='subsystem' type='scsi_host'><source protocol='vhost' wwpn='naa.5123456789abcde0'/>
</hostdev>
<hostdev mode='subsystem' type='mdev' model='vfio-pci'>
<source><address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/></source></hostdev>
<hostdev mode='capabilities' type='storage'><source><block>/dev/sdb</block></source></hostdev>
<hostdev mode='capabilities' type='misc'><source><char>/dev/input/e</char></source></hostdev>
<redirdev bus='usb' type='spicevmc'/>
<serial type='tcp'><source mode='connect' host='h' service='1'/></serial>
<parallel type='dev'><source path='/dev/p'/></parallel>
<console type='unix'><source mode='bind' path='/c'/><target type='virtio'/></console>
<smartcard mode='host'/>
<smartcard mode='host-certificates'><certificate>a</certificate><certificate>b</certificate>
<certificate>c</certificate></smartcard>
<smartcard mode='passthrough' type='unix'><source mode='bind' path='/s'/></smartcard>
<rng model='virtio'><backend model='egd' type='unix'><source mode='connect' path='/x'/></backend>
</rng>
<tpm model='tpm-tis'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>
<shmem name='s'><size unit='M'>4</size></shmem>
<shmem name='t'><model type='ivshmem-doorbell'/><server path='/t'/></shmem>
<input type='evdev'><source dev='/dev/input/event1'/></input>
</devices></domain>
"""


def test_the_words_of_each_kind_of_device() -> None:
    """As libvirt 9.0.0's source has them; most need a host that is not here."""
    found = auditing.has(read(DEVICES, Domain))
    assert [(key[0], value) for key, value in found.items()] == [
        ("fs", "/a b"),
        ("dev", 'bus=usb device="001.002"'),
        ("dev", 'bus=pci device="0000:01:02.3"'),
        ("dev", 'bus=scsi device="scsi_host0:0:0:1"'),
        ("dev", 'bus=scsi_host device="naa.5123456789abcde0"'),
        ("dev", 'bus=mdev device="c2177883-f1bb-47f0-914d-32a22e3a8804"'),
        ("hostdev", 'disk="/dev/sdb"'),
        ("hostdev", 'chardev="/dev/input/e"'),
        ("dev", "bus=usb device=555342207265646972646576"),
        ("chardev", "/dev/p"),
        ("chardev", "/c"),
        *(
            ("smartcard", word)
            for word in ("nss-smartcard-device", "a", "b", "c", "/etc/pki/nssdb", "/s")
        ),
        ("rng", "/x"),
        ("tpm", 'device="/dev/tpm0"'),
        ("shmem", "size=4194304 path=/dev/shm/s"),
        ("ivshmem-socket", "path=/t"),
        ("evdev", "path=/dev/input/event1"),
        ("mem", 1024),
        ("vcpu", 2),
    ]
    assert auditing.encoded("vm", 'a"b') == "vm=612262"
