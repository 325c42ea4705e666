"""The kernel's tree of devices under /sys, and what udev knows of each.

Every path is below a root folder, so that the tree of another machine can be read.
"""

from __future__ import annotations

import os

from vsh.drivers.host.sysfs import word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_BUSES = ("ap", "ccw", "css", "matrix", "mdev", "pci", "scsi", "usb", "vdpa")
_CLASSES = ("block", "drm", "matrix", "mtty", "net", "scsi_generic")
_CONTROL = dict.fromkeys(range(32))


class Entry:
    """One device of the kernel's.

    path        where it is, as this machine's processes see it: /sys/devices/...
    subsystem   its bus or class
    properties  what the kernel and, where it runs, udev say of it
    """

    __slots__ = ("_folder", "_links", "_properties", "_root", "path", "subsystem")

    def __init__(self, root: str, path: str, subsystem: str) -> None:
        self._root = root
        self._folder = root + path
        self._properties: dict[str, str] | None = None
        self._links: list[str] = []
        self.path = path
        self.subsystem = subsystem

    @property
    def name(self) -> str:
        """The kernel's name for it."""
        return self.path.rpartition("/")[2].replace("!", "/")

    @property
    def properties(self) -> dict[str, str]:
        """What the kernel says of it, and udev."""
        if self._properties is None:
            found: dict[str, str] = {}
            for line in (word(f"{self._folder}/uevent") or "").splitlines():
                key, equals, value = line.partition("=")
                if equals:
                    found[key] = value
            self._ask_udev(found)
            self._properties = found
        return self._properties

    def _ask_udev(self, found: dict[str, str]) -> None:
        """Add what udev keeps: one file for each device, by its number or name."""
        if "MAJOR" in found:
            letter = "b" if self.subsystem == "block" else "c"
            name = f"{letter}{found['MAJOR']}:{found['MINOR']}"
        elif "IFINDEX" in found:
            name = f"n{found['IFINDEX']}"
        else:
            name = f"+{self.subsystem}:{self.name}"
        for line in (word(f"{self._root}/run/udev/data/{name}") or "").splitlines():
            kind, _, value = line.partition(":")
            if kind == "E":
                key, _, text = value.partition("=")
                found[key] = text
            elif kind == "S":
                self._links.append(f"/dev/{value}")

    @property
    def kind(self) -> str | None:
        """The kernel's word for what it is."""
        return self.properties.get("DEVTYPE")

    @property
    def driver(self) -> str | None:
        """The driver that it is bound to."""
        return self.link("driver")

    @property
    def node(self) -> str | None:
        """The file under /dev that stands for it."""
        name = self.properties.get("DEVNAME")
        if name is None:
            return None
        return name if name.startswith("/") else f"/dev/{name}"

    @property
    def links(self) -> list[str]:
        """Other names of that file."""
        return self._links if self.properties else []

    def text(self, name: str) -> str | None:
        """The text of one of its files; None where it has none, or that is empty."""
        return (word(f"{self._folder}/{name}") or "").translate(_CONTROL) or None

    def number(self, name: str, base: int = 0) -> int | None:
        """The number in one of its files."""
        return to_number(self.text(name), base)

    def link(self, name: str) -> str | None:
        """The last part of what one of its links leads to."""
        try:
            return os.path.basename(os.readlink(f"{self._folder}/{name}"))
        except OSError:
            return None

    def bytes(self, name: str) -> bytes:
        """What one of its files has, as far as this process may read it."""
        try:
            with open(f"{self._folder}/{name}", "rb") as file:
                return file.read()
        except OSError:
            return b""

    def has(self, name: str) -> bool:
        """Whether it has such a file."""
        return os.path.exists(f"{self._folder}/{name}")

    def names(self, folder: str) -> list[str]:
        """What is in one of its folders, sorted."""
        return names(f"{self._folder}/{folder}")

    def elsewhere(self, path: str) -> str | None:
        """The text of a file of the tree."""
        return word(self._root + path)

    def is_there(self, path: str) -> bool:
        """Whether the tree has a file."""
        return os.path.exists(self._root + path)


class Tree:
    """All devices of a machine.

    root  what stands before /sys, /run and /dev
    """

    def __init__(self, root: str = "") -> None:
        self.root = root.rstrip("/")

    def entries(self) -> Iterator[Entry]:
        """Every device of the kinds that are told of, parents before their children."""
        found: dict[str, str] = {}
        for bus in _BUSES:
            self._gather(f"/sys/bus/{bus}/devices", bus, found)
        for name in _CLASSES:
            self._gather(f"/sys/class/{name}", name, found)
        for path in sorted(found):
            yield Entry(self.root, path, found[path])

    def _gather(self, folder: str, subsystem: str, found: dict[str, str]) -> None:
        for name in names(self.root + folder):
            path = os.path.realpath(f"{self.root}{folder}/{name}")
            real_root = os.path.realpath(self.root) if self.root else ""
            if path.startswith(f"{real_root}/sys/") and os.path.exists(f"{path}/uevent"):
                found[path[len(real_root) :]] = subsystem

    def text(self, path: str) -> str | None:
        """The text of a file of the tree; None where it is missing, empty or not for us."""
        from vsh.errors import InternalError

        try:
            return word(self.root + path) or None
        except InternalError:
            return None


def names(folder: str) -> list[str]:
    """What is in a folder, sorted; nothing where there is no such folder."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def to_number(text: str | None, base: int = 10) -> int | None:
    """The number that a text is; None where it is none."""
    try:
        return None if text is None else int(text, base)
    except ValueError:
        return None
