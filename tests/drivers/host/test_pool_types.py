"""Pools on devices and of servers: really, where this machine can, beside a real libvirtd.

What cannot be here is said where it is left out: this kernel has no device mapper (logical volumes)
and no SCSI, so those are read from a folder like sysfs, or their programs are stood in for by
scripts that note what they were called with.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import iscsi_target
import pytest
from killing import walk
from private_libvirtd import free_port

import vsh
from vsh.drivers.host.pool.partitions import Area, Partition, Table
from vsh.words.pool import StoragePoolBuild
from vsh.words.volume import StorageVolCreate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from private_libvirtd import PrivateLibvirtd

    from vsh.api.connection import Connection
    from vsh.api.pool import Pool

DISK = """\
pool-define-as k disk --source-dev {device} --target /dev
pool-dumpxml k
pool-start k
pool-build k
pool-build k
pool-build k --overwrite
pool-start k
pool-dumpxml k
pool-info k --bytes
vol-create-as k {name}p1 0
vol-create-as k {name}p1 10M
vol-create-as k {name}p2 8M --format linux-swap
vol-create-as k {name}p3 16M --format extended
vol-create-as k {name}p4 4M
vol-create-as k {name}p5 4M
vol-create-as k {name}p6 400M
vol-create-as k {name}p6 4M --format qcow2
pool-refresh k
vol-list k --details
vol-dumpxml {name}p1 k
vol-dumpxml {name}p5 k
vol-info {name}p2 k --bytes
vol-wipe {name}p3 k
vol-wipe {name}p1 k
vol-resize {name}p1 20M k
vol-clone {name}p2 {name}p6 k
vol-path {name}p1 k
vol-key {name}p1 k
vol-pool /dev/{name}p1
vol-name /dev/{name}p1
pool-info k --bytes
pool-dumpxml k
pool-delete k
pool-destroy k
pool-delete k
pool-start k
pool-undefine k
pool-create-as g disk --source-dev {device} --target /dev --source-format gpt --build
vol-create-as g {name}p1 10M
vol-list g --details
pool-dumpxml g
pool-destroy g
pool-create-as d disk --source-dev {device} --target /dev --source-format dos
pool-create-as d disk --source-dev {device} --target /dev --source-format dos --build
pool-create-as l disk --source-dev {device} --target /dev --source-format lvm2 --build --overwrite
pool-create-as s disk --source-dev {device} --target /dev --source-format sun --build --overwrite
pool-dumpxml s
pool-destroy s
pool-create-as x disk --source-dev /dev/nosuch --target /dev
pool-create-as x disk --source-dev /dev/nosuch --target /dev --build
"""

OTHERS = """\
pool-define-as sc scsi --adapter-name host77 --target /dev/disk/by-path
pool-dumpxml sc
pool-start sc
pool-build sc
pool-delete sc
pool-undefine sc
pool-define-as mp mpath --target /dev/mapper
pool-build mp
pool-start mp
vol-list mp
pool-info mp
vol-create-as mp x 1M
pool-dumpxml mp
pool-destroy mp
pool-delete mp
pool-undefine mp
pool-define-as i iscsi --source-host 127.0.0.1 --source-dev iqn.x --target /dev/disk/by-path
pool-build i
pool-delete i
pool-undefine i
pool-define-as r rbd --source-host h --source-name r
pool-define-as sd sheepdog --source-host h --source-name r
pool-define-as gl gluster --source-host h --source-name r --source-path /
pool-define-as z zfs --source-name r
pool-define-as vs vstorage --source-name r --target /tmp
find-storage-pool-sources netfs
find-storage-pool-sources-as netfs 127.0.0.1
find-storage-pool-sources iscsi
find-storage-pool-sources disk
find-storage-pool-sources zfs
find-storage-pool-sources mpath
find-storage-pool-sources nosuch
find-storage-pool-sources-as dir
find-storage-pool-sources-as fs
find-storage-pool-sources-as netfs
find-storage-pool-sources-as scsi
find-storage-pool-sources-as iscsi
find-storage-pool-sources-as vstorage
"""

LOGICAL = """\
pool-define-as vg logical --source-dev {device} --source-name {group}
pool-dumpxml vg
pool-start vg
pool-build vg
pool-build vg
pool-build vg --overwrite
find-storage-pool-sources logical
pool-start vg
pool-dumpxml vg
vol-list vg
vol-create-as vg enc 0
pool-destroy vg
pool-delete vg
find-storage-pool-sources logical
pool-undefine vg
"""


def needs(*programs: str) -> None:
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[str]:
    """A loop device of 64 MiB, gone afterwards."""
    image = tmp_path / "disk"
    with image.open("wb") as file:
        file.truncate(64 << 20)
    done = subprocess.run(
        ["losetup", "--find", "--partscan", "--show", image],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no loop device: {done.stderr.strip()}")
    yield done.stdout.strip()
    subprocess.run(["losetup", "--detach", done.stdout.strip()], check=True)


@pytest.fixture
def embedded(tmp_path: Path) -> str:
    return f"qemu:///embed?root={tmp_path / 'root'}"


@pytest.fixture
def connection(embedded: str) -> Iterator[Connection]:
    with vsh.connect(embedded) as opened:
        yield opened


def masked(text: str) -> str:
    text = re.sub(r"(<[amc]time>)[0-9.]+", r"\1T", text)
    return re.sub(r"[0-9a-f-]{36}", "UUID", text)


def compare(
    steps: str, uris: tuple[str, str], run: Callable[..., Any], between: Callable[[], None]
) -> None:
    """Each step here and there says the same and ends alike."""
    sides = []
    for uri in uris:
        done = [run("-q", "-c", uri, *step.split()) for step in steps.splitlines()]
        sides.append([(each.status, masked(f"{each.out}{each.err}")) for each in done])
        between()
    for step, here, there in zip(steps.splitlines(), *sides, strict=True):
        assert (step, here) == (step, there)


def blank(device: str) -> None:
    with open(device, "r+b") as file:
        for at in (0, 63 << 20):
            file.seek(at)
            file.write(bytes(1 << 20))


def test_partitions_are_libvirts(
    embedded: str, libvirtd: PrivateLibvirtd, run: Callable[..., Any], loop: str
) -> None:
    needs("parted", "blkid")
    steps = DISK.format(device=loop, name=Path(loop).name)
    compare(steps, (embedded, libvirtd.uri), run, lambda: blank(loop))


def test_groups_are_libvirts(
    embedded: str, libvirtd: PrivateLibvirtd, run: Callable[..., Any], loop: str
) -> None:
    """Up to the group: making a logical volume needs the kernel's device mapper."""
    needs("vgcreate", "pvcreate", "blkid")
    steps = LOGICAL.format(device=loop, group=f"vsh{os.getpid()}")
    compare(steps, (embedded, libvirtd.uri), run, lambda: blank(loop))


