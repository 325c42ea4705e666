"""Volumes up and down over a real daemon's streams: bytes, holes, errors, interruptions."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pexpect
import pytest
from delay_proxy import DelayProxy
from private_libvirtd import tool

from vsh.api.stream import Stream
from vsh.errors import Error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from private_libvirtd import PrivateLibvirtd

pytestmark = pytest.mark.libvirtd

MIB = 1 << 20
QUIET = [0, "\n", ""]


@pytest.fixture
def pool(libvirtd: PrivateLibvirtd, tmp_path: Path) -> Iterator[Path]:
    """The folder of a pool called "p", with a volume "v" of 8 MiB in it."""
    folder = tmp_path / "pool"
    folder.mkdir()
    libvirtd.virsh("pool-create-as", "p", "dir", "--target", str(folder))
    libvirtd.virsh("vol-create-as", "p", "v", "8M", "--allocation", "0", "--format", "raw")
    yield folder
    libvirtd.virsh("pool-destroy", "p")


@pytest.fixture
def slow(libvirtd: PrivateLibvirtd) -> Iterator[DelayProxy]:
    with DelayProxy(libvirtd.folder / "streams.sock", libvirtd.socket) as proxy:
        yield proxy


def noise(path: Path, size: int) -> bytes:
    data = random.Random(size).randbytes(size)
    path.write_bytes(data)
    return data


def both(uri: str, vsh_process, *words: str) -> None:
    """virsh and vsh say the same and end with the same status."""
    command = [tool("virsh"), "-c", uri, *words]
    theirs = subprocess.run(command, capture_output=True, text=True, timeout=30)
    ours = vsh_process("-c", uri, *words)
    assert (ours.status, ours.out, ours.err) == (theirs.returncode, theirs.stdout, theirs.stderr)


@pytest.mark.parametrize("size", [0, 1, 262_119, 262_120, 262_121, 8 * MIB - 1])
def test_there_and_back(libvirtd, pool, vsh_process, tmp_path, size):
    data = noise(tmp_path / "in", size)
    at = ("-c", libvirtd.uri)
    assert list(vsh_process(*at, "vol-upload", "--pool", "p", "v", "in")) == QUIET
    assert (pool / "v").read_bytes()[:size] == data
    done = vsh_process(*at, "vol-download", "v", "out", "p", "--length", str(size or 5))
    assert list(done) == QUIET
    assert (tmp_path / "out").read_bytes() == (data or bytes(5))


def test_a_part(libvirtd, pool, vsh_process, tmp_path):
    noise(pool / "v", 8 * MIB)
    data = noise(tmp_path / "in", 1000)
    at = ("-c", libvirtd.uri)
    words = ("vol-upload", "v", "in", "p", "--offset", "4000", "--length", "1000")
    assert list(vsh_process(*at, *words)) == QUIET
    words = ("vol-download", "v", "out", "p", "--offset", "3990", "--length", "1020")
    assert list(vsh_process(*at, *words)) == QUIET
    assert (tmp_path / "out").read_bytes() == (pool / "v").read_bytes()[3990:5010]
    assert (tmp_path / "out").read_bytes()[10:-10] == data


def test_holes_stay_holes(libvirtd, pool, vsh_process, tmp_path):
    with (tmp_path / "in").open("wb") as file:
        for place in (0, 3 * MIB, 6 * MIB):
            file.seek(place)
            file.write(random.Random(place).randbytes(MIB // 2))
        file.truncate(8 * MIB)
    at = ("-c", libvirtd.uri)
    assert list(vsh_process(*at, "vol-upload", "v", "in", "p", "--sparse")) == QUIET
    assert list(vsh_process(*at, "vol-download", "v", "out", "p", "--sparse")) == QUIET
    assert (tmp_path / "out").read_bytes() == (tmp_path / "in").read_bytes()
    for path in (pool / "v", tmp_path / "out"):
        assert path.stat().st_blocks * 512 < 4 * MIB


def test_more_than_the_daemon_takes(libvirtd, pool, vsh_process, tmp_path):
    """The error comes while bytes are on their way, and is the only one."""
    noise(tmp_path / "in", 8 * MIB)
    words = ("vol-upload", "--pool", "p", "v", str(tmp_path / "in"), "--length", "1000")
    done = vsh_process("-c", libvirtd.uri, *words)
    assert (done.status, done.out) == (1, "\n")
    assert done.err == (
        "error: cannot send data to volume v\n"
        "error: cannot write to stream: No space left on device\n"
    )
    both(libvirtd.uri, vsh_process, "vol-upload", "--pool", "p", "none", str(tmp_path / "in"))
    both(libvirtd.uri, vsh_process, "vol-upload", "--pool", "p", "v", str(tmp_path / "missing"))
    words = ("vol-download", "--pool", "p", "v", str(tmp_path / "end"), "--offset", "99999999")
    both(libvirtd.uri, vsh_process, *words)
    both(libvirtd.uri, vsh_process, "vol-download", "--pool", "p", "none", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_stream_that_is_given_up_leaves_the_connection_usable(libvirtd, pool):
    import vsh

    noise(pool / "v", 8 * MIB)
    with vsh.connect(libvirtd.uri) as connection:
        volume = connection.storage_pool_lookup_by_name("p").vol_lookup_by_name("v")
        for _ in range(3):
            stream = Stream(connection)
            volume.download(stream, 0, 0)
            assert stream.receive(1000) == (pool / "v").read_bytes()[:1000]
            stream.abort()
        for _ in range(3):
            stream = Stream(connection)
            volume.upload(stream, 0, 0)
            stream.send(bytes(3 * MIB))
            stream.abort()
            with pytest.raises(Error):
                stream.send(b"more")
        one, other = Stream(connection), Stream(connection)
        volume.download(one, 0, 4096)
        volume.download(other, 4096, 4096)
        pieces = [each.receive(4096) for each in (one, other)]
        assert b"".join(pieces) == (pool / "v").read_bytes()[:8192]
        assert connection.get_hostname()
        one.finish()
        other.finish()


@pytest.mark.parametrize("direction", ["up", "down"])
def test_an_interruption(libvirtd, pool, slow, vsh_process, tmp_path, pty, direction):
    """Ctrl-C: the stream is given up, half a file is no file, and the daemon is well."""
    big = tmp_path / "in"
    with big.open("wb") as file:
        file.truncate(4096 * MIB)  # more than goes over the link while we look
    libvirtd.virsh("vol-create-as", "p", "big", "4G", "--format", "raw")
    uri = f"qemu+unix:///system?socket={slow.listen}"
    file = tmp_path / "out" if direction == "down" else big
    child = pty("-c", uri, f"vol-{direction}load", "--pool", "p", "big", str(file), timeout=30)
    child.expect_exact("big")  # the bar: it is on its way
    time.sleep(0.3)
    os.kill(child.pid, signal.SIGINT)
    child.expect_exact(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 130
    assert not (tmp_path / "out").exists()
    assert "Traceback" not in child.before
    assert vsh_process("-c", libvirtd.uri, "vol-info", "--pool", "p", "v").status == 0


@pytest.mark.parametrize(("form", "shown"), [("table", True), ("plain", False)])
def test_a_bar_for_who_waits(libvirtd, pool, tmp_path, pty, form, shown):
    noise(tmp_path / "in", 16 * MIB)
    with DelayProxy(tmp_path / "far.sock", libvirtd.socket, 0.5) as far:
        uri = f"qemu+unix:///system?socket={far.listen}"
        file = str(tmp_path / "in")
        child = pty("--format", form, "-c", uri, "vol-upload", "--pool", "p", "v", file, timeout=60)
        child.expect_exact(pexpect.EOF)
        child.wait()
    assert child.exitstatus == 0
    assert (pool / "v").read_bytes() == (tmp_path / "in").read_bytes()
    assert ("MiB" in child.before) == shown


def test_no_bar_where_nobody_looks(libvirtd, pool, vsh_process, tmp_path):
    noise(tmp_path / "in", 8 * MIB)
    words = ("--format", "table", "-c", libvirtd.uri, "vol-upload", "--pool", "p", "v", "in")
    assert list(vsh_process(*words)) == [0, "", ""]
