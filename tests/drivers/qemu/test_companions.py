"""Programs beside a guest's QEMU, real ones: started with it, run as it, ended with it."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.host import lent_ids
from vsh.drivers.host.process import birth
from vsh.drivers.qemu import companions, embedded, folder_program, losses, reservations_program
from vsh.errors import ConfigUnsupported, InternalError, NoSecret, SystemFailure
from vsh.hypervisors.qemu.argv import interface
from vsh.xml.domain.devices.filesystem import FileSystem
from vsh.xml.engine.reader import read
from vsh.xml.shared.image import Reservations

if TYPE_CHECKING:
    from collections.abc import Callable

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

_TPM = "<tpm model='tpm-crb'><backend type='emulator' version='2.0'>{}</backend></tpm>"
_SHARED = "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking><devices>"
_FOLDER = (
    "<filesystem type='mount'><driver type='virtiofs'/><source dir='{}'/>"
    "<target dir='shared'/></filesystem>"
)
_CARD = "<interface type='user'><backend type='passt'/><model type='virtio'/></interface>"
_SECRET = "<secret ephemeral='no' private='yes'><usage type='vtpm'><name>{}</name></usage></secret>"


def _needs(*programs: str) -> None:
    for program in programs:
        if shutil.which(program, path=f"{os.environ['PATH']}:/usr/lib/qemu:/usr/libexec") is None:
            pytest.skip(f"no {program} here")


def _with(document: str, *devices: str) -> str:
    return document.replace("<devices>", _SHARED).replace(
        "</devices>", "".join(devices) + "</devices>"
    )


def _beside(root: str) -> dict[str, set[int]]:
    """The programs beside the first guest of a root, by name: whom they run as."""
    found: dict[str, set[int]] = {}
    for pid in companions.of(f"{root.partition('root=')[2]}/run/domain-1-tiny"):
        name = Path(f"/proc/{pid}/comm").read_text(encoding="ascii").strip()
        found.setdefault(name.partition(".")[0], set()).add(Path(f"/proc/{pid}").stat().st_uid)
    return found


@pytest.mark.skipif(os.geteuid() != 0, reason="virtiofsd is root's")
def test_start_and_end(connection: Connection, root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """All three: none is left, whether the guest is destroyed or its QEMU killed."""
    _needs("swtpm", "swtpm_setup", "passt", "virtiofsd")
    domain = connection.domain_define_xml(
        _with(tiny.xml, _TPM.format(""), _FOLDER.format(tmp_path), _CARD)
    )
    domain.create()
    account = tiny.disks[0].stat().st_uid
    assert _beside(root) == {"swtpm": {account}, "virtiofsd": {0}, "passt": {account}}
    state = Path(root.partition("root=")[2]) / "swtpm" / domain.uuid
    assert (state / "tpm2").is_dir()
    domain.destroy()
    assert not companions.of(f"{root.partition('root=')[2]}/run/domain-1-tiny")
    domain.undefine()
    assert not state.exists()
    with pytest.raises(InternalError, match="the virtiofs export directory '/nowhere' does not"):
        connection.domain_create_xml(_with(tiny.xml, _FOLDER.format("/nowhere"), _CARD))
    assert not companions.of(f"{root.partition('root=')[2]}/run/domain-2-tiny")


_KILLED = """
import os, signal, sys
import vsh
from vsh.drivers.host.process import Process
start = Process.start

