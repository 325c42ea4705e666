"""Character devices: <console>, <serial>, <parallel>, <channel>; and what stands behind them."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError
from vsh.xml.domain.devices._info import Device
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Present, Switch, Text
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import INT_MAX
from vsh.xml.shared.image import Label, Reconnect, same_labels
from vsh.xml.shared.socket_address import IPV4, canonical, family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol as Protocol_

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

TYPES = (
    "null", "vc", "pty", "dev", "file", "pipe", "stdio", "udp", "tcp", "unix", "spicevmc",
    "spiceport", "nmdm", "qemu-vdagent", "dbus",
)  # fmt: skip
PROTOCOLS = ("raw", "telnet", "telnets", "tls")

_SOURCE = {
    "pty": ("path",),
    "dev": ("path",),
    "pipe": ("path",),
    "file": ("path", "append"),
    "unix": ("mode", "path", "reconnect"),
    "tcp": ("mode", "host", "service", "tls", "reconnect"),
    "udp": ("mode", "host", "service"),
    "spiceport": ("channel",),
    "dbus": ("channel",),
    "nmdm": ("master", "slave"),
    "qemu-vdagent": ("clipboard", "mouse"),
}


class CharSource(Element, tag="source"):
    """<source> of a character device; what counts depends on its type."""

    omit_empty = True

    mode = Choice("@mode", ("connect", "bind"), shape=shapes.ANY)
    host = Text("@host")
    service = Text("@service")
    tls = Flag("@tls")
    path = Text("@path")
    append = Switch("@append")
    channel = Text("@channel")
    master = Text("@master")
    slave = Text("@slave")
    clipboard = Flag("clipboard/@copypaste", required=True)
    mouse = Choice("mouse/@mode", ("server", "client"), required=True)
    seclabels = Children(Label, "seclabel")
    reconnect = Child(Reconnect, "reconnect")

    def settle(self, kind: str, inactive: int) -> Iterable[Error]:
        """Keep what counts for a type."""
        self.keep(*_SOURCE.get(kind, ()), "seclabels")
        if kind not in ("pty", "dev", "file", "pipe", "unix"):
            self.drop("seclabels")
        if len(self.seclabels) > 1:
            yield from same_labels(label.model for label in self.seclabels if label.model)
        if kind == "pty" and inactive:
            self.path = None
        if kind in ("tcp", "unix", "udp") and self.mode is None:
            self.mode = "connect"


class Protocol(Choice[str | None]):
    """What is spoken over TCP; what stands there counts, and is looked at, with TCP alone."""

    def parse(self, text: str) -> str:
        return text


if TYPE_CHECKING:

    class Sourced(Protocol_):
        """A device, or a part of one, behind which a character device of the host stands."""

        sources: list[CharSource]
        protocol: str | None
        log_file: str | None
        log_append: bool | None

        @property
        def type(self) -> str | None: ...


def settle_sources(device: Sourced, kind: str, reading: Reading) -> Iterable[Error]:
    """Keep what counts of the <source>s of a device of some type."""
    sources = device.sources
    if len(sources) > (2 if kind == "udp" else 1):
        for source in sources:
            source.keep()  # libvirt counts them first
    if len(sources) > 1 and kind != "udp":
        yield XmlError("only one source element is allowed for character device")
    elif len(sources) > 2:
        yield XmlError("only two source elements are allowed for character device")
    for source in sources:
        yield from source.settle(kind, reading.flags & INACTIVE)
    if kind == "udp":
        first: dict[str, CharSource] = {}
        for source in sources:
            if source.host is None and source.service is None:
                continue
            first.setdefault(str(source.mode), source)
        device.sources = [first[mode] for mode in ("bind", "connect") if mode in first]
    if kind != "tcp":
        device.protocol = None
    elif device.protocol not in (None, *PROTOCOLS):
        yield XmlError(
            f"Invalid value for attribute 'type' in element 'protocol': '{device.protocol}'."
        )
        device.protocol = None
    elif device.protocol is None:
        device.protocol = "raw"
    if device.log_file is None:
        device.log_append = None


def shown_sources(device: Sourced, kind: str, flags: int) -> list[CharSource]:
    """The <source>s as they are written."""
    if kind == "pty" and flags & INACTIVE:
        return []
    if kind == "unix":
        return [source for source in device.sources if source.path is not None]
    return list(device.sources)


# what a device with a character device behind it has one of
ONE_EACH = {
    name: (XmlError, f"only one {name} element is allowed for character device")
    for name in ("protocol", "log")
}


class Character(Device):
    """Base of the four character devices."""

    port_default: int | None = None
    target_types: tuple[str, ...] = ()

    type = Choice[str](
        "@type",
        TYPES,
        default="pty",
        wrong=(ConfigUnsupported, "unknown type presented to host for character device: {}"),
    )
    tty = Text("@tty")
    sources = Children(CharSource, "source", after="port")
    protocol = Protocol("protocol/@type", PROTOCOLS, after="log_append")
    log_file = Text("log/@file")
    log_append = Switch("log/@append", after="port")
    target_type = Text("target/@type")
    target_address = Text("target/@address")
    port = Int("target/@port", 0, INT_MAX, shape=shapes.ANY)
    name = Text("target/@name")
    state = Choice("target/@state", ("connected", "disconnected"), live=True, after="protocol")
    target_model = Text("target/model/@name")

    always = ("target",)
    once = ONE_EACH

    def read_device(self, reading: Reading) -> Found:
        self.tty = None
        for error in self.read_target(reading):
            yield "target_type", error
        for error in settle_sources(self, self.type, reading):
            yield "sources", error
        if self.type == "spicevmc" and not (self.tag == "channel" and self.target_type == "virtio"):
            yield ConfigUnsupported("spicevmc device type only supports virtio")

    def read_target(self, reading: Reading) -> Iterable[Error]:
        """What is wrong with <target>."""
        if self.target_types:
            if self.target_type is not None and self.target_type not in (
                *self.target_types,
                "none",
            ):
                yield ConfigUnsupported(
                    f"unknown target type '{self.target_type}' specified for character device"
                )
            if self.target_type == "none":
                self.target_type = None
        else:
            self.target_type = None
        self.drop("target_address", "name", "state")
        if self.tag != "serial":
            self.target_model = None

    def view(self, flags: int) -> Character:
        """As it is written."""
        import copy

        twin = copy.copy(self)
        own = twin.__dict__
        own["sources"] = shown_sources(self, self.type, flags)
        if self.port is not None:
            own["port"] = self.port
        return twin


class Serial(Character, tag="serial"):
    """A serial port."""

    target_types = (
        "isa-serial", "usb-serial", "pci-serial", "spapr-vio-serial", "system-serial",
        "sclp-serial", "isa-debug",
    )  # fmt: skip
    models = (
        "isa-serial", "usb-serial", "pci-serial", "spapr-vty", "pl011", "sclpconsole",
        "sclplmconsole", "16550a", "isa-debugcon",
    )  # fmt: skip

    def read_target(self, reading: Reading) -> Iterable[Error]:
        if self.target_model and self.target_model not in (*self.models, "none"):
            yield ConfigUnsupported(
                f"unknown target model '{self.target_model}' specified for character device"
            )
        if self.target_model in ("none", ""):
            self.target_model = None
        yield from super().read_target(reading)

    def read_device(self, reading: Reading) -> Found:
        yield from super().read_device(reading)
        address = self.address
        if (
            self.target_type == "usb-serial"
            and address is not None
            and address.type not in (None, "usb")
        ):
            yield ConfigUnsupported("usb-serial requires address of usb type")


class Parallel(Character, tag="parallel"):
    """A parallel port."""


class Console(Character, tag="console"):
    """A console."""

    target_types = ("serial", "xen", "uml", "virtio", "lxc", "openvz", "sclp", "sclplm")

    @classmethod
    def of(cls, serial: Serial) -> Console:
        """A serial port, shown as the console that it also is."""
        console = cls()
        console.__dict__.update(serial.__dict__)
        console.target_type = "serial"
        console.target_model = None
        return console

    def view(self, flags: int) -> Character:
        twin = super().view(flags)
        if twin.port == 0 and self.type == "pty" and not flags & INACTIVE and self.sources:
            twin.tty = self.sources[0].path
        return twin


class Channel(Character, tag="channel"):
    """A private channel between guest and host."""

    port = Int("target/@port")
    target_given = Present("target", when=lambda channel: False)

    def read_target(self, reading: Reading) -> Iterable[Error]:
        kind = self.target_type
        if not self.target_given:
            yield XmlError("target type must be specified for channel device")
        elif kind is None:
            yield ConfigUnsupported("unknown target type '(null)' specified for character device")
        elif kind not in ("guestfwd", "virtio", "xen", "none"):
            yield ConfigUnsupported(f"unknown target type '{kind}' specified for character device")
        elif kind == "guestfwd":
            self.drop("name", "state")
            yield from self._guestfwd(reading)
        else:
            self.drop("target_address", "port")
            if kind != "virtio":
                self.drop("state")
        self.target_model = None

    def _guestfwd(self, reading: Reading) -> Iterable[Error]:
        if self.target_address is None:
            yield XmlError("guestfwd channel does not define a target address")
            return
        self.target_address = canonical(self.target_address)
        if family(self.target_address) != IPV4:
            yield ConfigUnsupported("guestfwd channel only supports IPv4 addresses")
        if self.port is None and not self.refused(reading, "port"):
            yield XmlError("Missing required attribute 'port' in element 'target'")
            return
