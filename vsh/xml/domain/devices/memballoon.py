"""<memballoon>: memory that the guest gives back."""

from __future__ import annotations

from vsh.xml.domain.devices._info import Device, virtio
from vsh.xml.engine.field import Choice, Int, Switch
from vsh.xml.engine.text import INT_MAX, INT_MIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class MemBalloon(Device, tag="memballoon"):
    """The memory balloon of a domain."""

    model = Choice[str]("@model", ("virtio", "xen", "none", "virtio-transitional",
                              "virtio-non-transitional"), required=True)  # fmt: skip
    autodeflate = Switch("@autodeflate")
    free_page_reporting = Switch("@freePageReporting")
    stats_period = Int("stats/@period", INT_MIN, INT_MAX, base=0, skip=0)
    alias = Device.fields["alias"]
    master_startport = Device.fields["master_startport"]
    acpi_index = Device.fields["acpi_index"]
    acpi_nodeset = Device.fields["acpi_nodeset"]
    address = Device.fields["address"]
    iommu, ats, packed, page_per_vq, has_driver = virtio()

    def read_device(self, reading: Reading) -> Found:
        if (self.stats_period or 0) < 0:
            self.stats_period = 0
        if self.model == "none":
            self.drop("alias", "acpi_index", "address")
        return ()
