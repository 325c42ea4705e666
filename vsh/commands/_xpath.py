"""Documents printed whole, or what an XPath expression picks of them (--xpath, --wrap)."""

from __future__ import annotations

from vsh.errors import CommandError, InternalError
from vsh.output.document import Text, Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


XPATH_HELP = "print only what this XPath expression picks"
WRAP_HELP = "put what was picked into one document"


def dump(xml: str, xpath: str | None, *, wrap: bool = False) -> Document:
    """The document, or the parts of it that the expression picks.

    Raises InternalError where the expression picks something else than parts, CommandError where
    it is no XPath expression.
    """
    if xpath is None:
        return Xml(xml)
    if not xpath:
        raise CommandError("", hint="--xpath needs an expression")
    from lxml import etree

    from vsh.xml.engine.reader import parse

    try:
        found = parse(xml).xpath(xpath)
    except etree.XPathError as error:
        raise CommandError(f"Invalid XPath expression '{xpath}': {error}") from None
    if not isinstance(found, list):
        raise InternalError(f"Incorrect xpath '{xpath}'")
    if not wrap:
        return Text(
            "".join(f"{_text(each)}\n" for each in found), nodes=[_text(each) for each in found]
        )
    root = etree.Element("nodes")
    for each in found:
        if isinstance(each, etree._Element):
            root.append(each)
        elif each.is_attribute:
            root.set(each.attrname, each)
        elif len(root):
            root[-1].tail = (root[-1].tail or "") + each
        else:
            root.text = (root.text or "") + each
    return Xml(_text(root), newline=True)


def _text(part: Any) -> str:
    """An element, attribute or text as libxml2 prints it."""
    from lxml import etree

    if isinstance(part, etree._Element):
        text: str = etree.tostring(part, encoding="unicode", pretty_print=True, with_tail=False)
        return text.rstrip("\n")
    text = str(part).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if getattr(part, "is_attribute", False):
        quoted = text.replace('"', "&quot;")
        return f' {part.attrname}="{quoted}"'
    return text
