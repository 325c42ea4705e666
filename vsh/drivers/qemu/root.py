"""The folder that everything of one QEMU driver lives under, held by one process at a time.

    DIR/
      state                 definitions, snapshots, the status of running guests (SQLite)
      lock                  held while a process works with the folder; says which
      run/domain-ID-NAME/   a running guest's sockets and keys
      log/NAME.log          what QEMU says
      save/ nvram/ snapshot/ dump/ cache/

Modes are 0700 for folders and 0600 for files.
"""

from __future__ import annotations

import fcntl
import os
import time

from vsh.errors import OperationFailed, SystemFailure

FOLDERS = ("run", "log", "save", "nvram", "snapshot", "dump", "cache")
WAIT = 2.0
"""Seconds that an opener waits for a process that is about to end."""


def default() -> str:
    """The folder where the user named none: the user's own data folder."""
    home = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return os.path.join(home, "vsh", "qemu")


class Root:
    """The folder, open.

    path  the folder's absolute path
    """

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)
        self._lock = -1

    def __truediv__(self, name: str) -> str:
        """A path below the folder."""
        return f"{self.path}/{name}"

    def open(self) -> None:
        """Make what is missing and take the lock.

        Raises SystemFailure where the folder cannot be made, OperationFailed where another process
        works with it.
        """
        try:
            os.makedirs(self.path, mode=0o700, exist_ok=True)
            for name in {*FOLDERS}.difference(os.listdir(self.path)):
                os.makedirs(self / name, mode=0o700, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            self._lock = os.open(self / "lock", flags, 0o600)
        except OSError as error:
            raise SystemFailure(
                f"cannot use {self.path} as the root of a QEMU driver: {error.strerror}"
            ) from None
        until = time.monotonic() + WAIT
        while not self._locked():
            if time.monotonic() > until:
                holder = os.pread(self._lock, 200, 0).decode("utf-8", "replace").strip()
                os.close(self._lock)
                self._lock = -1
                raise OperationFailed(f"{self.path} is in use by {holder or 'another process'}")
            time.sleep(0.02)
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"process {os.getpid()}\n".encode(), 0)

    def _locked(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
