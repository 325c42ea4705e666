"""What file systems this machine's files are on."""

from __future__ import annotations

import os

LOCAL = frozenset(
    ("bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "tmpfs", "xfs", "zfs")
)
"""Those that answer without another machine, by the kernel's names."""


def file_system(path: str) -> str:
    """The kind of file system that a path is on, by the kernel's name; "" where it cannot say."""
    place = os.path.realpath(path)
    best, found = "", ""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                left, _, right = line.partition(" - ")
                mounted = left.split()[4].encode().decode("unicode_escape")
                inside = place == mounted or place.startswith(mounted.rstrip("/") + "/")
                if inside and len(mounted) >= len(best):
                    best, found = mounted, right.split()[0]
    except OSError:
        return ""
    return found
