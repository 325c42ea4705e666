"""Transfers: what is sent of every kind of file, and what comes into every kind, byte for byte."""

from __future__ import annotations

import os
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.acts.transfer import HolesUnknown, download, receive, send, upload
from vsh.api.stream import Stream
from vsh.errors import SystemFailure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from private_libvirtd import PrivateLibvirtd

    from vsh.api.volume import Volume

MIB = 1 << 20


class Channel:
    """The driver's end of a stream: remembers what is sent, gives what it was told to."""

    def __init__(self, *told: bytes | int) -> None:
        self.told = list(told)
        self.sent: list[bytes | int] = []

    def send(self, data: bytes) -> int:
        self.sent.append(data[:1000])
        return min(len(data), 1000)

    def send_hole(self, length: int) -> None:
        self.sent.append(length)

    def receive(self, size: int) -> bytes:
        if self.told and isinstance(self.told[0], bytes):
            return self.told.pop(0)  # type: ignore[return-value]
        return b""

    def receive_hole(self) -> int:
        return self.told.pop(0) if self.told else 0  # type: ignore[return-value]


def stream(channel: Channel) -> Stream:
    made = Stream(None)
    made.channel = channel
    return made


def test_a_download_keeps_holes(tmp_path: Path) -> None:
    path = tmp_path / "volume"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    coming = receive(stream(Channel(b"begin", 8192, b"end", 4096)), descriptor)
    assert list(coming) == [5, 8192, 3, 4096]
    os.close(descriptor)
    assert path.read_bytes() == b"begin" + bytes(8192) + b"end" + bytes(4096)


def test_an_upload_sends_what_was_not_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "volume"
    path.write_bytes(bytes(range(250)) * 10)
    channel = Channel()
    descriptor = os.open(path, os.O_RDONLY)
    assert sum(send(stream(channel), descriptor)) == 2500
    os.close(descriptor)
    assert [len(piece) for piece in channel.sent if isinstance(piece, bytes)] == [1000, 1000, 500]
    assert b"".join(channel.sent) == path.read_bytes()  # type: ignore[arg-type]


def test_a_sparse_upload_names_holes(tmp_path: Path) -> None:
    path = tmp_path / "volume"
    with path.open("wb") as file:
        file.truncate(1 << 20)
        file.seek(1 << 19)
        file.write(b"x" * 500)
    if os.stat(path).st_blocks * 512 >= 1 << 20:
        pytest.skip("this file system has no holes")
    channel = Channel()
    descriptor = os.open(path, os.O_RDONLY)
    assert sum(send(stream(channel), descriptor, sparse=True)) == 1 << 20
    os.close(descriptor)
    total = sum(piece if isinstance(piece, int) else len(piece) for piece in channel.sent)
    assert total == 1 << 20
    assert channel.sent[0] == 1 << 19
    assert isinstance(channel.sent[-1], int)


def test_what_cannot_say_where_its_holes_are_is_refused() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"not a hole")
    os.close(writing)
    channel = Channel()
    with pytest.raises(HolesUnknown, match="send holeHandler failed: Illegal seek"):
        list(send(stream(channel), reading, sparse=True))
    assert list(send(stream(channel), reading)) == [10]
    os.close(reading)
    assert channel.sent == [b"not a hole"]


# ------------------------------------------------------------- on a real daemon


@pytest.fixture
def pool(libvirtd: PrivateLibvirtd, tmp_path: Path) -> Iterator[Path]:
    """The folder of a pool called "p"."""
    folder = tmp_path / "pool"
    folder.mkdir()
    libvirtd.virsh("pool-create-as", "p", "dir", "--target", str(folder))
    yield folder
    libvirtd.virsh("pool-destroy", "p")


