"""<route>: where packets for a network go."""

from __future__ import annotations

from vsh.errors import Error, SystemFailure, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Int, Text
from vsh.xml.shared.socket_address import IPV4, IPV6, canonical, family, masked, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.engine.reading import Reading


class Route(Element, tag="route"):
    """<route>: a way out, of a network or a guest."""

    family = Text("@family", shape="ipv4|ipv6")
    address = Text("@address", shape=shapes.ADDRESS)  # none: every address, the default route
    netmask = Text("@netmask", shape=shapes.IPV4)
    prefix = Int("@prefix")
    gateway = Text("@gateway", shape=shapes.ADDRESS, needed=True)
    metric = Int("@metric", nonzero=True)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        name = self.owner(reading)
        shown = "(null)" if self.address is None else self.address
        error = self._addresses(name, shown) or self._network(name, shown)
        if error is not None:
            yield error

    def owner(self, reading: Reading) -> str:
        """Whose route it is, as problems call it."""
        return str(getattr(reading.facts, "name", None))

    def _addresses(self, name: str, shown: str) -> Error | None:
        if self.gateway is None:
            return XmlError(f"{name}: Missing required gateway attribute in route definition")
        way = self.gateway
        for word, kind in (("address", "network"), ("gateway", "gateway")):
            text = getattr(self, word)
            try:
                setattr(self, word, None if text is None else canonical(text))
            except SystemFailure:
                return XmlError(f"{name}: Bad {kind} address '{text}' in route definition")
        if self.family in (None, IPV4):
            return self._version_4(name, shown)
        if self.family != IPV6:
            return XmlError(f"{name}: Unrecognized family '{self.family}' in route definition")
        if self.address is not None and family(self.address) != IPV6:
            return XmlError(
                f"{name}: ipv6 family specified for non-IPv6 address '{shown}' in route definition"
            )
        if self.netmask is not None:
            return XmlError(
                f"{name}: Specifying netmask invalid for IPv6 address '{shown}' in route definition"
            )
        if family(self.gateway or "") != IPV6:
            return XmlError(
                f"{name}: ipv6 specified for non-IPv6 gateway address '{way}' in route definition"
            )
        return self._too_long(name, 128)

    def _version_4(self, name: str, shown: str) -> Error | None:
        said = "No" if self.family is None else "IPv4"
        for word in ("address", "gateway"):
            text = getattr(self, word)
            if text is not None and family(text) != IPV4:
                return XmlError(
                    f"{name}: {said} family specified for non-IPv4 {word} '{shown}' "
                    "in route definition"
                )
        if self.netmask is not None:
            mask = self.netmask
            try:
                self.netmask = canonical(mask)
            except SystemFailure:
                return XmlError(f"{name}: Bad netmask address '{mask}' in route definition")
            if family(self.netmask) != IPV4:
                return XmlError(
                    f"{name}: Invalid netmask '{mask}' for address '{shown}' (both must be IPv4)"
                )
            if self.prefix is not None:
                return XmlError(f"{name}: Route definition cannot have both a prefix and a netmask")
        return self._too_long(name, 32)

    def _too_long(self, name: str, limit: int) -> Error | None:
        if (self.prefix or 0) <= limit:
            return None
        return XmlError(
            f"{name}: Invalid prefix {self.prefix} specified in route definition, "
            f"must be 0 - {limit}"
        )

    def _network(self, name: str, shown: str) -> Error | None:
        if self.address is None:
            return None
        own = number(self.address)
        if self.netmask is not None:
            network = own & number(self.netmask)
        else:
            network = masked(self.address, self.prefix or 0)
        if network == own:
            return None
        return XmlError(f"{name}: Address '{shown}' in route definition is not a network address")