def dies_before_qemu(command, *more, **kept):
    if "qemu-system" in command[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return start(command, *more, **kept)

Process.start = dies_before_qemu
with vsh.connect(sys.argv[1]) as connection:
    connection.domain_create_xml(open(sys.argv[2]).read())
"""


def test_killed_before_qemu_starts(root: str, tiny: TinyGuest) -> None:
    """What was started for a QEMU that never came is ended by the next."""
    _needs("swtpm", "swtpm_setup")
    tiny.file.write_text(_with(tiny.xml, _TPM.format("")))
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, root, str(tiny.file)], check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL
    assert set(_beside(root)) == {"swtpm"}
    with vsh.connect(root) as connection:
        assert not connection.list_all_domains()
    assert not _beside(root)


def test_secrets(connection: Connection, tiny: TinyGuest, root: str) -> None:
    """The state of a TPM is encrypted with a secret, which no command line and no file has."""
    _needs("swtpm", "swtpm_setup")
    secret = connection.secret_define_xml(_SECRET.format("tiny"))
    encrypted = _TPM.format(f"<encryption secret='{secret.uuid}'/>")
    domain = connection.domain_define_xml(_with(tiny.xml, encrypted))
    with pytest.raises(NoSecret, match="does not have a value"):
        domain.create()
    secret.set_value(b"known to nobody")
    domain.create()
    words = [
        Path(f"/proc/{pid}/cmdline").read_bytes()
        for pid in companions.of(f"{root.partition('root=')[2]}/run/domain-{domain.id}-tiny")
    ]
    assert any(b"--key\0pwdfd=" in line for line in words)
    assert not any(b"nobody" in line for line in words)
    domain.destroy()
    log = Path(root.partition("root=")[2]) / "log/tiny-swtpm.log"
    assert "nobody" not in log.read_text(errors="replace")


@pytest.mark.skipif(os.geteuid() != 0, reason="virtiofsd is root's")
def test_a_folder_that_comes_and_goes(
    connection: Connection, root: str, tiny: TinyGuest, tmp_path: Path
) -> None:
    """Its program is started when it is plugged in, and ended when the guest has let go of it."""
    _needs("virtiofsd")
    domain = connection.domain_create_xml(_with(tiny.xml))
    document = _FOLDER.format(tmp_path)
    domain.attach_device(document)
    assert _beside(root) == {"virtiofsd": {0}}
    assert "<alias name='fs0'/>" in domain.get_xml_desc()
    with pytest.raises(InternalError, match="export directory '/nowhere' does not exist"):
        domain.attach_device(_FOLDER.format("/nowhere").replace("'shared'", "'other'"))
    domain.detach_device_alias("fs0")
    domain.reset()  # with which a guest that does nothing lets go
    _until(lambda: "<alias name='fs0'/>" not in domain.get_xml_desc())
    assert not _beside(root)
    assert connection.domain_lookup_by_name("tiny").get_messages() == domain.get_messages()
    assert not [line for line in domain.get_messages() if line.startswith("lost")]
    domain.destroy()
    plain = connection.domain_create_xml(tiny.xml)
    with pytest.raises(ConfigUnsupported, match="'virtiofs' requires shared memory"):
        plain.attach_device(document)


def _until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.02)


def _killed(root: str, name: str) -> int:
    """Kill the program of a name beside the first guest, which has ended then; gives its number."""
    folder = f"{root.partition('root=')[2]}/run/domain-1-tiny"
    for pid in companions.of(folder):
        if Path(f"/proc/{pid}/comm").read_text(encoding="ascii").startswith(name):
            os.kill(pid, signal.SIGKILL)
            _until(functools.partial(_is_gone, pid))
            return pid
    raise AssertionError(f"no {name}")


def _is_gone(pid: int) -> bool:
    return birth(pid) is None


def _lost(domain: Domain) -> list[str]:
    return [line for line in domain.get_messages() if line.startswith("lost")]


def test_lost(root: str, tiny: TinyGuest) -> None:
    """A program that dies is noticed at once, and said in the log and among the messages."""
    _needs("passt")
    folder = Path(root.partition("root=")[2])
    log = folder / "log/tiny.log"
    with vsh.connect(root) as connection:
        watching = embedded(str(folder), root)
        watching.hypervisor.watch()
        domain = connection.domain_create_xml(_with(tiny.xml, _CARD))
        assert not _lost(domain)
        pid = _killed(root, "passt")
        said = f"'passt' of net0 (process {pid}) has ended"
        _until(lambda: said in log.read_text())
        assert _lost(domain) == ["lost: 'passt' of net0 has ended"]
        watching.close()
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        assert _lost(domain) == ["lost: 'passt' of net0 has ended"]
        assert domain.get_state().state == 1
    assert log.read_text().count(said) == 1


def test_back_again(root: str, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next opener finds it; a QEMU that comes back to a passt is given another one.

    QEMU does so from 8.0 on: one that does not is said to.
    """
    _needs("passt")
    with vsh.connect(root) as connection:
        connection.domain_create_xml(_with(tiny.xml, _CARD))
    monkeypatch.setattr(interface, "reconnecting", lambda can: {"reconnect": 5})
    pid = _killed(root, "passt")
    with vsh.connect(root) as connection:
        assert not _lost(connection.domain_lookup_by_name("tiny"))
        assert companions.of(f"{root.partition('root=')[2]}/run/domain-1-tiny", "net0") != [pid]
    log = (Path(root.partition("root=")[2]) / "log/tiny.log").read_text()
    assert f"'passt' of net0 (process {pid}) has ended; it has been started again" in log


_CONTROLLER = "<controller type='scsi' index='0' model='virtio-scsi'/>"
_RESERVED = (
    "<disk type='block' device='lun'><driver name='qemu' type='raw'/>"
    "<source dev='/dev/null'><reservations managed='yes'/></source>"
    "<target dev='sda' bus='scsi'/></disk>"
)


@pytest.mark.skipif(os.geteuid() != 0, reason="devices are root's")
def test_reservations(connection: Connection, root: str, tiny: TinyGuest) -> None:
    """What makes SCSI reservations is there before QEMU opens the disk, and goes where that fails.

    No machine of the tests has a SCSI disk: QEMU refuses what it is given.
    """
    _needs("qemu-pr-helper")
    folder = Path(root.partition("root=")[2])
    log, place = folder / "log/tiny-pr-helper0.log", f"{folder}/run/domain-1-tiny"
    domain = connection.domain_create_xml(
        tiny.xml.replace("</devices>", f"{_CONTROLLER}</devices>")
    )
    with pytest.raises(InternalError, match="cannot get SG_IO version number"):
        domain.attach_device(_RESERVED)
    assert "qemu-pr-helper" in log.read_text()
    assert not companions.of(place)
    domain.destroy()
    log.unlink()
    with pytest.raises(InternalError, match="cannot get SG_IO version"):
        connection.domain_create_xml(
            tiny.xml.replace("</devices>", f"{_CONTROLLER}{_RESERVED}</devices>")
        )
    assert "pr-helper0.sock" in log.read_text()
    assert not companions.of(place.replace("-1-", "-2-"))


@pytest.mark.skipif(os.geteuid() != 0, reason="it is started as root")
def test_what_makes_reservations_is_started_again(
    connection: Connection, root: str, tiny: TinyGuest
) -> None:
    """As it would be for a guest with a SCSI disk: here there is none to give it."""
    _needs("qemu-pr-helper")
    folder = root.partition("root=")[2]
    domain = connection.domain_create_xml(tiny.xml)
    seen = embedded(folder, root)
    with seen.hypervisor.guests.modify(domain, active=True) as guest:
        assert guest.run is not None
        process = reservations_program.start(None, f"{folder}/log/helper.log", guest.run.folder)
        guest.run.beside[reservations_program.NAME] = companions.kept(process, "qemu-pr-helper")
        source = guest.definition.disks[0].source
        assert source is not None
        source.reservations = Reservations(managed=True)
        process.kill()
        losses.look(seen.hypervisor, guest)
        assert not guest.run.lost
        assert companions.of(guest.run.folder, reservations_program.NAME) != [process.pid]
    seen.close()
    domain.destroy()
    assert not companions.of(f"{folder}/run/domain-1-tiny")


_BUS = "<graphics type='dbus'/>"


def test_the_bus_of_a_display(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """It is the guest's own, wherever that runs; what it is to be may be another program."""
    _needs("dbus-daemon")
    document = tiny.xml.replace("</devices>", f"{_BUS}</devices>")
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(document)
        domain.create()
        shown = f"<graphics type='dbus' address='unix:path={tmp_path}/root/run/domain-1-tiny/"
        assert shown in domain.get_xml_desc()
        assert _BUS in domain.get_xml_desc(2)
        assert set(_beside(root)) == {"dbus-daemon"}
        domain.save(str(tmp_path / "saved"))
        assert _beside(root) == {}
        connection.domain_restore(str(tmp_path / "saved"))
        assert "/run/domain-2-tiny/dbus.sock'" in domain.get_xml_desc()
        domain.destroy()
        (tmp_path / "root/qemu.conf").write_text('dbus_daemon = "/nowhere/bus"')
    with vsh.connect(root) as connection:
        with pytest.raises(SystemFailure, match=r"'/nowhere/bus' is not a suitable dbus-daemon"):
            connection.domain_lookup_by_name("tiny").create()
        (tmp_path / "root/qemu.conf").write_text('dbus_daemon = "/bin/false"')
    with (
        vsh.connect(root) as connection,
        pytest.raises(InternalError, match=r"Could not start 'false'"),
    ):
        connection.domain_lookup_by_name("tiny").create()
    assert _beside(root) == {}


def test_what_makes_reservations_may_be_elsewhere(
    root: str, tiny: TinyGuest, tmp_path: Path
) -> None:
    (tmp_path / "root").mkdir(mode=0o700)
    (tmp_path / "root/qemu.conf").write_text(f'pr_helper = "{tmp_path}/none"')
    disk = _RESERVED.format("")
    with (
        vsh.connect(root) as connection,
        pytest.raises(SystemFailure, match="none' is not a suitable pr helper: No such file"),
    ):
        connection.domain_create_xml(_with(tiny.xml, _CONTROLLER, disk))


def test_the_ids_of_a_users_folder(tmp_path: Path) -> None:
    """Those that libvirt 11.3.0 has virtiofsd called with."""
    (tmp_path / "subuid").write_text("other:1:2\nroot:100000:65536\nroot:9:9\n")
    (tmp_path / "subgid").write_text("other:1:2\n0:200000:10\n")
    folder = FileSystem(driver_type="virtiofs", source_dir="/a", alias="fs0")
    folder.idmap = lent_ids.mapped(0, 0, str(tmp_path))
    assert folder_program.command("/v", folder, 3, separate=True)[4:] == [
        "--uid-map=:0:0:1:", "--uid-map=:1:100000:65536:",
        "--gid-map=:0:0:1:", "--gid-map=:1:200000:10:",
    ]  # fmt: skip
    (tmp_path / "subgid").write_text("")
    assert len(lent_ids.mapped(0, 0, str(tmp_path)).gids) == 1
    (tmp_path / "subgid").unlink()
    with pytest.raises(SystemFailure, match=r"Failed to open file '.*/subgid': No such file"):
        lent_ids.mapped(0, 0, str(tmp_path))
    with pytest.raises(SystemFailure, match="user record for uid '2147483000'"):
        lent_ids.mapped(2147483000, 0, str(tmp_path))


def test_how_a_folders_program_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the words of libvirt 11.3.0; a program in Rust, which this host lacks, is a script."""
    folder = read(
        "<filesystem type='mount'><driver type='virtiofs'/>"
        "<binary><cache mode='none'/><sandbox mode='chroot'/></binary>"
        "<idmap><uid start='0' target='1000' count='10'/><gid start='0' target='100' count='5'/>"
        "</idmap><source dir='/a,b'/><target dir='t'/><readonly/></filesystem>",
        FileSystem,
    )
    assert folder_program.command("/v", folder, 3, separate=True) == [
        "/v", "--fd=3", "--shared-dir", "/a,b", "--cache", "never", "--sandbox", "chroot",
        "--uid-map=:0:1000:10:", "--gid-map=:0:100:5:", "--readonly",
    ]  # fmt: skip
    with pytest.raises(ConfigUnsupported, match="<readonly> of a folder is not supported"):
        folder_program.command("/v", folder, 3)
    program = tmp_path / "virtiofsd"
    program.write_text('#!/bin/sh\necho \'{"type": "fs", "features": ["separate-options"]}\'\n')
    program.chmod(0o755)
    assert folder_program.features(str(program)) == {"separate-options"}
    with pytest.raises(InternalError, match="virtiofsd '/bin/false' does not say what it can"):
        folder_program.features("/bin/false")
    program.write_text("no program")
    with pytest.raises(InternalError, match=f"cannot execute binary {program}: Exec format error"):
        folder_program.features(str(program))
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(companions, "PATIENCE", 0.1)
    with pytest.raises(InternalError, match="does not say what it can in time"):
        folder_program.features(str(program))
