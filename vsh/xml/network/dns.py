"""<dns> in a network: what its name server answers and whom it asks."""

from __future__ import annotations

from vsh.errors import Error, InvalidArgument, SystemFailure, XmlDetail, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Flag, Int, Text
from vsh.xml.engine.structure import Children, Customs
from vsh.xml.engine.text import INT_MAX, UINT_MAX, escape, number
from vsh.xml.network.facts import Facts
from vsh.xml.shared.socket_address import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

_LONGEST_SERVICE = 512 - 30  # of an SRV record, in bytes; the rest of RFC 2782's 512
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_PROTOCOL = frozenset(_LETTERS + "-+/")
_SERVICE = frozenset(_LETTERS + "_-+/*")


_LAST_PORT = 0xFFFF


class Forwarder(Element, tag="forwarder"):
    """Whom to ask about a domain."""

    domain = Text("@domain")
    address = Text("@addr")
    port = Int("@port", 0, INT_MAX, nonzero=True, when=lambda forwarder: forwarder.address)

    def parsed(self, reading: Reading) -> Found:
        text = self.address
        if text is None:
            self.drop("port")
        if text is None and self.domain is None:
            yield XmlError("Invalid forwarder element, must contain at least one of addr or domain")
        elif text is not None:
            try:
                self.address = canonical(text)
            except SystemFailure:
                name = Facts.of(reading).name
                yield (
                    "address",
                    XmlError(f"Invalid forwarder IP address '{text}' in network '{name}'"),
                )
        if self.port is not None and self.port > _LAST_PORT:
            yield InvalidArgument(f"port '{self.port}' out of range")


class TextRecord(Element, tag="txt"):
    """A TXT record."""

    name = Text("@name")
    value = Text("@value")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        network = Facts.of(reading).name
        if self.name is None:
            yield XmlDetail(
                f"missing required name attribute in DNS TXT record of network {network}"
            )
        elif " " in self.name or "," in self.name:
            yield XmlDetail(
                f"prohibited character in DNS TXT record name '{self.name}' of network {network}"
            )
        elif self.value is None and not Facts.of(reading).partial:
            yield XmlDetail(
                f"missing required value attribute in DNS TXT record named '{self.name}' "
                f"of network {network}"
            )


class ServiceRecord(Element, tag="srv"):
    """An SRV record."""

    service = Text("@service")
    protocol = Text("@protocol")
    domain = Text("@domain")
    target = Text("@target")
    port = Text("@port", skip=0)
    priority = Text("@priority", skip=0)
    weight = Text("@weight", skip=0)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        facts = Facts.of(reading)
        error = self._words(facts.name, facts.partial) or self._numbers(facts.name)
        if error is not None:
            yield error

    def _words(self, network: str | None, partial: bool) -> Error | None:
        service, protocol = self.service, self.protocol
        if service is None:
            if not partial:
                return XmlDetail(
                    f"missing required service attribute in DNS SRV record of network '{network}'"
                )
        elif len(service.encode()) > _LONGEST_SERVICE:
            return XmlDetail(
                f"service attribute '{service}' in network '{network}' is too long, "
                f"limit is {_LONGEST_SERVICE} bytes"
            )
        elif not _SERVICE.issuperset(service):
            return XmlDetail(
                f"invalid character in service attribute '{service}' in DNS SRV record "
                f"of network '{network}'"
            )
        if protocol is None:
            if not partial:
                return XmlDetail(
                    f"missing required protocol attribute in DNS SRV record '{service}' "
                    f"of network '{network}'"
                )
        elif not _PROTOCOL.issuperset(protocol):
            return XmlDetail(
                f"invalid character in protocol attribute '{protocol}' in DNS SRV record "
                f"of network '{network}'"
            )
        return None

    def _numbers(self, network: str | None) -> Error | None:
        where = f"for service '{self.service}' in network '{network}'"
        for name, low in (("port", 1), ("priority", 0), ("weight", 0)):
            text = getattr(self, name)
            if not text:
                setattr(self, name, None)
                continue
            try:
                value = number(text)
            except ValueError:
                value = -1
            if 0 <= value <= UINT_MAX and self.target is None:
                return XmlDetail(f"DNS SRV {name} attribute not permitted without target {where}")
            if not low <= value <= 65535:
                invalid = "Invalid" if name == "priority" else "invalid"
                return XmlDetail(f"{invalid} DNS SRV {name} attribute {where}")
            setattr(self, name, str(value) if value else None)
        return None

    def view(self, flags: int) -> ServiceRecord | None:
        """Nothing where there is no service or protocol."""
        return None if self.service is None or self.protocol is None else self


def _read_name(element: _Element, reading: Reading) -> str:
    from vsh.xml.engine.reader import text_of

    return text_of(element)


def _write_names(names: list[str], out: list[str], level: int, flags: int) -> None:
    out.extend(f"{'  ' * level}<hostname>{escape(name)}</hostname>\n" for name in names)


class HostRecord(Element, tag="host"):
    """The names of an address."""

    address = Text("@ip")
    names = Customs("hostname", _read_name, _write_names)

    open = (".",)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        network, partial, text = Facts.of(reading).name, Facts.of(reading).partial, self.address
        if "" in self.names or not (self.names or partial):
            yield XmlDetail(f"Missing hostname in network '{network}' DNS HOST record")
        elif text is not None:
            try:
                self.address = canonical(text)
            except SystemFailure:
                yield XmlDetail(f"Invalid IP address in network '{network}' DNS HOST record")
        elif not partial:
            yield XmlDetail(f"Missing IP address in network '{network}' DNS HOST record")
        elif not self.names:
            yield XmlDetail(f"Missing ip and hostname in network '{network}' DNS HOST record")


class Dns(Element, tag="dns"):
    """<dns>: the name server of a network."""

    enable = Flag("@enable")
    forward_plain_names = Flag("@forwardPlainNames")
    forwarders = Children(Forwarder, "forwarder")
    texts = Children(TextRecord, "txt", after="services")
    services = Children(ServiceRecord, "srv", after="hosts")
    hosts = Children(HostRecord, "host")

    omit_empty = True

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.enable is False and (self.forwarders or self.hosts or self.services or self.texts):
            yield XmlError(f"Extra data in disabled network '{Facts.of(reading).name}'")
