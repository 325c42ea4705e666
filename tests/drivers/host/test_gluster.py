"""Pools of type gluster.  The cluster is a folder that a stand-in for glusterfs(8) mounts.

Gluster is not on the machines that tests run on; the same steps were run once on Gluster 10.3,
beside libvirt's own backend, with the same answers.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.connection import Connection

PROGRAM = """\
#!/bin/sh
for last; do :; done
case "$*" in *--volfile-id=images*) ;; *) echo "[x] E [y] 0-mgmt: no such volume" >&2; exit 1;; esac
echo "$@" >> {folder}/calls
mount --bind {folder}/brick "$last" || exit 1
exec sleep 600
"""
LISTING = """\
#!/bin/sh
cat <<X
<cliOutput><volInfo><volumes>
<volume><name>images</name></volume><volume><name>more</name></volume>
</volumes></volInfo></cliOutput>
X
"""
POOL = (
    "<pool type='gluster'><name>g</name><source><host name='server' port='24007'/>"
    "<name>{}</name><dir path='{}'/></source></pool>"
)


@pytest.fixture
def brick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that is the volume; programs that mount it and tell of it come first."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    programs, found = tmp_path / "bin", tmp_path / "brick"
    programs.mkdir()
    (found / "sub").mkdir(parents=True)
    (found / "gone").mkdir()
    (found / "raw").write_bytes(bytes(4096))
    (found / "nowhere").symlink_to("none")
    image = ["qemu-img", "create", "-q", "-f", "qcow2", "-o", "compat=0.10", found / "image", "5M"]
    subprocess.run(image, check=True)
    for name, text in (("glusterfs", PROGRAM.format(folder=tmp_path)), ("gluster", LISTING)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    asked = ["stat", "--file-system", "--format=%T", str(tmp_path)]
    kind = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    kind = "ext4" if kind == "ext2/ext3" else kind
    monkeypatch.setattr("vsh.drivers.host.pool.types.gluster.TYPE", kind)
    return found


@pytest.fixture
def connection(tmp_path: Path, brick: Path) -> Iterator[Connection]:
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as opened:
        yield opened


def test_files_of_a_volume(connection: Connection, brick: Path, tmp_path: Path) -> None:
    pool = connection.storage_pool_define_xml(POOL.format("images", "/"))
    pool.create()
    assert sorted(pool.list_volumes()) == ["gone", "image", "raw", "sub"]
    image, raw = map(pool.vol_lookup_by_name, ("image", "raw"))
    assert image.key == image.get_path() == "gluster://server:24007/images/image"
    assert (image.get_info().type, image.get_info().capacity) == (3, 5 << 20)
    assert "<format type='qcow2'/>" in image.get_xml_desc()
    assert pool.vol_lookup_by_name("sub").get_info().type == 4
    assert connection.storage_vol_lookup_by_path(raw.get_path()).name == "raw"
    raw.delete()
    pool.vol_lookup_by_name("gone").delete()
    assert sorted(os.listdir(brick)) == ["image", "nowhere", "sub"]
    called = (tmp_path / "calls").read_text().splitlines()[0]
    assert called.endswith(
        "--volfile-server=server --volfile-id=images --volfile-server-port=24007 /mnt"
    )
    assert str(brick) not in Path("/proc/mounts").read_text()  # nobody else has it mounted


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (lambda pool, one: pool.vol_create_xml("<volume><name>x</name><capacity>1</capacity>"
         "</volume>"), "does not support volume creation"),
        (lambda pool, one: pool.vol_create_xml_from("<volume><name>x</name></volume>", one),
         "does not support volume creation from an existing volume"),
        (lambda pool, one: one.resize(9999), "does not support changing of volume capacity"),
        (lambda pool, one: one.wipe(), "doesn't support volume wiping"),
        (lambda pool, one: one.upload(one.connection.stream(), 0, 0), "support volume upload"),
    ],
)  # fmt: skip
def test_what_they_cannot(connection: Connection, act, text: str) -> None:
    pool = connection.storage_pool_create_xml(POOL.format("images", "/"))
    with pytest.raises(vsh.Error, match=text):
        act(pool, pool.vol_lookup_by_name("raw"))


@pytest.mark.parametrize(
    ("name", "folder", "text"),
    [
        ("none", "/", "failed to connect to gluster://server:24007/none/: 0-mgmt: no such volume"),
        ("images", "/none", "failed to change to directory '/none/' in 'images': No such file"),
        ("images", "sub", "gluster pool path 'sub' must start with /"),
        ("a/b", "/", "gluster pool name 'a/b' must not contain /"),
    ],
)
def test_what_is_not_there(connection: Connection, name: str, folder: str, text: str) -> None:
    pool = connection.storage_pool_define_xml(POOL.format(name, folder))
    with pytest.raises(vsh.Error, match=text):
        pool.create()


def test_what_a_server_has(connection: Connection) -> None:
    host = "<source><host name='server'/></source>"
    found = connection.find_storage_pool_sources("gluster", host)
    assert found.count("<source>") == 2
    assert "<dir path='/'/>" in found
    assert "<name>more</name>" in found
    found = connection.find_storage_pool_sources("netfs", host)
    assert "<dir path='images'/>" in found
    assert "<format type='glusterfs'/>" in found
