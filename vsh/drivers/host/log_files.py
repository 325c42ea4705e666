"""Logs that grow: a large one is put aside before more is written, as libvirt's virtlogd does.

Of a file's backups FILE.0 is the newest.
"""

from __future__ import annotations

import os
import stat

from vsh.drivers.state.attempts import Ignoring

LARGEST = 2 * 1024 * 1024
"""Bytes that a log may have before it is put aside: virtlogd's own ``max_size``."""
BACKUPS = 3
"""How many of those that were put aside are kept: its ``max_backups``."""


def roll(path: str) -> None:
    """Put a log aside if it is large; what is no file stays, and what may not be moved."""
    with Ignoring(OSError):
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size < LARGEST:
            return
        for number in reversed(range(BACKUPS)):
            with Ignoring(FileNotFoundError):
                os.replace(f"{path}.{number - 1}" if number else path, f"{path}.{number}")
