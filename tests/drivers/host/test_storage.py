"""Pools and volumes of this machine: each step here and by a real libvirtd, in like folders.

What is said, the exit status and the documents have to be equal; times of files and the free space
of the file system are not.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import vsh
from vsh.drivers.host.volume import work
from vsh.drivers.host.volume.content import Content
from vsh.image.probe import HEAD, probe
from vsh.words.pool import StoragePoolBuild
from vsh.words.volume import StorageVolDownload, StorageVolUpload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from private_libvirtd import PrivateLibvirtd

    from vsh.api.connection import Connection
    from vsh.api.pool import Pool
    from vsh.api.volume import Volume

STEPS = """\
pool-define-as p dir --target {pool}
pool-start p
pool-build p
pool-start p
pool-start p
pool-autostart p
pool-list --all --type dir
pool-list --inactive --name
pool-dumpxml p --inactive
vol-create-as p a.raw 10M
vol-create-as p sparse.raw 10M --allocation 0
vol-create-as p a.raw 10M
vol-create-as p b.qcow2 1G --format qcow2
vol-create-as p c.qcow2 1G --format qcow2 --backing-vol b.qcow2 --backing-vol-format qcow2
vol-create-as p d.vmdk 1G --format vmdk
vol-create-as p e.vdi 1G --format vdi
vol-create-as p f.qcow2 1G --format qcow2 --prealloc-metadata
vol-create-as p g 1G --format dir
vol-create-as p h.raw 1G --prealloc-metadata
vol-create-as p bad/name 1G
vol-create-as p nosuch 1G --format nosuch
pool-refresh p
vol-list p
vol-list p --details
vol-dumpxml a.raw p
vol-dumpxml b.qcow2 p
vol-dumpxml c.qcow2 p
vol-dumpxml d.vmdk p
vol-dumpxml e.vdi p
vol-dumpxml g p
vol-dumpxml old.qcow2 p
vol-dumpxml luks.img p
vol-dumpxml features.qcow2 p
vol-dumpxml far.qcow2 p
vol-dumpxml unknown p
vol-info a.raw p
vol-info b.qcow2 p --physical --bytes
vol-clone b.qcow2 clone.qcow2 p
vol-clone a.raw clone.raw p
vol-clone a.raw clone.raw p
vol-info clone.raw p --bytes
vol-resize sparse.raw 20M p
vol-resize sparse.raw 1M p
vol-resize sparse.raw 5M p --shrink
vol-resize sparse.raw 1M p --delta
vol-resize b.qcow2 2G p
vol-resize b.qcow2 3G p --allocate
vol-info sparse.raw p --bytes
vol-info b.qcow2 p
vol-wipe a.raw p
vol-wipe a.raw p --algorithm nosuch
vol-wipe g p
vol-path a.raw p
vol-key a.raw --pool p
vol-name {pool}/a.raw
vol-pool {pool}/a.raw
vol-pool {pool}/none
vol-info a.raw
vol-delete a.raw p
vol-delete a.raw p
vol-delete full p
vol-delete g p
pool-undefine p
pool-define-as other dir --target {pool}
pool-define-as q nosuch --target {pool}
pool-define-as q dir
pool-define-as m dir --target {pool}/none/here
pool-start m
pool-create-as t dir --target {pool}/transient
pool-create-as t dir --target {pool}/transient --build
pool-list --all --persistent
pool-list --all --transient
pool-autostart t
pool-destroy t
pool-info t
pool-destroy p
pool-destroy p
vol-list p
pool-refresh p
pool-delete p
pool-autostart p --disable
pool-undefine p
pool-info p
"""


def folder(path: Path) -> Path:
    """What a pool finds in its folder: images made by others, and what is none."""
    pool = path / "pool"
    pool.mkdir(parents=True)
    make = ["qemu-img", "create", "-q", "-f"]
    subprocess.run([*make, "qcow2", "-o", "compat=0.10", pool / "old.qcow2", "3M"], check=True)
    options = "lazy_refcounts=on,extended_l2=on,cluster_size=128k"
    subprocess.run([*make, "qcow2", "-o", options, pool / "features.qcow2", "3M"], check=True)
    # what is looked at of LUKS: magic, version, and where the payload begins (qemu-img needs long)
    luks = b"LUKS\xba\xbe\x00\x01".ljust(104, b"\0") + (8).to_bytes(4, "big")
    (pool / "luks.img").write_bytes(luks.ljust(1 << 20, b"\0"))
    far = ["-u", "-b", "nbd://127.0.0.1:1/x", "-F", "raw"]
    subprocess.run([*make, "qcow2", *far, pool / "far.qcow2", "3M"], check=True)
    (pool / "empty").touch()
    (pool / "full").mkdir()
    (pool / "full/file").touch()
    (pool / "nowhere").symlink_to("none")
    (pool / "link.raw").symlink_to("empty")
    os.mkfifo(pool / "fifo")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(f"{pool}/socket")
    return pool


def masked(text: str, path: str) -> str:
    text = text.replace(path, "POOLS")
    text = re.sub(r"(<[amc]time>)[0-9.]+", r"\1T", text)
    text = re.sub(r"[0-9a-f-]{36}", "UUID", text)
    return re.sub(r"(<(?:allocation|available|capacity) unit='bytes'>)\d{11,}", r"\1N", text)


@pytest.fixture
def embedded(tmp_path: Path) -> str:
    """The URI of a root below the test's folder."""
    if shutil.which("qemu-img") is None:
        pytest.skip("no qemu-img here")
    return f"qemu:///embed?root={tmp_path / 'root'}"


