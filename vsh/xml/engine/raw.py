"""Parts of a document that are kept as they came: <metadata> and what stands in other namespaces.

They are written as libxml2 writes a node with formatting: two spaces a level, double quotes, an
element that holds text on one line.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
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
        _lines(element, lines, 0, _starts(element))
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

    def __init__(self, element: _Element) -> None:
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
        from vsh.xml.engine.text import escape

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


def _starts(top: _Element) -> dict[_Element, str]:
    """What stands between the brackets of each element's start, as libxml2 writes it; at the top
    without the namespaces that are declared outside, but for those that are used inside."""
    import re

    from lxml import etree

    # no bracket stands bare in a value that libxml2 has written
    tag = r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<([^\s/!?>][^>]*)>"
    texts = filter(None, re.findall(tag, _written(top), re.DOTALL))
    elements = list(top.iter(etree.Element))
    starts = {el: text.rstrip("/") for el, text in zip(elements, texts, strict=True)}
    parts = {el: re.findall(r'\s([^\s=]+)=("[^"]*")', text) for el, text in starts.items()}
    declared = {el: {name for name, _ in found if _declares(name)} for el, found in parts.items()}
    parent = top.getparent()
    outer = {} if parent is None else parent.nsmap
    own = [_declaring(prefix) for prefix, uri in top.nsmap.items() if outer.get(prefix) != uri]
    declared[top] = set(own)
    for element in elements:
        names = (_tag(element), *(name for name, _ in parts[element] if not _declares(name)))
        for prefix in (name.rpartition(":")[0] for name in names):
            if prefix == "xml" or (not prefix and None not in element.nsmap):
                continue
            inside = (each for each in (element, *element.iterancestors()) if each in declared)
            if not any(_declaring(prefix) in declared[each] for each in inside):
                declared[top].add(_declaring(prefix))
                own.append(_declaring(prefix))
    values = dict(parts[top])
    rest = [name for name, _ in parts[top] if not _declares(name)]
    starts[top] = "".join([_tag(top), *(f" {name}={values[name]}" for name in (*own, *rest))])
    return starts


def _declares(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


def _declaring(prefix: str | None) -> str:
    return f"xmlns:{prefix}" if prefix else "xmlns"


def _written(element: _Element) -> str:
    from lxml import etree

    text: str = etree.tostring(element, encoding="unicode", with_tail=False)
    return text


def _lines(
    element: _Element, lines: list[tuple[int, str]], level: int, starts: dict[_Element, str]
) -> None:
    texts = [element.text, *(child.tail for child in element)]
    if element.tag.__class__ is not str:
        lines.append((level, _written(element)))
    elif len(element) == 0 or any(texts):
        start, end, inside = _written(element).partition(">")
        lines.append((level, f"<{starts[element]}{'/' if start[-1] == '/' else ''}{end}{inside}"))
    else:
        lines.append((level, f"<{starts[element]}>"))
        for child in element:
            _lines(child, lines, level + 1, starts)
        lines.append((level, f"</{_tag(element)}>"))


def _tag(element: _Element) -> str:
    local = str(element.tag).rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix else local
