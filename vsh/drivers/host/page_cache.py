"""What the host's memory keeps of files that were read or written."""

from __future__ import annotations

import os

from vsh.drivers.state.attempts import Ignoring


def drop(path: str) -> None:
    """Keep nothing of a file, as far as it is on disk (libvirt's BYPASS_CACHE)."""
    with Ignoring(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