@pytest.fixture
def connection(embedded: str) -> Iterator[Connection]:
    """An open connection to the root."""
    with vsh.connect(embedded) as opened:
        yield opened


@pytest.fixture
def pool(connection: Connection, tmp_path: Path) -> Pool:
    """A running pool with an empty folder."""
    xml = f"<pool type='dir'><name>p</name><target><path>{tmp_path}/p</path></target></pool>"
    made = connection.storage_pool_define_xml(xml)
    made.build()
    made.create()
    return made


def test_every_step_is_libvirts(
    embedded: str, libvirtd: PrivateLibvirtd, run: Callable[..., Any], tmp_path: Path
) -> None:
    sides = {}
    for name, uri in (("here", embedded), ("there", libvirtd.uri)):
        path = folder(tmp_path / name)
        sides[name] = []
        for step in STEPS.format(pool=path).splitlines():
            done = run("-q", "-c", uri, *step.split())
            said = masked(f"{done.out}{done.err}", str(path))
            sides[name].append((masked(step, str(path)), done.status, said))
    different = [
        pair for pair in zip(sides["here"], sides["there"], strict=True) if pair[0] != pair[1]
    ]
    for pair in different:
        print(*pair, sep="\n")
    assert not different


def test_a_folder_is_not_copied_into_an_empty_file(pool: Pool) -> None:
    """What libvirt does: the copy is an empty file, and nothing is said."""
    xml = (
        "<volume><name>{}</name><capacity>0</capacity>"
        "<target><format type='dir'/></target></volume>"
    )
    made = pool.vol_create_xml(xml.format("one"))
    with pytest.raises(vsh.Error, match="cannot copy from volume to a directory volume"):
        pool.vol_create_xml_from(xml.format("two"), made)
    assert [volume.name for volume in pool.list_all_volumes()] == ["one"]


def raw(pool: Pool, name: str, size: int, allocation: int = 0) -> Volume:
    return pool.vol_create_xml(
        f"<volume><name>{name}</name><capacity>{size}</capacity>"
        f"<allocation>{allocation}</allocation></volume>"
    )


def test_bytes_go_in_and_out(connection: Connection, pool: Pool) -> None:
    volume = raw(pool, "a", 3 << 20)
    content = os.urandom(1 << 20)
    with connection.stream() as stream:
        volume.upload(stream, 1 << 20, 0)
        assert stream.send(content) == len(content)
    with connection.stream() as stream:
        volume.download(stream, (1 << 20) - 10, 30)
        found = b""
        while part := stream.receive(7):
            found += part
    assert found == bytes(10) + content[:20]
    with connection.stream() as stream:
        volume.upload(stream, 0, 5)
        with pytest.raises(vsh.Error, match="No space left on device"):
            stream.send(b"longer")
    with connection.stream() as stream:
        volume.download(stream, 1 << 30, 0)  # beyond the end there is nothing
        assert stream.receive(7) == b""
    with pytest.raises(vsh.Error, match="Unable to seek"):
        volume.download(connection.stream(), 1 << 63, 0)


def test_holes_go_in_and_out(connection: Connection, pool: Pool) -> None:
    volume, other = raw(pool, "a", 8 << 20), raw(pool, "b", 1 << 20, 1 << 20)
    content = os.urandom(1 << 20)
    with connection.stream() as stream:
        volume.upload(stream, 4 << 20, 0)
        stream.send(content)
    parts = []
    with connection.stream() as there, connection.stream() as back:
        volume.download(there, 0, 0, StorageVolDownload.SPARSE_STREAM)
        other.upload(back, 0, 0, StorageVolUpload.SPARSE_STREAM)
        while (part := there.receive(1 << 19)) or (hole := there.receive_hole()):
            if part:
                back.send(part)
            else:
                back.send_hole(hole)
            parts.append(len(part) or -hole)
    assert parts == [-(4 << 20), 1 << 19, 1 << 19, -(3 << 20)]
    assert Path(volume.path).read_bytes() == Path(other.path).read_bytes()
    assert other.allocation <= (1 << 20) + (1 << 20)


