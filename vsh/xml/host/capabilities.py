"""<capabilities>: what a host is made of and what guests it can have.

libvirt only writes these documents; they are read for what they say.
"""

from __future__ import annotations

from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Flag, Int, Present, Switch, Text
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import ULONG_MAX
from vsh.xml.engine.values import Scaled, Uuid


class Named(Element, tag="feature"):
    """Something with a name."""

    name = Text[str]("@name", required=True)


class PageSize(Element, tag="pages"):
    """A size of memory pages, and in a cell how many there are."""

    unit = Text("@unit")
    size = Int[int]("@size", 0, ULONG_MAX, required=True)
    count = Int(".", 0, ULONG_MAX, shape="[0-9]*")


class HostCpu(Element, tag="cpu"):
    """<cpu>: the CPU of the host."""

    arch = Text("arch")
    model = Text("model")
    vendor = Text("vendor")
    microcode = Int("microcode/@version")
    signature_family = Int("signature/@family")
    signature_model = Int("signature/@model")
    signature_stepping = Int("signature/@stepping")
    counter = Text("counter/@name")
    counter_frequency = Int("counter/@frequency", 0, ULONG_MAX)
    counter_scaling = Flag("counter/@scaling")
    topology_sockets = Int("topology/@sockets")
    topology_dies = Int("topology/@dies")
    topology_clusters = Int("topology/@clusters")
    topology_cores = Int("topology/@cores")
    topology_threads = Int("topology/@threads")
    address_mode = Text("maxphysaddr/@mode")
    address_bits = Int("maxphysaddr/@bits")
    features = Children(Named, "feature")
    pae = Present("features/pae")
    nonpae = Present("features/nonpae")
    vmx = Present("features/vmx")
    svm = Present("features/svm")
    pages = Children(PageSize, "pages")


class HostThread(Element, tag="cpu"):
    """One CPU thread of the host, and where it is."""

    id = Int[int]("@id", required=True)
    socket = Int("@socket_id")
    die = Int("@die_id")
    cluster = Int("@cluster_id")
    core = Int("@core_id")
    siblings = Text("@siblings")


class Distance(Element, tag="sibling"):
    """How far another cell is."""

    id = Int[int]("@id", required=True)
    value = Int[int]("@value", required=True)


class CellCache(Element, tag="cache"):
    """A cache on the way to a cell's memory."""

    level = Int[int]("@level", required=True)
    associativity = Text("@associativity")
    policy = Text("@policy")
    size = Int("size/@value", 0, ULONG_MAX)
    size_unit = Text("size/@unit")
    line_size = Int("line/@value", 0, ULONG_MAX)
    line_unit = Text("line/@unit")


class Cell(Element, tag="cell"):
    """One NUMA cell."""

    id = Int[int]("@id", required=True)
    memory = Scaled("memory", xpath="./memory")
    pages = Children(PageSize, "pages")
    distances = Children(Distance, "distances/sibling")
    caches = Children(CellCache, "cache")
    cpu_count = Int("cpus/@num")
    cpus = Children(HostThread, "cpus/cpu")


class Link(Element):
    """How fast one cell reaches the memory of another."""

    initiator = Int[int]("@initiator", required=True)
    target = Int[int]("@target", required=True)
    cache = Int("@cache")
    type = Text("@type")
    value = Int[int]("@value", 0, ULONG_MAX, required=True)
    unit = Text("@unit")


class Control(Element, tag="control"):
    """In what steps a cache or a bandwidth can be shared out."""

    granularity = Int[int]("@granularity", required=True)
    minimum = Int("@min")
    unit = Text("@unit")
    type = Text("@type")
    limit = Int[int]("@maxAllocs", required=True)


class Monitor(Element, tag="monitor"):
    """What of a cache or a bandwidth can be watched."""

    level = Int("@level")
    reuse = Int("@reuseThreshold")
    limit = Int[int]("@maxMonitors", required=True)
    features = Children(Named, "feature")


