"""Devices taken out of a domain's document, changed, and sent back as libxml2 would print them.

Unlike the documents that vsh writes itself, these keep the white space of the text they come from.
Addresses of devices that options describe are read and made here too.
"""

from __future__ import annotations

from vsh.cli.params import decimal
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.xml.engine.described import Described

REMOVABLE = ("cdrom", "floppy")


def tree(xml: str) -> _Element:
    """The root element of a document that came from a driver, with its white space."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    return etree.fromstring(xml.encode("utf-8", "surrogateescape"), parser)


def printed(node: _Element) -> str:
    """An element as text, without what follows it."""
    from lxml import etree

    text: str = etree.tostring(node, encoding="unicode", pretty_print=True, with_tail=False)
    return text.removesuffix("\n")


def text_at(node: _Element, path: str) -> str | None:
    """The text of an XPath expression; None where it picks nothing, or nothing but emptiness."""
    return str(node.xpath(f"string({path})")) or None


def number_at(node: _Element, path: str) -> int | None:
    """The number at an XPath expression; None where there is none."""
    text = (text_at(node, path) or "").strip()
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        return None
    return -decimal(digits) if text.startswith("-") else decimal(digits)


def remove(node: _Element) -> None:
    """Take an element out of its parent; the text after it stays."""
    parent = node.getparent()
    assert parent is not None  # the root is no device
    before = node.getprevious()
    tail = node.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    node.tail = None
    parent.remove(node)


def find_disk(xml: str, path: str, *, changeable: bool = False) -> _Element:
    """The disk with that target or source, without its backing chain.  Raises CommandError.

    changeable  only drives whose medium can be changed
    """
    disks = tree(xml).xpath("/domain/devices/disk")
    if not disks:
        raise CommandError("Failed to get disk information")
    for disk in disks:
        if changeable and disk.get("device", "cdrom") not in REMOVABLE:
            continue
        source = disk.find("source")
        names = [text_at(disk, "./target/@dev")]
        if source is not None:
            names += [source.get(name) for name in ("file", "dev", "dir", "name")]
        if path in names:
            backing = disk.find("backingStore")
            if backing is not None:
                remove(backing)
            found: _Element = disk
            return found
    raise CommandError(
        f"No disk found whose source path or target is {path}", hint="see 'domblklist'"
    )


def with_medium(
    disk: _Element, source: str | None, target: str, *, block: bool, insert: bool
) -> str:
    """A removable drive's element with another medium, or with none.  Raises CommandError."""
    from lxml import etree

    old = disk.find("source")
    policy = None
    if old is not None:
        paths = [old.get(name) for name in ("file", "dev", "dir", "pool", "name")]
        if insert and any(path is not None for path in paths):
            raise CommandError(
                f"The disk device '{target}' already has media", hint="--update replaces it"
            )
        policy = old.get("startupPolicy")
        remove(old)
    disk.set("type", "block" if block else "file")
    if source is not None:
        new = etree.SubElement(disk, "source")
        new.set("dev" if block else "file", source)
        if policy is not None:
            new.set("startupPolicy", policy)
    return printed(disk)


_PCI = {"domain": "0x{:04x}", "bus": "0x{:02x}", "slot": "0x{:02x}", "function": "0x{:x}"}
_CCW = {"cssid": "0x{:02x}", "ssid": "0x{:x}", "devno": "0x{:04x}"}
_USB = {"bus": "{}", "port": "{}"}
_DRIVE = {"controller": "{}", "bus": "{}", "unit": "{}"}
_ADDRESSES = {
    "pci": ("pci", 16, _PCI),
    "ccw": ("ccw", 16, _CCW),
    "usb": ("usb", 10, _USB),
    "scsi": ("drive", 10, _DRIVE),
    "ide": ("drive", 10, _DRIVE),
    "sata": ("drive", 10, _DRIVE),
}
"""What an address is called on a command line -> its type, the base of its numbers, the model's
fields that they are and how virsh writes them."""


def parse_address(text: str) -> tuple[str, list[int]] | None:
    """An address as virsh takes it ("pci:0000.00.11.0", "scsi:0.0.1"), or None.

    One character, whichever, is between the numbers.
    """
    kind, colon, rest = text.partition(":")
    if not colon or kind not in _ADDRESSES:
        return None
    _, base, forms = _ADDRESSES[kind]
    digits = "0123456789abcdef"[:base]
    numbers = []
    position = -1
    for _ in forms:
        start = position = position + 1
        if base == 16 and rest[start : start + 2].lower() == "0x":
            position += 2
        while position < len(rest) and rest[position].lower() in digits:
            position += 1
        try:
            numbers.append(int(rest[start:position], base))
        except ValueError:
            return None
    return kind, numbers


def address(kind: str, numbers: list[int], **more: object) -> Described:
    """The <address/> element of a parsed address; ``more`` are other fields of it."""
    from vsh.xml.domain.devices.address import Address
    from vsh.xml.engine.described import Described

    type, _, forms = _ADDRESSES[kind]
    place = {name: forms[name].format(number) for name, number in zip(forms, numbers, strict=True)}
    return Described(Address, type=type, **place, **more)


def canonical_mac(text: str) -> str:
    """A MAC address as two lower-case digits between colons, so that two can be compared."""
    return ":".join(part.zfill(2) for part in text.strip().lower().split(":"))


def set_link(device: _Element, state: str) -> None:
    """Set the state of an interface's link."""
    from lxml import etree

    link = device.find("link")
    if link is None:
        link = etree.SubElement(device, "link")
    link.set("state", state)


def _aliases(session: Session, given: Given, path: str) -> list[str]:
    from vsh.cli.objects import find_domain

    if not given.get("domain"):
        return []
    root = tree(find_domain(session, given["domain"]).get_xml_desc(0))
    return [str(name) for name in root.xpath(path)]


def aliases(session: Session, text: str, given: Given) -> list[str]:
    """A completer of the aliases of the domain's devices."""
    return _aliases(session, given, "/domain/devices/*/alias/@name")


def memory_aliases(session: Session, text: str, given: Given) -> list[str]:
    """A completer of the aliases of the domain's memory devices."""
    return _aliases(session, given, "/domain/devices/memory/alias/@name")
