"""What libvirt reads without a word though its own schemas do not allow it.

Each rule names elements by a path from the document's root and says what is wrong with them; the
rules of <domain> hold for every domain inside a document.
"""

from __future__ import annotations

from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Field
from vsh.xml.engine.node import Node
from vsh.xml.engine.structure import OwnWays, Structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lxml.etree import _Element

    Test = Callable[[_Element], str | None]

# file names that have to be absolute: path of the element, attribute or "" for its text
_FILES = (
    ("os/loader", ""), ("os/nvram", "template"), ("os/init", ""), ("os/initdir", ""),
    ("os/kernel", ""), ("os/initrd", ""), ("os/dtb", ""), ("os/acpi/table", ""),
    ("blkiotune/device/path", ""), ("resource/partition", ""),
    ("devices/filesystem/source", "file"), ("devices/filesystem/source", "socket"),
    ("devices/filesystem/binary", "path"), ("devices/interface/backend", "tap"),
    ("devices/interface/backend", "vhost"), ("devices/interface/backend", "logFile"),
    ("devices/graphics", "socket"), ("devices/graphics/gl", "rendernode"),
    ("devices/graphics/listen", "socket"), ("devices/video/model/acceleration", "rendernode"),
    ("devices/shmem/server", "path"), ("devices/input/source", "evdev"),
    ("devices/memory/source/path", ""), ("devices/*/rom", "file"), ("devices/*/log", "file"),
)  # fmt: skip
_SNAPSHOT_FILES = (("memory", "file"), ("disks/disk/source", "file"))
_BACKUP_FILES = (
    ("server", "socket"), ("disks/disk/target", "file"), ("disks/disk/target", "dev"),
    ("disks/disk/scratch", "file"), ("disks/disk/scratch", "dev"),
)  # fmt: skip
_WITH_PATH = ("dir", "fs", "netfs", "disk", "iscsi", "scsi", "mpath")


def problems(root: _Element, model: type[Element]) -> Iterator[tuple[int, str]]:
    """The line and the text of each problem of a document, given as a tree."""
    yield from _element(root, model.node(), model, model.tag)
    for path, test in _RULES.get(root.tag, ()):
        yield from _try(root, path, test)
    domains = [root] if root.tag == "domain" else root.findall("domain")
    for domain in domains:
        for path, test in _DOMAIN:
            yield from _try(domain, path, test)


def _element(
    element: _Element, node: Node, model: type[Element] | None, path: str
) -> Iterator[tuple[int, str]]:
    """What the declarations have against an element: ``model`` is given for a model's own."""
    line = element.sourceline
    for name, text in element.items():
        field = node.attributes.get(name)
        if field is not None:
            if not field.allows(text):
                yield line, str(field.complaint(text, element.tag))
        elif name == "unit" and node.text is not None and "unit" in node.text.suffix:
            if not shapes.fits(text, shapes.UNIT):
                yield line, f"unknown suffix '{text}'"
        elif "}" not in name:
            yield line, _unknown("attribute", name, path, node.attributes)
    for name, field in node.attributes.items():
        if field.needed and element.get(name) is None:
            yield line, str(field.missing(element.tag))
    yield from _text(element, node, model, path)
    yield from _children(element, node, model, path)
    form = getattr(model, "form", None)
    for text in form(element) if form is not None else ():
        yield line, text


def _text(
    element: _Element, node: Node, model: type[Element] | None, path: str
) -> Iterator[tuple[int, str]]:
    inside = element.text or ""
    field = node.text
    if field is None:
        loose = [inside, *(child.tail or "" for child in element)]
        if any(text.strip() for text in loose) and not (model is not None and model.texted):
            yield element.sourceline, f"text in element {element.tag} of {path}"
    elif not len(element) and not field.allows(inside):
        yield element.sourceline, str(field.complaint(inside, element.tag))


def _children(
    element: _Element, node: Node, model: type[Element] | None, path: str
) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for child in element:
        tag = child.tag
        if tag.__class__ is not str:
            continue
        entry = node.known.get(tag) or node.known.get("{*}" if tag[:1] == "{" else "*")
        if entry is None:
            if "}" not in tag and tag != "privateData":
                yield child.sourceline, _unknown("element", tag, path, node.known)
            continue
        if tag in seen and not _often(entry):
            yield child.sourceline, f"element {tag} may stand only once in {path}"
        seen.add(tag)
        if isinstance(entry, Node):
            yield from _element(child, entry, None, f"{path}/{tag}")
        elif isinstance(entry, Structure):
            yield from _element(child, entry.kind.node(), entry.kind, f"{path}/{tag}")
        elif isinstance(entry, OwnWays) and entry.model is not None:
            kind = entry.model if isinstance(entry.model, type) else entry.model(child)
            if isinstance(kind, type) and issubclass(kind, Element):
                yield from _element(child, kind.node(), kind, f"{path}/{tag}")
    for name in model.needs if model is not None else ():
        if element.find(name) is None:
            yield element.sourceline, f"Missing element {name} in element {element.tag}"