class Bank(Element, tag="bank"):
    """One cache of the CPUs."""

    id = Int[int]("@id", required=True)
    level = Int[int]("@level", required=True)
    type = Text[str]("@type", required=True)
    size = Int[int]("@size", 0, ULONG_MAX, required=True)
    unit = Text("@unit")
    cpus = Text("@cpus")
    controls = Children(Control, "control")


class BandwidthNode(Element, tag="node"):
    """One memory controller."""

    id = Int[int]("@id", required=True)
    cpus = Text("@cpus")
    controls = Children(Control, "control")


class BaseLabel(Element, tag="baselabel"):
    """The label that guests of one type get."""

    type = Text[str]("@type", required=True)
    label = Text(".")


class SecurityModel(Element, tag="secmodel"):
    """<secmodel>: how guests are kept apart."""

    model = Text("model")
    doi = Text("doi")
    labels = Children(BaseLabel, "baselabel")

    always = ("doi",)


class Transport(Element, tag="uri_transport"):
    """A way to migrate."""

    name = Text(".")


class Migration(Element, tag="migration_features"):
    """How guests can move to another host."""

    live = Present("live")
    transports = Children(Transport, "uri_transports/uri_transport")

    open = (".",)


class Host(Element, tag="host"):
    """<host>: the host itself."""

    uuid = Uuid("uuid")
    cpu = Child(HostCpu, "cpu")
    manages_power = Present("power_management")
    suspends_to_memory = Present("power_management/suspend_mem")
    suspends_to_disk = Present("power_management/suspend_disk")
    suspends_hybrid = Present("power_management/suspend_hybrid")
    iommu = Flag("iommu/@support")
    migration = Child(Migration, "migration_features")
    cell_count = Int("topology/cells/@num")
    cells = Children(Cell, "topology/cells/cell")
    latencies = Children(Link, "topology/interconnects/latency")
    bandwidths = Children(Link, "topology/interconnects/bandwidth")
    caches = Children(Bank, "cache/bank")
    cache_monitor = Child(Monitor, "cache/monitor")
    memory_controllers = Children(BandwidthNode, "memory_bandwidth/node")
    memory_monitor = Child(Monitor, "memory_bandwidth/monitor")
    security = Children(SecurityModel, "secmodel")


class Machine(Element, tag="machine"):
    """A type of machine."""

    canonical = Text("@canonical")
    cpu_limit = Int("@maxCpus")
    deprecated = Flag("@deprecated")
    name = Text(".")


class GuestDomain(Element, tag="domain"):
    """What runs guests of an architecture."""

    type = Text[str]("@type", required=True)
    emulator = Text("emulator")
    machines = Children(Machine, "machine")


class Guest(Element, tag="guest"):
    """<guest>: guests of one kind and architecture."""

    os_type = Text("os_type")
    arch = Text("arch/@name")
    word_size = Int("arch/wordsize")
    emulator = Text("arch/emulator")
    loader = Text("arch/loader")
    machines = Children(Machine, "arch/machine")
    domains = Children(GuestDomain, "arch/domain")
    has_features = Present("features")
    pae = Present("features/pae")
    nonpae = Present("features/nonpae")
    ia64_be = Present("features/ia64_be")
    acpi_default = Switch("features/acpi/@default")
    acpi_toggle = Flag("features/acpi/@toggle")
    apic_default = Switch("features/apic/@default")
    apic_toggle = Flag("features/apic/@toggle")
    cpu_selection = Present("features/cpuselection")
    device_boot = Present("features/deviceboot")
    disk_snapshot_default = Switch("features/disksnapshot/@default")
    disk_snapshot_toggle = Flag("features/disksnapshot/@toggle")
    hap_default = Switch("features/hap/@default")
    hap_toggle = Flag("features/hap/@toggle")
    external_snapshot = Present("features/externalSnapshot")


class Capabilities(Element, tag="capabilities"):
    """All of it."""

    host = Child(Host, "host")
    guests = Children(Guest, "guest")

    def format(self, flags: int = 0) -> str:
        """The document; libvirt puts empty lines between its parts."""
        text = super().format(flags)
        for part in ("  <host", "  <guest>", "</capabilities>"):
            text = text.replace(f"\n{part}", f"\n\n{part}")
        return text
