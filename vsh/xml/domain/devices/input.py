"""<input>: a mouse, a keyboard, a tablet."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.xml.domain.devices._info import VIRTIO_MODELS, Device, virtio
from vsh.xml.engine.field import Choice, Switch, Text
from vsh.xml.engine.flags import MIGRATABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class Input(Device, tag="input"):
    """One input device of a domain."""

    type = Choice[str](
        "@type",
        ("mouse", "tablet", "keyboard", "passthrough", "evdev"),
        required=(InternalError, "missing input device type"),
        wrong=(ConfigUnsupported, "unknown input device type '{}'"),
    )
    bus = Choice(
        "@bus",
        ("ps2", "usb", "xen", "parallels", "virtio", "none"),
        skip="none",
        wrong=(ConfigUnsupported, "unknown input bus type '{}'"),
        after="model",
    )
    model = Choice("@model", VIRTIO_MODELS, wrong=(ConfigUnsupported, "unknown input model '{}'"))
    iommu, ats, packed, page_per_vq, has_driver = virtio()
    dev = Text("source/@dev")
    evdev = Text("source/@evdev")
    grab = Choice("source/@grab", ("all",))
    grab_toggle = Choice("source/@grabToggle", (
        "ctrl-ctrl", "alt-alt", "shift-shift", "meta-meta", "scrolllock",
        "ctrl-scrolllock"))  # fmt: skip
    repeat = Switch("source/@repeat")

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:
        """A <source> names a device file, by an attribute of its type."""
        name = {"passthrough": "evdev", "evdev": "dev"}.get(element.get("type", ""))
        source = element.find("source")
        if name is not None and source is not None and source.get(name) is None:
            reading.problem(XmlError("Missing evdev path for input device"), element)

    def read_device(self, reading: Reading) -> Found:
        address = self.address
        if self.bus == "usb" and address is not None and address.type not in (None, "usb"):
            yield XmlError("Invalid address for a USB device")
        if self.type != "evdev":
            self.drop("dev", "grab", "grab_toggle", "repeat")
        if self.type != "passthrough":
            self.drop("evdev")

    def view(self, flags: int) -> Input | None:
        """Nothing for migration where the other side adds it by itself."""
        if flags & MIGRATABLE and self.type == "keyboard" and self.bus in ("ps2", "xen"):
            return None
        return self
