"""Who works on a domain's moments: one process at a time, from its first look to its last call.

The lock is an open file, so that it ends with the process, whatever ends that.  It guards against
the user's other processes; other clients of the hypervisor it cannot keep away.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


def _folder() -> str:
    """Where locks are: what is left of one is of no worth.  Raises OSError."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    for home in (cache, state):
        folder = os.path.join(home, "vsh")
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        except OSError:
            if home == state:
                raise
        else:
            break
    return folder


class Lock:
    """A lock by name: ``with Lock(name):``.

    Raises OSError where its file cannot be made; ``with`` raises BlockingIOError where another
    process holds it.
    """

    __slots__ = ("_number", "path")

    def __init__(self, name: str) -> None:
        self.path = os.path.join(_folder(), f"{name}.lock")
        self._number: int | None = None

    def __enter__(self) -> Self:
        import fcntl

        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        while True:
            number = os.open(self.path, flags, 0o600)
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(number)
                raise
            except OSError:
                pass  # there are file systems without locks
            if self._is_there(number):
                self._number = number
                return self
            os.close(number)  # who held it has removed the file meanwhile

    def __exit__(self, *_: object) -> None:
        if self._number is not None:
            os.unlink(self.path)
            os.close(self._number)
            self._number = None

    def _is_there(self, number: int) -> bool:
        """Whether the file that is open is still the one that others find."""
        try:
            there = os.stat(self.path)
        except FileNotFoundError:
            return False
        return os.path.samestat(os.fstat(number), there)
