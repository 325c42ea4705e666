"""Description, title and other programs' data in a domain model: reading and changing them."""

from __future__ import annotations

from vsh.errors import InternalError, InvalidArgument, NoDomainMetadata
from vsh.words.domain.document import DomainMetadataType
from vsh.words.event_id import DomainEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, TypeVar

    from lxml.etree import _Element

    from vsh.drivers.state.guest import Guest, Guests
    from vsh.drivers.state.store import Target
    from vsh.xml.domain import Domain
    from vsh.xml.engine.raw import Verbatim
    from vsh.xml.network import Network

    Described = Domain | Network

    Kind = TypeVar("Kind", bound=Guest)

    class Answering(Protocol[Kind]):
        """A part of a driver that has guests."""

        @property
        def guests(self) -> Guests[Kind]: ...
        def accept(self, flags: int, known: int, function: str) -> None: ...
        def function(self, name: str) -> str: ...
        def tell_guest(self, guest: Kind, number: int, *values: object) -> None: ...


_IMPACT = 3


def asked(part: Answering[Kind], domain: Target, kind: int, uri: str | None, flags: int) -> str:
    """What a driver's part answers: metadata of one of a guest's definitions.  Raises Error."""
    part.accept(flags, _IMPACT, part.function("DomainGetMetadata"))
    with part.guests.query(domain) as guest:
        return get(guest.one(flags), kind, uri)


def changed(
    part: Answering[Kind],
    domain: Target,
    kind: int,
    text: str | None,
    key: str | None,
    uri: str | None,
    flags: int,
) -> None:
    """What a driver's part does: change a guest's metadata, and tell.  Raises Error."""
    part.accept(flags, _IMPACT, part.function("DomainSetMetadata"))
    with part.guests.modify(domain) as guest:
        for definition in guest.both(flags):
            if definition is not None:
                put(definition, kind, text, key, uri)
        part.tell_guest(guest, DomainEventID.METADATA_CHANGE, kind, uri)


def get(definition: Described, kind: int, uri: str | None) -> str:
    """One kind of metadata.  Raises NoDomainMetadata where there is none."""
    value: str | None
    if kind == DomainMetadataType.DESCRIPTION:
        value = definition.description
    elif kind == DomainMetadataType.TITLE:
        value = definition.title
    elif kind == DomainMetadataType.ELEMENT:
        value = _extracted(definition.metadata, uri or "")
    else:
        raise InvalidArgument(f"unknown metadata type '{kind}'")
    if value is None:
        raise NoDomainMetadata.whole(
            "metadata not found: Requested metadata element is not present"
        )
    return value


def put(
    definition: Described, kind: int, text: str | None, key: str | None, uri: str | None
) -> None:
    """Change one kind of metadata; nothing, or an empty text, removes it.  Raises Error."""
    if kind == DomainMetadataType.DESCRIPTION:
        definition.description = text or None
    elif kind == DomainMetadataType.TITLE:
        definition.title = text or None
    elif kind == DomainMetadataType.ELEMENT:
        _inject(definition, text, key or "", uri or "")
    else:
        raise InvalidArgument(f"unknown metadata type '{kind}'")


def _local(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _is_in(element: _Element, uri: str) -> bool:
    return str(element.tag).startswith(f"{{{uri}}}")


def _rebuilt(element: _Element, tag: str, spaces: dict[str | None, str]) -> _Element:
    """The same element under another tag and with other namespaces declared on it."""
    from lxml import etree

    twin = etree.Element(tag, nsmap=spaces)  # type: ignore[arg-type]
    for name, value in element.items():
        twin.set(name, value)
    twin.text = element.text
    twin.extend(list(element))
    return twin


def _extracted(metadata: Verbatim | None, uri: str) -> str | None:
    """The element of a namespace, without the namespace; None if there is none."""
    if metadata is None:
        return None
    from vsh.xml.engine.raw import Verbatim
    from vsh.xml.engine.reader import parse

    for child in parse(metadata.format(0)):
        if _is_in(child, uri):
            spaces = {prefix: known for prefix, known in child.nsmap.items() if known != uri}
            for element in child.iter():
                if element is not child and _is_in(element, uri):
                    element.tag = _local(element)
            twin = _rebuilt(child, _local(child), spaces)
            return Verbatim.of(twin).format(0).rstrip("\n")
    return None


def _inject(definition: Described, text: str | None, key: str, uri: str) -> None:
    from vsh.xml.engine.raw import Verbatim
    from vsh.xml.engine.reader import parse

    new = None if text is None else _named(parse(text), key, uri)
    metadata = definition.metadata
    root = parse("<metadata/>" if metadata is None else metadata.format(0))
    for child in list(root):
        if _is_in(child, uri):
            root.remove(child)
    if new is not None:
        root.append(new)
    definition.metadata = Verbatim.of(root) if len(root) else None


def _named(element: _Element, key: str, uri: str) -> _Element:
    """An element in a namespace of that key; what is in another namespace stays there."""
    if not _is_prefix(key):
        raise InternalError("failed to validate prefix for a new XML namespace")
    if key in element.nsmap:
        raise InternalError("failed to create a new XML namespace")
    for child in element.iterdescendants("*"):
        if not str(child.tag).startswith("{"):
            child.tag = f"{{{uri}}}{child.tag}"
    tag = element.tag if element.tag.startswith("{") else f"{{{uri}}}{element.tag}"
    return _rebuilt(element, tag, {**element.nsmap, key: uri})


def _is_prefix(key: str) -> bool:
    first, rest = key[:1], key[1:]
    return (first.isalpha() or first == "_") and all(
        letter.isalnum() or letter in "._-" for letter in rest
    )
