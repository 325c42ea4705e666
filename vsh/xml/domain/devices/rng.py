"""<rng>: random numbers for the guest."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError
from vsh.xml.domain.devices._info import VIRTIO_MODELS, Device, virtio
from vsh.xml.domain.devices.chardev import (
    ONE_EACH,
    PROTOCOLS,
    TYPES,
    CharSource,
    Protocol,
    settle_sources,
)
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int, Switch, Text
from vsh.xml.engine.structure import Children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class Backend(Element, tag="backend"):
    """Where the numbers come from."""

    once = ONE_EACH

    model = Choice[str]("@model", ("random", "egd", "builtin"), required=True)
    type = Choice("@type", TYPES, wrong=(ConfigUnsupported, "unknown backend type '{}' for egd"))
    path = Text(".")
    sources = Children(CharSource, "source")
    protocol = Protocol("protocol/@type", PROTOCOLS)
    log_file = Text("log/@file")
    log_append = Switch("log/@append")

    def parsed(self, reading: Reading) -> Found:
        if self.model == "egd":
            self.path = None
            if self.type is None:
                yield XmlError("missing EGD backend type")
            else:
                yield from settle_sources(self, self.type, reading)
        else:
            self.drop("type", "sources", "protocol", "log_file", "log_append")
            if self.model != "random":
                self.path = None

    def view(self, flags: int) -> Backend:
        if self.model != "egd":
            return self
        daemon = _Daemon()
        daemon.__dict__.update(self.__dict__)
        return daemon


class _Daemon(Backend, tag="backend"):
    """A daemon, as it is written: with an end even where it has no source."""

    open = (".",)

    def view(self, flags: int) -> Backend:
        return self


class Rng(Device, tag="rng"):
    """One random number generator of a domain."""

    needs = ("backend",)
    merged = ("rate",)

    model = Choice[str]("@model", VIRTIO_MODELS, required=True)
    rate_bytes = Int(
        "rate/@bytes", skip=0, blank=True, wrong=(XmlError, "invalid RNG rate bytes value")
    )
    rate_period = Int(
        "rate/@period",
        skip=0,
        blank=True,
        wrong=(XmlError, "invalid RNG rate period value"),
        when=lambda r: r.rate_bytes,
    )
    backends = Children(Backend, "backend")
    iommu, ats, packed, page_per_vq, has_driver = virtio()

    def read_device(self, reading: Reading) -> Found:
        if len(self.backends) != 1:
            self.drop("backends")
            yield "backends", XmlError("only one RNG backend is supported")

    def complete(self) -> None:
        """The default source."""
        backend = self.backends[0]
        if backend.model == "random" and not backend.path:
            backend.path = "/dev/random"
