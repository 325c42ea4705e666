"""What a guest's QEMU and the host count of it: memory, disks, interfaces, CPU time."""

from __future__ import annotations

import os
import stat

from vsh.drivers.host.process import stat_words
from vsh.drivers.qemu.monitor import CommandRefused
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import SystemFailure
from vsh.qmp.value import integer, struct, structs, text
from vsh.words.domain.memory import DomainMemoryStatTags as Tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.qmp.value import Ask, Struct
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.memballoon import MemBalloon

_PERIPHERAL = "/machine/peripheral/"
_UNKNOWN = 2**64 - 1
"""What a guest's driver says of what it does not count."""

# what the guest's balloon driver tells, and in which unit of bytes
_GUEST_MEMORY = (
    ("stat-swap-in", Tag.SWAP_IN, 1024),
    ("stat-swap-out", Tag.SWAP_OUT, 1024),
    ("stat-major-faults", Tag.MAJOR_FAULT, 1),
    ("stat-minor-faults", Tag.MINOR_FAULT, 1),
    ("stat-free-memory", Tag.UNUSED, 1024),
    ("stat-total-memory", Tag.AVAILABLE, 1024),
    ("stat-available-memory", Tag.USABLE, 1024),
    ("stat-disk-caches", Tag.DISK_CACHES, 1024),
    ("stat-htlb-pgalloc", Tag.HUGETLB_PGALLOC, 1),
    ("stat-htlb-pgfail", Tag.HUGETLB_PGFAIL, 1),
)


def balloon(definition: Definition) -> MemBalloon | None:
    """The memory balloon of a definition, or None."""
    return next((one for one in definition.memballoon if one.model != "none"), None)


def _balloon_path(definition: Definition) -> str | None:
    found = balloon(definition)
    return None if found is None or not found.alias else f"{_PERIPHERAL}{found.alias}"


def set_period(ask: Ask, definition: Definition, seconds: int) -> None:
    """Have the guest's balloon driver tell its numbers so often.  Raises CommandRefused."""
    path = _balloon_path(definition)
    if path is not None:
        ask("qom-set", {"path": path, "property": "guest-stats-polling-interval",
                        "value": seconds})  # fmt: skip


def balloon_question(alias: str) -> tuple[str, dict[str, str]]:
    """What to ask a QEMU for what the driver of a balloon tells."""
    return "qom-get", {"path": f"{_PERIPHERAL}{alias}", "property": "guest-stats"}


