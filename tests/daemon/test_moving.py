"""Moving in and out: what a real libvirtd has written, and what one takes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from private_libvirtd import PrivateLibvirtd, obstacle
from tiny_guest import TinyGuest

import vsh
from vsh.words.domain.state import DomainRunningReason

if TYPE_CHECKING:
    from collections.abc import Iterator

VSHD = Path(sys.executable).with_name("vshd")
POOL = "<pool type='dir'><name>images</name><target><path>{}</path></target></pool>"


@pytest.fixture(scope="module")
def libvirtd() -> Iterator[PrivateLibvirtd]:
    """A daemon of libvirt's of the module's own: it is killed and started."""
    reason = obstacle()
    if reason is not None:
        pytest.skip(reason)
    with PrivateLibvirtd() as daemon:
        yield daemon


def prefix(daemon: PrivateLibvirtd, folder: Path) -> Path:
    """The daemon's folders as those of another machine's disk."""
    for place, own in (("etc", "etc"), ("var/lib", "lib"), ("run", "run/libvirt")):
        (folder / place).mkdir(parents=True)
        (folder / place / "libvirt").symlink_to(daemon.folder / own)
    return folder


def moved(*words: str | Path, root: Path) -> subprocess.CompletedProcess[str]:
    command = [VSHD, "--root", root, *words]
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=60,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for part in ("etc", "lib")
        for file in (folder / part).rglob("*")
        if file.is_file() and file.suffix in (".xml", ".base64", ".save")
    }


def test_there_and_back(libvirtd: PrivateLibvirtd, tmp_path: Path) -> None:
    """In from a libvirtd, and out into the folders of another: the same documents by both."""
    (tmp_path / "a").mkdir()
    guest = TinyGuest(tmp_path / "a", "moves")
    other = TinyGuest(tmp_path, "rests")
    virsh = libvirtd.virsh
    for each in (guest, other):
        virsh("define", str(each.file))
    virsh("autostart", "moves")
    virsh("snapshot-create-as", "moves", "s1")
    virsh("snapshot-create-as", "moves", "s2")
    virsh("snapshot-create-as", "moves", "s3")
    virsh("snapshot-revert", "moves", "s2")
    pool = tmp_path / "pool.xml"
    pool.write_text(POOL.format(tmp_path / "a"))
    virsh("pool-define", str(pool))
    virsh("pool-autostart", "images")
    virsh("start", "rests")
    before = files(libvirtd.folder)
    root, place = tmp_path / "root", prefix(libvirtd, tmp_path / "disk")

    plan = moved("--adopt", "--libvirt", place, root=root)
    assert plan.returncode == 1
    assert "nothing was done: say --yes" in plan.stdout
    assert "note: rests runs under libvirt (process " in plan.stdout
    assert "snapshots   moves                    redefine 3, current is s2: " in plan.stdout

    done = moved("--adopt", "--yes", "--libvirt", place, root=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("4 of 4 done\n")
    assert files(libvirtd.folder) == before
    again = moved("--adopt", "--yes", "--libvirt", place, root=root)
    assert again.returncode == 0
    assert "domain moves: there already: left as it is" in again.stdout
    assert "snapshots moves: 0 redefined, 3 there already" in again.stdout

    wanted = {
        name: virsh("snapshot-dumpxml", "--security-info", "moves", name)
        for name in ("s1", "s2", "s3")
    }
    with vsh.connect(f"qemu:///embed?root={root}") as connection:
        domain = connection.domains["moves"]
        assert domain.get_autostart() == 1
        assert domain.get_xml_desc(3).strip() == virsh("dumpxml", "moves").strip()
        assert connection.pools["images"].get_autostart() == 1
        assert domain.snapshots.current is not None
        assert domain.snapshots.current.name == "s2"
        for name, text in wanted.items():
            assert domain.snapshots[name].get_xml_desc(1).strip() == text.strip()

    out = moved("--export", "--yes", "--libvirt", tmp_path / "new", root=root)
    assert (out.returncode, out.stderr) == (0, "")
    virsh("destroy", "rests")
    for name in wanted:
        virsh("snapshot-delete", "moves", name, "--metadata")
    for name in ("moves", "rests"):
        virsh("undefine", name)
    libvirtd.kill(signal.SIGTERM)
    new = tmp_path / "new"
    subprocess.run(["cp", "-a", f"{new}/etc/libvirt/.", libvirtd.folder / "etc"], check=True)
    subprocess.run(["cp", "-a", f"{new}/var/lib/libvirt/.", libvirtd.folder / "lib"], check=True)
    libvirtd.start()
    assert virsh("list", "--all", "--name").split() == ["moves", "rests"]
    assert virsh("snapshot-current", "moves", "--name").strip() == "s2"
    for name, text in wanted.items():
        assert virsh("snapshot-dumpxml", "--security-info", "moves", name) == text
    assert "enable" in virsh("dominfo", "moves")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A file that is there with another text stays; the rest goes, and the status says so."""
    root = tmp_path / "root"
    guest = TinyGuest(tmp_path, "one")
    with vsh.connect(f"qemu:///embed?root={root}") as connection:
        connection.domain_define_xml(guest.file.read_text())
        connection.storage_pool_define_xml(POOL.format(tmp_path))
    there = tmp_path / "disk" / "etc" / "libvirt" / "qemu" / "one.xml"
    there.parent.mkdir(parents=True)
    there.write_text("<domain/>")
    done = moved("--export", "--yes", "--libvirt", tmp_path / "disk", root=root)
    assert done.returncode == 1
    assert f"vshd: error: domain one: Requested operation is not valid: {there} is there" in (
        done.stderr
    )
    assert there.read_text() == "<domain/>"
    assert os.listdir(there.parent) == ["one.xml"]
    assert (tmp_path / "disk/etc/libvirt/storage/images.xml").stat().st_mode & 0o777 == 0o600


