"""Whom QEMU runs as where we are root: files are lent to that user, and given back as they were."""

from __future__ import annotations

import os
import pwd
import re
import socket
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.host import access_list
from vsh.drivers.host.account import Account
from vsh.drivers.qemu import probe, rights, settings
from vsh.errors import ConfigUnsupported, InvalidArgument, OperationInvalid, SystemFailure, XmlError
from vsh.xml.domain import Domain
from vsh.xml.engine.reader import read

if TYPE_CHECKING:
    from pathlib import Path

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection

pytestmark = [pytest.mark.skipif(os.geteuid() != 0, reason="only root's QEMUs run as another user")]


def _user() -> int:
    for name in ("libvirt-qemu", "qemu"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    pytest.skip("no user for guests here (libvirt-qemu or qemu)")


def _status(pid: int) -> dict[str, list[str]]:
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return {name: text.split() for name, _, text in (line.partition(":") for line in file)}


def _pid(guest: str) -> int:
    """The process of a guest's QEMU, by the folder of its disk."""
    found = subprocess.run(["pgrep", "-f", f"qemu-system.*{guest}"], capture_output=True, text=True)
    return int(found.stdout.split()[0])


def test_runs_as_its_own_user(connection: Connection, tiny: TinyGuest, tmp_path: Path) -> None:
    """No capability, no new privileges, a filter on system calls; files are lent and given back."""
    user, image = _user(), tiny.file.parent / "tiny-0.qcow2"
    os.chown(image, 12, 34)
    image.chmod(0o640)
    tmp_path.chmod(0o700)
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    status = _status(_pid(str(image)))
    assert status["Uid"] == [str(user)] * 4
    assert {status[f"Cap{kind}"][0] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {"0" * 16}
    assert (status["NoNewPrivs"], status["Seccomp"]) == (["1"], ["2"])
    assert image.stat().st_uid == user
    assert access_list.allowed(access_list.read(str(tmp_path)), user) == 1
    label = f"<label>+{user}:+{image.stat().st_gid}</label>"
    assert label in domain.get_xml_desc()
    assert label not in domain.get_xml_desc(2)
    domain.destroy()
    assert (image.stat().st_uid, image.stat().st_gid) == (12, 34)
    assert stat.S_IMODE(image.stat().st_mode) == 0o640
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert access_list.read(str(tmp_path)) is None
    assert os.listxattr(image) == os.listxattr(tmp_path) == []


def test_an_image_of_two_guests(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """It is given back by the last that has it, be it of another root."""
    user, image = _user(), tiny.file.parent / "tiny-0.qcow2"
    shared = tiny.xml.replace("<target dev='vda'", "<shareable/><target dev='vda'")
    shared = shared.replace("type='qcow2'", "type='raw'")
    other = f"qemu:///embed?root={tmp_path / 'other'}"
    serial = str(tiny.file.parent / "tiny.serial")
    with vsh.connect(root) as here, vsh.connect(other) as there:
        one, two = (
            here.domain_define_xml(shared),
            there.domain_define_xml(shared.replace(serial, f"{serial}2")),
        )
        one.create()
        two.create()
        one.destroy()
        assert image.stat().st_uid == user
        assert two.get_state() is not None
        two.destroy()
    assert image.stat().st_uid == 0
    assert os.listxattr(tmp_path) == []


def test_a_disk_comes_and_goes(connection: Connection, tiny: TinyGuest, tmp_path: Path) -> None:
    user, image = _user(), tmp_path / "more.raw"
    image.write_bytes(bytes(65536))
    domain = connection.domain_create_xml(tiny.xml)
    disk = (
        f"<disk type='file'><driver name='qemu' type='raw'/><source file='{image}'/>"
        "<target dev='sdb' bus='scsi'/></disk>"
    )
    domain.attach_device("<controller type='scsi' model='virtio-scsi'/>")
    domain.attach_device(disk)
    assert image.stat().st_uid == user
    domain.detach_device(disk)
    assert image.stat().st_uid == 0
    domain.destroy()


def test_sockets_of_others(connection: Connection, tiny: TinyGuest, tmp_path: Path) -> None:
    """What QEMU connects to becomes its user's, too, and has to be there."""
    user, first, second = _user(), tmp_path / "first", tmp_path / "second"
    channels = [
        f"<channel type='unix'><source mode='connect' path='{path}'/>"
        f"<target type='virtio' name='org.{path.name}'/></channel>"
        for path in (first, second)
    ]
    domain = connection.domain_define_xml(
        tiny.xml.replace("</devices>", f"{channels[0]}</devices>")
    )
    with pytest.raises(SystemFailure, match=f"unable to stat: {first}: No such file or directory"):
        domain.create()
    with socket.socket(socket.AF_UNIX) as one, socket.socket(socket.AF_UNIX) as two:
        for listener, path in ((one, first), (two, second)):
            listener.bind(str(path))
            listener.listen(1)
        domain.create()
        domain.attach_device(channels[1])
        assert [path.stat().st_uid for path in (first, second)] == [user, user]
        domain.detach_device(channels[1])
        assert [path.stat().st_uid for path in (first, second)] == [user, 0]
        domain.destroy()
    assert first.stat().st_uid == 0


@pytest.mark.parametrize(
    ("label", "owner"),
    [
        (
            "<seclabel type='static' model='dac' relabel='yes'><label>+1234:+5</label></seclabel>",
            1234,
        ),
        ("<seclabel type='none' model='none'/>", None),
    ],
)
def test_labels(connection: Connection, tiny: TinyGuest, label: str, owner: int | None) -> None:
    image = tiny.file.parent / "tiny-0.qcow2"
    domain = connection.domain_create_xml(tiny.xml.replace("</devices>", f"</devices>{label}"))
    assert image.stat().st_uid == (owner or _user())
    assert _status(_pid(str(image)))["Uid"] == [str(owner or _user())] * 4
    domain.destroy()
    assert image.stat().st_uid == 0


@pytest.mark.parametrize(
    ("label", "error", "words"),
    [
        ("<seclabel type='dynamic' model='selinux' relabel='yes'/>", ConfigUnsupported,
         "Security driver model 'selinux' is not available"),
        ("<seclabel type='static' model='dac' relabel='yes'><label>nosuch:root</label></seclabel>",
         InvalidArgument, "Failed to parse user 'nosuch'"),
        ("<seclabel type='static' model='dac' relabel='yes'><label>junk</label></seclabel>",
         InvalidArgument, "Failed to parse uid and gid from 'junk'"),
    ],
)  # fmt: skip
def test_labels_that_cannot_be(
    connection: Connection, tiny: TinyGuest, label: str, error: type[Exception], words: str
) -> None:
    domain = connection.domain_define_xml(tiny.xml.replace("</devices>", f"</devices>{label}"))
    with pytest.raises(error, match=words):
        domain.create()
    assert domain.get_state().state == 5


def test_settings(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """qemu.conf of the root: another user, and files that stay as they are."""
    image = tiny.file.parent / "tiny-0.qcow2"
    (tmp_path / "root").mkdir()
    file = tmp_path / "root/qemu.conf"
    file.write_text('user = "+0"\ngroup = "+0"\nmax_files = 4096\n')
    with vsh.connect(root) as connection:
        domain = connection.domain_create_xml(tiny.xml)
        pid = _pid(str(image))
        assert _status(pid)["Uid"] == ["0"] * 4
        assert _status(pid)["CapEff"] == ["0" * 16]
        with open(f"/proc/{pid}/limits", encoding="ascii") as limits:
            assert [line.split()[3] for line in limits if "open files" in line] == ["4096"]
        assert "tainted: running with undesirable elevated privileges" in domain.get_messages()
        domain.destroy()
    file.write_text("dynamic_ownership = 0\n")
    with vsh.connect(root) as connection:
        with pytest.raises(vsh.errors.InternalError, match="Permission denied"):
            connection.domain_create_xml(tiny.xml)
        assert image.stat().st_uid == 0


def test_the_one_right_that_a_document_may_ask_for() -> None:
    """``rawio``: nothing but CAP_SYS_RAWIO, the 17th, is left to the user that QEMU runs as."""
    disk = (
        "<disk type='block' device='lun'{}><driver name='qemu' type='raw'/>"
        "<source dev='/dev/x'/><target dev='sda' bus='scsi'/></disk>"
    )
    document = (
        "<domain type='qemu'><name>g</name><memory>1024</memory>"
        "<os><type>hvm</type></os><devices>{}</devices></domain>"
    )
    shown = []
    for word in ("", " rawio='no'", " rawio='yes'"):
        live = read(document.format(disk.format(word)), Domain)
        words = rights.before(settings.Settings(), Account.named("nobody"), live)
        done = subprocess.run([*words, "cat", "/proc/self/status"], capture_output=True, text=True)
        shown += [line.split()[1] for line in done.stdout.splitlines() if line.startswith("CapEff")]
    assert shown == ["0" * 16, "0" * 16, f"{1 << 17:016x}"]


@pytest.mark.parametrize("host", ["localhost.site", "127.0.0.1", "[::1]"])
def test_guests_cannot_be_told_to_come_to_where_they_are(tmp_path: Path, host: str) -> None:
    """libvirtd 9.0.0 says so of qemu.conf when it starts."""
    (tmp_path / "qemu.conf").write_text(f'migration_host = "{host}"\n')
    words = "migration_host must not be the address of the local machine: " + host
    with pytest.raises(vsh.errors.ConfSyntax, match=re.escape(words)):
        settings.load(str(tmp_path))
    (tmp_path / "qemu.conf").write_text('migration_host = "192.0.2.1"\n')
    assert settings.load(str(tmp_path)).migration_host == "192.0.2.1"


def test_another_user_has_it(connection: Connection, tiny: TinyGuest) -> None:
    """Two guests of two users cannot have one image."""
    document = tiny.xml.replace("<target dev='vda'", "<shareable/><target dev='vda'")
    document = document.replace("type='qcow2'", "type='raw'")
    label = "<seclabel type='static' model='dac' relabel='yes'><label>+1234:+5</label></seclabel>"
    one = connection.domain_create_xml(document)
    other = document.replace("<name>tiny<", "<name>other<").replace("tiny.serial", "other.serial")
    with pytest.raises(OperationInvalid, match=r"Setting different DAC .* in use"):
        connection.domain_create_xml(other.replace("</devices>", f"</devices>{label}"))
    assert (tiny.file.parent / "tiny-0.qcow2").stat().st_uid == _user()
    one.destroy()


KILLED = """
import os, signal, sys
import vsh
from vsh.drivers.host import lending, process

def die(*args, **kept):
    os.kill(os.getpid(), signal.SIGKILL)

where, uri, xml = sys.argv[1:]
if where == "written":
    lending._apply = die
elif where == "lent":
    process.Process.start = die
with vsh.connect(uri) as connection:
    connection.domain_create_xml(open(xml).read())
    if where == "running":
        die()
"""


@pytest.mark.parametrize("where", ["written", "lent", "running"])
def test_killed(root: str, tiny: TinyGuest, tmp_path: Path, where: str) -> None:
    """What a killed process left is given back by the next, unless the guest runs."""
    user, image = _user(), tiny.file.parent / "tiny-0.qcow2"
    tiny.file.write_text(tiny.xml)
    command = [sys.executable, "-c", KILLED, where, root, str(tiny.file)]
    subprocess.run(command, check=False, capture_output=True)
    with vsh.connect(root) as connection:
        running = connection.list_all_domains(1)
        assert len(running) == (1 if where == "running" else 0)
        assert image.stat().st_uid == (user if running else 0)
        for domain in running:
            domain.destroy()
    assert image.stat().st_uid == 0
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_lists_of_the_users_own(tmp_path: Path) -> None:
    """An entry is added to a list, and the list is put back as it was."""
    folder = str(tmp_path)
    before = access_list.with_user(None, 0o750, 77, 4)
    os.setxattr(folder, access_list.NAME, before)
    mode = stat.S_IMODE(tmp_path.stat().st_mode)
    changed = access_list.with_user(before, mode, 88, 1)
    os.setxattr(folder, access_list.NAME, changed)
    found = access_list.read(folder)
    assert (access_list.allowed(found, 77), access_list.allowed(found, 88)) == (4, 1)
    assert access_list.allowed(found, 99) is None
    access_list.put_back(folder, mode, before)
    assert access_list.read(folder) == before


def test_a_file_system_without_lists(connection: Connection, tiny: TinyGuest) -> None:
    """Where no entry can be made the error says what to do."""
    document = tiny.xml.replace("</os>", "<kernel>/proc/1/map_files/none</kernel></os>")
    with pytest.raises(SystemFailure, match=r"cannot let the user .* use '/proc/1/map_files'"):
        connection.domain_create_xml(document)
    assert (tiny.file.parent / "tiny-0.qcow2").stat().st_uid == 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (" machine='pc'", " machine='q35'", "does not support virt type 'kvm'"),
        (" machine='pc'", "", "could not get preferred machine for .* type=kvm"),
    ],
)
def test_no_kvm(
    connection: Connection,
    tiny: TinyGuest,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    words: str,
) -> None:
    """Where the host has no /dev/kvm (here: none that we look for) libvirt's words say so."""
    monkeypatch.setattr(probe, "KVM", "/dev/no-kvm")
    document = tiny.xml.replace("type='qemu'", "type='kvm'", 1).replace(old, new)
    with pytest.raises((ConfigUnsupported, InvalidArgument), match=words):
        connection.domain_define_xml(document)


@pytest.mark.parametrize("label", ["type='none'", "", "type='dynamic' model='none'"])
def test_a_label_of_no_model(
    connection: Connection, tiny: TinyGuest, root: str, label: str
) -> None:
    """It is of the host's first model, beside which the guest has that of its files."""
    document = tiny.xml.replace("</domain>", f"<seclabel {label}/></domain>")
    domain = connection.domain_define_xml(document)
    assert "<seclabel type='none' model='none'/>" in domain.get_xml_desc()
    domain.create()
    with vsh.connect(root) as other:  # which reads what the state file has
        found = other.domain_lookup_by_name("tiny")
        assert "<seclabel type='none' model='none'/>" in found.get_xml_desc()
        found.destroy()
    static = "<seclabel type='static'><label>x</label></seclabel></domain>"
    with pytest.raises(XmlError, match="missing security model in domain seclabel"):
        connection.domain_define_xml(tiny.xml.replace("</domain>", static))
