"""What the interface commands share."""

from __future__ import annotations

from vsh.errors import CommandError, failing
from vsh.words.interface import InterfaceXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.api.interface import Interface


MOVED = (
    "mac",
    "bond",
    "vlan",
)  # what belongs to a device itself rather than to the bridge above it


def interface_tree(interface: Interface, name: str) -> _Element:
    """The root element of an interface's definition, which must be of that name.

    Raises CommandError.
    """
    from vsh.xml.engine.reader import parse

    xml = interface.get_xml_desc(InterfaceXML.INACTIVE)
    with failing(f"Failed to parse configuration of {name}"):
        root = parse(xml)
    if root.get("type") is None:
        raise CommandError(f"Existing device {name} has no type")
    return root


def check_name(root: _Element, name: str) -> None:
    """Raise CommandError unless the definition has that name."""
    if root.get("name") != name:
        raise CommandError(
            f"Interface name from config {root.get('name')} doesn't match given "
            f"supplied name {name}"
        )


def move(origin: _Element, target: _Element) -> None:
    """Move what belongs to the device itself from one element of a definition to another."""
    for child in list(origin):
        if child.tag in MOVED:
            target.append(child)


def text_of(root: _Element) -> str:
    """A definition as text."""
    from lxml import etree

    return str(etree.tostring(root, encoding="unicode"))
