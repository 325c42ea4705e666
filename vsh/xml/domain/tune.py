"""How much of the host a domain gets: <blkiotune>, <memtune>, <memoryBacking>, <cputune>,
<iothreadids>,
<numatune>, <throttlegroups>, <resource>."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlDetail, XmlError
from vsh.xml.domain.devices.disk import IOTUNES, tune
from vsh.xml.domain.resctrl import CacheTune, EnergyTune, MemoryBandwidth
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Present, Text
from vsh.xml.engine.given import Given, Unexplained
from vsh.xml.engine.node import MERGED
from vsh.xml.engine.structure import Children
from vsh.xml.engine.text import INT_MAX, INT_MIN, LONG_MAX, LONG_MIN, ULONG_MAX
from vsh.xml.engine.values import Measure, NumberSet, Scaled, scale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

EMPTY_CPUSET = (ConfigUnsupported, "Invalid value of 'cpuset': {}")
EMPTY_NODESET = (ConfigUnsupported, "Invalid value of 'nodeset': {}")
SCHEDULERS = ("batch", "idle", "fifo", "rr")


class BlockDevice(Element, tag="device"):
    """Limits of one block device of the host."""

    path = Text("path")
    weight = Int(
        "weight", skip=0, wraps=True, wrong=(ConfigUnsupported, "could not parse weight {}")
    )
    read_iops = Int(
        "read_iops_sec",
        skip=0,
        wraps=True,
        wrong=(ConfigUnsupported, "could not parse read iops sec {}"),
    )
    write_iops = Int(
        "write_iops_sec",
        skip=0,
        wraps=True,
        wrong=(ConfigUnsupported, "could not parse write iops sec {}"),
    )
    read_bytes = Int(
        "read_bytes_sec",
        0,
        ULONG_MAX,
        skip=0,
        wraps=True,
        wrong=(ConfigUnsupported, "could not parse read bytes sec {}"),
    )
    write_bytes = Int(
        "write_bytes_sec",
        0,
        ULONG_MAX,
        skip=0,
        wraps=True,
        wrong=(ConfigUnsupported, "could not parse write bytes sec {}"),
    )

    def parsed(self, reading: Reading) -> Found:
        if self.path is None:
            yield ConfigUnsupported("missing per-device path")

    def view(self, flags: int) -> BlockDevice | None:
        """Nothing where there is no limit."""
        return self if len(list(self.values())) > 1 else None


class _Weight(Int):
    """A number that is taken for nothing where it is not one."""

    def parse(self, text: str) -> int | None:
        try:
            return super().parse(text)
        except ValueError:
            return 0


class BlockTune(Element, tag="blkiotune"):
    """Shares of disk bandwidth."""

    in_parts = True
    repeated = MERGED

    omit_empty = True

    weight = _Weight("weight", skip=0)
    devices = Children(BlockDevice, "device")


UNLIMITED = 9007199254740991


class _Limit(Scaled[int | None]):
    """A limit in KiB; the largest value means no limit, and is not written."""

    def parse_text(self, element: _Element, text: str) -> int | None:
        value = super().parse_text(element, text)
        return None if value is None or value >= UNLIMITED else value


class MemoryTune(Element, tag="memtune"):
    """Limits of host memory."""

    in_parts = True
    repeated = MERGED

    omit_empty = True

    hard_limit = _Limit("hard_limit", xpath="./memtune/hard_limit[1]")
    soft_limit = _Limit("soft_limit", xpath="./memtune/soft_limit[1]")
    min_guarantee = Scaled("min_guarantee", xpath="./memtune/min_guarantee[1]", zero=False)
    swap_hard_limit = _Limit("swap_hard_limit", xpath="./memtune/swap_hard_limit[1]")


class Page(Element, tag="page"):
    """A size of huge pages, and which cells use it."""

    size = Measure("@size")
    unit = Text("@unit")
    nodeset = NumberSet("@nodeset", empty=EMPTY_NODESET)

    def parsed(self, reading: Reading) -> Found:
        if self.size is None:
            yield "size", XmlError("missing element or attribute './@size'")
        else:
            self.size = -(-scale(self.size, self.unit, 1024) // 1024)
            if not self.size:
                yield "size", XmlDetail("hugepage size can't be zero")
        self.unit = "KiB"


class MemoryBacking(Element, tag="memoryBacking"):
    """What the guest's memory is made of."""

    in_parts = True
    repeated = MERGED

    omit_empty = True

    hugepages = Present("hugepages")
    pages = Children(Page, "hugepages/page", after="allocation_threads")
    nosharepages = Present("nosharepages")
    locked = Present("locked")
    source = Choice(
        "source/@type",
        ("file", "anonymous", "memfd"),
        none="",
        wrong=(ConfigUnsupported, "unknown memoryBacking/source/type '{}'"),
        needed=True,
    )
    access = Choice(
        "access/@mode",
        ("shared", "private"),
        blank=True,
        wrong=(ConfigUnsupported, "unknown memoryBacking/access/mode '{}'"),
    )
    allocation = Choice(
        "allocation/@mode",
        ("immediate", "ondemand"),
        blank=True,
        wrong=(ConfigUnsupported, "unknown memoryBacking/allocation/mode '{}'"),
    )
    allocation_threads = Int(
        "allocation/@threads",
        skip=0,
        blank=True,
        wrong=(XmlError, "Failed to parse memory allocation threads"),
    )
    discard = Present("discard")