def _often(entry: Node | Field) -> bool:
    """Whether an element may stand several times."""
    if isinstance(entry, Node):
        return entry.text is not None and entry.text.often
    return bool(entry.often)


def _unknown(what: str, name: str, path: str, known: Iterable[str]) -> str:
    import difflib

    close = difflib.get_close_matches(name, [word for word in known if word != "*"], 1)
    shown = f"<{name}>" if what == "element" else name
    return f"unknown {what} {shown} in {path}" + (f"; perhaps {close[0]} is meant" if close else "")


def _try(root: _Element, path: str, test: Test) -> Iterator[tuple[int, str]]:
    for element in root.iterfind(path):
        text = test(element)
        if text is not None:
            yield element.sourceline, text


def _absolute(text: str) -> bool:
    return (text[:1] == "/" and len(text) > 1) or (text[1:3] == ":\\" and text[0].isalpha())


def _file(attribute: str) -> Test:
    """Whether a file name is absolute."""

    def test(element: _Element) -> str | None:
        text = element.get(attribute) if attribute else (element.text or "")
        # a loader without a file says how it is to be chosen
        if text is None or _absolute(text) or (not text and element.tag == "loader"):
            return None
        what = f"attribute {attribute} of " if attribute else ""
        return f"{what}element {element.tag} is not an absolute path: '{text}'"

    return test


def _disk(disk: _Element) -> str | None:
    kind = disk.get("type", "file")
    source = disk.find("source")
    if disk.get("device") == "lun" and kind not in ("block", "network", "volume"):
        return f"a disk with device='lun' cannot have type='{kind}'"
    name = source.get("file") if source is not None and kind == "file" else None
    if name is not None and not _absolute(name) and name[:1] != "[":
        return f"attribute file of element source is not an absolute path: '{name}'"
    return _network_label(disk)


def _network_label(disk: _Element) -> str | None:
    """A label is for files; what is on a server has none here."""
    if disk.get("type") == "network" and disk.find("source/seclabel") is not None:
        return "element seclabel in element source of a network disk"
    return None


def _encryption(encryption: _Element) -> str | None:
    """The schema takes a cipher and the making of its initial vectors together."""
    have = {name for name in ("cipher", "ivgen") if encryption.find(name) is not None}
    if len(have) == 1:
        other = "ivgen" if "cipher" in have else "cipher"
        return f"element {have.pop()} without element {other} in element encryption"
    return None


def _numa(memory: _Element) -> str | None:
    if memory.get("placement") == "auto" and memory.get("nodeset") is not None:
        return "attribute nodeset in element memory with placement='auto'"
    return None


def _secret(secret: _Element) -> str | None:
    if secret.get("type") is None:
        return "Missing required attribute 'type' in element 'secret'"
    return None


def _listen(listen: _Element) -> str | None:
    if listen.get("type") == "network" and not listen.get("network"):
        return "Missing required attribute 'network' in element 'listen'"
    return None


def _snapshot_disk(disk: _Element) -> str | None:
    source = disk.find("source")
    if source is not None and source.get("startupPolicy") is not None:
        return "attribute startupPolicy in element source of a snapshot's disk"
    return _network_label(disk)


def _pool(pool: _Element) -> str | None:
    target = pool.find("target")
    if target is not None and pool.get("type") in _WITH_PATH and target.find("path") is None:
        return "Missing element path in element target"
    return None


def _device_number(element: _Element) -> str | None:
    text = (element.text or "").strip()
    try:
        value = int(text, 16 if text[:2].lower() == "0x" else 10)
    except ValueError:
        return None
    return None if value <= 0xFFFF else f"element devno is not a device number: '{text}'"


_DOMAIN: tuple[tuple[str, Test], ...] = (
    *((path, _file(attribute)) for path, attribute in _FILES),
    ("devices/disk", _disk),
    ("devices/disk/auth/secret", _secret),
    ("devices/disk/source/auth/secret", _secret),
    ("devices/disk//encryption", _encryption),
    ("devices/graphics/listen", _listen),
    ("numatune/memory", _numa),
)
_RULES: dict[str, tuple[tuple[str, Test], ...]] = {
    "domainsnapshot": (
        *((path, _file(attribute)) for path, attribute in _SNAPSHOT_FILES),
        ("disks/disk", _snapshot_disk),
    ),
    "domainbackup": tuple((path, _file(attribute)) for path, attribute in _BACKUP_FILES),
    "pool": ((".", _pool), ("target/path", _file(""))),
    "volume": (("target/encryption", _encryption),),
    "device": ((".//devno", _device_number),),
}
