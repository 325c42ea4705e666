"""<disk>: a hard disk, CD-ROM, floppy or LUN."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError
from vsh.xml.domain.devices._info import VIRTIO_MODELS, Device, virtio
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Field, Flag, Int, Present, Switch, Text
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import ULONG_MAX
from vsh.xml.engine.values import Scaled
from vsh.xml.shared.image import FORMATS, STORAGE_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading
    from vsh.xml.shared.encryption import Auth, Encryption
    from vsh.xml.shared.image import BackingStore, Source

DEVICES = ("disk", "cdrom", "floppy", "lun")
BUSES = ("ide", "fdc", "scsi", "virtio", "xen", "usb", "uml", "sata", "sd", "nvme")
LOCATIONS = ("no", "internal", "external", "manual")
POLICIES = ("stop", "report", "ignore", "enospace")
STORAGE = "vsh.xml.shared.image"

IOTUNES = (
    "total_bytes_sec", "read_bytes_sec", "write_bytes_sec", "total_iops_sec", "read_iops_sec",
    "write_iops_sec", "total_bytes_sec_max", "read_bytes_sec_max", "write_bytes_sec_max",
    "total_iops_sec_max", "read_iops_sec_max", "write_iops_sec_max", "size_iops_sec",
    "group_name", "total_bytes_sec_max_length", "read_bytes_sec_max_length",
    "write_bytes_sec_max_length", "total_iops_sec_max_length", "read_iops_sec_max_length",
    "write_iops_sec_max_length",
)  # fmt: skip


def tune(prefix: str, name: str, complaint: str) -> Text | Int:
    """One value of <iotune> or a throttle group."""
    if name == "group_name":
        return Text(prefix + name)
    return Int(prefix + name, 0, ULONG_MAX, skip=0, wrong=(XmlError, complaint.format(name)))


class Queue(Element, tag="queue"):
    """One queue that an I/O thread serves."""

    id = Int[int]("@id", required=True)


class IoThread(Element, tag="iothread"):
    """An I/O thread of a device, and the queues it serves."""

    id = Int[int]("@id", required=True)
    queues = Children(Queue, "queue")


class ThrottleFilter(Element, tag="throttlefilter"):
    """A throttle group that a disk belongs to.

    number  of the block node, while a QEMU has the disk
    """

    number = 0

    group = Text[str]("@group", required=True)


class IoTune(Element, tag="iotune"):
    """<iotune>: limits of one disk."""

    in_parts = True

    omit_empty = True

    if TYPE_CHECKING:
        group_name: str | None

    for _name in IOTUNES:
        vars()[_name] = tune("", _name, "disk iotune field '{}' must be an integer")
    del _name


class Mirror(Element, tag="mirror"):
    """<mirror>: where a running block job copies to."""

    type = Choice("@type", STORAGE_TYPES)
    file = Text("@file")
    format: Field = Text("@format")
    job = Choice[str](
        "@job",
        ("copy", "active-commit"),
        default="copy",
        wrong=(ConfigUnsupported, "unknown mirror job type '{}'"),
    )
    ready = Choice(
        "@ready", ("yes", "abort", "pivot"), wrong=(XmlError, "unknown mirror ready state {}")
    )
    format_type = Choice("format/@type", FORMATS)
    format_cache = Scaled(
        "format/metadata_cache/max_size", unit="bytes", step=1, bare=1, zero=False
    )
    source: Child[Source] = Child(f"{STORAGE}:Source", "source")
    backing_store: Child[BackingStore] = Child(f"{STORAGE}:BackingStore", "backingStore")

    def parsed(self, reading: Reading) -> Found:
        if self.type is None:
            if self.job != "copy":
                yield XmlError("mirror without type only supported by copy job")
            elif self.file is None:
                yield XmlError("mirror requires file name")
            self.type = "file"
            self.format_type, self.source = self.format, None
        elif self.source is None:
            yield XmlError("mirror requires source element")
        else:
            yield from self.source.settle(self.type, reading)


class Disk(Device, tag="disk"):
    """One disk of a domain."""

    takes_boot = True
    merged = ("iotune",)

    type = Choice[str]("@type", STORAGE_TYPES, default="file")
    device = Choice[str]("@device", DEVICES, default="disk")
    model = Choice("@model", (*VIRTIO_MODELS, "usb-storage", "usb-bot"), none="default")
    rawio = Flag("@rawio")
    sgio = Choice("@sgio", ("filtered", "unfiltered"))
    snapshot = Choice(
        "@snapshot",
        LOCATIONS,
        when=lambda d: not (d.snapshot == "no" and d.readonly),
        after="model",
    )
    driver_name = Text("driver/@name", shape=shapes.WORD)
    driver_type = Choice(
        "driver/@type",
        (*FORMATS, "aio"),
        wrong=(ConfigUnsupported, "unknown driver format value '{}'"),
        after="discard_no_unref",
    )
    cache = Choice(
        "driver/@cache",
        ("none", "writethrough", "writeback", "directsync", "unsafe"),
        none="default",
    )
    error_policy = Choice("driver/@error_policy", POLICIES)
    rerror_policy = Choice("driver/@rerror_policy", POLICIES)
    io = Choice("driver/@io", ("native", "threads", "io_uring"))
    ioeventfd = Switch("driver/@ioeventfd")
    event_idx = Switch("driver/@event_idx")
    copy_on_read = Switch("driver/@copy_on_read")
    discard = Choice("driver/@discard", ("unmap", "ignore"))
    iothread = Int("driver/@iothread", nonzero=True)
    detect_zeroes = Choice("driver/@detect_zeroes", ("off", "on", "unmap"))
    discard_no_unref = Switch("driver/@discard_no_unref", after="queue_size")
    queues = Int("driver/@queues", skip=0, shape=shapes.POSITIVE)
    queue_size = Int("driver/@queue_size", skip=0, shape=shapes.POSITIVE)
    iommu, ats, packed, page_per_vq, has_driver = virtio(after="discard_granularity")
    metadata_cache = Scaled(
        "driver/metadata_cache/max_size",
        unit="bytes",
        step=1,
        bare=1,
        zero=False,
        xpath="./metadata_cache/max_size",
    )
    iothreads = Children(IoThread, "driver/iothreads/iothread", after="iothread")
    statistics: Children[Statistic] = Children(
        "vsh.xml.domain.devices.disk:Statistic", "driver/statistics/statistic", after="mirror"
    )
    histograms: Children[Histogram] = Children(
        "vsh.xml.domain.devices.disk:Histogram",
        "driver/statistics/latency-histogram",
        after="mirror",
    )
    auth: Child[Auth] = Child(f"{STORAGE}:Auth", "auth", after="source")
    source: Child[Source] = Child(f"{STORAGE}:Source", "source", after="type")
    backing_store: Child[BackingStore] = Child(
        f"{STORAGE}:BackingStore", "backingStore", after="encryption"
    )
    backend_domain = Given("backenddomain/@name")
    cyls = Int("geometry/@cyls", when=lambda d: d.has_geometry(), after="rotation_rate")
    heads = Int("geometry/@heads", when=lambda d: d.has_geometry(), after="rotation_rate")
    secs = Int("geometry/@secs", when=lambda d: d.has_geometry(), after="rotation_rate")
    trans = Choice(
        "geometry/@trans",
        ("none", "auto", "lba"),
        when=lambda d: d.has_geometry(),
        after="rotation_rate",
    )
    logical_block_size = Int("blockio/@logical_block_size", skip=0, after="rotation_rate")
    physical_block_size = Int("blockio/@physical_block_size", skip=0, after="rotation_rate")
    discard_granularity = Int("blockio/@discard_granularity", skip=0, after="rotation_rate")
    mirror = Child(Mirror, "mirror", live=True)
    target = Text("target/@dev", shape=shapes.TARGET, needed=True)
    bus = Choice("target/@bus", BUSES, after="sgio")
    tray = Choice(
        "target/@tray",
        ("closed", "open"),
        skip="closed",
        when=lambda d: d.device in ("floppy", "cdrom"),
        after="sgio",
    )
    removable = Switch("target/@removable", when=lambda d: d.bus == "usb", after="sgio")
    rotation_rate = Int("target/@rotation_rate", skip=0, after="sgio")
    dpofua = Switch("target/@dpofua")
    iotune = Child(IoTune, "iotune")
    throttle_filters = Children(ThrottleFilter, "throttlefilters/throttlefilter")
    readonly = Present("readonly")
    shareable = Present("shareable")
    transient = Present("transient")
    share_backing = Flag("transient/@shareBacking", skip=False)
    serial = Text("serial")
    wwn = Text("wwn")
    vendor = Text("vendor")
    product = Text("product")
    encryption: Child[Encryption] = Child(f"{STORAGE}:Encryption", "encryption", after="type")

    always = ("target",)

    @classmethod
    def form(cls, element: _Element) -> Iterable[str]:
        """A disk of a domain has a target."""
        if element.getparent() is not None and element.find("target") is None:
            yield "Missing element target in element disk"

    def has_geometry(self) -> bool:
        """Whether all of the geometry is known."""
        return bool(self.cyls and self.heads and self.secs)

    def read_device(self, reading: Reading) -> Found:
        if self.source is None:
            self.type = "file"
        else:
            for error in self.source.settle(self.type, reading):
                yield ("source", error)
            if self.auth is not None and self.source.auth is not None:
                yield ("auth", ConfigUnsupported(
                    "an <auth> definition already found for disk source"))  # fmt: skip
            if self.encryption is not None and self.source.encryption is not None:
                yield ("encryption", ConfigUnsupported(
                    "an <encryption> definition already found for disk source"))  # fmt: skip
        if self.rerror_policy == "enospace":
            yield ("rerror_policy", ConfigUnsupported(
                "Invalid disk read error policy: 'enospace'"))  # fmt: skip
        if self.driver_type == "aio":
            self.driver_type = "raw"
        kinds = [histogram.type for histogram in self.histograms]
        if len(set(kinds)) != len(kinds):
            yield ConfigUnsupported("only one latency-histogram of a given type is supported")
        names = [found.group for found in self.throttle_filters]
        for number, name in enumerate(names):
            if name in names[:number]:
                yield XmlError(f"duplicate filter name '{name}' found")
                break

    def view(self, flags: int) -> Disk:
        """As it is written: without a <source> that only says how to reach a volume's server, and
        in a configuration without what was found below the image."""
        if flags & INACTIVE and self.backing_store is not None:
            return self._as_given()._shown()
        return self._shown()

    def _as_given(self) -> Disk:
        import copy

        twin = copy.copy(self)
        above: Disk | BackingStore = twin
        while above.backing_store is not None:
            if above.backing_store.found:
                above.backing_store = None
                break
            above.backing_store = copy.copy(above.backing_store)
            above = above.backing_store
        return twin

    def _shown(self) -> Disk:
        source = self.source
        if source is not None and self.type == "volume" and source.auth is not None:
            import copy

            twin = copy.copy(self)
            twin.source = copy.copy(source)
            twin.source.auth = None
            return twin
        return self

    def empty(self) -> bool:
        """Whether the drive has no image in it."""
        return self.source is None or bool(self.source.empty())


class Statistic(Element, tag="statistic"):
    """Statistics that are kept for spans of some seconds."""

    interval = Int[int]("@interval", required=True, nonzero=True)


class Bin(Element, tag="bin"):
    """Where one column of a histogram begins, in nanoseconds."""

    start = Int("@start", 0, ULONG_MAX, required=True)


class Histogram(Element, tag="latency-histogram"):
    """A histogram of latencies that is kept, for one kind of request or all."""

    type = Choice(
        "@type",
        ("read", "write", "zone", "flush"),
        wrong=(ConfigUnsupported, "unknown latency_histogram type '{}'"),
    )
    bins = Children(Bin, "bin")

    def parsed(self, reading: Reading) -> Found:
        if not self.bins:
            yield XmlError("missing 'bin' elements for 'latency-histogram'")
        starts = [part.start for part in self.bins if part.start is not None]
        if starts != sorted(set(starts)):
            yield ConfigUnsupported(
                "the values of 'start' attribute of a 'latency-histogram' 'bin' configuration "
                "must be sorted and non-overlapping"
            )