class VcpuPin(Element, tag="vcpupin"):
    """Which host CPUs a vCPU runs on."""

    vcpu = Int[int]("@vcpu", required=True)
    cpuset = NumberSet(
        "@cpuset", required=(InternalError, "missing cpuset for vcpupin"), empty=EMPTY_CPUSET
    )


class EmulatorPin(Element, tag="emulatorpin"):
    """Which host CPUs the emulator runs on."""

    cpuset = NumberSet(
        "@cpuset", required=(InternalError, "missing cpuset for emulatorpin"), empty=EMPTY_CPUSET
    )


class IoThreadPin(Element, tag="iothreadpin"):
    """Which host CPUs an I/O thread runs on."""

    iothread = Int[int]("@iothread", required=True, nonzero=True)
    cpuset = NumberSet(
        "@cpuset", required=(InternalError, "missing cpuset for iothreadpin"), empty=EMPTY_CPUSET
    )


class _Scheduler(Element):
    """How threads are scheduled."""

    def parsed(self, reading: Reading) -> Found:
        if self.scheduler in ("fifo", "rr"):  # type: ignore[attr-defined]
            if self.priority is None:  # type: ignore[has-type]
                yield XmlError(f"Missing required attribute 'priority' in element '{self.tag}'")
        else:
            self.priority = None


def _threads(element: str, attribute: str) -> NumberSet:
    return NumberSet(
        f"@{attribute}",
        required=(XmlError, f"Missing attribute '{attribute}' in element '{element}'"),
        empty=(ConfigUnsupported, f"'{attribute}' scheduler bitmap '{{}}' is empty"),
    )


class EmulatorSched(_Scheduler, tag="emulatorsched"):
    """How the emulator's threads are scheduled."""

    scheduler = Choice[str]("@scheduler", SCHEDULERS, required=True)
    priority = Int("@priority", INT_MIN, INT_MAX)


class VcpuSched(_Scheduler, tag="vcpusched"):
    """How some vCPUs are scheduled."""

    vcpus = _threads("vcpusched", "vcpus")
    scheduler = Choice[str]("@scheduler", SCHEDULERS, required=True)
    priority = Int("@priority", INT_MIN, INT_MAX)


class IoThreadSched(_Scheduler, tag="iothreadsched"):
    """How some I/O threads are scheduled."""

    iothreads = _threads("iothreadsched", "iothreads")
    scheduler = Choice[str]("@scheduler", SCHEDULERS, required=True)
    priority = Int("@priority", INT_MIN, INT_MAX)


def _ulong(name: str, words: str) -> Int:
    return Int(name, 0, ULONG_MAX, skip=0, wrong=(XmlError, f"can't parse cputune {words} value"))


def _long(name: str, words: str) -> Int:
    return Int(
        name, LONG_MIN, LONG_MAX, skip=0, wrong=(XmlError, f"can't parse cputune {words} value")
    )


class CpuTune(Element, tag="cputune"):
    """Shares of CPU time, and which CPUs."""

    in_parts = True
    repeated = MERGED

    omit_empty = True

    shares = Int("shares", 0, ULONG_MAX, wrong=(XmlError, "can't parse cputune shares value"))
    period = _ulong("period", "period")
    quota = _long("quota", "quota")
    global_period = _ulong("global_period", "global period")
    global_quota = _long("global_quota", "global quota")
    emulator_period = _ulong("emulator_period", "emulator period")
    emulator_quota = _long("emulator_quota", "emulator quota")
    iothread_period = _ulong("iothread_period", "iothread period")
    iothread_quota = _long("iothread_quota", "iothread quota")
    vcpupins = Children(VcpuPin, "vcpupin")
    emulatorpin = Children(EmulatorPin, "emulatorpin")
    iothreadpins = Children(IoThreadPin, "iothreadpin")
    emulatorsched = Children(EmulatorSched, "emulatorsched")
    vcpuscheds = Children(VcpuSched, "vcpusched")
    iothreadscheds = Children(IoThreadSched, "iothreadsched")
    cachetunes = Children(CacheTune, "cachetune")
    memorytunes = Children(MemoryBandwidth, "memorytune")
    energytunes = Children(EnergyTune, "energytune")

    def ended(self, name: str, number: int) -> None:
        """Nothing is wrong with what libvirt does not come to: it stopped before item ``number`` of
        a list."""
        for item in getattr(self, name)[number:]:
            item.keep()
        order = list(self.fields)
        self.drop(*order[order.index(name) + 1 :])

    def parsed(self, reading: Reading) -> Found:
        if len(self.emulatorpin) > 1:
            self.drop("emulatorpin")
            yield "emulatorpin", XmlError("only one emulatorpin is supported")
        if len(self.emulatorsched) > 1:
            self.drop("emulatorsched")
            yield "emulatorsched", XmlError("only one emulatorsched is supported")