@pytest.fixture
def volume(libvirtd: PrivateLibvirtd, pool: Path) -> Iterator[Volume]:
    """An empty volume "v" of 3 MiB."""
    libvirtd.virsh("vol-create-as", "p", "v", "3M", "--allocation", "0", "--format", "raw")
    with vsh.connect(libvirtd.uri) as connection:
        yield connection.storage_pool_lookup_by_name("p").vol_lookup_by_name("v")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A file of 3 MiB that has a hole, a little data, and a hole."""
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(3 * MIB)
        file.seek(200_000)
        file.write(b"abc")
    return path


@contextmanager
def block_device(path: Path) -> Iterator[str]:
    """A block device whose bytes are those of a file."""
    made = subprocess.run(["losetup", "-f", "--show", path], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no loop devices here: {made.stderr.strip()}")
    name = made.stdout.strip()
    try:
        yield name
    finally:
        subprocess.run(["losetup", "-d", name], check=True)


def feed(path: str | Path, data: bytes) -> threading.Thread:
    """Write into a FIFO; a reader that gives up early is no fault of ours."""

    def write() -> None:
        try:
            with open(path, "wb") as fifo:
                fifo.write(data)
        except BrokenPipeError:
            return

    thread = threading.Thread(target=write)
    thread.start()
    return thread


REFUSED = "error: Unable to get current position in stream\nerror: cannot send data to volume v\n"


@pytest.mark.libvirtd
@pytest.mark.parametrize("program", ["vsh", "virsh"])
def test_a_sparse_upload_from_a_pipe_is_refused(
    libvirtd, volume, content, pool, vsh_process, tmp_path, program
):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    words = ("-q", "-c", libvirtd.uri, "vol-upload", "v", str(fifo), "p", "--sparse")
    writer = feed(fifo, content.read_bytes())
    done = vsh_process(*words, program=program)
    writer.join()
    reason = "error: send holeHandler failed: Illegal seek\n"
    assert (done.status, done.out, done.err) == (1, "", REFUSED + reason)
    assert (pool / "v").read_bytes() == bytes(3 * MIB)


@pytest.mark.libvirtd
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("/proc/self/status", "send holeHandler failed: Invalid argument"),
        ("/dev/zero", "send holeHandler failed: Input/output error"),
        ("/dev/null", "send holeHandler failed: Input/output error"),
    ],
)
def test_a_sparse_upload_of_what_has_no_size_is_refused(
    libvirtd, volume, vsh_process, source, reason
):
    done = vsh_process("-q", "-c", libvirtd.uri, "vol-upload", "v", source, "p", "--sparse")
    assert (done.status, done.err) == (1, f"{REFUSED}error: {reason}\n")


@pytest.mark.libvirtd
def test_a_folder_is_no_source(libvirtd, volume, vsh_process, tmp_path):
    for words in ((), ("--sparse",)):
        done = vsh_process("-q", "-c", libvirtd.uri, "vol-upload", "v", str(tmp_path), "p", *words)
        assert done.status == 1
        assert done.err == (
            "error: cannot send data to volume v\nerror: send handler failed: Is a directory\n"
        )


@pytest.mark.libvirtd
def test_a_pipe_goes_whole_without_sparse(libvirtd, volume, content, pool, vsh_process, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = feed(fifo, content.read_bytes())
    done = vsh_process("-q", "-c", libvirtd.uri, "vol-upload", "v", str(fifo), "p")
    writer.join()
    assert list(done) == [0, "", ""]
    assert (pool / "v").read_bytes() == content.read_bytes()


@pytest.mark.libvirtd
@pytest.mark.parametrize("sparse", [(), ("--sparse",)])
def test_a_block_device_goes_whole(libvirtd, volume, content, pool, vsh_process, sparse):
    (pool / "v").write_bytes(b"x" * 3 * MIB)  # what was there must not shine through
    with block_device(content) as device:
        done = vsh_process("-q", "-c", libvirtd.uri, "vol-upload", "v", device, "p", *sparse)
    assert list(done) == [0, "", ""]
    assert (pool / "v").read_bytes() == content.read_bytes()


@pytest.mark.libvirtd
@pytest.mark.parametrize("sparse", [(), ("--sparse",)])
def test_into_a_block_device(libvirtd, volume, content, pool, vsh_process, tmp_path, sparse):
    (pool / "v").write_bytes(content.read_bytes())
    os.truncate(pool / "v", 0)
    subprocess.run(["cp", "--sparse=always", content, pool / "v"], check=True)
    target = tmp_path / "target"
    target.write_bytes(b"x" * 4 * MIB)
    with block_device(target) as device:
        done = vsh_process("-q", "-c", libvirtd.uri, "vol-download", "v", device, "p", *sparse)
        subprocess.run(["blockdev", "--flushbufs", device], check=True)
    assert list(done) == [0, "", ""]
    assert target.read_bytes() == content.read_bytes() + b"x" * MIB


@pytest.mark.libvirtd
@pytest.mark.parametrize(
    ("target", "sparse", "reason"),
    [
        ("/dev/full", (), "recv handler failed: No space left on device"),
        ("/dev/full", ("--sparse",), "recv holeHandler failed: Invalid argument"),
        ("/dev/null", ("--sparse",), "recv holeHandler failed: Invalid argument"),
    ],
)
def test_why_a_download_failed(libvirtd, volume, vsh_process, target, sparse, reason):
    done = vsh_process("-q", "-c", libvirtd.uri, "vol-download", "v", target, "p", *sparse)
    assert (done.status, done.out) == (1, "")
    assert done.err == f"error: cannot receive data from volume v\nerror: {reason}\n"
    assert os.path.exists(target)


@pytest.mark.libvirtd
def test_for_a_python_program(libvirtd, volume, content, tmp_path):
    """Up, down, and an error that is a value: nothing is printed, the connection lives."""
    with content.open("rb") as source:
        assert sum(upload(volume, source.fileno(), sparse=True)) == 3 * MIB
    with (tmp_path / "out").open("wb") as target:
        assert sum(download(volume, target.fileno(), sparse=True)) == 3 * MIB
    assert (tmp_path / "out").read_bytes() == content.read_bytes()
    assert os.stat(tmp_path / "out").st_blocks * 512 < MIB
    with (tmp_path / "part").open("wb") as target:
        assert sum(download(volume, target.fileno(), 199_999, 5)) == 5
    assert (tmp_path / "part").read_bytes() == b"\0abc\0"
    with open("/dev/full", "wb", buffering=0) as target, pytest.raises(SystemFailure) as failure:
        list(download(volume, target.fileno()))
    assert failure.value.__notes__ == ["cannot receive data from volume v"]
    with content.open("rb") as source:
        going = upload(volume, source.fileno())
        next(going)
        going.close()  # given up half-way
    assert volume.get_info().capacity == 3 * MIB


def test_a_picture_into_a_full_disk(run):
    status, out, err = run("-c", "test:///default", "screenshot", "test", "/dev/full")
    assert (status, out) == (1, "\n")
    assert err == (
        "error: could not receive data from domain 'test'\n"
        "error: recv handler failed: No space left on device\n"
    )
