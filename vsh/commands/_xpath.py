"""Documents printed whole, or what an XPath expression picks of them (--xpath, --wrap)."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import BITS, Flag, Option, anything, declared, param_of
from vsh.errors import CommandError, InternalError
from vsh.output.document import Text, Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Described(Protocol):
        """What has a document."""

        def get_xml_desc(self, flags: int = 0, /) -> str: ...

    from typing import Any

    from vsh.cli.command import Command
    from vsh.output.document import Document


XPATH_HELP = "print only what this XPath expression picks"
WRAP_HELP = "put what was picked into one document"


XPATH = Option(XPATH_HELP, kind=anything, complete=())
WRAP = Flag(WRAP_HELP)
SECTION = Option("print only these elements: devices/disk", kind=anything, complete=(), extra=True)
LINES = Flag("with the numbers of the lines", extra=True)


def dumpxml_command(
    module: str,
    target: object,
    option: str,
    kind: str,
    note: str,
    example: str,
    inactive: int = 0,
    what: str = "",
) -> Command:
    """The command that prints the document of a network, pool, filter ...

    module    the command's: its name is the command's
    target    the atom of the object, and its option's name
    kind      how the help calls it;  note  what the help says beyond that
    example   what may follow the command's name, with a comment
    inactive  the flag of the definition, where there is another; what the help of --inactive says
    """
    one = param_of(target).named(option)

    def plain(
        of: Described = declared(one),
        xpath: str | None = XPATH,
        wrap: bool = WRAP,
        section: str | None = SECTION,
        lines: bool = LINES,
    ) -> Document:
        return dump(of.get_xml_desc(), xpath, wrap=wrap, section=section, lines=lines)

    def stored(
        of: Described = declared(one),
        inactive: bool = Flag(what, bit=inactive),
        xpath: str | None = XPATH,
        wrap: bool = WRAP,
        section: str | None = SECTION,
        lines: bool = LINES,
        flags: int = BITS,
    ) -> Document:
        return dump(of.get_xml_desc(flags), xpath, wrap=wrap, section=section, lines=lines)

    body = stored if inactive else plain
    body.__module__ = module
    name = module.rpartition(".")[2].replace("_", "-")
    body.__doc__ = f"Print the XML of {kind}.\n\n{note}\n\nExamples:\n    {name} {example}\n"
    return command(tells="xml document | nodes")(body)


def dump(
    xml: str,
    xpath: str | None,
    *,
    wrap: bool = False,
    section: str | None = None,
    lines: bool = False,
) -> Document:
    """The document, or the parts of it that the expression picks.

    section  the elements that are shown, by the names on the way to them, instead of all
    lines    whether each line has its number in the document before it
    Raises InternalError where the expression picks something else than parts, CommandError where
    it is no XPath expression, or no element is there.
    """
    if section is not None or lines:
        if xpath is not None:
            option = "section" if section is not None else "lines"
            raise CommandError(f"--xpath and --{option} are mutually exclusive")
        from vsh.commands._sections import sections, whole

        return whole(xml) if section is None else sections(xml, section, lines=lines)
    if xpath is None:
        return Xml(xml)
    if not xpath:
        raise CommandError("", hint="--xpath needs an expression")
    from lxml import etree

    from vsh.xml.engine.reader import parse

    try:
        found = parse(xml).xpath(xpath)
    except (etree.XPathError, ValueError) as error:
        reason: object = error
        if isinstance(error, UnicodeEncodeError):
            reason = "it is not UTF-8"
        elif isinstance(error, ValueError):
            reason = "it has characters that no XML can have"
        raise CommandError(f"Invalid XPath expression '{xpath}': {reason}") from None
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
        elif isinstance(each, tuple):
            continue  # a namespace, which is no part of a document
        elif each.is_attribute:
            root.set(each.attrname.rpartition(":")[2], each)
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
    if isinstance(part, tuple):
        return "(null)"  # a namespace; it is all that libxml2 has to say of one
    text = str(part).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if getattr(part, "is_attribute", False):
        quoted = text.replace('"', "&quot;")
        return f' {part.attrname}="{quoted}"'
    return text
