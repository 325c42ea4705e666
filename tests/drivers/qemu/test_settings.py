"""What qemu.conf says of all guests of a root, and what it cannot say."""

from __future__ import annotations

import os
import re
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.qemu import settings
from vsh.errors import (
    ConfigUnsupported,
    ConfSyntax,
    Error,
    InternalError,
    InvalidArgument,
    SystemFailure,
)  # fmt: skip
from vsh.words.domain.state import DomainState

if TYPE_CHECKING:
    from tiny_guest import TinyGuest

    from vsh.api.domain import Domain


LIBVIRTS = "/etc/libvirt/qemu.conf"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('security_driver = "selinux"', ConfigUnsupported("Security driver selinux not enabled")),
        ('security_driver = [ "none", "x" ]', InternalError("Security driver x not found")),
        ('cgroup_controllers = [ "x" ]', ConfSyntax("Unknown cgroup controller 'x'")),
        ('namespaces = [ "pid" ]', ConfSyntax("Unknown namespace: pid")),
        ('stdio_handler = "x"', ConfigUnsupported("Unknown stdio handler x")),
        ('auto_shutdown_poweroff = "x"', InvalidArgument("unknown auto_shutdown_poweroff 'x'")),
        (
            'auto_shutdown_try_save = "all"',
            InvalidArgument("managed save cannot be requested for transient domains"),
        ),
        ('sched_core = "x"', ConfigUnsupported("Unknown sched_core value x")),
        (
            'lock_manager = "lockd"',
            ConfigUnsupported("lock_manager 'lockd' is no setting of this driver: take it out"),
        ),
        (
            'capability_filters = [ "x" ]',
            ConfigUnsupported("capability_filters is no setting of this driver: take it out"),
        ),
        (
            "memory_backing_dir = 5",
            InternalError("FILE: expected a string for 'memory_backing_dir' parameter"),
        ),
        (
            "gluster_debug_level = -3",
            InternalError("FILE: expected an unsigned integer for 'gluster_debug_level' parameter"),
        ),
        (
            "hugetlbfs_mount = 5",
            InternalError("FILE: expected a string list for 'hugetlbfs_mount' parameter"),
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, line: str, wrong: Error) -> None:
    (tmp_path / "qemu.conf").write_text(line)
    with pytest.raises(type(wrong)) as caught:
        settings.load(str(tmp_path))
    assert str(caught.value).replace(str(tmp_path / "qemu.conf"), "FILE") == str(wrong)


@pytest.mark.skipif(not os.path.exists(LIBVIRTS), reason=f"no {LIBVIRTS}: libvirt's is not here")
def test_each_of_libvirts_counts_or_is_told_of() -> None:
    """Those without a part here are in the list of what differs."""
    names = re.findall("(?m)^#?([a-z_0-9]+) = ", Path(LIBVIRTS).read_text())
    told = (Path(__file__).parents[3] / "docs/compatibility.md").read_text()
    assert len(names) > 80
    for name in names:
        assert name in settings.Settings.__annotations__ or f"`{name}`" in told, name


def test_folders_that_other_hosts_see(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "link").symlink_to("images")
    (tmp_path / "qemu.conf").write_text(f'shared_filesystems = [ "{tmp_path}/link//" ]\nnvram = []')
    found = settings.load(str(tmp_path))
    seen = [name for name in ("images", "images/a", "link/a", "images2") if
            found.is_shared(f"{tmp_path}/{name}")]  # fmt: skip
    assert seen == ["images", "images/a", "link/a"]
    assert not settings.Settings().is_shared("/")
    assert found.idle == ["nvram"]