def test_saved_guests_and_snapshots_there_and_back(tmp_path: Path) -> None:
    """A saved guest goes on from a copy; a broken snapshot keeps no other from coming."""
    guest, there = TinyGuest(tmp_path, "saved"), tmp_path / "disk"
    one, two = tmp_path / "one", tmp_path / "two"
    with vsh.connect(f"qemu:///embed?root={one}") as connection:
        domain = connection.domain_define_xml(guest.xml)
        domain.snapshots.create("first")
        domain.snapshots.create("second")
        domain.create()
        domain.managed_save()
    done = moved("--export", "--yes", "--libvirt", there, root=one)
    assert (done.returncode, done.stderr) == (0, "")
    assert "saved state saved: copied\n" in done.stdout
    lib = there / "var" / "lib" / "libvirt" / "qemu"
    assert (lib / "save" / "saved.save").stat().st_mode & 0o777 == 0o600
    (lib / "snapshot" / "saved" / "bad.xml").write_text("<domainsnapshot>")
    done = moved("--adopt", "--yes", "--libvirt", there, root=two)
    assert "vshd: error: snapshot saved/bad: at line 1: Premature end" in done.stderr
    assert "snapshots saved: 2 redefined\nsaved state saved: copied\n" in done.stdout
    with vsh.connect(f"qemu:///embed?root={two}") as connection:
        domain = connection.domains["saved"]
        assert domain.snapshots.names() == ["first", "second"]
        domain.create()
        assert domain.get_state().reason == DomainRunningReason.RESTORED
        domain.destroy()
    (lib / "save" / "saved.save").write_text("another")
    done = moved("--export", "--yes", "--libvirt", there, root=one)
    assert "saved.save is there already, with another guest" in done.stderr


def test_secrets_without_a_value_to_tell(tmp_path: Path) -> None:
    """They go without one, and the plan says so; the others go with theirs."""
    root = tmp_path / "root"
    uuids = [f"22222222-1111-1111-1111-11111111111{digit}" for digit in "123"]
    with vsh.connect(f"qemu:///embed?root={root}") as connection:
        for uuid, private in zip(uuids, ("no", "yes", "no"), strict=True):
            text = f"<secret ephemeral='no' private='{private}'><uuid>{uuid}</uuid></secret>"
            secret = connection.secret_define_xml(text)
            if uuid != uuids[0]:
                secret.set_value(b"hush")
    done = moved("--export", "--yes", "--libvirt", tmp_path / "disk", root=root)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "disk/etc/libvirt/secrets"
    assert [uuid for uuid in uuids if (folder / f"{uuid}.base64").exists()] == uuids[2:]
    assert (folder / f"{uuids[2]}.base64").read_text() == "aHVzaA=="
    assert done.stdout.count("without its value, which is private or not set") == 2


def test_hostile_folders(tmp_path: Path) -> None:
    """Names with escapes, links to files of this machine, files without end, values that are none,
    a file with another guest's document: each is refused by name, and what is good comes."""
    folder = tmp_path / "disk" / "etc" / "libvirt" / "qemu"
    folder.mkdir(parents=True)
    private = tmp_path / "private"
    private.write_text("root:hush")
    text = TinyGuest(tmp_path, "good").file.read_text()
    (folder / "good.xml").write_text(text)
    (folder / "zz.xml").write_text(text.replace("</name>", "</name><title>not this</title>"))
    (folder / "es\x1b[31m\u009b\nc.xml").write_text("<")
    (folder / "link.xml").symlink_to(private)
    (folder / "nowhere.xml").symlink_to("/nowhere")
    os.mkfifo(folder / "pipe.xml")
    with (folder / "sparse.xml").open("wb") as file:
        file.truncate(1 << 40)
    secrets = folder.parent / "secrets"
    secrets.mkdir()
    uuid = "22222222-1111-1111-1111-111111111115"
    (secrets / f"{uuid}.xml").write_text(f"<secret><uuid>{uuid}</uuid></secret>")
    (secrets / f"{uuid}.base64").write_bytes(b"garbage!! \xff")
    for _ in "twice":
        done = moved("--adopt", "--yes", "--libvirt", tmp_path / "disk", root=tmp_path / "root")
        assert done.returncode == 1
        assert done.stdout.endswith("1 of 6 done\n")
        said = done.stdout + done.stderr
        assert not [word for word in ("\x1b", "\x9b", "hush", "Traceback") if word in said]
        for name, reason in (
            (f"secret {uuid}", "no value in base64"),
            ("domain link", "is a link, and not followed"),
            ("domain sparse", "larger than any document may be"),
            ("domain zz", "is called otherwise than the domain in it, 'good'"),
        ):
            [line] = [line for line in done.stderr.splitlines() if f" {name}: " in line]
            assert reason in line
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as connection:
        assert [each.name for each in connection.list_all_domains()] == ["good"]
        assert "not this" not in connection.domain_lookup_by_name("good").get_xml_desc(0)
        assert connection.list_all_secrets() == []


def test_a_document_that_is_none(tmp_path: Path) -> None:
    """One bad file does not keep the others from coming."""
    folder = tmp_path / "disk" / "etc" / "libvirt" / "qemu"
    folder.mkdir(parents=True)
    (folder / "bad.xml").write_text("<domain type='qemu'>")
    (folder / "good.xml").write_text(TinyGuest(tmp_path, "good").file.read_text())
    done = moved("--adopt", "--yes", "--libvirt", tmp_path / "disk", root=tmp_path / "root")
    assert done.returncode == 1
    assert "vshd: error: domain bad: " in done.stderr
    assert done.stdout.endswith("1 of 2 done\n")
