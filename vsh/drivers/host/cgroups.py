"""Control groups of the first version: what the kernel lets groups of processes have.

Each controller is a tree of its own below /sys/fs/cgroup.  A group of ours is a folder below one
for its owner, so that what a killed process left can be found.
"""

from __future__ import annotations

import os
import time
from errno import EBUSY, EINVAL

from vsh.drivers.state.attempts import Ignoring
from vsh.errors import SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

CONTROLLERS = ("cpu", "cpuset", "memory", "blkio")
_LEAVING = 0.5
"""Seconds that the last threads of a process that has ended may still be in its group."""


def mounted() -> dict[str, str]:
    """Where the controllers are that we may make groups of."""
    found: dict[str, str] = {}
    with Ignoring(OSError), open("/proc/self/mounts", encoding="utf-8") as file:
        for line in file:
            _, place, kind, options, *_ = line.split()
            if kind == "cgroup":
                for name in set(options.split(",")).intersection(CONTROLLERS):
                    found.setdefault(name, place)
    return {name: place for name, place in found.items() if os.access(place, os.W_OK)}


def owner(root: str) -> str:
    """The name of the group that all groups of a folder's guests are in: the folder's number."""
    status = os.stat(root)
    return f"vsh-{status.st_dev:x}-{status.st_ino:x}"


def remove(root: str, name: str) -> None:
    """Remove a guest's groups, if it has any; the last one's owner goes with it."""
    if os.geteuid() != 0:
        return
    for place in mounted().values():
        ours = Group(f"{place}/{owner(root)}")
        if ours.exists:
            ours.child(name).remove()
            if not ours.children():
                ours.remove()


def clean_up(root: str, running: set[str]) -> None:
    """Remove the groups of guests of a folder that do not run: somebody was killed."""
    if os.geteuid() != 0:
        return
    for place in mounted().values():
        ours = Group(f"{place}/{owner(root)}")
        if ours.exists:
            for child in ours.children():
                if os.path.basename(child.path) not in running:
                    child.remove()
            if not ours.children():
                ours.remove()


class Group:
    """One group of one controller.

    path  its folder
    """

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        """Whether it has been made."""
        return os.path.isdir(self.path)

    @property
    def parent(self) -> Group:
        """The group that it is in."""
        return Group(os.path.dirname(self.path))

    def child(self, name: str) -> Group:
        """A group inside it."""
        return Group(f"{self.path}/{name}")

    def children(self) -> list[Group]:
        """The groups inside it."""
        with os.scandir(self.path) as entries:
            return [Group(each.path) for each in entries if each.is_dir()]

    def make(self) -> None:
        """Make it, and those that it is in.  Raises SystemFailure."""
        try:
            os.makedirs(self.path, 0o755, exist_ok=True)
        except OSError as error:
            raise SystemFailure(
                f"Unable to create directory {self.path}: {error.strerror}"
            ) from None

    def has(self, name: str) -> bool:
        """Whether it has a file."""
        return os.path.exists(f"{self.path}/{name}")

    def get(self, name: str) -> str:
        """What a file of it says.  Raises SystemFailure."""
        try:
            with open(f"{self.path}/{name}", encoding="ascii") as file:
                return file.read().strip()
        except OSError as error:
            raise SystemFailure(
                f"Unable to read from '{self.path}/{name}': {error.strerror}"
            ) from None

    def set(self, name: str, value: object) -> None:
        """Write to a file of it.  Raises SystemFailure."""
        try:
            with open(f"{self.path}/{name}", "w", encoding="ascii") as file:
                file.write(str(value))
        except OSError as error:
            what = f"Unable to write to '{self.path}/{name}'"
            if error.errno == EINVAL:
                what = f"Invalid value '{value}' for '{name}'"
            raise SystemFailure(f"{what}: {error.strerror}") from None

    def adopt(self, threads: Iterable[int], *, whole: bool = False) -> None:
        """Take threads, or whole processes, in; those that have ended are left out.

        Raises SystemFailure.
        """
        for thread in threads:
            try:
                self.set("cgroup.procs" if whole else "tasks", thread)
            except SystemFailure:
                if os.path.exists(f"/proc/{thread}"):
                    raise

    def remove(self) -> None:
        """Remove it with those inside it; what still has processes stays."""
        with Ignoring(OSError):
            for each in self.children():
                each.remove()
        until = time.monotonic() + _LEAVING
        while True:
            try:
                os.rmdir(self.path)
            except OSError as error:
                if error.errno != EBUSY or time.monotonic() > until:
                    return
                time.sleep(0.002)
            else:
                return
