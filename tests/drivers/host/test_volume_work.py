"""Volumes that take long: how far they are, given up, killed, and who else may work meanwhile."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd

import vsh
from vsh.api.following import Following
from vsh.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.connection import Connection
    from vsh.api.pool import Pool
    from vsh.api.volume import Volume

MIB = 1 << 20
COPY = "<volume><name>copy</name><target><format type='{}'/></target></volume>"
SCRIPT = """\
import sys, vsh
with vsh.connect(sys.argv[1]) as connection:
    pool = connection.storage_pool_lookup_by_name("p")
    pool.vol_create_xml_from(sys.argv[2], pool.vol_lookup_by_name("big"))
"""


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return f"qemu:///embed?root={tmp_path / 'root'}"


@pytest.fixture
def connection(uri: str) -> Iterator[Connection]:
    with vsh.connect(uri) as opened:
        yield opened


@pytest.fixture
def pool(connection: Connection, tmp_path: Path) -> Pool:
    """A running pool with a volume ``big`` that is full."""
    (tmp_path / "p").mkdir()
    with (tmp_path / "p" / "big").open("wb") as file:
        for _ in range(64):
            file.write(os.urandom(MIB))
    return connection.storage_pool_create_xml(
        f"<pool type='dir'><name>p</name><target><path>{tmp_path}/p</path></target></pool>", 0
    )


@pytest.mark.parametrize("form", ["raw", "qcow2"])
def test_how_far_a_copy_is_is_told(pool: Pool, form: str) -> None:
    """A raw one is copied here, another by qemu-img."""
    told: list[tuple[int, int]] = []
    with Following(lambda *step: told.append(step)):
        pool.vol_create_xml_from(COPY.format(form), pool.vol_lookup_by_name("big"))
    assert told[-1] == (0, 64 * MIB)
    remaining = [step[0] for step in told]
    assert len(remaining) > 5
    assert remaining == sorted(remaining, reverse=True)


class GivenUp(Exception):
    """What a follower raises who wants no more of it."""


@pytest.mark.parametrize("form", ["raw", "qcow2"])
def test_a_copy_that_is_given_up_leaves_nothing(pool: Pool, tmp_path: Path, form: str) -> None:
    def stop(remaining: int, total: int) -> None:
        if remaining < total:
            raise GivenUp

    with Following(stop), pytest.raises(GivenUp):
        pool.vol_create_xml_from(COPY.format(form), pool.vol_lookup_by_name("big"))
    assert pool.list_volumes() == ["big"]
    assert os.listdir(tmp_path / "p") == ["big"]
    assert not writers(tmp_path / "p" / "copy")


def writers(path: Path) -> list[str]:
    """The programs that name a file in their command."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = each.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if str(path) in words:
            found.append(words[0])
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_copy_whose_process_is_ended_leaves_nothing(
    uri: str, tmp_path: Path, number: int
) -> None:
    """Asked to end, it cleans up itself; killed, the next that opens the root does."""
    copy = tmp_path / "p" / "copy"
    with vsh.connect(uri) as connection:
        (tmp_path / "p").mkdir()
        with (tmp_path / "p" / "big").open("wb") as file:
            for _ in range(200):
                file.write(os.urandom(MIB))
        connection.storage_pool_define_xml(
            f"<pool type='dir'><name>p</name><target><path>{tmp_path}/p</path></target></pool>"
        ).create()
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, uri, COPY.format("qcow2")])
    limit = time.monotonic() + 30
    while not copy.exists() and time.monotonic() < limit:
        time.sleep(0.002)
    process.send_signal(number)
    assert process.wait() == -number
    if number == signal.SIGTERM:
        assert not copy.exists()
    while writers(copy) and time.monotonic() < limit:
        time.sleep(0.01)  # the kernel ends qemu-img with us
    assert not writers(copy)
    with vsh.connect(uri) as connection:
        assert connection.storage_pool_lookup_by_name("p").list_volumes() == ["big"]
    assert os.listdir(tmp_path / "p") == ["big"]


WAITING = """#!/bin/sh
if [ "$1" = convert ]; then
  echo > {0}/begun
  while [ ! -e {0}/go ]; do sleep 0.05; done
fi
exec {1} "$@"
"""


