"""<vcpus>: each vCPU by itself."""

from __future__ import annotations

from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Flag, Int

TYPE_CHECKING = False


class Vcpu(Element, tag="vcpu"):
    """One vCPU."""

    id = Int[int]("@id", required=True)
    enabled = Flag("@enabled", required=True)
    hotpluggable = Flag("@hotpluggable")
    order = Int("@order", skip=0)
