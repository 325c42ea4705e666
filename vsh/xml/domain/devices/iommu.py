"""<iommu>: an IOMMU of the guest."""

from __future__ import annotations

from vsh.xml.domain.devices._info import Device
from vsh.xml.engine.field import Choice, Int, Switch, Text


class Iommu(Device, tag="iommu"):
    """One IOMMU of a domain."""

    model = Choice("@model", ("intel", "smmuv3", "virtio", "amd"), required=True)
    intremap = Switch("driver/@intremap")
    caching_mode = Switch("driver/@caching_mode")
    eim = Switch("driver/@eim")
    iotlb = Switch("driver/@iotlb")
    aw_bits = Int("driver/@aw_bits", skip=0)
    dma_translation = Switch("driver/@dma_translation")
    xtsup = Switch("driver/@xtsup")
    passthrough = Switch("driver/@passthrough")
    pci_bus = Text("driver/@pciBus")
    granule = Text("driver/@granule")