def test_a_file_ends_with_the_last_hole(connection: Connection, pool: Pool) -> None:
    """As libvirt has it (libvirt-tck's storage/422): the volume becomes as large as what came."""
    volume = raw(pool, "a", 8 << 20)
    old = os.urandom(8 << 20)
    Path(volume.path).write_bytes(old)
    with connection.stream() as stream:
        volume.upload(stream, 1 << 20, 0, StorageVolUpload.SPARSE_STREAM)
        stream.send(b"new")
        stream.send_hole(1 << 20)
    assert Path(volume.path).read_bytes() == old[: 1 << 20] + b"new" + bytes(1 << 20)
    with connection.stream() as stream:
        volume.upload(stream, 0, 0, StorageVolUpload.SPARSE_STREAM)
        stream.send(b"over")
    assert Path(volume.path).read_bytes()[:8] == b"over" + old[4:8]  # no hole, nothing is cut


def test_a_hole_ends_where_the_upload_does(connection: Connection, pool: Pool) -> None:
    volume = raw(pool, "a", 8 << 20)
    with connection.stream() as stream:
        volume.upload(stream, 1 << 20, 1 << 20, StorageVolUpload.SPARSE_STREAM)
        stream.send(b"new")
        stream.send_hole(4 << 20)
    assert Path(volume.path).read_bytes() == bytes(1 << 20) + b"new" + bytes((1 << 20) - 3)


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("losetup") is None, reason="loop devices need root"
)
def test_a_hole_in_a_device_is_zeros(tmp_path: Path) -> None:
    file = tmp_path / "device"
    file.write_bytes(b"x" * (4 << 20))
    command = ["losetup", "--find", "--show", str(file)]
    device = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    try:
        content = Content(device, 1 << 20, 0, write=True, sparse=True)
        content.send_hole((2 << 20) + 5)
        content.send(b"y")
        content.finish()
        found = Path(device).read_bytes()
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)
    middle = bytes((2 << 20) + 5) + b"y"
    assert found == b"x" * (1 << 20) + middle + b"x" * ((1 << 20) - 6)


@pytest.mark.parametrize(
    ("said", "features", "form"),
    [
        ("qemu-img version 7.2.22 (Debian 1:7.2+dfsg-7)", "", "0.10"),
        ("qemu-img version 7.2.22", "<features><lazy_refcounts/></features>", "1.1"),
        ("qemu-img version 8.0.5", "", "0.10"),
        ("qemu-img version 8.1.0", "", "1.1"),
        ("qemu-img version 11.1.3", "", "1.1"),
    ],
)
def test_the_form_of_images_goes_by_the_version(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, said: str, features: str, form: str
) -> None:
    """libvirt 9.0.0, of QEMU 7.2's day, makes qcow2 images of 0.10, 12.8.0 of 1.1."""
    real = work.run
    monkeypatch.setattr(
        work, "run", lambda words, size=0: said if "--version" in words else real(words, size)
    )
    work.version.cache_clear()
    try:
        volume = pool.vol_create_xml(
            "<volume><name>i</name><capacity>1048576</capacity><target><format type='qcow2'/>"
            f"{features}</target></volume>"
        )
    finally:
        work.version.cache_clear()
    pool.refresh()
    assert (f"<compat>{form}</compat>" in volume.get_xml_desc()) == (form == "1.1")
    head = Path(volume.path).read_bytes()[:8]
    assert head == b"QFI\xfb" + (3 if form == "1.1" else 2).to_bytes(4, "big")


def test_a_clone_has_the_content_and_keeps_holes(pool: Pool) -> None:
    volume = raw(pool, "a", 4 << 20)
    with open(volume.path, "r+b") as file:
        file.seek(3 << 20)
        file.write(b"content")
    xml = "<volume><name>b</name><capacity>0</capacity><allocation>0</allocation></volume>"
    clone = pool.vol_create_xml_from(xml, volume)
    assert Path(clone.path).read_bytes() == Path(volume.path).read_bytes()
    assert clone.allocation <= 1 << 20


