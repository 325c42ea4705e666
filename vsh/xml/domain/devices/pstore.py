"""<pstore>: where a guest keeps its last words."""

from __future__ import annotations

from vsh.errors import XmlError
from vsh.xml.domain.devices._info import Device
from vsh.xml.engine.field import Choice, Text
from vsh.xml.engine.values import Scaled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class Pstore(Device, tag="pstore"):
    """The persistent store of a domain."""

    backend = Choice[str]("@backend", ("acpi-erst",), required=True)
    path = Text("path")
    size = Scaled[int]("size", xpath="./size")

    def read_device(self, reading: Reading) -> Found:
        if self.size is None:
            yield "size", XmlError("missing element or attribute './size'")
