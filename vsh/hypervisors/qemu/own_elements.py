"""What a document says in elements of libvirt's QEMU namespace, as libvirt reads and writes it.

What has no meaning there is left out, elements of one name are one, and they have one order.
"""

from __future__ import annotations

from vsh.errors import InternalError, XmlError
from vsh.xml.engine.raw import Foreign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMESPACE = "http://libvirt.org/schemas/domain/qemu/1.0"
_KINDS = ("string", "signed", "unsigned", "bool", "remove")
_FIRST = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_NEXT = _FIRST | frozenset("0123456789")
_SIGNED, _UNSIGNED = range(-(2**63), 2**63), range(2**64)


def settled(elements: list[Foreign]) -> list[Foreign]:
    """The elements as they are kept.  Raises XmlError, InternalError for what is wrong in them."""
    words = [_argument(each) for each in _inside(elements, "commandline", "arg")]
    words += [_variable(each) for each in _inside(elements, "commandline", "env")]
    devices = [_device(each) for each in _inside(elements, "override", "device")]
    abilities = [
        _ability(each)
        for name in ("add", "del")
        for each in _inside(elements, "capabilities", name)
    ]
    found = [
        _made(name, children=children)
        for name, children in (
            ("commandline", words), ("capabilities", abilities), ("override", devices),
        )
        if children
    ]  # fmt: skip
    said = (dict(each.attributes) for each in elements if each.name == "deprecation")
    behavior = next((each["behavior"] for each in said if "behavior" in each), None)
    return [*found, *([_made("deprecation", behavior=behavior)] if behavior else [])]


def _inside(elements: Iterable[Foreign], outer: str, name: str) -> Iterator[Foreign]:
    for element in elements:
        if element.name == outer and element.uri == NAMESPACE:
            for child in element.children:
                if child.name == name and child.uri == NAMESPACE:
                    yield child


def _made(kind: str, /, children: Iterable[Foreign] = (), **attributes: str | None) -> Foreign:
    said = tuple((key, value) for key, value in attributes.items() if value is not None)
    return Foreign.made("qemu", NAMESPACE, kind, attributes=said, children=tuple(children))


def _argument(element: Foreign) -> Foreign:
    value = dict(element.attributes).get("value")
    if value is None:
        raise InternalError("No qemu command-line argument specified")
    return _made("arg", value=value)


def _variable(element: Foreign) -> Foreign:
    given = dict(element.attributes)
    name = given.get("name")
    if name is None:
        raise InternalError("No qemu environment name specified")
    if name[:1] not in _FIRST:
        raise InternalError("Invalid environment name, it must begin with a letter or underscore")
    if not _NEXT.issuperset(name):
        raise InternalError(
            "Invalid environment name, it must contain only alphanumerics and underscore"
        )
    return _made("env", name=name, value=given.get("value"))


def _ability(element: Foreign) -> Foreign:
    name = dict(element.attributes).get("capability")
    if name is None:
        raise InternalError("missing capability name")
    return _made(element.name, capability=name)


def _device(element: Foreign) -> Foreign:
    alias = dict(element.attributes).get("alias")
    if alias is None:
        raise XmlError("missing 'alias' attribute for qemu:device")
    changes = [_property(each) for each in _inside(element.children, "frontend", "property")]
    inside = [_made("frontend", children=changes)] if changes else []
    return _made("device", alias=alias, children=inside)


def _property(element: Foreign) -> Foreign:
    given = dict(element.attributes)
    name, kind, value = given.get("name"), given.get("type"), given.get("value")
    if name is None:
        raise XmlError("missing 'name' attribute for qemu:property")
    if name == "id":
        raise XmlError("property with name 'id' can't be overridden")
    if kind is None:
        raise XmlError("Missing required attribute 'type' in element 'property'")
    if kind not in _KINDS:
        raise XmlError(f"Invalid value for attribute 'type' in element 'property': '{kind}'.")
    if value is None and kind != "remove":
        raise XmlError("missing 'value' attribute for 'qemu:property'")
    if value is not None and kind == "remove":
        raise XmlError(
            "setting 'value' attribute of 'qemu:property' doesn't make sense with 'remove' type"
        )
    if value is not None and not _fits(kind, value):
        raise XmlError(f"invalid value '{value}' of 'value' attribute of 'qemu:property'")
    return _made("property", name=name, type=kind, value=value)


def _fits(kind: str, value: str) -> bool:
    """Whether a text is a value of a kind."""
    if kind == "bool":
        return value in ("true", "false")
    if kind == "string":
        return True
    text = value.lstrip(" \t\n\v\f\r")
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits.isascii() or not digits.isdigit() or len(digits) > 40:
        return False
    return int(text) in (_SIGNED if kind == "signed" else _UNSIGNED)