def test_what_is_not_here_is_refused_as_by_libvirt(
    embedded: str, libvirtd: PrivateLibvirtd, run: Callable[..., Any]
) -> None:
    compare(OTHERS, (embedded, libvirtd.uri), run, lambda: None)


@pytest.mark.parametrize("form", ["auto", "nfs", "cifs", "glusterfs"])
def test_what_mount_misses_is_said(connection: Connection, tmp_path: Path, form: str) -> None:
    program = f"mount.{form.replace('auto', 'nfs')}"
    if shutil.which(program) is not None:
        pytest.skip(f"{program} is installed here")
    pool = connection.storage_pool_define_xml(
        "<pool type='netfs'><name>n</name><source><host name='127.0.0.1'/><dir path='/x'/>"
        f"<format type='{form}'/></source><target><path>{tmp_path}/n</path></target></pool>"
    )
    pool.build()
    with pytest.raises(vsh.Error, match="unknown filesystem type") as refused:
        pool.create()
    assert refused.value.hint == f"{program} is not installed here"
    assert not pool.active


def test_capabilities_are_libvirts(connection: Connection, libvirtd: PrivateLibvirtd) -> None:
    with vsh.connect(libvirtd.uri) as there:
        theirs = there.get_storage_pool_capabilities()
    ours = connection.get_storage_pool_capabilities()
    # iscsi-direct is ours everywhere; Debian has libvirt's in a package of its own
    kind = "<pool type='iscsi-direct' supported='{}'>"
    assert ours == theirs.replace(kind.format("no"), kind.format("yes"))


