"""<vsock>: sockets between guest and host."""

from __future__ import annotations

from vsh.xml.domain.devices._info import VIRTIO_MODELS, Device, virtio
from vsh.xml.engine.field import Choice, Flag, Int


class Vsock(Device, tag="vsock"):
    """The vsock device of a domain."""

    model = Choice("@model", VIRTIO_MODELS, none="default")
    auto = Flag("cid/@auto")
    cid = Int("cid/@address", nonzero=True)
    alias = Device.fields["alias"]
    master_startport = Device.fields["master_startport"]
    acpi_index = Device.fields["acpi_index"]
    acpi_nodeset = Device.fields["acpi_nodeset"]
    address = Device.fields["address"]
    iommu, ats, packed, page_per_vq, has_driver = virtio()

    def complete(self) -> None:
        """Whether the number is chosen at start."""
        if self.auto is None:
            self.auto = self.cid is None
