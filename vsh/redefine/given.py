"""The documents that a user gives: one in a file, or many in a bundle; and what is mended in them.

Rules:
- a document to which nothing is done is sent as it came, byte for byte;
- problems name the line in the user's own file, also in bundles and in mended documents.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, InvalidArgument, XmlError
from vsh.redefine.bundle import START as BUNDLE
from vsh.redefine.bundle import NotWhole, unpack
from vsh.redefine.rules.batches import WHOLE_BUNDLE
from vsh.redefine.rules.reading import ROOT, WELL_FORMED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from vsh.redefine.kinds import Kind
    from vsh.redefine.rule import Problem

_ACTIVE = "  <active>1</active>\n"


class Given:
    """One document of a batch.

    file, offset   where it is from: its first line is line ``offset + 1`` of the file
    xml            what is to be sent: without <active>, which only the daemon's own files have
    name, parent   as it says, or as --reparent has it; None where there is none
    active         what <active> says, None where there is none
    moved          whether --reparent or --orphans gave it another parent
    problems       what keeps it from being looked at any further
    """

    __slots__ = ("active", "file", "moved", "name", "offset", "parent", "problems", "xml")

    def __init__(self, file: str, xml: str, offset: int = 0) -> None:
        self.file = file
        self.offset = offset
        self.xml = xml
        self.name: str | None = None
        self.parent: str | None = None
        self.active: bool | None = None
        self.moved = False
        self.problems: list[Problem] = []

    def place(self, problems: list[Problem]) -> list[Problem]:
        """Problems of this document, with their places in the user's file."""
        for problem in problems:
            problem.file = self.file
            if problem.line is not None:
                problem.line += self.offset
        return problems


class Mending:
    """What the user asked to be changed in every document (E5).

    uuid, name   the domain's own, to be put in; None leaves what is there
    paths        (old, new): a file, or a folder and all that is below it
    parents      new parents by name; "" makes a root
    """

    __slots__ = ("name", "parents", "paths", "uuid")

    def __init__(
        self,
        uuid: str | None = None,
        name: str | None = None,
        paths: list[tuple[str, str]] | None = None,
        parents: dict[str, str] | None = None,
    ) -> None:
        self.uuid = uuid
        self.name = name
        # of two that fit, the longer one is meant
        self.paths = sorted(paths or [], key=lambda pair: len(pair[0]), reverse=True)
        self.parents = parents or {}

    def __bool__(self) -> bool:
        return bool(self.uuid or self.name or self.paths or self.parents)

    def moved(self, path: str) -> str:
        """Where a path is now."""
        for old, new in self.paths:
            if path == old:
                return new
            folder = old.rstrip("/") + "/"
            if path.startswith(folder):
                return new.rstrip("/") + "/" + path[len(folder) :]
        return path


def documents(file: str, text: str, kind: Kind, mending: Mending | None = None) -> list[Given]:
    """The documents in a file's text: one, or those of a bundle of either form."""
    from vsh.xml.engine.reader import local, parse

    if text.startswith(BUNDLE):
        return _bundled(file, text, kind, mending)
    tag = kind.tag
    whole = Given(file, text)
    try:
        root = parse(text)
    except Error as error:
        whole.problems += whole.place([WELL_FORMED.broken(error, line=_line(error))])
        return [whole]
    if local(root.tag) == kind.bundle:
        found = _unbundled(file, text, len(root), tag)
        if not found:
            empty = XmlError(f"there is no <{tag}> in it")
            whole.problems += whole.place([ROOT.broken(empty, line=1)])
            return [whole]
    else:
        found = [whole]
    for each in found:
        _look(each, parse(each.xml) if each is not whole else root, tag, mending)
    return found


def _bundled(file: str, text: str, kind: Kind, mending: Mending | None) -> list[Given]:
    """The documents of a bundle that has each definition once."""
    from vsh.xml.engine.reader import parse

    try:
        bundle = unpack(text, kind)
    except NotWhole as error:
        refused = Given(file, "")
        refused.problems += refused.place([WHOLE_BUNDLE.broken(ConfigUnsupported(str(error)))])
        return [refused]
    found = []
    for name, xml in bundle.documents:
        given = Given(f"{file}({name})", xml)
        found.append(given)
        try:
            root = parse(xml)
        except Error as error:
            given.problems += given.place([WELL_FORMED.broken(error, line=_line(error))])
            continue
        _look(given, root, kind.tag, mending)
        given.active = True if name == bundle.current else None
    return found


def _line(error: Error) -> int | None:
    number = error.message.removeprefix("at line ").partition(":")[0]
    return int(number) if number.isascii() and number.isdigit() else None


def _unbundled(file: str, text: str, count: int, tag: str) -> list[Given]:
    """The documents of a bundle, as they stand in it."""
    found = []
    start = 0
    line = 0
    head, end = f"<{tag}>\n", f"</{tag}>\n"
    while (place := text.find("\n" + head, start)) >= 0:
        place += 1
        stop = text.find("\n" + end, place)
        if stop < 0:
            break
        stop += 1 + len(end)
        line += text.count("\n", start, place)
        found.append(Given(file, text[place:stop], line))
        line += text.count("\n", place, stop)
        # the newline before the next document is the last character of this one
        start = stop - 1
        line -= 1
    if len(found) == count:
        return found
    from lxml import etree

    root = _whole(text)
    return [
        Given(
            file,
            etree.tostring(child, encoding="unicode", with_tail=False) + "\n",
            child.sourceline - 1,
        )
        for child in root
        if child.tag.__class__ is str
    ]