def disk(connection: Connection, device: str, name: str = "k") -> Pool:
    made = connection.storage_pool_define_xml(
        f"<pool type='disk'><name>{name}</name><source><device path='{device}'/>"
        "<format type='dos'/></source><target><path>/dev</path></target></pool>"
    )
    made.build()
    made.create()
    return made


def partition(pool: Pool, name: str, size: int = 4 << 20) -> None:
    pool.vol_create_xml(f"<volume><name>{name}</name><capacity>{size}</capacity></volume>")


def test_a_partition_is_removed_and_a_wrong_name_leaves_none(
    connection: Connection, loop: str
) -> None:
    """Both unlike libvirtd 9.0.0, which fails where the device's name ends in a digit."""
    needs("parted", "blkid")
    pool, name = disk(connection, loop), Path(loop).name
    with pytest.raises(vsh.Error, match=f"invalid partition name 'wrong', expected '{name}p1'"):
        partition(pool, "wrong")
    assert pool.list_volumes() == []
    partition(pool, f"{name}p1")
    partition(pool, f"{name}p2")
    pool.vol_lookup_by_name(f"{name}p1").delete()
    assert pool.list_volumes() == [f"{name}p2"]
    assert sorted(Path("/sys/block", name).glob(f"{name}p*")) == [
        Path("/sys/block", name, f"{name}p2")
    ]
    pool.destroy()


def test_bytes_of_a_partition(connection: Connection, loop: str) -> None:
    needs("parted", "blkid")
    pool, name = disk(connection, loop), Path(loop).name
    partition(pool, f"{name}p1")
    partition(pool, f"{name}p2")
    volume = pool.vol_lookup_by_name(f"{name}p1")
    content = os.urandom(1 << 16)
    with connection.stream() as stream:
        volume.upload(stream, 4096, 0)
        stream.send(content)
    volume.wipe_pattern(0)
    with connection.stream() as stream:
        volume.download(stream, 4096, len(content))
        assert stream.receive(len(content)) == bytes(len(content))
    pool.destroy()


PARTS = [Partition(512, 1000, "normal", 1, "/dev/a1")]


@pytest.mark.parametrize(
    ("free", "size", "dos", "place"),
    [
        ([(17408, 10485760)], 1 << 20, False, (17408, 17408 + (1 << 20) - 1)),
        ([(0, 10000), (20000, 23000)], 2000, False, (20000, 21999)),  # the smallest that fits
        ([(1024, 8 << 20)], 1 << 20, True, (1024, 1305599)),
    ],
)
def test_where_a_partition_goes(
    free: list[tuple[int, int]], size: int, dos: bool, place: tuple[int, int]
) -> None:
    table = Table(255 * 2 * 512, PARTS, [Area(*each) for each in free])
    assert table.room(size, dos=dos) == place
    with pytest.raises(vsh.Error, match="no large enough free extent"):
        table.room(1 << 40, dos=dos)


KILLED = """\
import os, signal, sys
import vsh
from vsh.drivers.host.volume import work

run = work.run
def killed(command, size=0):
    told = run(command, size)
    if sys.argv[2] in command:
        os.kill(os.getpid(), signal.SIGKILL)
    return told
work.run = killed
with vsh.connect(sys.argv[1]) as connection:
    pool = connection.storage_pool_lookup_by_name("p")
    exec(sys.argv[3])
"""


