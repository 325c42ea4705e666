"""<video>: a graphics card."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.xml.domain.devices._info import Device, virtio
from vsh.xml.engine.field import Choice, Flag, Int, Present, Switch, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

MODELS = (
    "vga", "cirrus", "vmvga", "xen", "vbox", "qxl", "parallels", "virtio", "gop", "none", "bochs",
    "ramfb",
)  # fmt: skip
DEVICES = (
    "virtio-vga", "virtio-vga-gl", "virtio-gpu", "virtio-gpu-gl", "vhost-user-vga",
    "vhost-user-gpu",
)  # fmt: skip


class _Lax(Choice):
    """One of some words; any other is taken for none."""

    def parse(self, text: str) -> str | None:
        return text if text in self.words else None


class _Yes(Flag):
    """``yes``; any other word is no."""

    def parse(self, text: str) -> bool:
        return text == "yes"


class Video(Device, tag="video"):
    """One graphics card of a domain."""

    iommu, ats, packed, page_per_vq, has_driver = virtio(after="heads")
    vgaconf = _Lax("driver/@vgaconf", ("io", "on", "off"), skip="io")
    backend = Choice("driver/@name", ("qemu", "vhostuser"), none="default")
    type = Choice("model/@type", MODELS, none="default")
    ram = Int("model/@ram", skip=0)
    vram = Int("model/@vram", skip=0)
    vram64 = Int("model/@vram64", skip=0)
    vgamem = Int("model/@vgamem", skip=0)
    heads = Int("model/@heads", skip=0)
    primary = _Yes("model/@primary", skip=False)
    blob = Switch("model/@blob")
    edid = Switch("model/@edid")
    device = Choice("model/@device", DEVICES)
    acceleration = Present("model/acceleration")
    accel3d = Flag("model/acceleration/@accel3d")
    accel2d = Flag("model/acceleration/@accel2d")
    rendernode = Text("model/acceleration/@rendernode")
    resolution = Present("model/resolution")
    x = Int("model/resolution/@x", required=True)
    y = Int("model/resolution/@y", required=True)

    always = ("model",)

    def read_device(self, reading: Reading) -> Found:
        if self.type not in (None, "qxl", "none") and self.ram:
            yield ConfigUnsupported("ram attribute only supported for video type qxl")
        if self.type not in (None, "qxl", "none") and self.vram64:
            yield ConfigUnsupported("vram64 attribute only supported for video type qxl")
        if self.heads is None:
            self.heads = 1
        if self.type != "virtio":
            self.drop("device")
        if self.acceleration and (self.accel2d, self.accel3d, self.rendernode) == (None,) * 3:
            yield ConfigUnsupported("missing values for acceleration")