def test_a_volume_that_cannot_be_made_leaves_nothing(pool: Pool, tmp_path: Path) -> None:
    xml = (
        "<volume><name>a</name><capacity>1</capacity><target><format type='qcow2'/></target>"
        f"<backingStore><path>{tmp_path}/none</path><format type='raw'/></backingStore></volume>"
    )
    before = pool.get_info()
    with pytest.raises(vsh.Error, match="none"):
        pool.vol_create_xml(xml)
    with pytest.raises(vsh.Error, match="File too large"):
        raw(pool, "b", 1 << 62, 1 << 62)
    assert os.listdir(tmp_path / "p") == []
    assert pool.list_all_volumes() == []
    assert pool.get_info() == before


def test_pools_are_there_again(embedded: str, pool: Pool, tmp_path: Path) -> None:
    raw(pool, "a", 1 << 20)
    pool.set_autostart(1)
    pool.connection.close()
    with vsh.connect(embedded) as again:
        found = again.storage_pool_lookup_by_name("p")
        assert (found.is_active(), found.get_autostart()) == (1, 1)
        assert [volume.name for volume in found.list_all_volumes()] == ["a"]
        assert (
            found.get_info().capacity
            == os.statvfs(tmp_path).f_frsize * os.statvfs(tmp_path).f_blocks
        )
    shutil.rmtree(tmp_path / "p")
    with vsh.connect(embedded) as again:
        assert again.storage_pool_lookup_by_name("p").is_active() == 0


def test_events_of_a_pool(connection: Connection, pool: Pool) -> None:
    with connection.watch("lifecycle", "refresh", family="pool") as events:
        pool.refresh()
        pool.destroy()
        pool.undefine()
        seen = [
            (event.word, getattr(event, "event", None))
            for _, event in zip(range(3), events, strict=False)
        ]
    assert seen == [("refresh", None), ("lifecycle", 3), ("lifecycle", 1)]


@pytest.mark.parametrize("size", [0, 1, 3, 8, 40, 72, 100, 104, 512, 4096])
def test_no_header_is_too_short_or_too_odd(size: int) -> None:
    """A damaged or hostile image is something, never an error."""
    for magic in (
        b"QFI\xfb\0\0\0\2",
        b"QFI\xfb\0\0\0\3",
        b"QFI\xfb\0\0\0\1",
        b"QED\0",
        b"KDMV\1\0\0\0",
        b"LUKS\xba\xbe\0\1",
        b"OOOM\0\0\0\2",
    ):
        for filling in (b"\0", b"\xff", b"\1"):
            head = (magic + filling * HEAD)[:size]
            assert probe(head).format


def test_a_file_system_is_made_mounted_and_unmounted(
    connection: Connection, tmp_path: Path
) -> None:
    """On a loop device, where this machine has them."""
    image = tmp_path / "disk"
    with image.open("wb") as file:
        file.truncate(16 << 20)
    loop = subprocess.run(
        ["losetup", "--find", "--show", image], capture_output=True, text=True, check=False
    )
    if loop.returncode:
        pytest.skip(f"no loop device: {loop.stderr.strip()}")
    device = loop.stdout.strip()
    xml = (
        f"<pool type='fs'><name>f</name><source><device path='{device}'/><format type='ext4'/>"
        f"</source><target><path>{tmp_path}/mount</path></target></pool>"
    )
    try:
        made = connection.storage_pool_define_xml(xml)
        made.build(StoragePoolBuild.NO_OVERWRITE)
        with pytest.raises(vsh.Error, match="already formatted using 'ext4'"):
            made.build(StoragePoolBuild.NO_OVERWRITE)
        made.build(StoragePoolBuild.OVERWRITE)
        made.create()
        try:
            raw(made, "a", 1 << 20)
            names = sorted(volume.name for volume in made.list_all_volumes())
            assert names == ["a", "lost+found"]
            assert os.path.ismount(tmp_path / "mount")
            assert made.get_info().capacity < 16 << 20
        finally:
            made.destroy()
        assert os.listdir(tmp_path / "mount") == []
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def test_what_others_write_to_a_volume_is_seen(pool: Pool, tmp_path: Path) -> None:
    """Its header is read again where it was written to, and only there."""
    raw(pool, "a", 1 << 20)
    pool.refresh()
    volume = pool.vol_lookup_by_name("a")
    assert volume.get_info().capacity == volume.get_info().capacity == 1 << 20
    os.truncate(tmp_path / "p/a", 2 << 20)
    assert volume.get_info().capacity == 2 << 20
    os.unlink(tmp_path / "p/a")
    with pytest.raises(vsh.Error, match="no storage vol with matching path"):
        volume.get_info()
