"""Transfers: the bytes of a local file into a stream, and those of a stream into a local file.

Sparse, holes are told instead of sent.  Only what can say where its holes are is sent so: a regular
file.  A block device has none and goes whole; anything else (a pipe, a terminal, a file of /proc)
is refused, since "no data from here on" and "I cannot say" are not the same.  A hole that is sent
skips bytes of the volume: what it held there before, it holds still.
"""

from __future__ import annotations

import os

from vsh.api.stream import Stream
from vsh.errors import SystemFailure, doing
from vsh.words.volume import StorageVolDownload, StorageVolUpload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.volume import Volume

PIECE = 262120
"""What goes in one packet."""


class HolesUnknown(SystemFailure):
    """What was to be sent sparse cannot say where its holes are: a pipe, a file of /proc."""


def upload(
    volume: Volume,
    source: int,
    offset: int = 0,
    length: int = 0,
    *,
    sparse: bool = False,
    called: str = "",
) -> Iterator[int]:
    """Write what an open file has, from where it stands to its end, into a volume.

    source  a file descriptor
    offset  the byte of the volume to begin at;  length  how many bytes may come, 0 for all
    called  what notes on errors call the volume, where that is not its name
    Yields how many bytes have gone, piece by piece; given up where the iteration is.
    Raises HolesUnknown, SystemFailure where the file fails, and the daemon's Error.
    """
    stream, name = Stream(volume.connection), called or volume.name
    with doing(f"cannot upload to volume {name}"):
        volume.upload(stream, offset, length, StorageVolUpload.SPARSE_STREAM if sparse else 0)
    try:
        with doing(f"cannot send data to volume {name}"), _given_up(stream):
            yield from send(stream, source, sparse=sparse)
    except HolesUnknown as error:
        error.add_note("Unable to get current position in stream")
        raise
    with doing(f"cannot close volume {name}"):
        stream.finish()


def download(
    volume: Volume,
    target: int,
    offset: int = 0,
    length: int = 0,
    *,
    sparse: bool = False,
    called: str = "",
) -> Iterator[int]:
    """Write what a volume holds into an open file, at the place where it stands.

    target  a file descriptor;  offset, length  the part of the volume; length 0 for all
    Yields how many bytes have come, piece by piece; given up where the iteration is.
    Raises SystemFailure where the file fails, and the daemon's Error.
    """
    stream, name = Stream(volume.connection), called or volume.name
    with doing(f"cannot download from volume {name}"):
        volume.download(stream, offset, length, StorageVolDownload.SPARSE_STREAM if sparse else 0)
    with doing(f"cannot receive data from volume {name}"), _given_up(stream):
        yield from receive(stream, target)
    with doing(f"cannot close volume {name}"):
        stream.finish()


def send(stream: Stream, source: int, *, sparse: bool = False) -> Iterator[int]:
    """Send an open file's bytes, with ``sparse`` telling its holes; yields how many have gone."""
    if sparse and not _is_block_device(source):
        yield from _send_sparse(stream, source)
        return
    while piece := _read(source, PIECE):
        _send_all(stream, piece)
        yield len(piece)


def receive(stream: Stream, target: int) -> Iterator[int]:
    """Write what comes into an open file, holes as holes; yields how many bytes have come.

    A block device gets zeros where the stream has a hole.
    """
    solid = _is_block_device(target)
    while True:
        if piece := stream.receive():
            _write(target, piece)
            yield len(piece)
        elif hole := stream.receive_hole():
            if solid:
                yield from _write_zeros(target, hole)
            else:
                _skip(target, hole)
                yield hole
        else:
            return


class _given_up:  # noqa: N801 (used like a keyword)
    """Tells the daemon that no more comes where the block inside ends before its time."""

    __slots__ = ("stream",)

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, *reason: object) -> None:
        if kind is not None:
            from contextlib import suppress

            from vsh.errors import Error

            with suppress(Error):  # whatever it says now, the first reason stands
                self.stream.abort()


def _send_sparse(stream: Stream, source: int) -> Iterator[int]:
    """The sections of a regular file in turn: data as it is, holes by their length."""
    while True:
        try:
            hole, data = _section(source)
        except OSError as reason:
            raise HolesUnknown(
                f"send holeHandler failed: {reason.strerror}",
                hint="it cannot say where its holes are: send it without 'sparse'",
            ) from None
        if hole:
            stream.send_hole(hole)
            yield hole
        if not data:
            return
        while data:
            piece = _read(source, min(PIECE, data))
            if not piece:  # it has become shorter meanwhile
                return
            _send_all(stream, piece)
            data -= len(piece)
            yield len(piece)


def _section(source: int) -> tuple[int, int]:
    """The length of the hole at a file's place, which is then behind, and of the data after it.

    Both are 0 at the end.  Raises OSError where the file cannot say.
    """
    from errno import EIO, ENXIO

    here = os.lseek(source, 0, os.SEEK_CUR)
    try:
        start = os.lseek(source, here, os.SEEK_DATA)
    except OSError as reason:
        if reason.errno != ENXIO:
            raise
        return os.lseek(source, 0, os.SEEK_END) - here, 0  # nothing but a hole up to the end
    end = os.lseek(source, start, os.SEEK_HOLE)
    if end <= start:  # a device that lets itself be asked, and does not know
        raise OSError(EIO, os.strerror(EIO))
    os.lseek(source, start, os.SEEK_SET)
    return start - here, end - start


def _is_block_device(descriptor: int) -> bool:
    from stat import S_ISBLK

    return S_ISBLK(os.fstat(descriptor).st_mode)


def _read(source: int, size: int) -> bytes:
    try:
        return os.read(source, size)
    except OSError as reason:
        raise _failed("send handler", reason) from None


def _send_all(stream: Stream, piece: bytes) -> None:
    taken = stream.send(piece)
    while taken < len(piece):
        taken += stream.send(piece[taken:])


def _write(target: int, piece: bytes, handler: str = "recv handler") -> None:
    rest = memoryview(piece)
    try:
        while rest:
            rest = rest[os.write(target, rest) :]
    except OSError as reason:
        raise _failed(handler, reason) from None


def _write_zeros(target: int, size: int) -> Iterator[int]:
    while size:
        piece = bytes(min(PIECE, size))
        _write(target, piece, "recv holeHandler")
        size -= len(piece)
        yield len(piece)


def _skip(target: int, size: int) -> None:
    """A hole of that many bytes at a file's place and end."""
    try:
        os.ftruncate(target, os.lseek(target, size, os.SEEK_CUR))
    except OSError as reason:
        raise _failed("recv holeHandler", reason) from None


def _failed(handler: str, reason: OSError) -> SystemFailure:
    return SystemFailure(f"{handler} failed: {reason.strerror}")
