"""Saved guests that were packed: which program unpacks them, and running it."""

from __future__ import annotations

import os
import subprocess

from vsh.drivers.host import programs
from vsh.errors import OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

FORMATS = ("raw", "gzip", "bzip2", "xz", "lzop", "zstd")
"""By the number in the image's header; each is the name of its program, too."""


class Unpacked:
    """What a program makes of the rest of a file: ``with Unpacked(...) as descriptor``.

    Raises OperationFailed for a number that means nothing, OperationUnsupported where the program
    is not installed.
    """

    def __init__(self, packed: int, descriptor: int) -> None:
        if not 0 < packed < len(FORMATS):
            raise OperationFailed(f"Invalid compressed save format {packed}")
        name = FORMATS[packed]
        program = programs.needed(name, "a saved image that is packed")
        more = ["--ignore-warn"] if name == "lzop" else []
        self._process = subprocess.Popen(
            [program, "-dc", *more],
            stdin=descriptor, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
        )  # fmt: skip

    @property
    def descriptor(self) -> int:
        """Where what it has unpacked is read."""
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process.kill()
        self._process.wait()
