"""Pools of type rbd, by stand-ins for Ceph's programs (see there what they are like)."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.words.volume import StorageVolCreate, StorageVolDelete, StorageVolWipeAlgorithm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.connection import Connection
    from vsh.api.pool import Pool

SECRET = "0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f"
POOL = f"""\
<pool type='rbd' xmlns:rbd='http://libvirt.org/schemas/storagepool/rbd/1.0'>
  <name>r</name>
  <source>
    <name>vms</name><host name='ceph1' port='6789'/><host name='fe80::1' port='6789'/>
    <host name='ceph3'/>
    <auth username='vsh' type='ceph'><secret uuid='{SECRET}'/></auth>
  </source>
  <refresh><volume allocation='default'/></refresh>
  <rbd:config_opts><rbd:option name='client_mount_timeout' value='45'/></rbd:config_opts>
</pool>
"""
MIB = 1 << 20


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the stand-ins."""
    folder = tmp_path / "bin"
    folder.mkdir()
    original = Path(__file__).parents[2] / "support" / "ceph_programs.py"
    for name in ("rbd", "rados"):
        text = original.read_text().partition('"""\n')[2]
        (folder / name).write_text(f"#!{sys.executable} -IS\n{text}")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


@pytest.fixture
def connection(tmp_path: Path, programs: Path) -> Iterator[Connection]:
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as opened:
        made = opened.secret_define_xml(
            f"<secret><uuid>{SECRET}</uuid><usage type='ceph'><name>c</name></usage></secret>"
        )
        made.set_value(b"the key")
        yield opened


@pytest.fixture
def pool(connection: Connection) -> Pool:
    return connection.storage_pool_create_xml(POOL)


def volume(pool: Pool, name: str, more: str = "", flags: int = 0) -> vsh.Volume:
    size = f"<capacity unit='MiB'>{'0' if more == '<empty/>' else '5'}</capacity>"
    return pool.vol_create_xml(f"<volume><name>{name}</name>{size}{more}</volume>", flags)


def calls(programs: Path) -> list[list[str]]:
    return [json.loads(line) for line in (programs / "calls").read_text().splitlines()]


def test_what_a_program_is_told_of_the_cluster(pool: Pool, programs: Path) -> None:
    """Nothing of the host's own configuration, and the key in no command."""
    called = calls(programs)[0]
    assert called[:-2] == [
        "rados", "--conf", "/dev/null", "-m", "ceph1:6789,[fe80::1]:6789,ceph3",
        "--auth-supported", "cephx", "--id", "vsh", "--client-mount-timeout=45",
        "--rados-mon-op-timeout=30", "--rados-osd-op-timeout=30", "--rbd-default-format=2",
        "-p", "vms", "df", "--format", "json",
    ]  # fmt: skip
    assert called[-2] == "--keyfile"
    assert called[-1].startswith("/proc/")
    info = pool.get_info()
    assert (info.capacity, info.allocation, info.available) == (100000 << 10, 1000, 90000 << 10)


def test_the_life_of_an_image(connection: Connection, pool: Pool, programs: Path) -> None:
    made = volume(pool, "one")
    assert made.get_path() == made.key == "vms/one"
    assert (made.get_info().capacity, made.get_info().allocation) == (5 * MIB, 4096)
    with pytest.raises(vsh.Error, match="'one'"):
        volume(pool, "one")
    made.resize(9 * MIB)
    copy = pool.vol_create_xml_from("<volume><name>two</name></volume>", made)
    assert copy.get_info().capacity == 9 * MIB
    assert connection.storage_vol_lookup_by_path("vms/two").name == "two"
    with pytest.raises(vsh.Error, match="failed to remove volume 'vms/one': rbd: image has snap"):
        made.delete()
    made.delete(StorageVolDelete.WITH_SNAPSHOTS)
    pool.refresh()
    assert pool.list_volumes() == ["two"]
    assert connection.storage_vol_lookup_by_key("vms/two").name == "two"
    copy.wipe()
    written = (programs / "given").read_bytes()
    assert written.startswith(b"rbd diff v1\ns" + (9 * MIB).to_bytes(8, "little") + b"w")
    assert len(written) == 12 + 9 + 3 * 17 + 9 * MIB + 1
    copy.wipe_pattern(StorageVolWipeAlgorithm.TRIM)
    assert len((programs / "given").read_bytes()) == 12 + 9 + 3 * 17 + 1
    with connection.stream() as stream, pytest.raises(vsh.Error, match="doesn't support volume up"):
        copy.upload(stream, 0, 0)


@pytest.mark.parametrize(
    ("more", "flags", "text"),
    [
        ("<target><format type='qcow2'/></target>", 0, "only RAW volumes are supported"),
        ("<empty/>", 0, "volume capacity required for this storage pool"),
        ("<target><encryption format='luks'/></target>", 0, "does not support encrypted volumes"),
        ("", StorageVolCreate.PREALLOC_METADATA, "unsupported flags \\(0x1\\) in function"),
    ],
)
def test_what_an_image_cannot_be(pool: Pool, more: str, flags: int, text: str) -> None:
    with pytest.raises(vsh.Error, match=text):
        volume(pool, "wrong", more, flags)
    assert pool.list_volumes() == []


def test_what_else_is_refused(pool: Pool) -> None:
    made = volume(pool, "one")
    with pytest.raises(vsh.Error, match="unsupported algorithm 2"):
        made.wipe_pattern(StorageVolWipeAlgorithm.DOD)
    with pytest.raises(vsh.Error, match="unsupported flags \\(0x1\\)"):
        made.resize(5 * MIB, 1)


def test_a_cluster_that_cannot_be_reached_is_said(connection: Connection) -> None:
    connection.secret_lookup_by_uuid(SECRET).set_value(b"another key")
    with pytest.raises(vsh.Error, match="failed to connect to the RADOS monitor on: ceph1:6789,"):
        connection.storage_pool_create_xml(POOL)


def test_without_the_programs_it_is_said_which(tmp_path: Path) -> None:
    if shutil.which("rbd") is not None:
        pytest.skip("rbd is installed here")
    with (
        vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as connection,
        pytest.raises(vsh.Error, match="missing backend for pool type 9") as refused,
    ):
        connection.storage_pool_define_xml(POOL)
    assert refused.value.hint == "not installed here: rbd, rados"
