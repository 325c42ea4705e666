"""<metadata>: other programs' data in a document, one element of each namespace."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.xml.engine.raw import Verbatim
    from vsh.xml.engine.reading import Reading


def read_metadata(element: _Element, reading: Reading) -> Verbatim | None:
    """What is kept: the first element of each namespace; nothing where there is no element.

    The element is changed: it is a part of a document that was parsed for this.
    """
    from vsh.xml.engine.raw import Verbatim

    children = list(element)
    if not any(isinstance(child.tag, str) for child in children):
        return None
    seen = set()
    element.text = None
    for child in children:
        uri = child.tag[1:].partition("}")[0] if str(child.tag)[:1] == "{" else None
        child.tail = None
        if uri is None or uri in seen:
            element.remove(child)
        seen.add(uri)
    return Verbatim.of(element)


def write_metadata(metadata: Verbatim, out: list[str], level: int, flags: int) -> None:
    """As it was kept."""
    out.append(metadata.format(level))
