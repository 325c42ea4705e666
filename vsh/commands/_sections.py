"""Parts of a document by the names of elements on the way to them, and the numbers of its lines."""

from __future__ import annotations

from vsh.errors import CommandError
from vsh.output.document import Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.output.document import Document


def whole(xml: str) -> Document:
    """The document with the numbers of its lines."""
    text = xml.rstrip("\n")
    return Xml(text, newline=True, numbers=list(range(1, text.count("\n") + 2)))


def sections(xml: str, path: str, *, lines: bool) -> Document:
    """The elements that a path leads to from the document's root, or else from anywhere in it.

    path   names with slashes between them: "devices/disk", "disk"
    lines  whether each line has its number in the document
    Raises CommandError with the nearest path where there is none.
    """
    from vsh.commands.domain._devices_xml import tree

    known = _paths(tree(xml))
    wanted = path.strip("/")
    found = known.get(wanted)
    if found is None:
        ends = f"/{wanted}"
        found = [each for way, all in known.items() if f"/{way}".endswith(ends) for each in all]
    if not found or not wanted:
        raise CommandError(f"no element '{path}' in this document", hint=_hint(wanted, known))
    texts: list[str] = []
    numbers: list[int] = []
    for element in found:
        text = _unindented(element)
        first: int = getattr(element, "sourceline", 1)
        texts.append(text)
        numbers += range(first, first + text.count("\n") + 1)
    return Xml("\n".join(texts), newline=True, numbers=numbers if lines else None, nodes=texts)


def _paths(root: _Element) -> dict[str, list[_Element]]:
    """Every element by the names on the way to it; the root's own name is left out."""
    found: dict[str, list[_Element]] = {}
    waiting = [(child, "") for child in reversed(root)]
    while waiting:
        element, way = waiting.pop()
        if not isinstance(element.tag, str):
            continue  # a comment
        name = element.tag.rpartition("}")[2]
        way = f"{way}/{name}" if way else name
        found.setdefault(way, []).append(element)
        waiting += [(child, way) for child in reversed(element)]
    return found


def _unindented(element: _Element) -> str:
    """An element as it stands in its document, set to the left."""
    from lxml import etree

    text: str = etree.tostring(element, encoding="unicode", with_tail=False)
    first, *rest = text.split("\n")
    if not rest:
        return first
    indent = len(rest[-1]) - len(rest[-1].lstrip(" "))
    return "\n".join(
        [first, *(line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in rest)]
    )


def _hint(path: str, known: dict[str, list[_Element]]) -> str:
    from vsh.cli.nearest import nearest

    ends = {way.rpartition("/")[2]: way for way in reversed(known)}
    close = nearest(path, known) or ends.get(nearest(path.rpartition("/")[2], ends) or "")
    if close is not None:
        return f"did you mean '{close}'?"
    return "it has " + ", ".join(way for way in known if "/" not in way)
