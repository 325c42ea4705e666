"""From a document to a model: libxml2 reads, the model's declarations say what is kept.

Rules:
- no external entities, no document type, no network, no huge trees: a document may come from
  anyone;
- what a model does not declare is dropped, and recorded where the caller asks for it;
- every problem is found, not just the first, and they come in the order in which libvirt would
  meet them.

lxml is imported when the first document is read.
"""

from __future__ import annotations

import sys

from vsh.errors import Error, XmlDetail, XmlError
from vsh.sparing import Sparing
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Field
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.node import FIRST, LAST, Node
from vsh.xml.engine.problem import Problem, Unknown
from vsh.xml.engine.reading import Reading
from vsh.xml.engine.structure import OwnWays, Structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Self, TypeVar

    from lxml.etree import XMLParser, _DocumentType, _Element, _LogEntry

    Model = TypeVar("Model", bound=Element)

FRAMES = 3000
"""A document is 256 elements deep at most (libxml2 sees to that), and reading, copying, comparing
and writing take up to nine frames for each."""

MAX_SIZE = 32 * 1024 * 1024
_LAST = 1 << 30
_LINE = 80
_FATAL = 3
_parser: XMLParser | None = None


def check_root(element: _Element, expected: str | None) -> None:
    """Raise XmlError where a document is of another kind."""
    tag = local(element.tag)
    if tag != expected:
        raise XmlError(f"expecting root element of '{expected}', not '{tag}'")


def read(
    document: str | bytes,
    model: type[Model],
    *,
    flags: int = 0,
    problems: list[Problem] | None = None,
    unknown: list[Unknown] | None = None,
    root: str | None = None,
    facts: object = None,
) -> Model:
    """The model of a document.

    Raises the first problem; with ``problems`` they are all collected there instead, and what
    could be read is returned.  A document that is not XML at all, or of another kind, is always
    raised.  ``unknown`` collects what is dropped.  ``facts`` is whatever the model's hooks want to
    know.
    """
    element = parse(document)
    check_root(element, root or model.tag)
    found: list[Problem] = [] if problems is None else problems
    reading = Reading(flags, found, unknown, facts)
    instance = read_element(element, model, reading)
    if problems is None and found:
        raise found[0].error
    return instance


def local(tag: str) -> str:
    """An element's name without its namespace."""
    return str(tag).rpartition("}")[2]


def parse(document: str | bytes) -> _Element:
    """The root element of a document.  Raises XmlDetail with libvirt's text where it is not
    well-formed."""
    data = document.encode("utf-8", "surrogateescape") if isinstance(document, str) else document
    if len(data) > MAX_SIZE:
        raise XmlDetail(f"document is larger than {MAX_SIZE // 1024 // 1024} MiB")
    nul = data.find(b"\0")
    if nul >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise XmlDetail(f"at line {line}: the document contains a NUL byte")
    global _parser
    if _parser is None:
        with (
            Sparing("inspect", getfullargspec=_getfullargspec),
            Sparing("typing", Generic=_Generic, TypeVar=lambda name: name),
            Sparing("gzip", GzipFile=lambda *w, **o: __import__("gzip").GzipFile(*w, **o)),
        ):
            __import__("lxml.etree")
    from lxml import etree

    if _parser is None:
        _parser = _new_parser()
        if sys.getrecursionlimit() < FRAMES:
            sys.setrecursionlimit(FRAMES)
    if not data:
        raise XmlDetail("at line 1: Document is empty\n")
    try:
        element = etree.fromstring(data, _parser)
    except etree.XMLSyntaxError:
        pass
    else:
        declared = element.getroottree().docinfo.internalDTD
        return element if declared is None else _expanded(data, declared)
    # errors add up in the log of a parser and in the exceptions': a new parser has this document's
    parser = _new_parser()
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        log = list(parser.error_log)
        if not log or any(entry.level == _FATAL for entry in log):
            raise _syntax(error, log, data) from None
    # what is left is a prefix without a namespace, which libvirt does not mind
    return etree.fromstring(data, _new_parser(recover=True))


def _getfullargspec(function: Callable[..., object]) -> object:
    """What lxml asks about targets of parsers."""
    import inspect

    return inspect.getfullargspec(function)


class _Generic:
    """What a class of lxml's is that can be written with a type in brackets."""

    def __class_getitem__(cls, _parameter: object) -> type[Self]:
        return cls


def _expanded(data: bytes, declared: _DocumentType) -> _Element:
    """The root of a document with a document type declaration: the entities that it defines
    itself are put in; nothing is read from elsewhere, and libxml2 limits how much they make."""
    from lxml import etree

    foreign = declared.system_url or declared.external_id
    if foreign or any(entity.content is None for entity in declared.iterentities()):
        raise XmlDetail(
            "the document has a document type declaration that refers to other documents, which "
            "is not accepted"
        )
    parser = _new_parser(entities=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _syntax(error, list(parser.error_log), data) from None


def _new_parser(*, recover: bool = False, entities: bool = False) -> XMLParser:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=entities,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_blank_text=True,
        strip_cdata=False,
        recover=recover,
    )


