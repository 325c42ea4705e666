"""Whether a snapshot's or a checkpoint's document has the form that libvirt's schemas describe
(rules 9 and 47).

The outer document is checked here; what is inside its <domain> only as far as the domain's model
knows it, and only where ``deep`` asks for it: a daemon checks the rest itself.  One error is found,
as libxml2 finds one, with its words.
"""

from __future__ import annotations

from vsh.errors import Error, XmlInvalidSchema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element

    from vsh.xml.engine.problem import Problem

FOLDER = "/usr/share/libvirt/schemas"
"""Where messages say that the schema is."""

_STATES = ("running", "blocked", "paused", "shutdown", "shutoff", "crashed", "disk-snapshot")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
_TARGET = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_DISKS = ("xvd", "ubd", "fd", "hd", "sd", "vd")
_OVERLAYS = ("cow", "qcow", "qcow2", "qed", "vmdk")  # formats that can stand on another image
_BLANKS = " \t\r\n"


def schema_errors(xml: str, kind: str, *, deep: bool = False) -> Iterator[tuple[Error, int]]:
    """The first thing that does not fit the schema of a ``snapshot`` or ``checkpoint``, and its
    line.
    """
    from vsh.xml.engine.reader import parse

    try:
        root = parse(xml)
    except Error:
        return  # the reader reports what is not XML
    if root.tag != f"domain{kind}":
        return
    found = _outer(root, _SNAPSHOT if kind == "snapshot" else _CHECKPOINT, deep)
    if found is not None:
        text, line = found
        intro = f"Unable to validate doc against {FOLDER}/domain{kind}.rng"
        yield XmlInvalidSchema(f"{intro}\n{text}\n"), line


def _outer(
    root: _Element, grammar: dict[str, Callable[[_Element, bool], bool]], deep: bool
) -> tuple[str, int] | None:
    name = root.tag
    for attribute in root.attrib:
        return f"Invalid attribute {attribute} for element {name}", root.sourceline
    groups: dict[str, list[_Element]] = {}
    unknown: tuple[str, int] | None = None
    if root.text and root.text.strip(_BLANKS):
        unknown = "text", root.sourceline
    for child in root:
        if unknown is not None or child.tag.__class__ is not str:
            continue
        if child.tag not in grammar:
            unknown = child.tag.rpartition("}")[2], child.sourceline
        else:
            groups.setdefault(child.tag, []).append(child)
            if child.tail and child.tail.strip(_BLANKS):
                unknown = "text", child.sourceline
    for tag, fits in grammar.items():
        same = groups.get(tag, [])
        for number, child in enumerate(same):
            if number or not fits(child, deep):
                return (
                    f"Extra element {tag} in interleave\nElement {name} failed to validate content",
                    child.sourceline,
                )
    if unknown is not None:
        return f"Element {name} has extra content: {unknown[0]}", unknown[1]
    return None


def _plain(element: _Element, *attributes: str) -> bool:
    """Whether an element has text only, and no attributes but these."""
    return not len(element) and all(name in attributes for name in element.attrib)


def _text(element: _Element, deep: bool) -> bool:
    return _plain(element)


def _word(*words: str) -> Callable[[_Element, bool], bool]:
    def fits(element: _Element, deep: bool) -> bool:
        return _plain(element) and (element.text or "").strip(_BLANKS) in words

    return fits


def _unsigned(text: str | None) -> bool:
    digits = text or ""
    if not (digits.isascii() and digits.isdigit()):
        return False
    value = digits.lstrip("0") or "0"
    return len(value) <= 20 and int(value) < 2**64


def _time(element: _Element, deep: bool) -> bool:
    return _plain(element) and _unsigned(element.text)


def _moment_name(element: _Element, deep: bool) -> bool:
    name = element.text or ""
    return _plain(element) and name[:1] not in ("", ".") and _NAME.issuperset(name)


def _parent(inner: Callable[[_Element, bool], bool]) -> Callable[[_Element, bool], bool]:
    def fits(element: _Element, deep: bool) -> bool:
        return (
            not element.attrib
            and len(element) == 1
            and element[0].tag == "name"
            and inner(element[0], deep)
        )

    return fits


def _memory(element: _Element, deep: bool) -> bool:
    if not _plain(element, "snapshot", "file") or (element.text or "").strip(_BLANKS):
        return False
    file = element.get("file")
    if file is None:
        return element.get("snapshot") in ("no", "internal")
    return element.get("snapshot") in (None, "external") and _absolute(file)


def _absolute(path: str) -> bool:
    return (path[:1] == "/" and len(path) > 1) or path[1:3] == ":\\"


def _disk_name(name: str | None) -> bool:
    if not name or _absolute(name):
        return bool(name)
    target = name.removeprefix("ioemu:")
    kind = next((kind for kind in _DISKS if target.startswith(kind)), None)
    return kind is not None and len(target) > len(kind) and _TARGET.issuperset(target)


