"""Groups of the kernel's resctrl: who has which part of the caches and of the memory's bandwidth.

The kernel's files are described in Documentation/arch/x86/resctrl.rst: a folder below
``/sys/fs/resctrl`` is a group, ``schemata`` in it what its tasks have, ``mon_groups`` holds those
that are watched only.  Free parts are chosen as libvirt chooses them: the smallest room that is
large enough.
"""

from __future__ import annotations

import fcntl
import os
from os import rmdir

from vsh.drivers.host import sysfs
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import ConfigUnsupported, InternalError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vsh.xml.host.capabilities import Bank

_SUFFIXES = {"both": "", "code": "CODE", "data": "DATA"}
_SCOPES = {suffix: scope for scope, suffix in _SUFFIXES.items()}
_INFO = "info"
FOLDER = "/sys/fs/resctrl"
"""Where the kernel has them, if somebody has mounted it."""

Part = tuple[int, str, int]
"""A part of a cache: its level, what of it ("both", "code", "data"), the number of the cache."""


class Allocation:
    """What a group has.

    masks      for each part the bits of the cache
    bandwidth  for each memory controller its share
    """

    __slots__ = ("bandwidth", "masks")

    def __init__(
        self, masks: dict[Part, int] | None = None, bandwidth: dict[int, int] | None = None
    ) -> None:
        self.masks = masks or {}
        self.bandwidth = bandwidth or {}

    @classmethod
    def parse(cls, text: str, known: Callable[[Part], bool]) -> Allocation:
        """Read a ``schemata``.  Raises InternalError: it is of caches that the host has not."""
        found = cls()
        for line in text.splitlines():
            head, _, rest = line.strip().partition(":")
            pairs = [pair.split("=", 1) for pair in rest.split(";") if "=" in pair]
            try:
                if head == "MB":
                    found.bandwidth |= {int(id): int(value) for id, value in pairs}
                    continue
                if head[:1] != "L":
                    continue
                digits = head[1:].rstrip("CODEAT")
                scope = _SCOPES[head[1 + len(digits) :]]
                masks = {(int(digits), scope, int(id)): int(mask, 16) for id, mask in pairs}
            except (KeyError, ValueError):
                raise InternalError(f"Cannot parse resctrl schema level '{head}'") from None
            for part in masks:
                if not known(part):
                    raise InternalError(
                        f"Missing or inconsistent resctrl info for level '{part[0]}' "
                        f"type '{part[1]}'"
                    )
            found.masks |= masks
        return found

    def format(self, bits: Callable[[int, str], int]) -> str:
        """As a ``schemata``.

        bits  how many the masks of a level and scope have
        """
        lines: dict[tuple[int, int], list[str]] = {}
        order = tuple(_SUFFIXES)
        for (level, scope, id), mask in sorted(self.masks.items()):
            digits = (bits(level, scope) + 3) // 4
            lines.setdefault((level, order.index(scope)), []).append(f"{id}={mask:0{digits}x}")
        text = "".join(
            f"L{level}{_SUFFIXES[order[scope]]}:{';'.join(each)}\n"
            for (level, scope), each in sorted(lines.items())
        )
        if self.bandwidth:
            shares = (f"{id}={value}" for id, value in sorted(self.bandwidth.items()))
            text += f"MB:{';'.join(shares)}\n"
        return text


