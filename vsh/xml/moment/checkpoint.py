"""<domaincheckpoint>: a point in time that backups are made relative to.

With REDEFINE the document is one that a checkpoint-dumpxml gave.  Problems carry the number of the
rule of checkpoint redefinition that they break (47 to 51).
"""

from __future__ import annotations

from vsh.errors import InternalError, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int, Text
from vsh.xml.engine.flags import INACTIVE, NO_DOMAIN, REDEFINE, SECURE, SIZE
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import LONG_MAX, LONG_MIN, ULONG_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.xml.domain import Domain
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class CheckpointDisk(Element, tag="disk"):
    """How one disk takes part in a checkpoint; ``checkpoint`` is ``no`` or ``bitmap``."""

    name = Text[str](
        "@name", required=True, rule=47, shape=shapes.TARGET + "|" + shapes.FILE, needed=True
    )
    checkpoint = Choice[str]("@checkpoint", ("no", "bitmap"), default="bitmap", rule=47)
    bitmap = Text("@bitmap")
    size = Int("@size", 0, ULONG_MAX, when=lambda d: d.bitmap is not None)

    def view(self, flags: int) -> CheckpointDisk:
        """Without the size, unless it is asked for."""
        if self.size is None or flags & SIZE:
            return self
        twin = self.copy()
        twin.size = None
        return twin


class DomainCheckpoint(Element, tag="domaincheckpoint"):
    """The document of one checkpoint."""

    name = Text("name")
    description = Text("description")
    parent = Text("parent/name")
    created = Int(
        "creationTime",
        LONG_MIN,
        LONG_MAX,
        rule=48,
        skip=0,
        wrong=(InternalError, "missing creationTime from existing checkpoint"),
    )
    disks = Children(CheckpointDisk, "disks/*", rule=47, after="domain")
    domain: Child[Domain] = Child("vsh.xml.domain:Domain", "domain", rule=48)

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:
        """Before reading: take away what does not count in this mode."""
        if not reading.flags & REDEFINE:
            for child in list(element):
                if child.tag in ("parent", "creationTime", "domain"):
                    element.remove(child)

    def parsed(self, reading: Reading) -> Found:
        if not reading.flags & REDEFINE:
            return
        if self.name is None:
            yield Problem(XmlError("a redefined checkpoint must have a name"), "name", rule=48)
        if self.created is None and not any(p.rule == 48 for p in reading.problems):
            missing = InternalError("missing creationTime from existing checkpoint")
            yield Problem(missing, "created", rule=48)

    def format(self, flags: int = 0) -> str:
        """The document; with NO_DOMAIN without the domain, with SIZE with the sizes of bitmaps."""
        from vsh.xml.engine.writer import write

        model = self
        if flags & NO_DOMAIN:
            import copy

            model = copy.copy(self)
            model.domain = None
        return write(model, (flags & (SECURE | SIZE)) | INACTIVE)
