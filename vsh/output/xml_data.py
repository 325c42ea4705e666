"""XML documents as data, and back: elements with their attributes and what is in them, in order.

    {"tag": "vcpu", "attributes": {"placement": "static"}, "content": ["2"]}

``content`` has elements, and texts as strings; blanks between elements are layout and left out, as
are comments.  Prefixes stay, with their declarations among the attributes (``xmlns:qemu``).
"""

from __future__ import annotations

from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from lxml.etree import _Element

XML = "http://www.w3.org/XML/1998/namespace"


def data_of(text: str) -> dict[str, Any] | None:
    """A document as data; None where it is no XML document."""
    from vsh.xml.engine.reader import parse

    try:
        return _element(parse(text), {})
    except Error:
        return None


def text_of(data: Mapping[str, Any]) -> str:
    """The document that ``data_of`` has made data of, on one line."""
    attributes = "".join(
        f" {name}={_quoted(str(value))}" for name, value in (data["attributes"] or {}).items()
    )
    content: Sequence[Any] = data["content"] or ()
    if not content:
        return f"<{data['tag']}{attributes}/>"
    inside = "".join(_escaped(part) if isinstance(part, str) else text_of(part) for part in content)
    return f"<{data['tag']}{attributes}>{inside}</{data['tag']}>"


def _element(element: _Element, known: Mapping[str | None, str]) -> dict[str, Any]:
    names = dict(element.nsmap)
    attributes = {
        f"xmlns:{prefix}" if prefix else "xmlns": uri
        for prefix, uri in names.items()
        if known.get(prefix) != uri
    }
    prefixes = {uri: prefix for prefix, uri in names.items() if prefix} | {XML: "xml"}
    for name, value in element.attrib.items():
        attributes[_named(str(name), prefixes)] = str(value)
    alone = not element.xpath("./*")
    content: list[Any] = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            content += [_element(child, names), child.tail or ""]
        else:  # a comment parts a text, and is none
            content[-1] += child.tail or ""
    tag = _named(str(element.tag), prefixes if element.prefix else {})
    kept = [
        part for part in content if not isinstance(part, str) or (part if alone else part.strip())
    ]
    return {"tag": tag, "attributes": attributes, "content": kept}


def _named(name: str, prefixes: Mapping[str, str | None]) -> str:
    uri, brace, local = name[1:].partition("}") if name[:1] == "{" else ("", "", name)
    prefix = prefixes.get(uri) if brace else None
    return f"{prefix}:{local}" if prefix else local


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")


def _quoted(text: str) -> str:
    text = _escaped(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{text}"'