class Groups:
    """The groups of a host.

    folder  what stands for /sys/fs/resctrl
    banks   the host's caches, of all levels

    Raises ConfigUnsupported where nothing can be shared out or watched, InternalError.
    """

    def __init__(self, folder: str, banks: Iterable[Bank]) -> None:
        from vsh.drivers.host.resctrl import UNITS, Sharing

        self.folder = folder
        self._sharing = Sharing(folder)
        sharing = self._sharing
        if not sharing.shares and sharing.bandwidth is None and sharing.watched is None:
            raise ConfigUnsupported("Resource control is not supported on this host")
        self._bits: dict[tuple[int, str], tuple[int, int]] = {}
        for level, shares in sharing.shares.items():
            for scope, _, bits, least in shares:
                self._bits[level, scope] = bits, least
        self._sizes: dict[int, int] = {}
        self._caches: dict[int, set[int]] = {}
        for bank in banks:
            level = bank.level or 0
            self._sizes[level] = (bank.size or 0) * UNITS[bank.unit or "B"]
            self._caches.setdefault(level, set()).add(bank.id or 0)

    # ---- what there is

    def _known(self, part: Part) -> bool:
        level, scope, id = part
        return (level, scope) in self._bits and id in self._caches.get(level, ())

    def _count(self, level: int, scope: str) -> int:
        return self._bits[level, scope][0]

    def _of(self, path: str) -> Allocation | None:
        text = sysfs.word(f"{path}/schemata")
        if text is None:
            return None
        found = Allocation.parse(text, self._known)
        if found.bandwidth and not (self._sharing.bandwidth or (0,))[0]:
            raise InternalError(
                "Missing or inconsistent resctrl info for memory bandwidth allocation"
            )
        for part in found.masks:
            found.masks[part] &= (1 << self._count(*part[:2])) - 1
        return found

    def default(self) -> Allocation:
        """What everybody has who is in no group.  Raises InternalError."""
        found = self._of(self.folder)
        if found is None:
            raise InternalError("Could not read schemata file for the default group")
        return found

    def unused(self) -> Allocation:
        """The bits of caches that no group has.  Raises InternalError."""
        default = self.default()
        free = Allocation(
            {
                (level, scope, id): (1 << bits) - 1
                for (level, scope), (bits, _) in self._bits.items()
                for id in self._caches.get(level, ())
            },
            default.bandwidth,
        )
        others = [default]
        for name in os.listdir(self.folder):
            if name != _INFO and os.path.isdir(f"{self.folder}/{name}"):
                other = self._of(f"{self.folder}/{name}")
                others += [] if other is None else [other]
        for other in others:
            for part, mask in other.masks.items():
                free.masks[part] &= ~mask
        return free

    def text(self, allocation: Allocation) -> str:
        """An allocation as the kernel takes it."""
        return allocation.format(self._count)

    # ---- making groups

    def chosen(self, sizes: dict[Part, int], bandwidth: dict[int, int]) -> Allocation:
        """What a new group gets that wants parts of caches of these sizes (bytes) and bandwidths.

        Raises ConfigUnsupported in libvirt's words where the host has not what is wanted.
        """
        free = self.unused()
        self._check(bandwidth)
        found = Allocation(dict(self.default().masks), dict(bandwidth))
        for part, size in sorted(sizes.items(), key=lambda each: _place(each[0])):
            level, scope, id = part
            if not any(known == level for known, _ in self._bits):
                raise ConfigUnsupported(f"Cache level {level} does not support tuning")
            if (level, scope) not in self._bits:
                raise ConfigUnsupported(
                    f"Cache level {level} does not support tuning for scope type '{scope}'"
                )
            if id > max(self._caches.get(level, ()), default=-1):
                raise ConfigUnsupported(f"Cache with id {id} does not exists for level {level}")
            if part not in free.masks:
                raise ConfigUnsupported(
                    f"Cache level {level} id {id} does not support tuning for scope type '{scope}'"
                )
            found.masks[part] = self._room(part, size, free.masks[part])
        return found

    def _check(self, bandwidth: dict[int, int]) -> None:
        if not bandwidth:
            return
        if self._sharing.bandwidth is None:
            raise ConfigUnsupported("RDT Memory Bandwidth allocation unsupported")
        step, least, _ = self._sharing.bandwidth
        for _, share in sorted(bandwidth.items()):
            wrong = f"Memory Bandwidth allocation of size {share} is"
            if share % step:
                raise ConfigUnsupported(f"{wrong} not divisible by granularity {step}")
            if share < least:
                raise ConfigUnsupported(
                    f"{wrong} smaller than the minimum allowed allocation {least}"
                )

    def _room(self, part: Part, size: int, free: int) -> int:
        """The bits of a cache that a group gets: of the smallest free run that is long enough."""
        level, scope, id = part
        bits, least = self._bits[level, scope]
        whole = self._sizes[level]
        step = whole // bits
        wrong = f"Cache allocation of size {size} is"
        if size == whole:
            raise ConfigUnsupported(
                "Cache allocation for the whole cache is not possible, "
                f"specify size smaller than {whole}"
            )
        if size % step:
            raise ConfigUnsupported(f"{wrong} not divisible by granularity {step}")
        need = size // step
        if need < least:
            raise ConfigUnsupported(
                f"{wrong} smaller than the minimum allowed allocation {step * least}"
            )
        runs = [run for run in _runs(free, bits) if run[1] >= need]
        if not runs:
            raise ConfigUnsupported(
                f"Not enough room for allocation of {size} bytes for level {level} "
                f"cache {id} scope type '{scope}'"
            )
        start, _ = min(runs, key=lambda run: run[1])
        return ((1 << need) - 1) << start

    def make(self, name: str, sizes: dict[Part, int], bandwidth: dict[int, int]) -> str:
        """A new group of its own; its folder.  Raises ConfigUnsupported, SystemFailure."""
        path = f"{self.folder}/{name}"
        with _Locked(self.folder):
            text = self.text(self.chosen(sizes, bandwidth))
            make(path)
            try:
                with open(f"{path}/schemata", "w", encoding="ascii") as file:
                    file.write(text)
            except OSError as error:
                with Ignoring(OSError):
                    rmdir(path)
                raise SystemFailure(
                    f"Cannot write into schemata file '{path}/schemata': {error.strerror}"
                ) from None
        return path

    def watch(self, group: str, name: str) -> str:
        """A watch on some tasks of a group; its folder.  Raises SystemFailure."""
        path = f"{group}/mon_groups/{name}"
        with _Locked(self.folder):
            make(path)
        return path


