"""<sound>: a sound card."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.xml.domain.devices._info import Device, virtio
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int
from vsh.xml.engine.structure import Children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


MODELS = ("sb16", "es1370", "pcspk", "ac97", "ich6", "ich9", "usb", "ich7", "virtio")


class Codec(Element, tag="codec"):
    """A codec of an Intel HDA card."""

    type = Choice[str](
        "@type",
        ("duplex", "micro", "output"),
        required=(ConfigUnsupported, "unknown codec type '(null)'"),
        wrong=(ConfigUnsupported, "unknown codec type '{}'"),
    )


class Sound(Device, tag="sound"):
    """One sound card of a domain."""

    model = Choice[str]("@model", MODELS, required=True)
    multichannel = Flag("@multichannel")
    streams = Int("@streams", nonzero=True, when=lambda s: s.model == "virtio")
    codecs = Children(Codec, "codec")
    audio = Int("audio/@id", required=True, nonzero=True)
    alias = Device.fields["alias"]
    master_startport = Device.fields["master_startport"]
    acpi_index = Device.fields["acpi_index"]
    acpi_nodeset = Device.fields["acpi_nodeset"]
    address = Device.fields["address"]
    iommu, ats, packed, page_per_vq, has_driver = virtio()

    def read_device(self, reading: Reading) -> Found:
        if self.model != "virtio":
            self.drop("streams")
        if self.model != "usb":
            self.drop("multichannel")
        if self.model not in ("ich6", "ich9"):
            self.drop("codecs")
        if self.model != "virtio":
            self.drop("iommu", "ats", "packed", "page_per_vq")
        return ()
