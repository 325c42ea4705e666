"""Names in documents: reading the one that a document gives itself, and putting others in."""

from __future__ import annotations

from vsh.errors import Error


def name_of(xml: str) -> str | None:
    """The text of <name>, or None where there is none or the document cannot be read."""
    from vsh.xml.engine.reader import parse, text_of

    try:
        found = parse(xml).find("name")
    except Error:
        return None
    return text_of(found) or None if found is not None else None


def has_domain(xml: str) -> bool:
    """Whether a document has a <domain> that counts; what cannot be read is taken for one."""
    from vsh.xml.engine.reader import parse

    try:
        found = parse(xml).find("domain")
    except Error:
        return True
    return found is not None and bool(found.get("type"))


FOR_LOOKING = "<!-- without the domain: for looking only -->"
"""What stands in a document that was dumped without its definitions of the domain."""


def without_domain(xml: str, tag: str) -> str:
    """A document that libvirt wrote, without the definitions of the domain, and marked so."""
    from vsh.redefine.facts import split

    head, start, rest = "".join(part for part, shared in split(xml) if not shared).partition(
        f"<{tag}>\n"
    )
    return f"{head}{start}  {FOR_LOOKING}\n{rest}"


def with_parent(xml: str, parent: str) -> str:
    """A document that libvirt wrote and that has a parent, with another one."""
    head, tag, rest = xml.partition("<parent>")
    return head + tag + _replaced(rest, "<name>", "</name>", parent)


def _replaced(xml: str, start: str, end: str, text: str) -> str:
    from vsh.xml.engine.text import escape

    head, tag, rest = xml.partition(start)
    return head + tag + escape(text) + end + rest.partition(end)[2]
