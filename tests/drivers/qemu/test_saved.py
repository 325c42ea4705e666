"""Guests that are saved and go on where they were, here and between us and a real libvirtd."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.api.types import TypedParams
from vsh.drivers.qemu import save_forms, saved
from vsh.errors import Error
from vsh.words.domain.lifecycle import DomainCreate, DomainSaveRestore, DomainUndefine
from vsh.words.domain.state import DomainState

if TYPE_CHECKING:
    from collections.abc import Callable

    from private_libvirtd import PrivateLibvirtd
    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain


@pytest.fixture
def domain(connection: Connection, tiny: TinyGuest) -> Domain:
    """A guest that runs."""
    made = connection.domain_define_xml(tiny.file.read_text())
    made.create()
    return made


def cpu_registers(domain: Domain) -> str:
    """What the guest's CPU is in the middle of."""
    return str(domain.monitor_command("info registers", 1))


def test_a_saved_guest_goes_on(connection: Connection, domain: Domain, tmp_path: Path) -> None:
    path = tmp_path / "saved"
    domain.suspend()
    before = cpu_registers(domain)
    domain.save(str(path))
    assert tuple(domain.get_state()) == (DomainState.SHUTOFF, 5)
    assert path.stat().st_mode & 0o777 == 0o600
    connection.domain_restore(str(path))
    assert domain.get_state().state == DomainState.PAUSED
    assert cpu_registers(domain) == before
    assert path.exists()
    domain.resume()
    domain.save_flags(str(path), None, DomainSaveRestore.PAUSED)
    connection.domain_restore_flags(str(path), None, DomainSaveRestore.RUNNING)
    assert tuple(domain.get_state()) == (DomainState.RUNNING, 3)


def test_managed_save(connection: Connection, domain: Domain) -> None:
    domain.managed_save()
    assert domain.has_managed_save_image() == 1
    assert "<name>tiny</name>" in domain.managed_save_get_xml_desc()
    with pytest.raises(vsh.Error, match="managed save"):
        domain.undefine()
    domain.create()
    assert domain.has_managed_save_image() == 0
    assert tuple(domain.get_state()) == (DomainState.RUNNING, 3)
    domain.managed_save()
    domain.create_with_flags(DomainCreate.START_FORCE_BOOT)
    assert tuple(domain.get_state()) == (DomainState.RUNNING, 1)
    domain.managed_save()
    domain.managed_save_remove()
    assert domain.has_managed_save_image() == 0
    with pytest.raises(vsh.Error, match="does not have managed save image"):
        domain.managed_save_get_xml_desc()
    domain.create()
    domain.managed_save(DomainSaveRestore.PAUSED)
    domain.undefine_flags(DomainUndefine.MANAGED_SAVE)
    assert connection.list_all_domains() == []


