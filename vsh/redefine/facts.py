"""What the top of a snapshot's or checkpoint's document says, read without an XML parser."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.moments import Document

_DEFINITIONS = ("domain", "inactiveDomain")

_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


class Facts:
    """The top of a snapshot's or checkpoint's document, without an XML parser.

    libvirt wrote the document, so its form is known: what stands before <domain> is one element a
    line, and text has no unescaped ``<``."""

    __slots__ = ("created", "description", "external", "parent", "state")

    def __init__(self, xml: str) -> None:
        end = xml.find("\n  <domain")
        head = xml if end < 0 else xml[:end]
        self.state = _text(head, "state")
        self.parent = _text(head[head.find("<parent>") :], "name") if "<parent>" in head else None
        self.description = _text(head, "description")
        created = _text(head, "creationTime")
        self.created = int(created) if created is not None else None
        disks = head.partition("\n  <revertDisks>")[0]
        if "\n  <memory " in disks:
            self.external = " snapshot='external'" in disks
        else:
            self.external = self.state == "disk-snapshot"

    @classmethod
    def of(cls, document: Document) -> Facts:
        """The same of a model."""
        self = cls.__new__(cls)
        self.state = getattr(document, "state", None)
        self.parent = document.parent
        self.created = document.created
        self.description = getattr(document, "description", None)
        self.external = bool(getattr(document, "external", False))
        return self


def _text(xml: str, tag: str) -> str | None:
    start = xml.find(f"<{tag}>")
    if start < 0:
        return None
    start += len(tag) + 2
    text = xml[start : xml.find("</", start)]
    if "&" in text:
        for entity, char in _ENTITIES:
            text = text.replace(entity, char)
    return text


def split(document: str) -> Iterator[tuple[str, bool]]:
    """The parts of a document that libvirt wrote, and whether each is a definition of the domain.

    Joined they are the document, whatever it looks like.
    """
    start = 0
    for tag in _DEFINITIONS:
        head = document.find(f"\n  <{tag} ", start)
        end = document.find(f"\n  </{tag}>\n", head) if head >= 0 else -1
        if end < 0:
            continue
        stop = end + len(f"\n  </{tag}>\n")
        yield document[start : head + 1], False
        yield document[head + 1 : stop], True
        start = stop
    if start < len(document):
        yield document[start:], False