def memory(guest: Guest, ask: Ask) -> list[tuple[int, int]]:
    """What is known of a running guest's memory: virDomainMemoryStatTags and KiB, or numbers."""
    assert guest.run is not None
    found: list[tuple[int, int]] = []
    _, alias = guest.balloon
    if alias:
        try:
            actual = struct(ask("query-balloon"))
            found.append((Tag.ACTUAL_BALLOON, integer(actual["actual"]) // 1024))
            told = struct(ask(*balloon_question(alias)))
        except CommandRefused:
            told = {}  # no driver in the guest has told anything yet
        stats = struct(told.get("stats"))
        for name, tag, unit in _GUEST_MEMORY:
            value = integer(stats.get(name), -1)
            if value not in (-1, _UNKNOWN):
                found.append((tag, value // unit))
            if tag == 8 and told.get("last-update") is not None:
                found.append((Tag.LAST_UPDATE, integer(told["last-update"])))
    found.append((Tag.RSS, resident(guest.run.process.pid)))
    return found


def resident(process: int) -> int:
    """The memory that a process has in RAM, in KiB."""
    return int(stat_words(process)[21]) * os.sysconf("SC_PAGESIZE") // 1024


# ---- disks


def disk(definition: Definition, name: str) -> Disk | None:
    """The disk with that target or, where the name is a path, with that source; or None."""
    if not name.startswith("/"):
        return next((one for one in definition.disks if one.target == name), None)
    found = [one for one in definition.disks if one.source and one.source.path == name]
    return found[0] if len(found) == 1 else None


_FILTERS = ("copy-before-write", "mirror_top", "commit_top", "copy-on-read", "throttle")


class Blocks:
    """What a QEMU counts of its disks, asked once for all of them.

    devices  by the alias of the disk: what query-blockstats says
    nodes    by node name: what query-named-block-nodes says
    """

    __slots__ = ("devices", "nodes")

    def __init__(self, ask: Ask, *, sizes: bool = True) -> None:
        self.devices: dict[str, Struct] = {}
        self.nodes: dict[str, Struct] = {}
        for device in structs(ask("query-blockstats")):
            alias = alias_of(device) or text(device.get("device"), "")
            self.devices[alias.removeprefix("drive-")] = device
        if sizes:
            for node in structs(ask("query-named-block-nodes")):
                self.nodes[text(node["node-name"])] = node

    def below_filters(self, device: Struct) -> Struct:
        """What is counted of the image of a device: jobs and limits put nodes of theirs above."""
        while device.get("backing") and self._driver(device) in _FILTERS:
            device = struct(device["backing"])
        return device

    def _driver(self, device: Struct) -> str:
        return text(self.nodes.get(text(device.get("node-name"), ""), {}).get("drv"), "")

    def image(self, device: Struct) -> Struct:
        """What is known of the image that a device, or a node below one, has; empty for none."""
        node = self.nodes.get(text(device.get("node-name"), ""), {})
        return struct(node.get("image"))

    def highest(self, device: Struct) -> int | None:
        """One more than the highest byte that was written to an image, where that is known."""
        found = struct(struct(device.get("parent")).get("stats")).get("wr_highest_offset")
        return None if found is None else integer(found)

    def capacity(self, device: Struct) -> tuple[int, int]:
        """The size of an image for its guest, and what it takes on the host, in bytes."""
        image = self.image(device)
        if not image:
            return 0, 0
        size = integer(image["virtual-size"])
        return size, integer(image.get("actual-size"), size)

    def threshold(self, device: Struct) -> int:
        """Beyond which byte a write is to be told; 0 for none."""
        return integer(self._storage(device).get("write_threshold"), 0)

    def limits(self, device: Struct) -> Struct:
        """What requests the storage takes, by QEMU's names; a QEMU before 10.1 does not say."""
        return struct(struct(self._storage(device).get("image")).get("limits"))

    def _storage(self, device: Struct) -> Struct:
        """The node that a device's image is stored in."""
        name, number, _ = (text(device.get("node-name"), "") + "--").split("-", 2)
        return self.nodes.get(f"{name}-{number}-storage", {})


def alias_of(device: Struct) -> str:
    """The alias of a device of QEMU's, by its path in the object tree; "" where it has none."""
    name = text(device.get("qdev"), "").removeprefix(_PERIPHERAL).partition("/")[0]
    return name.removesuffix("-device") if name.startswith("usb-disk") else name


def on_disk(path: str) -> int:
    """The size of an image's file or block device, in bytes.  Raises SystemFailure."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            return os.lseek(descriptor, 0, os.SEEK_END)
        finally:
            os.close(descriptor)
    except OSError as error:
        why = f"failed to open file '{path}': {error.strerror}"
        raise SystemFailure(f"cannot access storage file: {why}") from None


def image_sizes(path: str, format: str | None) -> tuple[int, int, int]:
    """Of the image of a disk that no QEMU has open: capacity, allocation, size, in bytes.

    Raises SystemFailure where it cannot be read.
    """
    from vsh.image.probe import head_of, probe

    try:
        status = os.stat(path)
    except OSError as error:
        raise SystemFailure(f"Failed to open file '{path}': {error.strerror}") from None
    physical = on_disk(path)
    raw = not format or format == "raw"
    capacity = physical
    if not raw:  # where its first bytes say nothing it is as long as it is
        capacity = probe(head_of(path)).capacity or physical
    block = stat.S_ISBLK(status.st_mode)
    allocation = (physical if raw else 0) if block else status.st_blocks * 512
    return capacity, allocation, physical


# ---- interfaces


def interface(name: str, *, ours: bool) -> tuple[int, ...] | None:
    """Bytes, packets, errors and drops that a guest received, then those that it sent.

    ours  the host counts from its own side: what it sent, the guest received

    None where the host has no interface of that name.
    """
    with open("/proc/net/dev", encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            found, colon, numbers = line.partition(":")
            if colon and found.strip() == name:
                words = [int(word) for word in numbers.split()]
                host_in, host_out = tuple(words[0:4]), tuple(words[8:12])
                return host_out + host_in if ours else host_in + host_out
    return None


def counted_from_outside(kind: str | None) -> bool:
    """Whether the host's counters of an interface of that type are those of the other end of a
    cable.
    """
    return kind != "direct"


# ---- CPU time


def cpu_times(process: int) -> tuple[int, int, int] | None:
    """All, user and system time of a process in nanoseconds; None if it has gone."""
    try:
        words = stat_words(process)
    except OSError:
        return None
    tick = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
    user, system = int(words[11]) * tick, int(words[12]) * tick
    return user + system, user, system


def thread_times(process: int, thread: int) -> tuple[int, int]:
    """The CPU time of a thread in nanoseconds, and the host CPU that it ran on last."""
    with open(f"/proc/{process}/task/{thread}/stat", "rb") as file:
        words = file.read().rpartition(b")")[2].split()
    ticks = int(words[11]) + int(words[12])
    return ticks * (1_000_000_000 // os.sysconf("SC_CLK_TCK")), int(words[36])


def thread_waits(process: int, thread: int) -> tuple[int, int]:
    """For how many nanoseconds a thread waited for something, and for a CPU."""
    wait = delay = 0
    with Ignoring(OSError), open(f"/proc/{process}/task/{thread}/sched") as file:
        for line in file:
            name, _, number = line.partition(":")
            if name.strip() in ("wait_sum", "se.statistics.wait_sum"):
                wait = round(float(number) * 1_000_000)
    with Ignoring(OSError), open(f"/proc/{process}/task/{thread}/schedstat") as file:
        delay = int(file.read().split()[1])
    return wait, delay