def test_a_copy_whose_client_goes_away_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on libvirtd: nobody may touch what is made until it is there.  qemu-img begins when it is
    told to."""
    program = tmp_path / "bin/qemu-img"
    program.parent.mkdir()
    program.write_text(WAITING.format(tmp_path, shutil.which("qemu-img")))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    (tmp_path / "vshd").mkdir()
    daemon = PrivateVshd(tmp_path / "vshd")
    daemon.start()
    try:
        with vsh.connect(daemon.uri()) as connection:
            (tmp_path / "p").mkdir()
            (tmp_path / "p/big").write_bytes(b"big" * MIB)
            pool = connection.storage_pool_create_xml(
                f"<pool type='dir'><name>p</name><target><path>{tmp_path}/p</path></target></pool>"
            )
            words = [sys.executable, "-c", SCRIPT, daemon.uri(), COPY.format("qcow2")]
            client = subprocess.Popen(words)
            limit = time.monotonic() + 30
            while not (tmp_path / "begun").exists() and time.monotonic() < limit:
                time.sleep(0.02)
            client.kill()
            client.wait()
            copy = pool.vol_lookup_by_name("copy")
            with pytest.raises(vsh.Error, match="volume 'copy' is still being allocated"):
                copy.delete()
            (tmp_path / "go").touch()
            while time.monotonic() < limit:
                with contextlib.suppress(InternalError):  # it has a job
                    pool.refresh()
                    break
                time.sleep(0.02)
            assert copy.get_info().capacity == 3 * MIB
            copy.delete()
            assert os.listdir(tmp_path / "p") == ["big"]
            pool.destroy()
    finally:
        daemon.kill(15)


def test_who_may_do_what_while_a_volume_is_made(connection: Connection, pool: Pool) -> None:
    """Looking, and other volumes: yes.  What is made, what is read, and the whole pool: no."""
    begun, enough = threading.Event(), threading.Event()
    made: list[Volume] = []

    def wait(remaining: int, total: int) -> None:
        begun.set()
        enough.wait(30)

    def make() -> None:
        with Following(wait):
            made.append(
                pool.vol_create_xml_from(COPY.format("raw"), pool.vol_lookup_by_name("big"))
            )

    thread = threading.Thread(target=make)
    thread.start()
    try:
        assert begun.wait(30)
        big, copy = map(pool.vol_lookup_by_name, ("big", "copy"))
        assert sorted(pool.list_volumes()) == ["big", "copy"]
        assert copy.get_info().capacity == 64 * MIB
        for act in (copy.delete, copy.wipe):
            with pytest.raises(vsh.Error, match="volume 'copy' is still being allocated"):
                act()
        with pytest.raises(vsh.Error, match="volume 'big' is still in use"):
            big.delete()
        for act in (pool.refresh, pool.destroy):
            with pytest.raises(vsh.Error, match="pool 'p' has asynchronous jobs running"):
                act()
        pool.vol_create_xml("<volume><name>other</name><capacity>4096</capacity></volume>")
    finally:
        enough.set()
        thread.join()
    assert [volume.name for volume in made] == ["copy"]
    pool.refresh()
    pool.vol_lookup_by_name("copy").delete()


def test_a_volume_is_looked_at_anew_after_an_upload(connection: Connection, pool: Pool) -> None:
    """As libvirt does it, with the pool's event."""
    volume = pool.vol_create_xml("<volume><name>v</name><capacity>1048576</capacity></volume>")
    image = Path(f"{volume.get_path()}.image")
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", image, "5M"], check=True)
    with connection.watch("refresh", family="pool") as events:
        with connection.stream() as stream:
            volume.upload(stream, 0, 0)
            stream.send(image.read_bytes())
        assert next(iter(events)).word == "refresh"
    assert volume.get_info().capacity == 5 * MIB
    assert "<format type='qcow2'/>" in volume.get_xml_desc()


PLOOP = r"""#!/bin/sh
echo "$@" >> {0}/asked
case $1 in
init) # ploop init -s SIZE -t ext4 IMAGE
    printf 'WithouFreSpacExt\2\0\0\0' > "$6"; head -c 492 /dev/zero >> "$6"
    echo '<Parallels_disk_image/>' > "${{6%/*}}/DiskDescriptor.xml" ;;
snapshot-list) cat {0}/snapshots ;;
esac
"""


def test_volumes_of_virtuozzos_form(
    connection: Connection, pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ploop is a stand-in: it needs a kernel of Virtuozzo's."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "ploop"
    program.write_text(PLOOP.format(tmp_path))
    program.chmod(0o755)
    (tmp_path / "snapshots").write_text("root.hds\n")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    volume = pool.vol_create_xml(
        "<volume><name>v</name><capacity unit='M'>3</capacity>"
        "<target><format type='ploop'/></target></volume>"
    )
    place = tmp_path / "p" / "v"
    assert {each.name for each in place.iterdir()} == {"root.hds", "DiskDescriptor.xml"}
    volume.resize(5 * MIB)
    volume.wipe()
    with connection.stream() as stream:
        volume.upload(stream, 0, 0)
        stream.send(b"x" * 4096)
    assert (place / "root.hds").read_bytes()[:4096] == b"x" * 4096
    (tmp_path / "snapshots").write_text("root.hds.{1}\n")
    with connection.stream() as stream, pytest.raises(InternalError, match="snapshots will be"):
        volume.download(stream, 0, 0)
    assert (tmp_path / "asked").read_text().splitlines() == [
        f"init -s 3M -t ext4 {place}/root.hds",
        f"resize -s 5M {place}/DiskDescriptor.xml",
        f"init -s 5M -t ext4 {place}/root.hds",
        *[f"snapshot-list {place}/DiskDescriptor.xml"] * 2,
    ]
    volume.delete()
    assert not place.exists()
