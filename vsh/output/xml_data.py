"""XML documents as data, and back: elements with their attributes and what is in them, in order.

    {"tag": "vcpu", "attributes": {"placement": "static"}, "content": ["2"]}

``content`` has elements, and texts as strings; blanks between elements are layout and left out, as
are comments.  Prefixes stay, with their declarations among the attributes (``xmlns:qemu``).
"""

from __future__ import annotations

from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, TypeAlias

    Data: TypeAlias = dict[str, Any]

    from lxml.etree import _Element

XML = "http://www.w3.org/XML/1998/namespace"


def data_of(text: str) -> Data | None:
    """A document as data; None where it is no XML document."""
    from vsh.xml.engine.reader import parse

    try:
        return _element(parse(text), {})
    except Error:
        return None


def text_of(data: Data) -> str:
    """The document that ``data_of`` has made data of, laid out as libvirt lays out its own: what
    libvirt wrote comes back byte for byte, but for comments."""
    return "".join(_written(data, "", "'")) + "\n"


def _written(data: Data, indent: str, quote: str) -> Iterator[str]:
    tag, content = data["tag"], data["content"] or ()
    if ":" in tag or "xmlns" in (data["attributes"] or {}):
        quote = '"'  # others' parts, which libvirt leaves to libxml2
    yield f"{indent}<{tag}"
    for name, value in (data["attributes"] or {}).items():
        text = _escaped(str(value), quote).replace("\n", "&#10;").replace("\t", "&#9;")
        yield f" {name}={quote}{text}{quote}"
    if not content:
        yield "/>"
        return
    yield ">"
    if any(isinstance(part, str) for part in content):
        for part in content:
            yield from (
                [_escaped(part, quote)] if isinstance(part, str) else _written(part, "", quote)
            )
    else:
        for part in content:
            yield "\n"
            yield from _written(part, indent + "  ", quote)
        yield f"\n{indent}"
    yield f"</{tag}>"


def _element(element: _Element, known: Mapping[str | None, str]) -> Data:
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
    content: list[object] = [element.text or ""]
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


def _escaped(text: str, quote: str) -> str:
    """Text or the value of an attribute as libvirt writes it, or libxml2 where that is its part."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace("\r", "&#13;")
    if quote == "'":
        return text.replace('"', "&quot;").replace("'", "&apos;")
    return text.replace('"', "&quot;")
