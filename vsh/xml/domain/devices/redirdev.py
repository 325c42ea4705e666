"""<redirdev> and <redirfilter>: USB devices of the viewer."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
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
from vsh.xml.engine.field import Choice, Flag, Int, Switch, Text
from vsh.xml.engine.structure import Children
from vsh.xml.engine.text import INT_MAX, INT_MIN, below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class RedirDevice(Device, tag="redirdev"):
    """One USB redirection channel of a domain."""

    takes_boot = True
    open = (".",)
    once = ONE_EACH

    bus = Choice[str](
        "@bus", ("usb",), default="usb", wrong=(ConfigUnsupported, "unknown redirdev bus '{}'")
    )
    type = Choice[str](
        "@type",
        TYPES,
        required=(InternalError, "missing type in redirdev"),
        wrong=(ConfigUnsupported, "unknown redirdev character device type '{}'"),
    )
    sources = Children(CharSource, "source")
    protocol = Protocol("protocol/@type", PROTOCOLS)
    log_file = Text("log/@file")
    log_append = Switch("log/@append")

    def read_device(self, reading: Reading) -> Found:
        if self.type is None:
            return
        for error in settle_sources(self, self.type, reading):
            yield "sources", error
        if self.type == "dbus":
            if not self.sources:
                self.sources = [CharSource()]
            if self.sources[0].channel is None:
                self.sources[0].channel = "org.qemu.usbredir"
        if self.address is not None and self.address.type not in (None, "usb"):
            yield XmlError("Invalid address for a USB device")

    def view(self, flags: int) -> RedirDevice:
        """As it is written."""
        import copy

        twin = copy.copy(self)
        twin.sources = shown_sources(self, self.type, flags)
        return twin


class UsbRule(Element, tag="usbdev"):
    """Which USB devices may be redirected."""

    usb_class = Int("@class", INT_MIN, INT_MAX, base=0, form="0x{:02X}")
    vendor = Int("@vendor", INT_MIN, INT_MAX, base=0, form="0x{:04X}")
    product = Int("@product", INT_MIN, INT_MAX, base=0, form="0x{:04X}")
    version = Text("@version")
    allow = Flag("@allow", required=True)

    def parsed(self, reading: Reading) -> Found:
        if self.usb_class is not None and self.usb_class != -1 and self.usb_class & ~0xFF:
            yield (
                "usb_class",
                InternalError(f"Invalid USB Class code 0x{self.usb_class & 0xFFFFFFFF:x}"),
            )
        for name in ("usb_class", "vendor", "product"):
            if (self.__dict__.get(name) or 0) < 0:
                self.drop(name)
        if self.version == "-1":
            self.version = None
        if self.version is not None:
            major, dot, minor = self.version.partition(".")
            if not dot or below(major, 100) is None or below(minor, 100) is None:
                yield "version", XmlError(f"Cannot parse USB device version {self.version}")
                return
            low = int(minor) * (10 if len(minor) == 1 else 1)
            self.version = f"{int(major)}.{low:02d}"


class RedirFilter(Element, tag="redirfilter"):
    """The rules for redirection."""

    omit_empty = True

    rules = Children(UsbRule, "usbdev")
