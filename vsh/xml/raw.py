"""Parts of a document that are kept as they came: <metadata> and what stands in other namespaces.

They are written as libxml2 writes a node with formatting: two spaces a level, double quotes, an
element that holds
text on one line.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Verbatim:
    """One element, ready to be written at any depth: lines, each with its level below the
    element's own."""

    __slots__ = ("lines",)

    def __init__(self, lines: tuple[tuple[int, str], ...]) -> None:
        self.lines = lines

    @classmethod
    def of(cls, element: Any) -> Verbatim:
        """From an element that was parsed."""
        lines: list[tuple[int, str]] = []
        _lines(element, lines, 0, set(_outer(element)))
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


def _outer(element: Any) -> list[tuple[str | None, str]]:
    """The namespaces that are declared outside an element and not used by it: they are not
    repeated inside."""
    return []


def _escape(text: str, *, attribute: bool = False) -> str:
    text = (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    )
    if attribute:
        text = text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    if not text.isascii():
        text = "".join(c if c < "\x80" else f"&#x{ord(c):X};" for c in text)
    return text


def _name(tag: str, element: Any) -> str:
    if tag[:1] != "{":
        return tag
    uri, _, name = tag[1:].partition("}")
    if uri == "http://www.w3.org/XML/1998/namespace":
        return f"xml:{name}"
    for prefix, known in element.nsmap.items():
        if known == uri and (prefix is not None or element.tag == tag):
            return name if prefix is None else f"{prefix}:{name}"
    return name


def _start(element: Any, declared: set[tuple[str | None, str]]) -> str:
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


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _lines(element: Any, lines: list[tuple[int, str]], level: int, declared: set[Any]) -> None:
    if element.tag.__class__ is not str:
        lines.append((level, _flat(element)))
        return
    texts = [element.text, *(child.tail for child in element)]
    if len(element) == 0 or any(texts):
        lines.append((level, _flat(element)))
        return
    start = _start(element, declared)
    lines.append((level, start + ">"))
    for child in element:
        _lines(child, lines, level + 1, declared)
    lines.append((level, f"</{_tag(element)}>"))


def _tag(element: Any) -> str:
    return f"{element.prefix}:{_local(element)}" if element.prefix else _local(element)


def _flat(element: Any) -> str:
    if element.tag.__class__ is not str:
        from lxml import etree

        text: str = etree.tostring(element, encoding="unicode", with_tail=False)
        return text
    start = _start(element, set())
    inside = _escape(element.text or "")
    for child in element:
        inside += _flat(child) + _escape(child.tail or "")
    return (
        f"{start}/>" if not inside and not len(element) else f"{start}>{inside}</{_tag(element)}>"
    )
