"""<forward> and <portgroup> in a network: how its guests reach the world, and on what terms."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, SystemFailure, XmlDetail, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Text
from vsh.xml.engine.given import Given, Told
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import number
from vsh.xml.network.facts import Facts
from vsh.xml.shared.link import Bandwidth, PciPlace, VirtualPort, Vlan
from vsh.xml.shared.socket_address import IPV4, canonical, family, range_problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

MODES = (
    "none", "nat", "route", "open", "bridge", "private", "vepa", "passthrough", "hostdev",
)  # fmt: skip
_LAST_PORT = 65535


class NatAddresses(Element, tag="address"):
    """The addresses that guests are seen with."""

    start = Text("@start")
    end = Text("@end")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        network = Facts.of(reading).name
        for name in ("start", "end"):
            if getattr(self, name) is None:
                yield XmlError(
                    f"missing '{name}' attribute in <address> element in <nat> in <forward> "
                    f"in network {network}"
                )
                return
        for name in ("start", "end"):
            text = getattr(self, name)
            try:
                address = canonical(text)
                if family(address) != IPV4:
                    raise SystemFailure(text)
            except SystemFailure:
                yield XmlError(
                    f"Bad ipv4 {name} address '{text}' in <nat> in <forward> in network '{network}'"
                )
                return
            setattr(self, name, address)
        error = range_problem(self.start or "", self.end or "")
        if error is not None:
            yield error


class NatPorts(Element, tag="port"):
    """The ports that guests are seen with."""

    start = Text("@start")
    end = Text("@end", skip="0")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        low = 0
        for name in ("start", "end"):
            try:
                value = number(getattr(self, name) or "")
            except ValueError:
                value = -1
            if not low <= value <= _LAST_PORT:
                yield XmlDetail(
                    f"Missing or invalid '{name}' attribute in <port> in <nat> in <forward> "
                    f"in network {Facts.of(reading).name}"
                )
                return
            setattr(self, name, str(value))
            low = value

    def view(self, flags: int) -> Self | None:
        """Nothing where both are zero."""
        return None if self.start == self.end == "0" else self


class Nat(Element, tag="nat"):
    """<nat>: as what guests are seen outside."""

    ipv6 = Flag("@ipv6")
    addresses = Children(NatAddresses, "address")
    ports = Children(NatPorts, "port")

    omit_empty = True

    def parsed(self, reading: Reading) -> Found:
        for name, tag in (("addresses", "address"), ("ports", "port")):
            if len(getattr(self, name)) > 1:
                self.drop(name)
                yield (
                    name,
                    XmlError(
                        f"Only one <{tag}> element is allowed in <nat> in <forward> "
                        f"in network {Facts.of(reading).name}"
                    ),
                )


class ForwardInterface(Element, tag="interface"):
    """An interface of the host that the network may use."""

    dev = Text("@dev")
    connections = Told("@connections")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.dev is None:
            yield XmlError(
                "Missing required dev attribute in <forward> <interface> element "
                f"of network {Facts.of(reading).name}"
            )


class ForwardPlace(PciPlace):
    """A device of the host that the network may use."""

    def parsed(self, reading: Reading) -> Iterable[Error]:
        network = Facts.of(reading).name
        if self.type is None:
            yield XmlError(f"missing address type in network {network}")
        elif self.type in ("netdev", "none"):
            yield XmlError(f"unsupported address type '{self.type}' in network {network}")
        elif self.type != "pci":
            yield ConfigUnsupported(f"unknown address type '{self.type}' in network {network}")
        else:
            yield from super().parsed(reading)
            place, seen = self.numbers(), Facts.of(reading).places
            if place in seen:
                domain, bus, slot, function = place
                yield XmlError(
                    f"PCI device '{domain:04x}:{bus:02x}:{slot:02x}.{function:x}' can only be "
                    f"listed once in network {network}"
                )
            seen.append(place)


class PhysicalFunction(Element, tag="pf"):
    """A network card whose virtual functions the network may use."""

    dev = Text("@dev")


class Forward(Element, tag="forward"):
    """<forward>: how guests reach the world."""

    dev = Given("@dev", after="nat")
    mode = Choice(
        "@mode", MODES, none="", wrong=(ConfigUnsupported, "unknown forwarding type '{}'")
    )
    managed = Given("@managed")
    driver_name = Choice("driver/@name", ("kvm", "vfio", "xen"))
    driver_model = Text("driver/@model")
    driver_iommufd = Flag("driver/@iommufd", after="places")
    nat = Children(Nat, "nat")
    functions = Children(PhysicalFunction, "pf", after="places")
    interfaces = Children(ForwardInterface, "interface")
    places = Children(ForwardPlace, "address")

    def parsed(self, reading: Reading) -> Found:
        network = Facts.of(reading).name
        self.mode = self.mode or "nat"
        if len(self.nat) > 1:
            yield (
                "driver_name",
                XmlError(f"Only one <nat> element is allowed in <forward> of network {network}"),
            )
        elif self.nat and self.mode != "nat":
            yield (
                "driver_name",
                XmlError(
                    "The <nat> element can only be used when <forward> 'mode' is 'nat' "
                    f"in network {network}"
                ),
            )
        if self.dev and (self.places or self.functions):
            yield (
                "dev",
                XmlError(
                    "the <forward> 'dev' attribute cannot be used when <address> or <pf> "
                    f"sub-elements are present in network {network}"
                ),
            )
            return
        if self.interfaces or self.dev:
            yield from self._interfaces(network)
        elif self.places:
            self.functions = []
        elif len(self.functions) > 1:
            yield XmlError(f"Only one <pf> element is allowed in <forward> of network {network}")
        elif self.functions and self.functions[0].dev is None:
            yield XmlError(f"Missing required dev attribute in <pf> element of network '{network}'")

    def _interfaces(self, network: str | None) -> Iterable[tuple[str, Error]]:
        self.places, self.functions = [], []
        names = [interface.dev for interface in self.interfaces]
        if not names:
            self.interfaces = [ForwardInterface(dev=self.dev)]
        elif self.dev and names[0] is not None and names[0] != self.dev:
            yield (
                "interfaces",
                XmlError(
                    f"<forward dev='{self.dev}'> must match first <interface dev='{names[0]}'/> "
                    f"in network {network}"
                ),
            )
        for place, name in enumerate(names):
            if name is not None and name in names[:place]:
                yield (
                    "interfaces",
                    XmlError(f"interface '{name}' can only be listed once in network {network}"),
                )
                return

    def view(self, flags: int) -> Forward | None:
        """As it is written: ``dev`` is the first interface."""
        import copy

        if self.mode == "none":
            return None
        twin = copy.copy(self)
        twin.dev = self.interfaces[0].dev if self.interfaces and not self.functions else None
        twin.managed = None
        if self.mode == "hostdev":
            twin.managed = "yes" if (self.managed or "").lower() == "yes" else "no"
        return twin


class PortGroup(Element, tag="portgroup"):
    """<portgroup>: terms that guests may choose."""

    name = Given("@name", required=(XmlError, "Missing required name attribute in portgroup"))
    default = Given("@default")
    trust_guest_filters = Flag("@trustGuestRxFilters")
    vlan = Child(Vlan, "vlan", after="bandwidth")
    virtual_port = Child(VirtualPort, "virtualport")
    bandwidth = Child(Bandwidth, "bandwidth")

    open = (".",)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        self.default = "yes" if (self.default or "").lower() == "yes" else None
        return ()
