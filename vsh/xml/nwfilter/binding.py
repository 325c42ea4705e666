"""<filterbinding>: the network filter of one port of a guest."""

from __future__ import annotations

from vsh.errors import Error, InternalError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Field, Present
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Child
from vsh.xml.engine.values import parse_mac, parse_uuid
from vsh.xml.shared.filter_reference import FilterReference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.engine.reading import Reading


class _Reference(FilterReference, tag="filterref"):
    """The filter; that it is named is checked after all else."""

    filter: Field = Given("@filter")


class FilterBinding(Element, tag="filterbinding"):
    """One binding."""

    owner_name = Given("owner/name")
    owner_uuid = Given("owner/uuid")
    port = Given("portdev/@name")
    has_link = Present("linkdev", when=lambda binding: False)
    link = Given("linkdev/@name")
    mac = Given("mac/@address")
    reference = Child(_Reference, "filterref")
    has_backend = Present("backend", when=lambda binding: False)
    backend = Given("backend/@name")

    open = ("owner",)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.port is None:
            yield InternalError("filter binding has no port dev name")
        if self.has_link and self.link is None:
            yield InternalError("filter binding has no link dev name")
        if self.owner_name is None:
            yield InternalError("filter binding has no owner name")
        if self.owner_uuid is None:
            yield InternalError("filter binding has no owner UUID")
        else:
            try:
                self.owner_uuid = parse_uuid(self.owner_uuid)
            except ValueError:
                yield InternalError(f"Unable to parse UUID '{self.owner_uuid}'")
        if self.mac is None:
            yield InternalError("filter binding has no MAC address")
        else:
            try:
                self.mac = parse_mac(self.mac)
            except ValueError:
                yield InternalError(f"Unable to parse MAC '{self.mac}'")
        if self.reference is None or self.reference.filter is None:
            yield InternalError("filter binding has no filter reference")
        if self.has_backend and self.backend is None:
            yield InternalError("filter binding has no firewall backend name")
