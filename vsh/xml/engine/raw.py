"""Parts of a document that are kept as they came: <metadata> and what stands in other namespaces.

They are written as libxml2 writes a node with formatting: two spaces a level, double quotes, an
element that holds text on one line.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from lxml.etree import _Element


class Verbatim:
    """One element, ready to be written at any depth: lines, each with its level below the
    element's own."""

    __slots__ = ("lines",)

    def __init__(self, lines: tuple[tuple[int, str], ...]) -> None:
        self.lines = lines

    @classmethod
    def of(cls, element: _Element) -> Verbatim:
        """From an element that was parsed."""
        lines: list[tuple[int, str]] = []
        _lines(element, lines, 0)
        return cls(tuple(lines))

    def empty(self) -> bool:
        """Whether there is no element inside."""
        return len(self.lines) == 1 and "<" not in self.lines[0][1][1:].rpartition("</")[0]

    def format(self, level: int) -> str:
        """The text, with a newline at the end."""
        return "".join(f"{'  ' * (level + depth)}{text}\n" for depth, text in self.lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Verbatim) and other.lines == self.lines

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Verbatim({self.format(0)!r})"


# the prefixes that libvirt writes, whatever a document called them
PREFIXES = {
    f"http://libvirt.org/schemas/domain/{name}/1.0": prefix
    for name, prefix in (
        ("qemu", "qemu"),
        ("lxc", "lxc"),
        ("bhyve", "bhyve"),
        ("test", "test"),
        ("xen", "xen"),
        ("ch", "ch"),
    )
}


class Foreign:
    """An element of a driver's own namespace, which libvirt writes in its own style."""

    __slots__ = ("attributes", "children", "name", "prefix", "text", "uri")

    def __init__(self, element: Any) -> None:
        self.uri, _, self.name = str(element.tag).lstrip("{").rpartition("}")
        self.prefix = PREFIXES.get(self.uri) or element.prefix or ""
        self.attributes = tuple((_name(key, element), value) for key, value in element.items())
        self.text = (element.text or "").strip()
        self.children = tuple(Foreign(c) for c in element if c.tag.__class__ is str)

    @classmethod
    def made(
        cls,
        prefix: str,
        uri: str,
        name: str,
        *,
        text: str = "",
        attributes: tuple[tuple[str, str], ...] = (),
        children: tuple[Foreign, ...] = (),
    ) -> Foreign:
        """An element that stands in no document yet; its texts may be any."""
        own = object.__new__(cls)
        own.prefix, own.uri, own.name = prefix, uri, name
        own.text, own.attributes, own.children = text, attributes, children
        return own

    def format(self, level: int) -> str:
        """The lines, each with a newline at the end."""
        from vsh.xml.engine.field import escape

        pad = "  " * level
        name = f"{self.prefix}:{self.name}" if self.uri else self.name
        start = f"{pad}<{name}" + "".join(f" {k}='{escape(v)}'" for k, v in self.attributes)
        if self.children:
            inside = "".join(child.format(level + 1) for child in self.children)
            return f"{start}>\n{inside}{pad}</{name}>\n"
        return f"{start}>{escape(self.text)}</{name}>\n" if self.text else f"{start}/>\n"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Foreign) and other.format(0) == self.format(0)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Foreign({self.format(0)!r})"


def _escape(text: str, *, attribute: bool = False) -> str:
    text = (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    )
    if attribute:
        text = text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    if not text.isascii():
        text = "".join(c if c < "\x80" else f"&#x{ord(c):X};" for c in text)
    return text


def _name(tag: str, element: _Element) -> str:
    if tag[:1] != "{":
        return tag
    uri, _, name = tag[1:].partition("}")
    if uri == "http://www.w3.org/XML/1998/namespace":
        return f"xml:{name}"
    for prefix, known in element.nsmap.items():
        if known == uri and (prefix is not None or element.tag == tag):
            return name if prefix is None else f"{prefix}:{name}"
    return name


def _start(element: Any) -> str:
    name = f"{element.prefix}:{_local(element)}" if element.prefix else _local(element)
    text = f"<{name}"
    parent = element.getparent()
    outer = {} if parent is None else parent.nsmap
    for prefix, uri in element.nsmap.items():
        if outer.get(prefix) != uri:
            text += f' xmlns{":" + prefix if prefix else ""}="{_escape(uri, attribute=True)}"'
    for key, value in element.items():
        text += f' {_name(key, element)}="{_escape(value, attribute=True)}"'
    return text


def _local(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _lines(element: _Element, lines: list[tuple[int, str]], level: int) -> None:
    if element.tag.__class__ is not str:
        lines.append((level, _flat(element)))
        return
    texts = [element.text, *(child.tail for child in element)]
    if len(element) == 0 or any(texts):
        lines.append((level, _flat(element)))
        return
    start = _start(element)
    lines.append((level, start + ">"))
    for child in element:
        _lines(child, lines, level + 1)
    lines.append((level, f"</{_tag(element)}>"))


def _tag(element: _Element) -> str:
    return f"{element.prefix}:{_local(element)}" if element.prefix else _local(element)


def _flat(element: _Element) -> str:
    if element.tag.__class__ is not str:
        from lxml import etree

        text: str = etree.tostring(element, encoding="unicode", with_tail=False)
        return text
    start = _start(element)
    inside = _escape(element.text or "")
    for child in element:
        inside += _flat(child) + _escape(child.tail or "")
    return (
        f"{start}/>" if not inside and not len(element) else f"{start}>{inside}</{_tag(element)}>"
    )
