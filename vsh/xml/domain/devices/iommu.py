"""<iommu>: an IOMMU of the guest."""

from __future__ import annotations

from vsh.errors import Overflow, XmlError
from vsh.xml.domain.devices._info import Device
from vsh.xml.engine.field import Choice, Int, Switch, Text
from vsh.xml.engine.text import INT_MAX, INT_MIN, ULONG_MAX
from vsh.xml.engine.values import scale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class Iommu(Device, tag="iommu"):
    """One IOMMU of a domain; the granule's size is in KiB."""

    model = Choice[str]("@model", ("intel", "smmuv3", "virtio", "amd"), required=True)
    intremap = Switch("driver/@intremap")
    caching_mode = Switch("driver/@caching_mode")
    eim = Switch("driver/@eim")
    iotlb = Switch("driver/@iotlb")
    aw_bits = Int("driver/@aw_bits", skip=0)
    dma_translation = Switch("driver/@dma_translation")
    passthrough = Switch("driver/@passthrough")
    xtsup = Switch("driver/@xtsup")
    pci_bus = Int("driver/@pciBus", INT_MIN, INT_MAX)
    accel = Switch("driver/@accel")
    cmdqv = Switch("driver/@cmdqv")
    ats = Switch("driver/@ats")
    ril = Switch("driver/@ril")
    ssid_size = Int("driver/@ssidsize", INT_MIN, INT_MAX)
    oas = Int("driver/@oas", INT_MIN, INT_MAX)
    granule_mode = Choice("driver/granule/@mode", ("host",))
    granule_size = Int(
        "driver/granule/@size",
        0,
        ULONG_MAX,
        skip=0,
        blank=True,
        wrong=(XmlError, "Invalid value '{}' for element or attribute './driver/granule/@size'"),
    )
    granule_unit = Text("driver/granule/@unit", when=lambda i: i.granule_size)

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:
        """The granule may stand in any of several <driver>s, its size in any of several granules;
        what is said twice of it is refused before it is looked at."""
        granules = element.findall("driver/granule")
        if not granules:
            return
        granule = granules[0]
        for other in granules[1:]:
            if granule.get("size") is None and other.get("size") is not None:
                granule.set("size", str(other.get("size")))
                granule.set("unit", str(other.get("unit", "")))
        first = element.find("driver")
        if first is not None and granule.getparent() is not first:
            first.append(granule)
        size = Int("@size", 0, ULONG_MAX)
        if granule.get("mode") is not None and size.known_form(granule.get("size") or ""):
            error = XmlError("'mode' and 'size' can't be specified at the same time for 'granule'")
            reading.problem(error, element, rank=cls.fields["granule_mode"].rank)

    def read_device(self, reading: Reading) -> Found:
        if self.granule_size is not None:
            size = -(-scale(self.granule_size, self.granule_unit, 1024) // 1024)
            if size > INT_MAX:
                yield Overflow("size value too large")
            self.granule_size = size
        self.granule_unit = "KiB"
        for name in ("pci_bus", "ssid_size", "oas"):
            if (getattr(self, name) or 0) < 0:  # not given
                setattr(self, name, None)