def _syntax(error: Any, log: list[_LogEntry], data: bytes) -> XmlDetail:
    """libvirt's report of a syntax error: what, the line of the document, and a pointer below
    it."""
    entries = [entry for entry in log if entry.level == _FATAL] or log
    if not entries:
        return XmlDetail(f"at line 1: {error}")
    entry = entries[0]
    lines = data.split(b"\n")
    number = min(entry.line, len(lines)) or 1
    position = sum(len(line) + 1 for line in lines[: number - 1]) + max(entry.column - 1, 0)
    position = min(position, len(data))
    base = _kept_from(data, position)
    start = position
    if start > base and start == len(data):
        start -= 1
    while start > base and data[start : start + 1] in (b"\n", b"\r"):
        start -= 1
    while start > base and data[start : start + 1] not in (b"\n", b"\r"):
        start -= 1
    if data[start : start + 1] in (b"\n", b"\r"):
        start += 1
    end = start
    while end < len(data) and data[end : end + 1] not in (b"\n", b"\r"):
        end += 1
    context = data[start:end]
    pointer = "".join("\t" if byte == 9 else "-" for byte in context[: max(position - start, 0)])
    text = context.decode("utf-8", "surrogateescape")
    return XmlDetail(f"at line {entry.line}: {entry.message}\n{text}\n{pointer}^")


def _kept_from(data: bytes, position: int) -> int:
    """What of a document libxml2 still has when it reports an error: a line's length before the
    tag, text or reference that it was reading."""
    reading = max(data.rfind(b"<", 0, position), data.rfind(b"&", 0, position))
    word = data[reading : reading + 9]
    if word != b"<![CDATA[" and (
        position == len(data) or word[:4] == b"<!--" or b">" in data[reading : position - 1]
    ):
        reading = position
    return max(0, reading - _LINE)


def read_element(element: _Element, model: type[Model], reading: Reading) -> Model:
    """The model of one element of a document that was parsed; problems go to ``reading``."""
    instance = model.blank()
    instance.__dict__["line"] = element.sourceline
    problems = reading.problems
    first = len(problems)
    prepare = getattr(model, "prepare", None)
    if prepare is not None:
        prepare(element, reading)
    _fill(model._node or model.node(), element, instance.__dict__, reading)
    if len(problems) > first:  # for ``drop``, which may take some of them back
        instance.__dict__["faults"] = [(problem, problem.rank) for problem in problems[first:]]
    added: list[Error | Problem | tuple[str, Error]] = []
    try:
        added.extend(instance.parsed(reading))
    except Error as error:  # it cannot go on after that
        added.append(error)
    if len(problems) > first:
        problems[first:] = [problem for problem in problems[first:] if not problem.void]
    for found in added:
        if isinstance(found, Problem):
            problem = found
        else:
            problem = Problem(found[1], found[0]) if isinstance(found, tuple) else Problem(found)
        field = model.fields.get(problem.field)
        if problem.rule is None and field is not None:
            problem.rule = field.rule
        problem.rank = _LAST if field is None else field.rank
        problem.stands(element)
        problems.append(problem)
    if len(problems) > first + 1:
        problems[first:] = sorted(problems[first:], key=_rank)
    return instance


def _rank(problem: Problem) -> int:
    return problem.rank


def text_of(element: _Element) -> str:
    """All the text in an element, as XPath's string() gives it."""
    if not len(element):
        return element.text or ""
    return "".join(element.xpath(".//text()"))


def _fill(node: Node, element: _Element, values: dict[str, Any], reading: Reading) -> None:
    inactive = reading.flags & INACTIVE
    attributes = node.attributes
    for name, raw in element.items():
        field = attributes.get(name)
        if field is None:
            if reading.unknown is not None and not (name == "unit" and node.text is not None):
                _unknown(reading, element, "@" + name, attributes)
        elif not (inactive and field.unread):
            if field.literal:
                values[field.name] = raw
                continue
            try:
                values[field.name] = field.parse(raw)
            except ValueError:
                strict = not field.allows(raw)
                error = field.complaint(raw, element.tag)
                _refuse(field, error, element, values, reading, form=strict)
            except Error as found:
                _refuse(field, found, element, values, reading, form=False)
    text = node.text
    if text is not None and not (inactive and text.unread):
        _text(text, element, values, reading)
    if len(element) and (node.known or reading.unknown is not None):
        _children(node, element, values, reading)
    for field in node.required:
        name = field.name
        if values.get(name) is None and (id(values), name) not in reading.refused:
            error = field.missing(element.tag)
            _refuse(field, error, element, values, reading, form=field.needed)


