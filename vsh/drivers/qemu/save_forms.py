"""The forms of a guest's memory in a saved image: plain, packed by a program, or sparse."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess

from vsh.drivers.host import programs
from vsh.drivers.qemu import memory_stream
from vsh.errors import InvalidArgument, OperationFailed, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.long_job import LongJob

FORMATS = ("raw", "gzip", "bzip2", "xz", "lzop", "zstd", "sparse")
"""By the number in the image's header; each that packs is the name of its program, too."""
SPARSE = FORMATS.index("sparse")
"""Each page has a place of its own, where it stays however often it changes."""


class Form:
    """How memory is to stand in a file.

    number    of ``FORMATS``
    channels  how many threads write a sparse image; 0: one

    Raises OperationFailed for another form and where the program that packs is not installed.
    """

    def __init__(self, name: str = "raw", *, use: str = "save") -> None:
        if name not in FORMATS:
            if use != "save":
                raise OperationFailed(f"Invalid {use} image format specified in configuration file")
            raise OperationFailed(f"Invalid image_format '{name}'")
        self.number = FORMATS.index(name)
        self.channels = 0
        self._program = None
        if 0 < self.number < SPARSE:
            self._program = shutil.which(name)
            if self._program is None:
                raise OperationFailed(
                    f"Compression program for {use} image format in configuration file isn't "
                    "available"
                )

    def write(self, guest: Guest, descriptor: int, path: str, start: int, job: LongJob) -> None:
        """The memory of a guest into a file, from a place on.  Raises Error."""
        if self.number == SPARSE:
            memory_stream.put_sparse(guest, descriptor, path, start, self.channels, job)
        elif self._program is None:
            memory_stream.pull(guest, descriptor, path, job)
        else:
            self._pack(self._program, guest, descriptor, path, job)

    def _pack(self, program: str, guest: Guest, descriptor: int, path: str, job: LongJob) -> None:
        ears, mouth = os.pipe2(os.O_CLOEXEC)
        with open(ears, "rb") as source, open(mouth, "wb") as target:
            packer = subprocess.Popen(
                [program, "-c"],
                stdin=source, stdout=descriptor, stderr=subprocess.DEVNULL, env=_environment(),
            )  # fmt: skip
            try:
                source.close()
                memory_stream.pull(guest, target.fileno(), path, job)
            except BaseException as error:
                failed = isinstance(error, SystemFailure) and packer.poll() not in (None, 0)
                packer.kill()
                packer.wait()
                if failed:  # what was written to it had nowhere to go
                    raise _failed(program, path) from None
                raise
        if packer.wait() != 0:
            raise _failed(program, path)


def _failed(program: str, path: str) -> SystemFailure:
    return SystemFailure(f"unable to write to '{path}': {os.path.basename(program)} failed")


def channels(wanted: int | None, number: int) -> int:
    """How many threads write or read an image of a form; 0: one.  Raises InvalidArgument."""
    if wanted is None:
        return 0
    if number != SPARSE:
        raise InvalidArgument("Parallel save is only supported with the 'sparse' save image format")
    if wanted < 1:
        raise InvalidArgument("number of parallel save channels cannot be less than 1")
    return wanted


@contextlib.contextmanager
def unpacked(number: int, descriptor: int) -> Iterator[int]:
    """Where the memory in the rest of a file can be read, whatever form it has there.

    Raises OperationFailed for a number that means nothing, OperationUnsupported where the program
    is not installed.
    """
    if not 0 <= number < len(FORMATS):
        raise OperationFailed(f"Invalid compressed save format {number}")
    if number in (0, SPARSE):
        yield descriptor
        return
    name = FORMATS[number]
    program = programs.needed(name, "a saved image that is packed")
    more = ["--ignore-warn"] if name == "lzop" else []
    process = subprocess.Popen(
        [program, "-dc", *more],
        stdin=descriptor, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(),
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process.stdout.fileno()
    finally:
        process.stdout.close()
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