class IoThread(Element, tag="iothread"):
    """One I/O thread of a domain."""

    id = Int[int]("@id", required=True, nonzero=True)
    pool_min = Int("@thread_pool_min", 0, INT_MAX)
    pool_max = Int("@thread_pool_max", 0, INT_MAX)
    poll_max = Int("poll/@max", 0, ULONG_MAX)
    poll_grow = Int("poll/@grow", 0, ULONG_MAX)
    poll_shrink = Int("poll/@shrink", 0, ULONG_MAX)
    poll_weight = Int("poll/@weight")

    automatic = False


class MemNode(Element, tag="memnode"):
    """Where one guest cell's memory comes from."""

    cellid = Int[int]("@cellid", required=True)
    mode = Choice[str](
        "@mode", ("strict", "preferred", "interleave", "restrictive"), default="strict"
    )
    nodeset = NumberSet(
        "@nodeset",
        required=(XmlError, "Missing required nodeset attribute in memnode element"),
        empty=EMPTY_NODESET,
    )


class NumaTune(Element, tag="numatune"):
    """Where the guest's memory comes from."""

    omit_empty = True

    memory = Present("memory", when=lambda n: False)
    mode = Choice(
        "memory/@mode",
        ("strict", "preferred", "interleave", "restrictive"),
        wrong=(ConfigUnsupported, "Unsupported NUMA memory tuning mode '{}'"),
    )
    placement = Choice(
        "memory/@placement",
        ("static", "auto"),
        none="default",
        wrong=(ConfigUnsupported, "Unsupported NUMA memory placement mode '{}'"),
        when=lambda n: n.placement == "auto",
    )
    nodeset = NumberSet("memory/@nodeset", empty=EMPTY_NODESET)
    memnodes = Children(MemNode, "memnode")

    def settle(self, static: bool, cells: int) -> Iterable[Error]:
        """Decide where memory comes from; ``static`` is the placement of the vCPUs."""
        if self.mode or self.placement or self.nodeset:
            self.mode = self.mode or "strict"
            if self.placement is None:
                self.placement = "static" if self.nodeset or static else "auto"
            if self.placement == "static" and not self.nodeset:
                yield ConfigUnsupported(
                    "nodeset for NUMA memory tuning must be set if 'placement' is 'static'"
                )
            if self.placement == "auto":
                self.nodeset = None
        if not self.memnodes:
            return
        if self.placement == "auto":
            yield ConfigUnsupported(
                "Per-node binding is not compatible with automatic NUMA placement."
            )
        elif not cells:
            yield XmlError("Element 'memnode' is invalid without any guest NUMA cells")
        else:
            yield from self._nodes(cells)

    def _nodes(self, cells: int) -> Iterable[Error]:
        seen: set[int] = set()
        for node in self.memnodes:
            if node.cellid is None:
                continue
            if node.cellid >= cells:
                yield XmlError(
                    "Argument 'cellid' in memnode element must correspond to existing guest's "
                    "NUMA cell"
                )
                return
            if node.cellid in seen:
                yield XmlError(f"Multiple memnode elements with cellid {node.cellid}")
                return
            seen.add(node.cellid)
            if self.mode == "restrictive" and node.mode != "restrictive":
                yield XmlError(
                    "'restrictive' mode is required in memnode element when mode is 'restrictive' "
                    "in memory element"
                )
                return
        self.memnodes = sorted(self.memnodes, key=lambda node: node.cellid or 0)


class ThrottleGroup(Element, tag="throttlegroup"):
    """Limits that several disks share."""

    if TYPE_CHECKING:
        group_name: str | None

    for _name in (*(name for name in IOTUNES if name != "group_name"), "group_name"):
        vars()[_name] = tune("", _name, "throttle group field '{}' must be an integer")
    del _name

    def parsed(self, reading: Reading) -> Found:
        if self.group_name is None:
            yield XmlError("missing group name")


class IommuFd(Element, tag="iommufd"):
    """Whether devices of the host are handed over through /dev/iommu."""

    enabled = Flag("@enabled", required=True)
    fdgroup = Text("@fdgroup")


class Resource(Element, tag="resource"):
    """Which part of the host the domain belongs to."""

    omit_empty = True

    partition = Text("partition")
    appid = Given("fibrechannel/@appid")

    def parsed(self, reading: Reading) -> Found:
        if self.partition is None and self.appid is None:
            yield Unexplained("<resource> says neither a partition nor an appid")
