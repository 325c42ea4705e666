"""What is limited and measured by resctrl: <cachetune>, <memorytune> and <energytune> of <cputune>.

All that is said of the same vCPUs is one group of the kernel's: a group has one share of each
cache, one of each memory node, and any number of monitors.
"""

from __future__ import annotations

from vsh.errors import XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int, Text
from vsh.xml.engine.structure import Children
from vsh.xml.engine.values import Measure, scale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

_MONITORED_LEVEL = 3


class Cache(Element, tag="cache"):
    """A share of a host cache."""

    id = Int[int]("@id", required=True)
    level = Int[int]("@level", required=True)
    type = Choice[str]("@type", ("both", "code", "data"), required=True)
    size = Measure("@size")
    unit = Text("@unit")

    def parsed(self, reading: Reading) -> Found:
        from vsh.xml.domain.features import pretty

        if self.size is None:
            yield XmlError("missing element or attribute './@size'")
        else:
            self.size, self.unit = pretty(scale(self.size, self.unit, 1024))


class Monitor(Element, tag="monitor"):
    """A watch on some vCPUs."""

    vcpus = Text("@vcpus", shape=shapes.CPUS)


class CacheMonitor(Element, tag="monitor"):
    """A watch on the use that some vCPUs make of a cache."""

    level = Int[int]("@level", required=True)
    vcpus = Text("@vcpus", shape=shapes.CPUS)

    def parsed(self, reading: Reading) -> Found:
        if self.level not in (None, _MONITORED_LEVEL):
            yield XmlError(f"Invalid monitor cache level '{self.level}'")


class MemoryNode(Element, tag="node"):
    """A share of memory bandwidth."""

    id = Int[int]("@id", required=True)
    bandwidth = Int[int]("@bandwidth", required=True)


class CacheTune(Element, tag="cachetune"):
    """Shares of host caches for some vCPUs; without ``vcpus`` for the whole process."""

    vcpus = Text("@vcpus", shape=shapes.CPUS)
    id = Text("@id", live=True)
    caches = Children(Cache, "cache")
    monitors = Children(CacheMonitor, "monitor")

    def view(self, flags: int) -> CacheTune | None:
        """Nothing where it says nothing."""
        return self if self.caches or self.monitors else None


class MemoryBandwidth(Element, tag="memorytune"):
    """Shares of memory bandwidth for some vCPUs."""

    vcpus = Text("@vcpus", shape=shapes.CPUS)
    id = Text("@id", live=True)
    nodes = Children(MemoryNode, "node")
    monitors = Children(Monitor, "monitor")

    def view(self, flags: int) -> MemoryBandwidth | None:
        """Nothing where it says nothing."""
        return self if self.nodes or self.monitors else None


class EnergyTune(Element, tag="energytune"):
    """Watches on the energy that some vCPUs use."""

    vcpus = Text("@vcpus", shape=shapes.CPUS)
    id = Text("@id", live=True)
    monitors = Children(Monitor, "monitor")

    def view(self, flags: int) -> EnergyTune | None:
        """Nothing where it says nothing."""
        return self if self.monitors else None
