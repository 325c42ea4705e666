"""<domainsnapshot>: a snapshot of a domain.

Rules:
- with REDEFINE the document is one that a snapshot-dumpxml gave, and has to be complete; without,
  most of it is ignored, since libvirt fills it in;
- every problem carries the number of the rule of snapshot redefinition that it breaks (10 to 37).
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int, Present, Text
from vsh.xml.engine.flags import CURRENT, INACTIVE, INTERNAL, OFFLINE, REDEFINE, SECURE
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.structure import Child, Children, Raw
from vsh.xml.engine.text import LONG_MAX, LONG_MIN
from vsh.xml.engine.values import Scaled
from vsh.xml.shared.image import FORMATS, STORAGE_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.xml.domain import Domain
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading
    from vsh.xml.shared.image import Source

STATES = (
    "running", "blocked", "paused", "shutdown", "shutoff", "crashed", "pmsuspended",
    "disk-snapshot",
)  # fmt: skip
LOCATIONS = ("no", "internal", "external", "manual")
_ONLY_REDEFINED = ("state", "parent", "creationTime", "domain", "inactiveDomain", "revertDisks")


class SnapshotDisk(Element, tag="disk"):
    """How one disk takes part in a snapshot."""

    name = Text("@name", shape=shapes.TARGET + "|" + shapes.FILE, needed=True)
    snapshot = Choice("@snapshot", LOCATIONS, rule=23)
    type = Choice[str](
        "@type", STORAGE_TYPES, default="file", rule=23, when=lambda d: d.has_image()
    )
    delete_in_progress = Present("snapshotDeleteInProgress")
    driver_type = Choice(
        "driver/@type",
        FORMATS,
        rule=23,
        when=lambda d: d.has_image(),
        wrong=(ConfigUnsupported, "unknown disk snapshot driver '{}'"),
    )
    metadata_cache = Scaled(
        "driver/metadata_cache/max_size",
        unit="bytes",
        step=1,
        bare=1,
        zero=False,
        rule=23,
        when=lambda d: d.has_image(),
    )
    source: Child[Source] = Child(
        "vsh.xml.shared.image:Source", "source", when=lambda d: d.has_image(), after="type"
    )

    def has_image(self) -> bool:
        """Whether the document says where the image is or what it is."""
        source = self.source
        return bool(self.driver_type or (source is not None and source.path))

    def parsed(self, reading: Reading) -> Found:
        if self.name is None:
            yield Problem(InternalError("missing name from disk snapshot element"), "name", rule=23)
        if self.type in ("volume", "dir"):
            yield Problem(
                XmlError(f"unsupported disk snapshot type '{self.type}'"), "type", rule=23
            )
            return
        if not reading.flags & REDEFINE:
            self.delete_in_progress = False
        if self.source is not None:
            self.source.index = None
            for error in self.source.settle(self.type, reading):
                yield Problem(error, "source", rule=23)
            path = self.source.path
            if path and self.type in ("file", "block") and path[0] != "/":
                yield Problem(
                    XmlError(f"disk snapshot image path '{path}' must be absolute"), rule=23
                )
        if self.snapshot is None and self.has_image():
            self.snapshot = "external"

    def view(self, flags: int) -> SnapshotDisk | None:
        """Nothing where there is no name; a source without what only a domain's disk has."""
        if self.name is None:
            return None
        source = self.source
        if source is not None and source.startup_policy is not None:
            import copy

            twin = copy.copy(self)
            twin.source = copy.copy(source)
            twin.source.startup_policy = None
            return twin
        return self


