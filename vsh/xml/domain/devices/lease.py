"""<lease>: a lock that a domain holds."""

from __future__ import annotations

from vsh.errors import XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Int, Text
from vsh.xml.engine.given import Unexplained
from vsh.xml.engine.text import ULONG_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class Lease(Element, tag="lease"):
    """One lock of a domain."""

    lockspace = Text("lockspace")
    key = Text("key")
    target = Text(
        "target/@path",
        required=(XmlError, "Missing 'path' attribute to 'target' element for lease"),
    )
    offset = Int("target/@offset", 0, ULONG_MAX, skip=0)

    def parsed(self, reading: Reading) -> Found:
        if self.key is None:
            yield "key", XmlError("Missing 'key' element for lease")
        if self.target is None:
            yield "target", XmlError("Missing 'target' element for lease")
        if self.lockspace is None:
            yield Unexplained("a lease needs a <lockspace>")
