"""The bytes of a volume, as a stream of them goes in or out, with its holes or without."""

from __future__ import annotations

import errno
import os
import stat

from vsh.drivers.host.volume.files import BLOCK, opened, put
from vsh.errors import OperationInvalid, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_FARTHEST = (1 << 63) - 1  # off_t


class Content:
    """The driver's end of a stream to or from a volume.

    offset  the first byte
    length  how many at most; 0 for all to the end
    write   the bytes go into the volume
    sparse  holes are told
    finished  called when all has been written, or None
    """

    def __init__(
        self,
        path: str,
        offset: int,
        length: int,
        *,
        write: bool,
        sparse: bool,
        finished: Callable[[], None] | None = None,
    ) -> None:
        self._path = path
        self._finished = finished
        self._descriptor = opened(
            path, os.O_WRONLY if write else os.O_RDONLY, "Unable to open stream for '{}'"
        )
        self._at = offset
        self._sparse = sparse
        end = os.lseek(self._descriptor, 0, os.SEEK_END)
        if offset > _FARTHEST:
            os.close(self._descriptor)
            raise SystemFailure(f"Unable to seek {path} to {offset}: {os.strerror(errno.EINVAL)}")
        self._size = end
        self._end = offset + length if length else None if write else end

    def receive(self, size: int) -> bytes:
        """The next bytes; none at the end, and at a hole."""
        size = min(size, self._left(size), self._data() if self._sparse else size)
        try:
            data = os.pread(self._descriptor, size, self._at) if size else b""
        except OSError as error:
            raise SystemFailure(f"Unable to read {self._path}: {error.strerror}") from None
        self._at += len(data)
        return data

    def receive_hole(self) -> int:
        """Bytes of the hole at this place, 0 if there is none."""
        if not self._sparse or self._data():
            return 0
        try:
            after = os.lseek(self._descriptor, self._at, os.SEEK_DATA)
        except OSError:
            after = self._size
        length = self._left(after - self._at)
        self._at += length
        return length

    def _data(self) -> int:
        """How many bytes follow before the next hole."""
        if self._at >= self._size:
            return 0
        try:
            if os.lseek(self._descriptor, self._at, os.SEEK_DATA) != self._at:
                return 0
            return os.lseek(self._descriptor, self._at, os.SEEK_HOLE) - self._at
        except OSError as error:
            if error.errno == errno.ENXIO:
                return 0
            return self._size - self._at  # it cannot tell: all is data

    def _left(self, size: int) -> int:
        return size if self._end is None else max(0, min(size, self._end - self._at))

    def send(self, data: bytes) -> int:
        """Write; gives how many bytes were taken.  Raises SystemFailure."""
        if self._end is not None and self._at + len(data) > self._end:
            raise SystemFailure(f"cannot write to stream: {os.strerror(errno.ENOSPC)}")
        put(self._descriptor, data, self._at, self._path)
        self._at += len(data)
        return len(data)

    def send_hole(self, length: int) -> None:
        """Leave a hole, which a file ends with until more comes.  Raises SystemFailure.

        One that goes beyond the end is cut off there.
        """
        if not self._sparse:
            raise OperationInvalid("stream is not sparse")
        length = self._left(length)
        at, self._at = self._at, self._at + length
        try:
            if stat.S_ISREG(os.fstat(self._descriptor).st_mode):
                os.truncate(self._descriptor, at)
                os.truncate(self._descriptor, self._at)
            else:
                _blank(self._descriptor, at, length, self._path)
        except OSError as error:
            raise SystemFailure(f"unable to truncate {self._path}: {error.strerror}") from None

    def finish(self) -> None:
        """The end: what was written is on disk."""
        if self._descriptor >= 0:
            os.fsync(self._descriptor)
        self.abort()
        if self._finished is not None:
            self._finished()

    def abort(self) -> None:
        """The end, before its time."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _blank(descriptor: int, at: int, length: int, path: str) -> None:
    """Make bytes of a device read as zeros."""
    zeros, end = bytes(BLOCK), at + length
    while at < end:
        put(descriptor, zeros[: end - at], at, path)
        at += BLOCK