def _whole(text: str) -> _Element:
    """The tree of a document that is known to be XML, blanks and comments included."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True
    )
    return etree.fromstring(text.encode("utf-8", "surrogateescape"), parser)


def _look(given: Given, root: _Element, tag: str, mending: Mending | None) -> None:
    """Note what the top says; mend it."""
    from vsh.xml.engine.reader import local

    if local(root.tag) != tag:
        error = XmlError(f"expecting root element of '{tag}', not '{local(root.tag)}'")
        given.problems += given.place([ROOT.broken(error, line=root.sourceline)])
        return
    given.name = (root.findtext("name") or "") or None
    given.parent = root.findtext("parent/name") or None
    active = root.find("active")
    if active is not None:
        given.active = (active.text or "").strip() not in ("", "0")
    plain = given.xml.replace(_ACTIVE, "", 1) if active is not None else given.xml
    if mending or (active is not None and plain == given.xml):
        _rewrite(given, root, mending or Mending())
    else:
        given.xml = plain


def _rewrite(given: Given, shown: _Element, mending: Mending) -> None:
    """Mend a document's tree; its text changes only if something in it does."""
    from lxml import etree

    root = _whole(given.xml)
    changed = _mend(root, mending)
    for element in root.findall("active"):
        _remove(element)
        changed = True
    parent = mending.parents.get(given.name or "")
    if parent is not None and parent != (given.parent or ""):
        _set_parent(root, parent)
        given.parent = parent or None
        given.moved = True
        changed = True
    if not changed:
        return
    given.xml = etree.tostring(root.getroottree(), encoding="unicode") + "\n"
    # a declaration before the root is not written again
    given.offset += int(shown.sourceline) - int(_whole(given.xml).sourceline)


def make_root(given: Given) -> None:
    """Take a document's parent away."""
    from vsh.xml.engine.reader import parse

    _rewrite(given, parse(given.xml), Mending(parents={given.name or "": ""}))


def _remove(element: _Element) -> None:
    """Take an element away, and leave the text after it, so that lines keep their numbers."""
    above = element.getparent()
    before = element.getprevious()
    tail = element.tail or ""
    if above is None:  # the whole document stays
        return
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        above.text = (above.text or "") + tail
    above.remove(element)


def _set_parent(root: _Element, name: str) -> None:
    from lxml import etree

    parent = root.find("parent")
    if not name:
        if parent is not None:
            _remove(parent)
        return
    if parent is None:
        parent = etree.Element("parent")
        after = root.find("name")
        if after is None:
            root.insert(0, parent)
        else:
            parent.tail, after.tail = after.tail, ""
            after.addnext(parent)
    inner = parent.find("name")
    if inner is None:
        inner = etree.SubElement(parent, "name")
    inner.text = name


def _mend(root: _Element, mending: Mending) -> bool:
    """Put in the domain's UUID and name, and the new paths.  Returns whether anything changed."""
    changed = False
    for definition in (*root.findall("domain"), *root.findall("inactiveDomain")):
        for tag, value in (("uuid", mending.uuid), ("name", mending.name)):
            if value is not None:
                changed |= _set_text(definition, tag, value)
    if mending.paths:
        for holder, attribute in _paths(root):
            old = ((holder.text if attribute is None else holder.get(attribute)) or "").strip()
            new = mending.moved(old)
            if new == old:
                continue
            changed = True
            if attribute is None:
                holder.text = new
            else:
                holder.set(attribute, new)
    return changed


def _set_text(definition: _Element, tag: str, value: str) -> bool:
    from lxml import etree

    element = definition.find(tag)
    if element is None:
        element = etree.Element(tag)
        definition.insert(0, element)
    if (element.text or "").strip() == value:
        return False
    element.text = value
    return True


def _paths(root: _Element) -> Iterator[tuple[_Element, str | None]]:
    """Where a document has paths of images: (element, attribute), or None for its text.

    The six places: the domain's disks, the inactive domain, <disks>, <revertDisks>, the memory's
    file, and the firmware's variables.
    """
    for definition in (*root.findall("domain"), *root.findall("inactiveDomain")):
        for disk in definition.findall("devices/disk"):
            yield from _disk_paths(disk)
        for nvram in definition.findall("os/nvram"):
            if (nvram.text or "").strip():
                yield nvram, None
            yield from _disk_paths(nvram)
        for store in definition.findall("os/varstore"):
            if store.get("path"):
                yield store, "path"
    for disk in (*root.findall("disks/disk"), *root.findall("revertDisks/disk")):
        if (disk.get("name") or "").startswith("/"):
            yield disk, "name"
        yield from _disk_paths(disk)
    for memory in root.findall("memory"):
        if memory.get("file"):
            yield memory, "file"


def _disk_paths(disk: _Element) -> Iterator[tuple[_Element, str]]:
    """The images of a disk, and those below them."""
    for source in disk.iter("source", "mirror"):
        for attribute in ("file", "dev", "dir"):
            if source.get(attribute):
                yield source, attribute


def pairs(option: str, texts: list[str], *, empty: bool = False) -> list[tuple[str, str]]:
    """``OLD=NEW`` texts as pairs.  Raises InvalidArgument; ``empty`` allows nothing after the =."""
    found = []
    for text in texts:
        old, equals, new = text.partition("=")
        if not old or not equals or not (new or empty):
            raise InvalidArgument(f"--{option} takes two words with a = between, not '{text}'")
        found.append((old, new))
    return found