def test_what_all_command_lines_have(
    root: str, tiny: TinyGuest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words are those that libvirt 9.0.0 has with the same file."""
    folder = tmp_path / "root"
    folder.mkdir(mode=0o700)
    lines = [
        "seccomp_sandbox = 0", "set_process_name = 1", "dump_guest_core = 1", "log_timestamp = 0",
        "gluster_debug_level = 9", 'deprecation_behavior = "reject"', "hugetlbfs_mount = []",
        f'memory_backing_dir = "{tmp_path}"', "nographics_allow_host_audio = 1",
    ]  # fmt: skip
    (folder / "qemu.conf").write_text("\n".join(lines))
    gluster = (
        "<disk type='network'><source protocol='gluster' name='v/i'><host name='h'/></source>"
        "<target dev='vdb'/></disk></devices>"
    )
    document = tiny.xml.replace("</devices>", gluster).replace(
        "<vcpu>1</vcpu>",
        "<memoryBacking><source type='file'/></memoryBacking><vcpu>1</vcpu><cpu><numa>"
        "<cell id='0' cpus='0' memory='16' unit='MiB'/></numa></cpu>",
    )
    monkeypatch.delenv("QEMU_AUDIO_DRV", raising=False)
    with vsh.connect(root) as connection:
        words = shlex.split(connection.domain_xml_to_native("qemu-argv", document))
        assert "guest=tiny,process=qemu:tiny,debug-threads=on" in words
        at = words.index("-compat")
        assert words[at + 1] == '{"deprecated-output":"hide","deprecated-input":"reject"}'
        assert any("dump-guest-core=on" in word for word in words)
        place = f'"mem-path":"{tmp_path}/libvirt/qemu/-1-tiny/ram-node0"'
        assert any(place in word for word in words)
        assert any('"driver":"gluster"' in word and '"debug":9' in word for word in words)
        assert words[-2:] == ["-sandbox", "off"]
        assert "-audiodev" not in words
        huge = document.replace("<source type='file'/>", "<hugepages/>")
        with pytest.raises(InternalError, match="hugetlbfs filesystem is not mounted or disabled"):
            connection.domain_xml_to_native("qemu-argv", huge)
        monkeypatch.setenv("QEMU_AUDIO_DRV", "wav")
        shown = connection.domain_xml_to_native("qemu-argv", document)
        assert '-audiodev \'{"id":"audio1","driver":"wav"}\'' in shown
        monkeypatch.setenv("QEMU_AUDIO_DRV", "drum")
        with pytest.raises(ConfigUnsupported, match="unknown QEMU_AUDIO_DRV setting drum"):
            connection.domain_xml_to_native("qemu-argv", document)


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("/nowhere", SystemFailure("cannot determine filesystem for '/nowhere': No such file")),
        ("/proc", InternalError("not a hugetlbfs mount: '/proc'")),
    ],
)
def test_where_huge_pages_are_not(
    root: str, tiny: TinyGuest, tmp_path: Path, place: str, wrong: Error
) -> None:
    folder = tmp_path / "root"
    folder.mkdir(mode=0o700)
    (folder / "qemu.conf").write_text(f'hugetlbfs_mount = "{place}"')
    with vsh.connect(root) as connection, pytest.raises(type(wrong)) as caught:
        connection.domain_xml_to_native("qemu-argv", tiny.xml)
    assert str(caught.value).startswith(str(wrong))


def test_dumps_are_packed_and_lie_where_they_are_wanted(
    root: str, tiny: TinyGuest, tmp_path: Path
) -> None:
    """A watchdog dumps its guest, which goes on."""
    folder, place = tmp_path / "root", tmp_path / "dumps"
    folder.mkdir(mode=0o700)
    place.mkdir()
    (folder / "qemu.conf").write_text(
        f'auto_dump_path = "{place}"\ndump_image_format = "gzip"\nsnapshot_image_format = "gzip"'
    )
    document = tiny.xml.replace("</devices>", "<watchdog model='ib700' action='dump'/></devices>")
    with vsh.connect(root) as connection:
        guest = connection.domain_create_xml(document)
        tiny.wait_for()
        _starve(guest, place)
        assert guest.get_state().state == DomainState.RUNNING
        guest.core_dump(str(tmp_path / "core"), 0)
        assert (tmp_path / "core").read_bytes()[:2] == b"\x1f\x8b"
        image = tmp_path / "memory"
        text = f"<domainsnapshot><memory snapshot='external' file='{image}'/></domainsnapshot>"
        guest.snapshot_create_xml(text)
        assert image.read_bytes()[28] == 1  # the form, in the image's head
        guest.destroy()


def _starve(guest: Domain, place: Path) -> None:
    """Set a guest's watchdog to no time at all, and wait for what it does."""
    guest.monitor_command("o/b 0x443 15", 1)
    until = time.monotonic() + 30
    while guest.get_state().state != DomainState.RUNNING or not (found := os.listdir(place)):
        assert time.monotonic() < until, "it did not bite"
        time.sleep(0.02)
    assert found[0].startswith(f"{guest.id}-tiny-")
    assert (place / found[0]).read_bytes()[:4] == b"\x7fELF"


def test_storage_of_vxhs_is_encrypted_where_the_file_says_so(tmp_path: Path) -> None:
    """No QEMU from 5.2 on has that protocol: what its command line is made from is looked at."""
    (tmp_path / "qemu.conf").write_text('vxhs_tls = 1\nvxhs_tls_x509_cert_dir = "/tmp"\n')
    found = settings.load(str(tmp_path))
    assert (found.vxhs_tls, found.certificates("vxhs")) == (True, "/tmp")
    assert found.certificate_secret("vxhs") == ""