def test_a_disk_is_lost_meanwhile(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """A guest that cannot be started from its managed save has it still, for the next opener, too;
    as one has whose disk another has."""
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        domain.create()
        domain.managed_save()
        tiny.disks[0].rename(tmp_path / "elsewhere")
        with pytest.raises(vsh.Error, match="No such file or directory"):
            domain.create()
    with vsh.connect(root) as connection:
        domain = connection.domains["tiny"]
        assert domain.has_managed_save_image() == 1
        (tmp_path / "elsewhere").rename(tiny.disks[0])
        other = connection.domain_create_xml(tiny.xml.replace("<name>tiny<", "<name>other<"))
        with pytest.raises(vsh.Error, match='Failed to get "write" lock'):
            domain.create()
        other.destroy()
    with vsh.connect(root) as connection:
        domain = connection.domains["tiny"]
        assert domain.has_managed_save_image() == 1
        domain.create()
        assert tuple(domain.get_state()) == (DomainState.RUNNING, 3)
        assert domain.has_managed_save_image() == 0


def test_another_document(connection: Connection, domain: Domain, tmp_path: Path) -> None:
    path = str(tmp_path / "saved")
    domain.save(path)
    text = connection.domain_save_image_get_xml_desc(path)
    changed = text.replace("</name>", "</name><title>other</title>", 1)
    connection.domain_save_image_define_xml(path, changed, DomainSaveRestore.PAUSED)
    assert "<title>other</title>" in connection.domain_save_image_get_xml_desc(path)
    smaller = text.replace("<memory unit='KiB'>", "<memory unit='KiB'>9")
    with pytest.raises(vsh.Error, match="max memory"):
        connection.domain_save_image_define_xml(path, smaller)
    connection.domain_restore(path)
    assert domain.get_state().state == DomainState.PAUSED
    assert "<title>other</title>" in domain.get_xml_desc()
    with pytest.raises(vsh.Error, match="already active"):
        connection.domain_restore(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: b"", "failed to read qemu header"),
        (lambda data: b"x" * 200, "image magic is incorrect"),
        (lambda data: saved.PARTIAL + data[16:], "save image is incomplete"),
        (lambda data: data[:16] + b"\x09" + data[17:], "version is not supported"),
        (lambda data: data[:20] + b"\xff\xff\xff\xff" + data[24:], "invalid header data length"),
        (lambda data: data[:28] + b"\x01" + data[29:], "unable to restore"),
        (lambda data: data[:1000], "failed to read domain XML"),
        (lambda data: data[: len(data) // 2], "unable to restore|exited|Unable to read"),
    ],
)
def test_a_bad_image_is_refused_and_stays(
    connection: Connection,
    domain: Domain,
    tmp_path: Path,
    change: Callable[[bytes], bytes],
    words: str,
) -> None:
    path = tmp_path / "saved"
    domain.save(str(path))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(vsh.Error, match=words):
        connection.domain_restore(str(path))
    assert path.exists()
    assert domain.get_state().state == DomainState.SHUTOFF
    domain.create()
    assert domain.is_active() == 1


def test_where_it_cannot_be_saved_it_runs_on(domain: Domain, tmp_path: Path) -> None:
    with pytest.raises(vsh.Error, match="Failed to create file"):
        domain.save(str(tmp_path / "none/saved"))
    assert domain.get_state().state == DomainState.RUNNING
    with pytest.raises(vsh.Error, match="No space left on device"):
        domain.save("/dev/full")
    assert not Path("/dev/full").is_file()  # a device stays what it is
    assert domain.get_state().state == DomainState.RUNNING


SAVER = """
import os, signal, sys
import vsh
from vsh.drivers.qemu import memory_stream, saved
step, uri, path = sys.argv[1:]
where = memory_stream if step == "pull" else saved
real = getattr(where, step)
def killed(*values, **named):
    if not AFTER:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*values, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(where, step, killed)
with vsh.connect(uri) as connection:
    connection.domain_lookup_by_name("tiny").save(path)
"""


@pytest.mark.parametrize(
    ("step", "after", "gone"),
    [
        ("_created", True, False),
        ("_put", False, False),
        ("_put", True, False),
        ("pull", False, False),
        ("pull", True, False),
        ("_finished", True, True),
    ],
)
def test_killed_at_every_step(
    root: str, tiny: TinyGuest, tmp_path: Path, step: str, after: bool, gone: bool
) -> None:
    """It runs and there is no file, or it is saved and the file is whole."""
    with vsh.connect(root) as connection:
        connection.domain_define_xml(tiny.file.read_text()).create()
    path = tmp_path / "saved"
    program = SAVER.replace("AFTER", str(after))
    done = subprocess.run([sys.executable, "-c", program, step, root, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    with vsh.connect(root) as connection:
        found = connection.domain_lookup_by_name("tiny")
        assert bool(found.is_active()) is not gone
        if gone:
            assert not saved.read(str(path)).partial
            connection.domain_restore(str(path))
        else:
            assert step == "_created" or not path.exists()
        assert found.get_state().state == DomainState.RUNNING
        found.suspend()
        found.resume()


GO_ON = """
import os, sys, vsh
from vsh.drivers.qemu.guest import Guest
real = Guest.ask
Guest.ask = lambda self, name, *rest, **more: (
    os._exit(9) if name == "cont" else real(self, name, *rest, **more)
)
with vsh.connect(sys.argv[1]) as connection:
    connection.domain_restore(sys.argv[2])
"""


@pytest.mark.parametrize("persistent", [True, False])
def test_another_has_its_disk(
    connection: Connection, tiny: TinyGuest, root: str, tmp_path: Path, persistent: bool
) -> None:
    """Nothing goes on from an image then; a process that was killed just before leaves a guest
    that stands still, and all others as they are."""
    make = connection.domain_define_xml if persistent else connection.domain_create_xml
    domain = make(tiny.xml)
    if persistent:
        domain.create()
    path = str(tmp_path / "saved")
    domain.save(path)
    other = connection.domain_create_xml(tiny.xml.replace("<name>tiny<", "<name>other<"))
    with pytest.raises(Error, match='Failed to get "write" lock'):
        connection.domain_restore(path)
    assert [each.name for each in connection.list_all_domains(1)] == ["other"]
    assert len(connection.list_all_domains()) == 1 + persistent
    if persistent:
        assert tuple(domain.get_state()) == (DomainState.SHUTOFF, 6)
        with pytest.raises(Error, match='Failed to get "write" lock'):
            domain.create()
    connection.close()
    assert subprocess.run([sys.executable, "-c", GO_ON, root, path], check=False).returncode == 9
    with vsh.connect(root) as again:
        states = {each.name: tuple(each.get_state()) for each in again.list_all_domains(1)}
        assert states["tiny"] == (DomainState.PAUSED, 14)
        assert states["other"][0] == DomainState.RUNNING
        tiny_again = again.domain_lookup_by_name("tiny")
        with pytest.raises(Error, match='Failed to get "write" lock'):
            tiny_again.resume()
        again.domain_lookup_by_name(other.name).destroy()
        tiny_again.resume()
        assert tiny_again.get_state().state == DomainState.RUNNING
        tiny_again.destroy()


def test_libvirt_restores_what_we_saved_and_we_what_libvirt_saved(
    connection: Connection, libvirtd: PrivateLibvirtd, domain: Domain, tmp_path: Path
) -> None:
    path = str(tmp_path / "saved")
    domain.save(path)
    with vsh.connect(libvirtd.uri) as other:
        other.domain_restore(path)
        there = other.domain_lookup_by_name("tiny")
        assert there.get_state().state == DomainState.RUNNING
        os.unlink(path)
        there.save(path)
    connection.domain_restore(path)
    assert tuple(domain.get_state()) == (DomainState.RUNNING, 3)


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "lzop", "zstd"])
def test_packed_images(connection: Connection, domain: Domain, tmp_path: Path, kind: str) -> None:
    if shutil.which(kind) is None:
        pytest.skip(f"{kind} is not installed here")
    path, packed = tmp_path / "saved", tmp_path / "packed"
    domain.save(str(path))
    image, data = saved.read(str(path)), path.read_bytes()
    stream = subprocess.run(
        [kind, "-c"], input=data[image.start :], capture_output=True, check=True
    )
    head = bytearray(data[: image.start])
    head[28:32] = save_forms.FORMATS.index(kind).to_bytes(4, "little")
    packed.write_bytes(bytes(head) + stream.stdout)
    connection.domain_save_image_define_xml(str(packed), domain.get_xml_desc(), 4)
    connection.domain_restore(str(packed))
    assert domain.get_state().state == DomainState.PAUSED
    assert not saved.read(str(packed)).running


def test_a_packed_image_that_ends_early_or_is_of_no_kind(
    connection: Connection, domain: Domain, tmp_path: Path
) -> None:
    path = tmp_path / "saved"
    domain.save(str(path))
    data = bytearray(path.read_bytes())
    for number, words in ((99, "Invalid compressed save format 99"), (1, "unable to restore")):
        data[28:32] = number.to_bytes(4, "little")
        path.write_bytes(bytes(data))
        with pytest.raises(Error, match=words):
            connection.domain_restore(str(path))
        assert not domain.is_active()


@pytest.mark.parametrize("form", ["gzip", "bzip2", "xz", "zstd"])
def test_packed_by_ourselves(
    connection: Connection, tiny: TinyGuest, tmp_path: Path, form: str
) -> None:
    if shutil.which(form) is None:
        pytest.skip(f"{form} is not installed here")
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    tiny.wait_for()
    image = tmp_path / "image"
    params = TypedParams().set("file", "string", str(image)).set("image_format", "string", form)
    domain.save_params(params)
    head = image.read_bytes()[:32]
    assert int.from_bytes(head[28:32], "little") == save_forms.FORMATS.index(form)
    connection.domain_restore(str(image))
    assert tuple(domain.get_state()) == (1, 3)


def test_forms_that_cannot_be(
    connection: Connection, tiny: TinyGuest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are refused before anything is done; the guest runs on."""
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    image = tmp_path / "image"

    def refused(form: str, channels: int | None = None) -> str:
        params = TypedParams().set("file", "string", str(image))
        params.set("image_format", "string", form)
        if channels is not None:
            params.set("parallel.channels", "int", channels)
        with pytest.raises(vsh.Error) as caught:
            domain.save_params(params)
        assert not image.exists()
        assert domain.get_state().state == 1
        return caught.value.message

    assert "Invalid image_format 'zip'" in refused("zip")
    assert "cannot be less than 1" in refused("sparse", 0)
    assert "only supported with the 'sparse' save image format" in refused("raw", 2)
    assert "sparse is not supported by this QEMU binary" in refused("sparse", 2)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "Compression program for save image format" in refused("gzip")
