"""<smartcard>: a smart card reader."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError
from vsh.xml.domain.devices._info import Device
from vsh.xml.domain.devices.chardev import (
    ONE_EACH,
    PROTOCOLS,
    TYPES,
    CharSource,
    Protocol,
    settle_sources,
    shown_sources,
)
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Present, Switch, Text
from vsh.xml.engine.given import Unexplained
from vsh.xml.engine.structure import Children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class Certificate(Element, tag="certificate"):
    """The name of a certificate."""

    name = Text(".", default="")


class SmartCard(Device, tag="smartcard"):
    """One smart card reader of a domain."""

    once = ONE_EACH

    mode = Choice[str]("@mode", ("host", "host-certificates", "passthrough"), required=True)
    type = Choice(
        "@type",
        TYPES,
        wrong=(ConfigUnsupported, "unknown type presented to host for character device: {}"),
    )
    certificates = Children(Certificate, "certificate")
    has_database = Present("database", when=lambda s: False)
    database = Text("database")
    sources = Children(CharSource, "source")
    protocol = Protocol("protocol/@type", PROTOCOLS)
    log_file = Text("log/@file")
    log_append = Switch("log/@append")

    def read_device(self, reading: Reading) -> Found:
        if self.mode == "host-certificates":
            if len(self.certificates) != 3:
                yield XmlError("host-certificates mode needs exactly three certificates")
            if self.database is not None and self.database[:1] != "/":
                yield XmlError(f"expecting absolute path: {self.database}")
            elif self.has_database and self.database is None:
                yield Unexplained("<database> says where the certificates are")
        else:
            self.drop("certificates", "database")
        if self.mode == "passthrough":
            if self.type is None:
                yield XmlError("passthrough mode requires a character device type attribute")
            else:
                yield from settle_sources(self, self.type, reading)
        else:
            self.drop("type", "sources", "protocol", "log_file", "log_append")

    def view(self, flags: int) -> SmartCard:
        """As it is written."""
        import copy

        twin = copy.copy(self)
        if self.type is not None:
            twin.sources = shown_sources(self, self.type, flags)
        return twin
