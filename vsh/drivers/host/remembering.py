"""Whose a file was, in extended attributes of the file itself.

Every root of ours counts there who has the file: who comes first writes down whose it was, who
leaves last gives it back.  Where libvirtd has it already, its attributes are counted on.  Ours are
so short that ext4 keeps them in the inode: an image is not a block longer for them.  What was
written before the host booted counts for nothing.  Where a file system has no such attributes
nothing is remembered here, and each root knows its own.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from contextlib import contextmanager

from vsh.drivers.state.attempts import Ignoring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_OWNER, _COUNT, _TIME = (f"trusted.libvirt.security.{n}dac" for n in ("", "ref_", "timestamp_"))
_OWN, _LENT = "trusted.vsh.own", "trusted.vsh.lent"
_NEAR = 2  # seconds that two looks at when the host booted may differ


@contextmanager
def held(path: str) -> Iterator[None]:
    """No other process changes what is remembered of a file or folder meanwhile."""
    mode = os.stat(path).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        yield
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


# ---- owners


def owned(path: str) -> bool:
    """Whether the owner of a file is one that it was lent to."""
    return _count(path, _OWN) > 0 or _count(path, _COUNT, _TIME) > 0


def own(path: str, now: tuple[int, int]) -> None:
    """Somebody more has a file: count it, and write down whose it was before anybody had it.

    now  whose it is
    """
    others = _count(path, _COUNT, _TIME)
    if others:
        _set(path, _COUNT, str(others + 1))
        return
    count = _count(path, _OWN)
    before = _get(path, _OWN).split()[2:] if count else [str(number) for number in now]
    _set(path, _OWN, " ".join([str(count + 1), str(_boot()), *before]))


def disown(path: str, known: tuple[int, int]) -> tuple[int, int] | None:
    """Somebody less has it.  Gives whose it is again, None where others still have it.

    known  whose it was, where nothing is remembered
    """
    count = _count(path, _OWN)
    if count:
        before = _get(path, _OWN).split()[2:]
        if count > 1:
            _set(path, _OWN, " ".join([str(count - 1), str(_boot()), *before]))
            return None
        _remove(path, _OWN)
        return (int(before[0]), int(before[1])) if len(before) > 1 else known
    count = _count(path, _COUNT, _TIME)
    if count > 1:
        _set(path, _COUNT, str(count - 1))
        return None
    found = _parsed(_get(path, _OWNER)) if count else None
    if count:
        _remove(path, _OWNER, _COUNT, _TIME)
    return found or known


# ---- entries in lists


def lent(path: str) -> bool:
    """Whether somebody can use a file only because it was lent."""
    return _count(path, _LENT) > 0


def lend(path: str, mode: int, listed: bytes | None) -> None:
    """Somebody more uses it: count it, and write down what it was like before anybody did."""
    count = _count(path, _LENT)
    before = _get(path, _LENT).split()[2:] if count else [str(mode), (listed or b"").hex()]
    _set(path, _LENT, " ".join([str(count + 1), str(_boot()), *before]))


def returned(path: str, mode: int, listed: bytes | None) -> tuple[int, bytes | None] | None:
    """Somebody less uses it.  Gives what it was like, None where others still use it.

    mode, listed  what it was like, where nothing is remembered
    """
    count = _count(path, _LENT)
    words = _get(path, _LENT).split()[2:]
    if count > 1:
        _set(path, _LENT, " ".join([str(count - 1), str(_boot()), *words]))
        return None
    _remove(path, _LENT)
    if not count or not words:
        return mode, listed
    return int(words[0]), bytes.fromhex(words[1]) if len(words) > 1 else None


# ---- attributes


def _boot() -> int:
    """When the host booted, in seconds since 1970."""
    with open("/proc/uptime", encoding="ascii") as file:
        return round(time.time() - float(file.read().split()[0]))


def _count(path: str, name: str, stamp: str | None = None) -> int:
    """How many have a file; 0 where that was written before the host booted."""
    words = _get(path, name).split()
    when = _get(path, stamp) if stamp is not None else "".join(words[1:2])
    if not words or not words[0].isdecimal() or not when.isdecimal():
        return 0
    return int(words[0]) if abs(int(when) - _boot()) <= _NEAR else 0


def _parsed(text: str) -> tuple[int, int] | None:
    user, _, group = text.replace("+", "").partition(":")
    return (int(user), int(group)) if user.isdecimal() and group.isdecimal() else None


def _get(path: str, name: str) -> str:
    try:
        return os.getxattr(path, name).decode("ascii", "replace")
    except OSError:
        return ""


def _set(path: str, name: str, value: str) -> None:
    with Ignoring(OSError):
        os.setxattr(path, name, value.encode())


def _remove(path: str, *names: str) -> None:
    for name in names:
        with Ignoring(OSError):
            os.removexattr(path, name)