class DomainSnapshot(Element, tag="domainsnapshot"):
    """The document of one snapshot."""

    name = Text("name")
    description = Text("description")
    state = Choice(
        "state",
        STATES,
        rule=15,
        wrong=(ConfigUnsupported, "Invalid state '{}' in domain snapshot XML"),
        after="created",
    )
    parent = Text("parent/name")
    created = Int(
        "creationTime",
        LONG_MIN,
        LONG_MAX,
        rule=13,
        skip=0,
        wrong=(InternalError, "missing creationTime from existing snapshot"),
        shape=shapes.ANY,
    )
    memory = Choice("memory/@snapshot", LOCATIONS, rule=18, when=lambda s: s.memory is not None)
    memory_file = Text("memory/@file", when=lambda s: s.memory is not None)
    disks = Children(SnapshotDisk, "disks/*", rule=23)
    revert_disks = Children(SnapshotDisk, "revertDisks/*", rule=24)
    domain: Child[Domain] = Child("vsh.xml.domain:Domain", "domain", rule=16, after="created")
    inactive_domain: Child[Domain] = Child(
        "vsh.xml.domain:Domain", "inactiveDomain", rule=17, after="created"
    )
    cookie = Raw("cookie", rule=26, after="active")
    active = Int("active", -(2**31), rule=25, when=lambda s: False)

    @property
    def online(self) -> bool:
        """Whether the guest was running."""
        return self.state in ("running", "paused")

    @property
    def offline(self) -> bool:
        """Whether the guest was off, or only its disks were taken."""
        return self.state in ("shutoff", "disk-snapshot")

    @property
    def external(self) -> bool:
        """Whether anything of the snapshot is in files of its own."""
        return self.memory == "external" or any(d.snapshot == "external" for d in self.disks)

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:
        """Before reading: take away what does not count in this mode."""
        redefine = reading.flags & REDEFINE
        domains = element.findall("domain") if redefine else []
        typed = next((type for each in domains if (type := each.get("type")) is not None), "")
        for tag in ("disks", "revertDisks"):
            first, *others = element.findall(tag) or [element]
            for other in others:  # they are all looked into
                first.extend(list(other))
        for child in domains[1 if typed else 0 :]:  # the first one counts, if any has a type
            element.remove(child)
        for child in list(element) if not redefine else ():
            if child.tag in _ONLY_REDEFINED:
                element.remove(child)
        if not reading.flags & INTERNAL:
            for child in element.findall("active"):
                element.remove(child)

    def parsed(self, reading: Reading) -> Found:
        flags = reading.flags
        offline = bool(flags & OFFLINE)
        if flags & REDEFINE:
            offline = self.offline
            yield from self._redefined(reading)
        if self.memory == "manual":
            yield Problem(
                XmlError("'manual' memory snapshot mode not supported"), "memory", rule=18
            )
        if self.memory is None:
            if self.memory_file is not None:
                self.memory = "external"
            elif flags & REDEFINE:
                self.memory = "no" if offline else "internal"
        yield from self._memory(offline)
        if offline:
            self.cookie = None

    def _redefined(self, reading: Reading) -> Found:
        wrong = {problem.rule for problem in reading.problems}
        if self.name is None:
            yield Problem(XmlError("a redefined snapshot must have a name"), "name", rule=12)
        if self.created is None and 13 not in wrong:
            yield Problem(
                InternalError("missing creationTime from existing snapshot"), "created", rule=13
            )
        if self.state is None and 15 not in wrong:
            yield Problem(XmlError("missing state from existing snapshot"), "state", rule=15)

    def _memory(self, offline: bool) -> Found:
        file, where = self.memory_file, self.memory
        if file is not None and where != "external":
            yield Problem(
                XmlError(f"memory filename '{file}' requires external snapshot"),
                "memory_file",
                rule=19,
            )
        if file is None and where == "external":
            yield Problem(
                XmlError("external memory snapshots require a filename"), "memory_file", rule=20
            )
        if offline and where not in (None, "no"):
            yield Problem(
                XmlError("memory state cannot be saved with offline or disk-only snapshot"),
                "memory_file",
                rule=21,
            )
        if file is not None and file[:1] != "/":
            yield Problem(
                XmlError(f"memory snapshot file path ({file}) must be absolute"),
                "memory_file",
                rule=22,
            )

    def format(self, flags: int = 0, uuid: str | None = None, definition: str | None = None) -> str:
        """The document.  Without a <domain>, ``uuid`` makes a stub of one.

        definition  the text of its <domain>, where that has been written already
        """
        from vsh.xml.engine.writer import write

        model = self
        if definition is not None:
            model = self.__copy__()
            model.domain = None
        text = write(model, (flags & SECURE) | INACTIVE)
        end = "</domainsnapshot>\n"
        stub = definition
        if self.domain is None and uuid is not None:
            stub = f"  <domain>\n    <uuid>{uuid}</uuid>\n  </domain>\n"
        if stub is not None:
            place = text.find("  <inactiveDomain ") if self.inactive_domain else -1
            if place < 0:
                place = text.find("  <cookie") if self.cookie else len(text) - len(end)
            text = text[:place] + stub + text[place:] if text.endswith(end) else text
        if flags & INTERNAL:
            active = 1 if flags & CURRENT else 0
            text = f"{text[: -len(end)]}  <active>{active}</active>\n{end}"
        return text
