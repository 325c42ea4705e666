"""<cpu>: the CPU that the guest sees, its topology and its NUMA cells."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Present, Switch, Text
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import INT_MAX, ULONG_MAX
from vsh.xml.engine.values import Measure, NumberSet, parse_set, scale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

    class Named(Protocol):
        """A feature of a guest's CPU or a host's."""

        @property
        def name(self) -> str: ...

    class AnyCpu(Protocol):
        """What a guest's CPU and a host's have both."""

        sockets: int | None
        dies: int | None
        clusters: int | None

        @property
        def features(self) -> Sequence[Named]: ...
        @property
        def cache_level(self) -> int | None: ...
        @property
        def address_mode(self) -> str | None: ...
        @property
        def address_limit(self) -> int | None: ...


MODES = ("custom", "host-model", "host-passthrough", "maximum")
POLICIES = ("force", "require", "optional", "disable", "forbid")
WIDE = ("host-passthrough", "maximum")


class CpuFeature(Element, tag="feature"):
    """One feature of the CPU, wanted or not."""

    policy = Choice[str](
        "@policy",
        POLICIES,
        default="require",
        wrong=(ConfigUnsupported, "Invalid CPU feature policy"),
    )
    name = Text[str]("@name")

    def parsed(self, reading: Reading) -> Found:
        if not self.name:
            yield XmlError("Invalid CPU feature name")


class Sibling(Element, tag="sibling"):
    """How far another NUMA cell is."""

    id = Int("@id", required=True)
    value = Int("@value", required=True)


class NumaCache(Element, tag="cache"):
    """A memory-side cache of a NUMA cell."""

    level = Int[int]("@level", required=True, nonzero=True)
    associativity = Choice[str]("@associativity", ("none", "direct", "full"), required=True)
    policy = Choice[str]("@policy", ("none", "writeback", "writethrough"), required=True)
    size = Measure("size/@value")
    size_unit = Text("size/@unit")  # libvirt looks for it elsewhere: it says nothing
    line_size = Measure("line/@value", skip=0)
    line_unit = Text("line/@unit")

    def parsed(self, reading: Reading) -> Found:
        if self.size is None:
            yield XmlError("missing element or attribute './size/@value'")
        elif self.line_size is None:
            yield XmlError("missing element or attribute './line/@value'")
        else:
            self.size_unit = "KiB"
            self.line_unit = "B" if self.line_size else None


class Cell(Element, tag="cell"):
    """A NUMA cell of the guest."""

    id = Int("@id")
    cpus = NumberSet("@cpus")
    memory = Measure("@memory")
    unit = Text("@unit")
    access = Choice("@memAccess", ("shared", "private"))
    discard = Flag("@discard")
    has_distances = Present("distances", when=lambda c: False)
    distances = Children(Sibling, "distances/sibling")
    caches = Children(NumaCache, "cache")

    def parsed(self, reading: Reading) -> Found:
        if self.cpus == "":
            self.cpus = None
        if self.memory is None:
            yield XmlError("missing element or attribute './@memory'")
        else:
            self.memory = -(-scale(self.memory, self.unit, 1024) // 1024)
        if self.has_distances and not self.distances:
            yield "distances", XmlError("NUMA distances defined without siblings")
        self.unit = "KiB"


class Link(Element, tag="latency"):
    """Latency or bandwidth between two NUMA cells."""

    initiator = Int[int]("@initiator", required=True)
    target = Int[int]("@target", required=True)
    cache = Int("@cache", skip=0)
    type = Choice[str]("@type", ("access", "read", "write"), required=True)
    value = Int[int]("@value", 0, ULONG_MAX, required=True, after="")
    unit = Text("@unit")


_PLACE = "element or attribute './@value'"


class Bandwidth(Link, tag="bandwidth"):
    """Bandwidth, which has a unit."""

    value = Int[int](
        "@value",
        0,
        ULONG_MAX,
        blank=True,
        required=(XmlError, f"missing {_PLACE}"),
        wrong=(XmlError, f"Invalid value '{{}}' for {_PLACE}"),
    )
    unit = Text("@unit")

    def parsed(self, reading: Reading) -> Found:
        if self.value is not None:
            self.value = -(-scale(self.value, self.unit, 1024) // 1024)
        self.unit = "KiB"
        return ()


class Numa(Element, tag="numa"):
    """The NUMA cells of the guest."""

    needs = ("cell",)

    cells = Children(Cell, "cell")
    latencies = Children(Link, "interconnects/latency")
    bandwidths = Children(Bandwidth, "interconnects/bandwidth")

    def parsed(self, reading: Reading) -> Found:
        count = len(self.cells)
        if not count:
            yield XmlError("NUMA topology defined without NUMA cells")
            return
        by_id: dict[int, Cell] = {}
        owners: dict[int, int] = {}
        for number, cell in enumerate(self.cells):
            if cell.id is None:
                cell.id = number
            if cell.id >= count:
                yield XmlError(
                    "Exactly one 'cell' element per guest NUMA cell allowed, non-contiguous "
                    "ranges or ranges not starting from 0 are not allowed"
                )
                return
            if cell.id in by_id:
                yield XmlError(f"Duplicate NUMA cell info for cell id '{cell.id}'")
                return
            by_id[cell.id] = cell
            mine = parse_set(cell.cpus) if cell.cpus else []
            shared = {owners[cpu] for cpu in mine if cpu in owners}
            if shared:
                yield ConfigUnsupported(
                    f"NUMA cells {cell.id} and {min(shared)} have overlapping vCPU ids"
                )
                return
            owners.update((cpu, cell.id) for cpu in mine)
        yield from self._distances(by_id)
        self.cells = [by_id[number] for number in range(count)]

    def _distances(self, by_id: dict[int, Cell]) -> Iterable[Error]:
        count = len(by_id)
        table: dict[int | None, dict[int | None, int]] = {}
        for cell in self.cells:
            for sibling in cell.distances:
                there, value = sibling.id, sibling.value
                if there is None or value is None:
                    return
                if there >= count:
                    yield XmlError(
                        f"'sibling_id {there}' does not refer to a valid cell within NUMA "
                        f"'cell id {cell.id}'"
                    )
                    return
                if not 10 <= value <= 255 or (there == cell.id) != (value == 10):
                    yield XmlError(
                        f"'value {value}' is invalid for 'sibling id {there}' under NUMA "
                        f"'cell id {cell.id}'"
                    )
                    return
                table.setdefault(cell.id, {cell.id: 10})[there] = value
                table.setdefault(there, {there: 10}).setdefault(cell.id, value)
        for number, cell in by_id.items():
            cell.distances = [
                Sibling(id=there, value=value)
                for there, value in sorted(table.get(number, {}).items())
            ]


class Cpu(Element, tag="cpu"):
    """The guest's CPU."""

    omit_empty = True
    once = {"cache": (XmlError, "at most one CPU cache element may be specified")}

    mode = Choice[str](
        "@mode",
        MODES,
        default="custom",
        when=lambda c: c.named(),
        wrong=(ConfigUnsupported, "Invalid mode attribute '{}'"),
    )
    match = Choice[str](
        "@match",
        ("minimum", "exact", "strict"),
        default="exact",
        when=lambda c: c.mode == "custom" and c.model,
    )
    check_mode = Choice(
        "@check", ("none", "partial", "full"), none="default", when=lambda c: c.named()
    )
    migratable = Switch("@migratable", when=lambda c: c.mode in WIDE, after="mode")
    deprecated_features = Switch("@deprecated_features", when=lambda c: c.named())
    fallback = Choice[str](
        "model/@fallback",
        ("allow", "forbid"),
        default="allow",
        blank=True,
        wrong=(ConfigUnsupported, "Invalid fallback attribute"),
        when=lambda c: c.model and c.mode not in WIDE,
    )
    vendor_id = Text("model/@vendor_id", when=lambda c: c.mode not in WIDE)
    model = Text("model", when=lambda c: c.mode not in WIDE)
    vendor = Text("vendor", when=lambda c: c.mode not in WIDE)
    sockets = Int("topology/@sockets", required=True, nonzero=True, shape=shapes.POSITIVE)
    dies = Int("topology/@dies", nonzero=True, shape=shapes.POSITIVE)
    clusters = Int("topology/@clusters", nonzero=True, shape=shapes.POSITIVE)
    cores = Int("topology/@cores", required=True, nonzero=True, shape=shapes.POSITIVE)
    threads = Int("topology/@threads", required=True, nonzero=True, shape=shapes.POSITIVE)
    cache_level = Int("cache/@level", 0, INT_MAX)
    cache_mode = Choice("cache/@mode", ("emulate", "passthrough", "disable"), required=True)
    address_mode = Choice("maxphysaddr/@mode", ("emulate", "passthrough"), required=True)
    address_bits = Int("maxphysaddr/@bits", 0, INT_MAX)
    address_limit = Int("maxphysaddr/@limit", nonzero=True)
    features = Children(CpuFeature, "feature", after="threads")
    numa = Child(Numa, "numa")

    def named(self) -> bool:
        """Whether anything is said about the kind of CPU."""
        return bool(self.mode != "custom" or self.model)

    def parsed(self, reading: Reading) -> Found:
        if self.migratable is not None and self.mode not in WIDE:
            yield (
                "migratable",
                ConfigUnsupported(
                    "Attribute migratable is only allowed for 'host-passthrough' / 'maximum' CPU "
                    "mode"
                ),
            )
        self.vendor_id = self.vendor_id or None
        self.fallback = self.fallback or "allow"
        if self.vendor_id is not None and self.mode not in WIDE:
            if len(self.vendor_id) != 12:
                yield "vendor_id", XmlError("vendor_id must be exactly 12 characters long")
            elif "," in self.vendor_id:
                yield "vendor_id", XmlError("vendor id is invalid")
        if self.vendor and not self.model:
            yield "vendor", XmlError("CPU vendor specified without CPU model")
        if self.features and not self.model and self.mode == "custom":
            yield "features", XmlError("Non-empty feature list specified without CPU model")
        yield from what_both_say(self)


def what_both_say(cpu: AnyCpu) -> Found:
    """What is wrong in the parts that a guest's and a host's CPU share; completes the topology."""
    seen = set()
    for feature in cpu.features:
        if feature.name in seen:
            text = f"CPU feature '{feature.name}' specified more than once"
            yield "features", XmlError(text)
            break
        seen.add(feature.name)
    if cpu.cache_level is not None and not 1 <= cpu.cache_level <= 3:
        yield "cache_level", XmlError("invalid CPU cache level, must be in range [1,3]")
    if cpu.address_limit is not None and cpu.address_mode != "passthrough":
        text = "attribute 'limit' is only supported for maxphysaddr mode 'passthrough'"
        yield "address_limit", ConfigUnsupported(text)
    if cpu.sockets is not None:
        cpu.dies = cpu.dies or 1
        cpu.clusters = cpu.clusters or 1
