"""Documents that are too large for the wire, and what in them is large."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element


def too_large(xml: str, most: int | None) -> str | None:
    """What to say of a document that has more than so many bytes; None where it fits."""
    if most is None or len(xml) * 3 <= most:
        return None
    size = len(xml.encode("utf-8", "surrogateescape"))
    if size <= most:
        return None
    text = f"the document has {size} bytes, a string on the wire has {most} at most"
    found = _largest(xml)
    if found is None:
        return text
    path, inside = found
    return f"{text}; {inside} of them are in {path}"


def _largest(xml: str) -> tuple[str, int] | None:
    """The innermost element that has most of a document, and its bytes; None where that cannot be
    told.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, recover=True)
    root = etree.fromstring(xml.encode("utf-8", "surrogateescape"), parser)
    if root is None:
        return None
    path, size = f"<{_name(root)}>", _bytes(root)
    whole = size
    while True:
        largest = max(
            ((_bytes(child), child) for child in root), key=lambda pair: pair[0], default=None
        )
        if largest is None or largest[0] * 2 < whole:
            return path, size
        size, root = largest
        path += f"/<{_name(root)}>"


def _bytes(element: _Element) -> int:
    from lxml import etree

    return len(etree.tostring(element, encoding="utf-8", with_tail=False))


def _name(element: _Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if tag.__class__ is str else "comment"