def _disks(one: Callable[[_Element], bool], *, empty: bool) -> Callable[[_Element, bool], bool]:
    def fits(element: _Element, deep: bool) -> bool:
        disks = [child for child in element if child.tag.__class__ is str]
        return (
            not element.attrib
            and (empty or bool(disks))
            and all(disk.tag == "disk" and one(disk) for disk in disks)
        )

    return fits


def _snapshot_disk(disk: _Element) -> bool:
    if not _disk_name(disk.get("name")):
        return False
    inside = [child.tag for child in disk if child.tag.__class__ is str]
    if disk.get("snapshot") in ("no", "internal", "manual"):
        return not inside and set(disk.attrib) <= {"name", "snapshot"}
    return (
        disk.get("snapshot") in (None, "external")
        and set(disk.attrib) <= {"name", "snapshot", "type"}
        and disk.get("type") in (None, *_SOURCES)
        and set(inside) <= {"source", "driver", "snapshotDeleteInProgress"}
        and len(inside) == len(set(inside))
        and all(_driver(child) for child in disk.iterfind("driver"))
        and all(_source(child, disk.get("type", "file")) for child in disk.iterfind("source"))
    )


# for each type of disk: the attribute that says where the image is, and what else may stand there
_SOURCES: dict[str, tuple[str, set[str]]] = {
    "file": ("file", {"startupPolicy", "index"}),
    "block": ("dev", {"index"}),
    "network": ("protocol", {"name", "query", "tls", "tlsHostname", "index", "startupPolicy"}),
}


def _driver(driver: _Element) -> bool:
    return set(driver.attrib) <= {"type"} and driver.get("type") in (None, *_OVERLAYS)


def _source(source: _Element, kind: str) -> bool:
    where, more = _SOURCES[kind]
    place = source.get(where)
    if place is None:
        return kind == "file" and set(source.attrib) <= more
    return (kind == "network" or _absolute(place)) and set(source.attrib) <= {where} | more


def _checkpoint_disk(disk: _Element) -> bool:
    if len(disk) or not _disk_name(disk.get("name")):
        return False
    if disk.get("checkpoint") == "no":
        return set(disk.attrib) == {"name", "checkpoint"}
    return (
        disk.get("checkpoint") in (None, "bitmap")
        and set(disk.attrib) <= {"name", "checkpoint", "bitmap", "size"}
        and ("size" not in disk.attrib or _unsigned(disk.get("size")))
    )


def _stub_or_domain(element: _Element, deep: bool) -> bool:
    from vsh.xml.engine.values import parse_uuid

    inside = [child for child in element if child.tag.__class__ is str]
    if not element.attrib and [child.tag for child in inside] == ["uuid"]:
        try:
            parse_uuid(inside[0].text or "")
        except ValueError:
            return False
        return True
    return _domain(element, deep)


def _domain(element: _Element, deep: bool) -> bool:
    """Whether it has what a domain must have; ``deep``: and nothing unknown to its model."""
    from vsh.xml.domain import TYPES

    if element.get("type") not in TYPES or element.find("name") is None:
        return False
    boot = element.find("os")
    if boot is not None and boot.find("type") is None:
        return False
    vcpus = element.findtext("vcpu")
    if vcpus is not None and not _unsigned(vcpus):
        return False
    return not deep or _known(element)


def _known(element: _Element) -> bool:
    from copy import deepcopy

    from vsh.xml.domain import Domain
    from vsh.xml.engine.flags import INACTIVE, SKIP_VALIDATE
    from vsh.xml.engine.problem import Unknown
    from vsh.xml.engine.reader import read_element
    from vsh.xml.engine.reading import Reading

    unknown: list[Unknown] = []
    problems: list[Problem] = []
    read_element(deepcopy(element), Domain, Reading(INACTIVE | SKIP_VALIDATE, problems, unknown))
    return not unknown and not any(
        "malformed uuid" in str(problem.error) or "Invalid value for" in str(problem.error)
        for problem in problems
    )


def _anything(element: _Element, deep: bool) -> bool:
    return True


_SNAPSHOT: dict[str, Callable[[_Element, bool], bool]] = {
    "name": _text,
    "description": _text,
    "state": _word(*_STATES),
    "creationTime": _text,
    "memory": _memory,
    "disks": _disks(_snapshot_disk, empty=True),
    "revertDisks": _disks(_snapshot_disk, empty=True),
    "active": _word("0", "1"),
    "domain": _stub_or_domain,
    "inactiveDomain": _domain,
    "parent": _parent(_text),
    "cookie": _anything,
}
_CHECKPOINT: dict[str, Callable[[_Element, bool], bool]] = {
    "name": _moment_name,
    "description": _text,
    "creationTime": _time,
    "disks": _disks(_checkpoint_disk, empty=False),
    "domain": _domain,
    "parent": _parent(_moment_name),
}
"""What each element must be, in the order of the schemas: of several that do not fit the first is
reported.
"""
