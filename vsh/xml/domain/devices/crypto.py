"""<crypto>: a cryptographic accelerator."""

from __future__ import annotations

from vsh.errors import XmlError
from vsh.xml.domain.devices._info import Device, virtio
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int
from vsh.xml.engine.structure import Children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class CryptoBackend(Element, tag="backend"):
    """What does the work."""

    model = Choice[str]("@model", ("builtin", "lkcf"), required=True)
    queues = Int("@queues", skip=0)


class Crypto(Device, tag="crypto"):
    """One accelerator of a domain."""

    model = Choice[str]("@model", ("virtio",), required=True)
    type = Choice[str]("@type", ("qemu",), required=True)
    backends = Children(CryptoBackend, "backend")
    iommu, ats, packed, page_per_vq, has_driver = virtio()

    def read_device(self, reading: Reading) -> Found:
        if len(self.backends) != 1:
            yield "backends", XmlError("only one crypto backend is supported")