def kill_at(uri: str, word: str, act: str) -> None:
    """Do something with the pool in another process, killed after a command with that word."""
    done = subprocess.run([sys.executable, "-c", KILLED, uri, word, act], check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_volume_whose_making_was_killed_is_not_there(embedded: str, tmp_path: Path) -> None:
    needs("qemu-img")
    xml = f"<pool type='dir'><name>p</name><target><path>{tmp_path}/p</path></target></pool>"
    with vsh.connect(embedded) as connection:
        pool = connection.storage_pool_define_xml(xml)
        pool.build()
        pool.create()
    volume = (
        "<volume><name>half</name><capacity>1048576</capacity>"
        "<target><format type='qcow2'/><compat>1.1</compat></target></volume>"  # nothing is asked
    )
    kill_at(embedded, "qemu-img", f"pool.vol_create_xml({volume!r})")
    assert os.listdir(tmp_path / "p") == ["half"]
    with vsh.connect(embedded) as connection:
        pool = connection.storage_pool_lookup_by_name("p")
        assert pool.list_volumes() == []
    assert os.listdir(tmp_path / "p") == []


def test_a_mount_that_was_killed_is_undone_or_done(
    embedded: str, loop: str, tmp_path: Path
) -> None:
    needs("mkfs.ext4", "blkid")
    mount = tmp_path / "mount"
    xml = (
        f"<pool type='fs'><name>p</name><source><device path='{loop}'/><format type='ext4'/>"
        f"</source><target><path>{mount}</path></target></pool>"
    )
    with vsh.connect(embedded) as connection:
        connection.storage_pool_define_xml(xml).build(StoragePoolBuild.OVERWRITE)
    try:
        kill_at(embedded, "mount", "pool.create()")
        assert os.path.ismount(mount)
        with vsh.connect(embedded) as connection:
            pool = connection.storage_pool_lookup_by_name("p")
            assert not pool.active
            assert not os.path.ismount(mount)
            pool.create()
        kill_at(embedded, "umount", "pool.destroy()")
        with vsh.connect(embedded) as connection:
            assert not connection.storage_pool_lookup_by_name("p").active
    finally:
        if os.path.ismount(mount):
            subprocess.run(["umount", mount], check=True)


def copied_on_writing(path: Path) -> bool:
    """Whether Btrfs copies a file or folder on writing (FS_IOC_GETFLAGS, FS_NOCOW_FL)."""
    flags = bytearray(8)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.ioctl(descriptor, 0x80086601, flags)
    finally:
        os.close(descriptor)
    return not int.from_bytes(flags[:4], "little") & 0x00800000


def test_blocks_are_shared_and_overwritten_on_btrfs(
    connection: Connection, loop: str, tmp_path: Path
) -> None:
    """As libvirt has it: folders of images are not copied on writing, but where one asks for it."""
    needs("mkfs.btrfs")
    mount = tmp_path / "mount"
    mount.mkdir()
    subprocess.run(["mkfs.btrfs", "-q", "-M", loop], check=True)
    subprocess.run(["mount", loop, mount], check=True)
    pool = "<pool type='dir'><name>{0}</name>{1}<target><path>{2}/{0}</path></target></pool>"
    copying = "<features><cow state='yes'/></features>"
    volume = "<volume><name>{}</name><capacity>1048576</capacity>{}</volume>"
    try:
        plain, cow = (
            connection.storage_pool_create_xml(pool.format(name, more, mount), 1)
            for name, more in (("plain", ""), ("cow", copying))
        )
        assert not copied_on_writing(mount / "plain")
        assert copied_on_writing(mount / "cow")
        first = cow.vol_create_xml(volume.format("first", ""))
        content = os.urandom(1 << 20)
        (mount / "cow/first").write_bytes(content)
        cow.vol_create_xml_from(volume.format("second", ""), first, StorageVolCreate.REFLINK)
        assert (mount / "cow/second").read_bytes() == content
        cow.vol_create_xml(volume.format("third", "<target><nocow/></target>"))
        assert copied_on_writing(mount / "cow/second")
        assert not copied_on_writing(mount / "cow/third")
        for each in (plain, cow):
            each.destroy()
    finally:
        subprocess.run(["umount", mount], check=True)


def test_a_clone_that_was_killed_shares_all_blocks_or_is_not_there(
    embedded: str, loop: str, tmp_path: Path
) -> None:
    needs("mkfs.btrfs")
    mount = tmp_path / "mount"
    mount.mkdir()
    subprocess.run(["mkfs.btrfs", "-q", "-M", loop], check=True)
    subprocess.run(["mount", loop, mount], check=True)
    volume = "<volume><name>{}</name><capacity>1048576</capacity></volume>"
    content = os.urandom(1 << 20)
    try:
        with vsh.connect(embedded) as connection:
            pool = connection.storage_pool_define_xml(
                f"<pool type='dir'><name>p</name><target><path>{mount}/p</path></target></pool>"
            )
            pool.build()
            pool.create()
            pool.vol_create_xml(volume.format("one"))
        (mount / "p/one").write_bytes(content)

        def clone(connection: Connection) -> None:
            pool = connection.storage_pool_lookup_by_name("p")
            one = pool.vol_lookup_by_name("one")
            pool.vol_create_xml_from(volume.format("two"), one, StorageVolCreate.REFLINK)

        seen = set()
        for _ in walk(embedded, clone):
            with vsh.connect(embedded) as connection:
                pool = connection.storage_pool_lookup_by_name("p")
                listed = sorted(pool.list_volumes())
                assert listed == sorted(os.listdir(mount / "p"))
                seen.add(len(listed))
                assert (mount / "p/one").read_bytes() == content
                if "two" in listed:
                    assert (mount / "p/two").read_bytes() == content
                    pool.vol_lookup_by_name("two").delete()
        assert seen == {1, 2}
        with vsh.connect(embedded) as connection:
            connection.storage_pool_lookup_by_name("p").destroy()
    finally:
        subprocess.run(["umount", mount], check=True)


def test_what_cannot_be_elsewhere(connection: Connection, tmp_path: Path) -> None:
    """On what is no Btrfs; and no file system of these can share blocks."""
    xml = "<pool type='dir'><name>p</name>{}<target><path>{}/p</path></target></pool>"
    with pytest.raises(vsh.Error, match=r"unable to control COW flag on '.*/p', not btrfs"):
        connection.storage_pool_create_xml(
            xml.format("<features><cow state='no'/></features>", tmp_path), 1
        )
    pool = connection.storage_pool_create_xml(xml.format("", tmp_path), 1)
    volume = "<volume><name>{}</name><capacity>4096</capacity>{}</volume>"
    with pytest.raises(vsh.Error, match=r"unable to control COW flag on '.*/v', not btrfs"):
        pool.vol_create_xml(volume.format("v", "<target><nocow/></target>"))
    first = pool.vol_create_xml(volume.format("first", ""))
    image = "<target><format type='qcow2'/></target>"
    with pytest.raises(
        vsh.Error, match=r"unsupported flags .0x2. in function storageBackendCreateQ"
    ):
        pool.vol_create_xml_from(volume.format("w", image), first, StorageVolCreate.REFLINK)
    assert pool.list_volumes() == ["first"]
    pool.destroy()


KILLED_LOOKING = """\
import os, signal, sys
import vsh
from vsh.drivers.host.pool.types.dir import Folder

Folder.look = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
with vsh.connect(sys.argv[1]) as connection:
    connection.storage_pool_lookup_by_name("p").create()
"""


def test_what_somebody_else_mounted_stays(embedded: str, loop: str, tmp_path: Path) -> None:
    """A start that is killed takes away what it has mounted itself, and nothing else."""
    needs("mkfs.ext4", "blkid")
    mount = tmp_path / "mount"
    xml = (
        f"<pool type='fs'><name>p</name><source><device path='{loop}'/><format type='ext4'/>"
        f"</source><target><path>{mount}</path></target></pool>"
    )
    with vsh.connect(embedded) as connection:
        connection.storage_pool_define_xml(xml).build(StoragePoolBuild.OVERWRITE)
    command = [sys.executable, "-c", KILLED_LOOKING, embedded]
    try:
        for ours in (True, False):
            if not ours:
                subprocess.run(["mount", loop, mount], check=True)
            assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
            assert os.path.ismount(mount)
            with vsh.connect(embedded) as connection:
                assert not connection.storage_pool_lookup_by_name("p").active
            assert os.path.ismount(mount) is not ours
    finally:
        if os.path.ismount(mount):
            subprocess.run(["umount", mount], check=True)


def test_a_partition_whose_making_was_killed_is_not_there(embedded: str, loop: str) -> None:
    needs("parted", "blkid")
    with vsh.connect(embedded) as connection:
        disk(connection, loop, "p")
    name = f"{Path(loop).name}p1"
    volume = f"<volume><name>{name}</name><capacity>1048576</capacity></volume>"
    kill_at(embedded, "mkpart", f"pool.vol_create_xml({volume!r})")
    assert os.path.exists(f"/sys/block/{Path(loop).name}/{name}")
    with vsh.connect(embedded) as connection:
        assert connection.storage_pool_lookup_by_name("p").list_volumes() == []
    assert not os.path.exists(f"/sys/block/{Path(loop).name}/{name}")


TOLD = {
    "zpool": "tank\\thealth\\tONLINE\\t-\\ntank\\tsize\\t1000\\t-\\n"
    "tank\\tfree\\t900\\t-\\ntank\\tallocated\\t100\\t-\\n",
    "zfs": "tank/one\\t5368709120\\t5368709120\\n",
}


@pytest.fixture
def zfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs called zfs and zpool that note their words and say what the real ones would."""
    programs, log = tmp_path / "bin", tmp_path / "log"
    programs.mkdir()
    for name, told in TOLD.items():
        file = programs / name
        file.write_text(f"#!/bin/sh\necho {name} \"$@\" >> {log}\nprintf '{told}'\n")
        file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return log


def test_zfs_by_its_programs(connection: Connection, zfs: Path) -> None:
    """No ZFS in this kernel: what the programs are called with is libvirt's, word for word."""
    pool = connection.storage_pool_define_xml(
        "<pool type='zfs'><name>z</name><source><name>tank</name><device path='/dev/x'/></source>"
        "</pool>"
    )
    assert "type='zfs' supported='yes'" in connection.get_storage_pool_capabilities()
    pool.build()
    pool.create()
    info = pool.get_info()
    assert (info.capacity, info.allocation, info.available) == (1000, 100, 900)
    volume = pool.vol_lookup_by_name("one")
    assert (volume.path, volume.key) == ("/dev/zvol/tank/one", "tank/one")
    assert volume.get_info().capacity == 5 << 30
    with pytest.raises(vsh.Error, match="cannot find newly created volume 'two'"):
        pool.vol_create_xml(
            "<volume><name>two</name><capacity>4096</capacity><allocation>1024</allocation></volume>"
        )
    volume.delete()
    pool.destroy()
    pool.delete()
    assert zfs.read_text().splitlines() == [
        "zpool create tank /dev/x",
        "zpool get -Hp health,size,free,allocated tank",
        "zfs list -Hp -t volume -r -o name,volsize,refreservation tank",
        "zfs get",
        "zfs create -s -o refreservation=1K -V 4K tank/two",
        "zfs list -Hp -t volume -r -o name,volsize,refreservation tank",
        "zfs destroy tank/one",
        "zpool destroy tank",
    ]


@pytest.fixture
def target(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A real iSCSI target with a disk of 1 MiB for who knows the password: its port, the image."""
    needs("tgtd", "tgtadm")
    image = tmp_path / "unit"
    image.write_bytes(b"content!" * (1 << 17))
    with iscsi_target.serving(image, "fred", "a secret 12") as port:
        yield port, image


def test_disks_of_a_target(connection: Connection, target: tuple[int, Path]) -> None:
    port, image = target
    found = connection.find_storage_pool_sources(
        "iscsi-direct",
        f"<source><host name='127.0.0.1' port='{port}'/>"
        "<initiator><iqn name='iqn.2026-11.test:us'/></initiator></source>",
    )
    assert f"<device path='{iscsi_target.NAME}'/>" in found
    secret = connection.secret_define_xml(
        "<secret ephemeral='yes'><usage type='iscsi'><target>t</target></usage></secret>"
    )
    xml = (
        f"<pool type='iscsi-direct'><name>i</name><source><host name='127.0.0.1' port='{port}'/>"
        f"<device path='{iscsi_target.NAME}'/>"
        "<initiator><iqn name='iqn.2026-11.test:us'/></initiator>"
        "<auth type='chap' username='fred'><secret usage='t'/></auth></source></pool>"
    )
    pool = connection.storage_pool_define_xml(xml)
    secret.set_value(b"wrong")
    with pytest.raises(vsh.Error, match="Failed to login"):
        pool.create()
    secret.set_value(b"a secret 12")
    pool.create()
    assert pool.get_info().capacity == 1 << 20
    volume = pool.vol_lookup_by_name("unit:0:0:1")
    assert volume.path == volume.key == f"ip-127.0.0.1:{port}-iscsi-{iscsi_target.NAME}-lun-1"
    assert volume.get_info().capacity == 1 << 20
    with pytest.raises(vsh.Error, match="unsupported algorithm 1"):
        volume.wipe_pattern(1)
    with pytest.raises(vsh.Error, match="does not support volume creation"):
        partition(pool, "x")
    volume.wipe()
    assert image.read_bytes() == bytes(1 << 20)
    pool.destroy()


def test_no_target_is_said(connection: Connection) -> None:
    source = (
        f"<source><host name='127.0.0.1' port='{free_port()}'/>"
        "<initiator><iqn name='iqn.x'/></initiator></source>"
    )
    with pytest.raises(vsh.Error, match="Failed to connect: Connection refused"):
        connection.find_storage_pool_sources("iscsi-direct", source)


# ---- virtual ports of Fibre Channel, on a folder like sysfs: there is no such adapter here

NPIV = (
    "<pool type='scsi'><name>v</name><source><adapter type='fc_host' {} wwnn='20000000c9831b4b' "
    "wwpn='10000000c9831b4b'/></source><target><path>/dev/disk/by-path</path></target></pool>"
)


@pytest.fixture
def fibre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An adapter, host5, whose kernel makes host6 where it is told to."""
    system, over = tmp_path / "sys", threading.Event()
    parent = system / "class/fc_host/host5"
    parent.mkdir(parents=True)
    for name in ("host5", "host6"):
        (system / "class/scsi_host" / name).mkdir(parents=True)
    (system / "bus/scsi/devices").mkdir(parents=True)
    for name, word in (("node_name", "0x2001001b32a9da4e"), ("port_name", "0x2101001b32a9da4e")):
        (parent / name).write_text(word)
    (parent / "vport_create").touch()

    def make_when_told() -> None:
        while not over.wait(0.01):
            if (parent / "vport_create").read_text() == "10000000c9831b4b:20000000c9831b4b":
                made = system / "class/fc_host/host6"
                made.mkdir()
                (made / "port_name").write_text("0x10000000c9831b4b\n")
                (made / "node_name").write_text("0x20000000c9831b4b\n")
                return

    thread = threading.Thread(target=make_when_told)
    thread.start()
    monkeypatch.setattr("vsh.drivers.host.pool.types.scsi.Devices.system", str(system))
    yield parent
    over.set()
    thread.join()


@pytest.mark.parametrize(
    "parent",
    ["", "parent='scsi_host5'", "parent_wwnn='2001001b32a9da4e' parent_wwpn='2101001b32a9da4e'"],
)
def test_a_virtual_port_is_made_and_removed(
    connection: Connection, fibre: Path, parent: str
) -> None:
    pool = connection.storage_pool_create_xml(NPIV.format(f"{parent} managed='yes'"))
    assert pool.list_volumes() == []
    assert (fibre.parents[1] / "scsi_host/host6/scan").read_text() == "- - -"
    pool.destroy()
    assert (fibre / "vport_delete").read_text() == "10000000c9831b4b:20000000c9831b4b"


@pytest.mark.parametrize(
    ("parent", "text"),
    [
        ("parent='host9'", "parent 'host9' specified for vHBA does not exist"),
        ("parent_fabric_wwn='2001001b32a9da4e'", "cannot find parent using provided fabric_wwn"),
        (
            "parent_wwnn='2001001b32a9da4f' parent_wwpn='2101001b32a9da4e'",
            "cannot find parent using provided wwnn/wwpn",
        ),
    ],
)
def test_a_virtual_port_needs_an_adapter(
    connection: Connection, fibre: Path, parent: str, text: str
) -> None:
    with pytest.raises(vsh.Error, match=text):
        connection.storage_pool_create_xml(NPIV.format(parent))