class _Locked:
    """Nobody else makes groups meanwhile: libvirt and others take the same lock."""

    __slots__ = ("_descriptor",)

    def __init__(self, folder: str) -> None:
        try:
            self._descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        except OSError as error:
            raise SystemFailure(f"Cannot lock resctrl: {error.strerror}") from None

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def _place(part: Part) -> tuple[int, int, int]:
    level, scope, id = part
    return level, tuple(_SUFFIXES).index(scope), id


def _runs(mask: int, bits: int) -> Iterator[tuple[int, int]]:
    """Each run of set bits: its first, and how many there are."""
    start = None
    for bit in range(bits + 1):
        if mask >> bit & 1 and bit < bits:
            start = bit if start is None else start
        elif start is not None:
            yield start, bit - start
            start = None


def make(path: str) -> None:
    """Make a group's folder, if it is not there.  Raises SystemFailure."""
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise SystemFailure(f"Cannot create resctrl directory '{path}': {error.strerror}") from None


def add(path: str, thread: int) -> None:
    """Put a thread into a group.  Raises SystemFailure."""
    try:
        with open(f"{path}/tasks", "a", encoding="ascii") as file:
            file.write(f"{thread}\n")
    except OSError as error:
        raise SystemFailure(
            f"Cannot write pid in tasks file '{path}/tasks': {error.strerror}"
        ) from None


def readings(path: str, prefix: str, features: list[str]) -> list[tuple[int, dict[str, str]]]:
    """What is counted of a group's tasks, for each cache or package: its number, each figure.

    prefix  what the folders in ``mon_data`` begin with, "mon_L" or "mon_PERF_PKG_"

    Raises InternalError where a figure cannot be read.
    """
    folder = f"{path}/mon_data"
    try:
        names = os.listdir(folder)
    except OSError as error:
        raise InternalError(f"cannot open directory '{folder}': {error.strerror}") from None
    found = []
    for name in names:
        rest = name.removeprefix(prefix)
        number = rest.rpartition("_")[2]
        if rest == name or not number.isdecimal() or not os.path.isdir(f"{folder}/{name}"):
            continue
        figures = {}
        for feature in features:
            text = sysfs.word(f"{folder}/{name}/{feature}")
            if text is None:
                raise InternalError(f"File '{folder}/{name}/{feature}' does not exist.")
            figures[feature] = text
        found.append((int(number), figures))
    return sorted(found, key=lambda each: each[0])


def remove(folder: str, prefix: str, *, keep: Callable[[str], bool]) -> None:
    """Remove the groups and watches whose names begin with a prefix, but for those to be kept.

    Watches of a group go with it.
    """
    for place in (f"{folder}/mon_groups", folder):
        try:
            names = os.listdir(place)
        except OSError:  # no such kernel
            continue
        for name in names:
            if name.startswith(prefix) and not keep(name.removeprefix(prefix)):
                with Ignoring(OSError):
                    rmdir(f"{place}/{name}")
