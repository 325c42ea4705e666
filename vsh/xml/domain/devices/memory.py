"""<memory> inside <devices>: a memory module."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.xml.domain.devices._info import Device, virtio
from vsh.xml.engine.field import Choice, Flag, Int, Present, Text
from vsh.xml.engine.text import ULONG_MAX
from vsh.xml.engine.values import NumberSet, Scaled, Uuid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


MODELS = ("dimm", "nvdimm", "virtio-pmem", "virtio-mem", "sgx-epc")


class MemoryDevice(Device, tag="memory"):
    """One memory module of a domain."""

    model = Choice[str]("@model", MODELS, required=True)
    access = Choice("@access", ("shared", "private"))
    discard = Flag("@discard")
    uuid = Uuid("uuid", wrong=(InternalError, "malformed uuid element"))
    nodemask = NumberSet(
        "source/nodemask", empty=(ConfigUnsupported, "Invalid value of 'nodemask': {}")
    )
    pagesize = Scaled[int]("source/pagesize", xpath="./pagesize", zero=False)
    path = Text("source/path")
    alignsize = Scaled[int]("source/alignsize", xpath="./alignsize", zero=False)
    pmem = Present("source/pmem")
    target = Present("target", when=lambda m: False)
    dynamic_memslots = Flag("target/@dynamicMemslots")
    size = Scaled[int]("target/size", xpath="./size")
    numa_node = Int("target/node", wrong=(XmlError, "invalid value of memory device node"))
    label_size = Scaled[int]("target/label/size", xpath="./label/size", zero=False)
    readonly = Present("target/readonly")
    block = Scaled("target/block", xpath="./block", zero=False)
    requested = Scaled("target/requested", xpath="./requested")
    current = Scaled("target/current", live=True)
    iommu, ats, packed, page_per_vq, has_driver = virtio()
    base = Int("target/address/@base", 0, ULONG_MAX, base=16, form="0x{:x}", skip=0)

    def read_device(self, reading: Reading) -> Found:
        kind = self.model
        if kind is None:
            return
        if not self.target:
            yield "target", XmlError("missing <target> element for <memory> device")
        elif self.size is None:
            yield "size", XmlError("missing element or attribute './size'")
        used = {
            "dimm": ("nodemask", "pagesize"),
            "nvdimm": ("path", "alignsize", "pmem", "label_size", "readonly", "uuid"),
            "virtio-pmem": ("path", "base"),
            "virtio-mem": (
                "nodemask",
                "pagesize",
                "block",
                "requested",
                "current",
                "base",
                "dynamic_memslots",
            ),
            "sgx-epc": ("nodemask",),
        }[kind]
        for name in ("nodemask", "pagesize", "path", "alignsize", "pmem", "label_size", "readonly",
                     "block", "requested", "current", "base", "dynamic_memslots",
                     "uuid"):  # fmt: skip
            if name not in used:
                self.drop(name)
        if kind == "nvdimm" and self.label_size:
            if self.label_size < 128:
                yield "label_size", XmlError("nvdimm label must be at least 128KiB")
            elif self.label_size >= (self.size or 0):
                yield "label_size", XmlError("label size must be smaller than NVDIMM size")
        if kind == "virtio-mem":
            if self.block:
                self.requested = self.requested or 0
            else:
                self.drop("requested", "current")