def _children(node: Node, element: _Element, values: dict[str, Any], reading: Reading) -> None:
    inactive = reading.flags & INACTIVE
    known = node.known
    repeated = node.repeated
    inside: Iterable[_Element] = _merged(element, known) if node.merges else element
    seen: set[str] = set()
    for child in inside:
        tag = child.tag
        entry = known.get(tag)
        if entry is None:
            if tag.__class__ is not str:
                continue
            entry = known.get("{*}" if tag[:1] == "{" else "*")
            if entry is None:
                if reading.unknown is not None:
                    _unknown(reading, child, f"<{tag}>", known)
                continue
        if not isinstance(entry, Node):
            if not (inactive and entry.unread):
                _structure(entry, child, values, reading, seen, repeated)
        elif tag not in seen or repeated == LAST:
            if tag in seen:
                for field in entry.attributes.values():
                    values.pop(field.name, None)
            seen.add(tag)
            leaf = entry.leaf
            if leaf is not None:
                if not (inactive and leaf.unread):
                    _text(leaf, child, values, reading)
                continue
            if entry.present is not None:
                values[entry.present.name] = True
            _fill(entry, child, values, reading)
        elif tag in node.once:
            kind, words = node.once[tag]
            reading.problem(kind(words), child)


def _merged(element: _Element, known: dict[str, Node | Field]) -> list[_Element]:
    """The children, with what later elements of a name add in the first: as a path finds it."""
    first: dict[str, _Element] = {}
    whole: set[str] = set()
    children = []
    for child in element:
        tag = child.tag
        if tag in whole:
            children.append(child)
            continue
        entry = known.get(tag) if tag.__class__ is str else None
        if entry is None or not _in_parts(entry):
            whole.add(tag)
            children.append(child)
        elif tag not in first:
            first[tag] = child
            children.append(child)
        elif isinstance(entry, Structure):
            _add(first[tag], child, entry.kind.node())
        elif isinstance(entry, Node):
            _add(first[tag], child, entry)
    return children


def _add(whole: _Element, part: _Element, node: Node) -> None:
    """Give an element what a later one of its name has more."""
    for name, text in part.items():
        if whole.get(name) is None:
            whole.set(name, text)
    for child in list(part):
        entry = node.known.get(child.tag)
        first = isinstance(entry, Node) and entry.repeated == FIRST
        known = whole.find(child.tag) if first else None
        if isinstance(entry, Node) and known is not None:
            _add(known, child, entry)
        else:
            whole.append(child)


def _in_parts(entry: Node | Field) -> bool:
    """Whether several elements of a name are taken for one."""
    if isinstance(entry, Node):
        return entry.repeated != FIRST
    return isinstance(entry, Structure) and not entry.many and bool(entry.kind.in_parts)


def _text(field: Field, element: _Element, values: dict[str, Any], reading: Reading) -> None:
    text = text_of(element)
    if text or field.filled:
        try:
            values[field.name] = field.parse_text(element, text)
        except ValueError:
            problem = field.complaint(text, element.tag)
            _refuse(field, problem, element, values, reading, form=not field.allows(text))
        except Error as error:
            _refuse(field, error, element, values, reading, form=False)


def _refuse(
    field: Field,
    error: Error,
    element: _Element,
    values: dict[str, Any],
    reading: Reading,
    *,
    form: bool = True,
) -> None:
    """Note a value that cannot be taken; that it is missing then is no second problem."""
    reading.refused.add((id(values), field.name))
    reading.problem(error, element, rule=field.rule, rank=field.rank, form=form)


def _structure(
    field: Field,
    child: _Element,
    values: dict[str, Any],
    reading: Reading,
    seen: set[str],
    repeated: int,
) -> None:
    if not field.many:
        if field.name in seen:
            return
        if repeated != LAST:
            seen.add(field.name)
    problems = reading.problems
    first = len(problems)
    value: object
    if isinstance(field, Structure):
        kind = field.known or field.kind
        nested = kind.read_flags(reading.flags) if kind.own_flags else reading.flags
        if nested == reading.flags:
            value = read_element(child, kind, reading)
        else:
            inner = Reading(nested, problems, reading.unknown, reading.facts)
            value = read_element(child, kind, inner)
    elif isinstance(field, OwnWays):
        try:
            value = field.read(child, reading)
        except Error as error:
            reading.problem(error, child, rule=field.rule, form=True)
            value = None
    else:
        from vsh.xml.engine.raw import Verbatim

        value = Verbatim.of(child)
    if len(problems) > first:
        for problem in problems[first:]:
            problem.rank = field.rank
            if field.rule is not None:
                problem.rule = field.rule
    if not field.many:
        known = values.get(field.name)
        if isinstance(known, Element) and known.in_parts and isinstance(value, Element):
            known.take(value)
        else:
            values[field.name] = value
    elif value is not None:
        values[field.name].append(value)


def _unknown(reading: Reading, element: _Element, name: str, known: Iterable[str]) -> None:
    if "}" in name or reading.unknown is None:
        return
    path = "/".join([local(parent.tag) for parent in element.iterancestors()][::-1])
    if name[0] == "@":
        path = f"{path}/{local(element.tag)}" if path else local(element.tag)
    words = tuple(word for word in known if word != "*")
    reading.unknown.append(Unknown(path, name, element.sourceline, words))
