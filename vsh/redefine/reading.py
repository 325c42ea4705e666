"""Reading a moment's document once: a user's, and those that a hypervisor gave.

Rules:
- a user's document is parsed once: what the check has read is handed over to a driver in this
  process, which would read the same text again;
- definitions of the domain are read once each, in a user's documents and in those that a hypervisor
  gave, and are completed once each: most moments of a domain have the same, and they are what is
  large in them.  They are shared, so nobody may change them.
"""

from __future__ import annotations

from vsh.errors import Error, XmlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from lxml.etree import _Element

    from vsh.redefine.moments import Document
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.engine.element import Element

    Model = TypeVar("Model", bound=Element)
    Complete = Callable[[Definition, int], object]
    """How a driver completes a definition, that was read with these flags.  Raises Error."""

    from vsh.xml.engine.problem import Problem, Unknown

MOST = 8
"""How many definitions of domains are kept."""

_domains: dict[str, Definition] = {}
_sound: dict[tuple[str, int], _Sound] = {}
_handed: tuple[str, Document] | None = None


class _Sound:
    """A definition in which nothing is wrong, as it was read, and as drivers have completed it."""

    __slots__ = ("completed", "definition", "texts")

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.completed: dict[tuple[Complete, int], Definition] = {}
        self.texts: dict[tuple[int, int], str] = {}  # of those, by id and flags


class Read:
    """A user's document as it was read.

    document  its model
    problems  what the reader found wrong, in libvirt's order
    dropped   the parts that libvirt does not know
    active    what <active> says, None where there is none
    lines     where the elements below the root begin, by tag
    """

    __slots__ = ("active", "document", "dropped", "lines", "problems")

    def __init__(self, xml: str, model: type[Document]) -> None:
        from vsh.xml.engine.reader import local, parse

        place = _definition(xml)
        known = None if place is None else _sound.get((xml[place], _line_of(xml, place)))
        root = None
        if place is not None and known is not None:
            root = _without(xml, place)
        if root is None:
            known = None
            root = parse(xml)
        tag = local(root.tag)
        if tag != model.tag:
            raise XmlError(f"expecting root element of '{model.tag}', not '{tag}'")
        self.lines: dict[str, int] = {str(child.tag): child.sourceline for child in reversed(root)}
        stub = root.find("domain")
        if known is not None and stub is not None:
            root.remove(stub)
        active = root.find("active")
        self.active = None if active is None else (active.text or "").strip() not in ("", "0")
        self.problems: list[Problem] = []
        self.dropped: list[Unknown] = []
        self._read(root, model)
        if known is not None:
            self.document.domain = known.definition
        elif place is not None and not self.problems and not self.dropped:
            _keep(xml[place], _line_of(xml, place), self.document.domain)

    def _read(self, root: _Element, model: type[Document]) -> None:
        from vsh.xml.engine.flags import REDEFINE
        from vsh.xml.engine.reader import read_element
        from vsh.xml.engine.reading import Reading

        reading = Reading(REDEFINE, self.problems, self.dropped, None)
        self.document = read_element(root, model, reading)


def _definition(xml: str) -> slice | None:
    """Where the only <domain> of a document is; None where that cannot be told without a parser."""
    start, end = xml.find("<domain "), xml.find("</domain>")
    if start < 0 or end < start or xml.count("<domain") != 2 or xml.count("</domain>") != 1:
        return None  # there is the root's beginning and this one's, and nothing else
    if "<!" in xml or "xmlns" in xml[:start]:
        return None
    if xml.find("<uuid>", start, end) < 0:
        return None  # it gets a random one, each its own
    return slice(start, end + len("</domain>"))


def _line_of(xml: str, place: slice) -> int:
    return xml.count("\n", 0, place.start)


def _without(xml: str, place: slice) -> _Element | None:
    """The root of a document with nothing inside its <domain>; None where that is not right below
    the root, or where the rest cannot be parsed.
    """
    from vsh.xml.engine.reader import parse

    inside = xml[place]
    opening = inside[: inside.find(">") + 1]
    if opening.count("'") % 2 or opening.count('"') % 2:
        return None  # there is a > in an attribute
    lines = "\n" * inside.count("\n", len(opening))
    try:
        root = parse(f"{xml[: place.start]}{opening}{lines}</domain>{xml[place.stop :]}")
    except Error:
        return None
    return None if root.find("domain") is None else root


def _keep(text: str, line: int, definition: Definition | None) -> None:
    """Keep a definition in which nothing is wrong, as it stands at its line."""
    if definition is None:
        return
    if len(_sound) >= MOST:
        del _sound[next(iter(_sound))]
    _sound[text, line] = _Sound(definition)


def completed(definition: Definition, complete: Complete, flags: int) -> Definition:
    """A definition in a document, with what a driver adds.  Raises Error.

    One that other documents have, too, is completed once, in a copy that they share: it is for
    looking only.
    """
    for sound in list(_sound.values()):
        if sound.definition is definition:
            key = (complete, flags)
            done = sound.completed.get(key)
            if done is None:
                done = definition.copy()
                complete(done, flags)
                sound.completed[key] = done
            return done
    complete(definition, flags)
    return definition


def written(definition: Definition | None, flags: int) -> str | None:
    """The text of a definition inside a document, where many share it; else None."""
    from vsh.xml.engine.flags import INACTIVE

    if definition is None:
        return None
    for sound in list(_sound.values()):
        if any(done is definition for done in sound.completed.values()):
            key = (id(definition), flags)
            text = sound.texts.get(key)
            if text is None:
                from vsh.xml.engine.writer import append

                out: list[str] = []
                append(definition, out, 1, flags | INACTIVE)
                text = sound.texts[key] = "".join(out)
            return text
    return None


def hand_over(xml: str, document: Document) -> None:
    """Keep the model of a text that is about to be given to a driver in this process."""
    global _handed
    _handed = (xml, document)


def taken(xml: str, model: type[Model]) -> Model | None:
    """The model of this very text, if it has just been read; it is given once."""
    global _handed
    handed, _handed = _handed, None
    if handed is not None and handed[0] is xml and type(handed[1]) is model:
        return handed[1]
    return None


def stored(xml: str, model: type[Model]) -> Model:
    """The model of a document that a hypervisor gave; what cannot be read in it is left out.

    Its definitions of the domain are shared with other models: they are for looking only.
    """
    from vsh.redefine.facts import split

    head, definitions = "", {}
    for part, shared in split(xml):
        if shared:
            definitions["inactive_domain" if part.startswith("  <inactive") else "domain"] = part
        else:
            head += part
    document = _read(head if definitions else xml, model)
    for name, text in definitions.items():
        setattr(document, name, _domain(text))
    return document


def _domain(text: str) -> Definition:
    """The model of one definition."""
    found = _domains.pop(text, None)
    if found is None:
        from vsh.xml.domain import Domain

        found = _read(text, Domain, root="inactiveDomain" if "<inactive" in text[:20] else "domain")
        if len(_domains) >= MOST:
            del _domains[next(iter(_domains))]
    _domains[text] = found  # the last to be thrown away
    return found


def _read(xml: str, model: type[Model], *, root: str | None = None) -> Model:
    from vsh.xml.engine.flags import REDEFINE
    from vsh.xml.engine.reader import read

    flags = model.read_flags(REDEFINE) if root is not None else REDEFINE
    return read(xml, model, flags=flags, problems=[], root=root)
