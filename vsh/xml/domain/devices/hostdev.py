"""<hostdev>: a device of the host, handed to the guest."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.xml.domain.devices._info import VIRTIO_MODELS, Device
from vsh.xml.domain.devices._network import HostRoute, IpAddress
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Present, Switch, Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Child, Children, Settled
from vsh.xml.engine.text import UINT_MAX, number
from vsh.xml.shared.encryption import Auth
from vsh.xml.shared.host_address import HostAddress
from vsh.xml.shared.image import POLICIES, Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

    class Named(Protocol):
        """What names a USB device by its maker and kind."""

        vendor: str | None
        product: str | None


SUBSYSTEMS = ("usb", "pci", "scsi", "scsi_host", "mdev")
CAPABILITIES = ("storage", "misc", "net")
MDEV_MODELS = ("vfio-pci", "vfio-ccw", "vfio-ap")


class HostSource(Element, tag="source"):
    """<source>: which device of the host."""

    omit_empty = True

    startup_policy = Choice("@startupPolicy", POLICIES)
    missing = Text("@missing", live=True)
    guest_reset = Choice("@guestReset", ("off", "uninitialized", "on"))
    write_filtering = Flag("@writeFiltering")
    protocol = Choice("@protocol", ("adapter", "iscsi", "vhost"))
    name = Text("@name")
    wwpn = Text("@wwpn")
    vendor = Text("vendor/@id", required=True)
    product = Text("product/@id", required=True)
    adapter = Text("adapter/@name")
    address = Child(HostAddress, "address")
    hosts = Children(Host, "host")
    auth = Child(Auth, "auth")
    initiator = Given("initiator/iqn/@name")
    block = Text("block")
    char = Text("char")
    interface = Text("interface")


class HostDevice(Device, tag="hostdev"):
    """One device of the host that a domain has."""

    needs = ("source",)
    takes_boot = True
    takes_rom = True
    open = (".",)

    mode = Choice[str]("@mode", ("subsystem", "capabilities"), default="subsystem")
    type = Text[str]("@type", required=True, shape="usb|pci|scsi|scsi_host|mdev|storage|misc|net")
    managed = Text("@managed", shape=shapes.YES_NO)
    sgio = Choice("@sgio", ("filtered", "unfiltered"))
    rawio = Flag("@rawio")
    model = Text("@model")
    display = Switch("@display")
    ramfb = Switch("@ramfb")
    driver = Choice("driver/@name", ("kvm", "vfio", "xen"), none="default", after="source")
    driver_model = Text("driver/@model")
    driver_iommufd = Flag("driver/@iommufd")
    source = Settled(HostSource, "source")
    ips = Children(IpAddress, "ip")
    routes = Children(HostRoute, "route")
    teaming = Choice(
        "teaming/@type",
        ("persistent", "transient"),
        blank=True,
        wrong=(ConfigUnsupported, "unknown teaming type '{}'"),
    )
    teaming_persistent = Text("teaming/@persistent")
    readonly = Present("readonly")
    shareable = Present("shareable")

    def read_device(self, reading: Reading) -> Found:
        kind = self.type
        if kind is None:
            return
        known = SUBSYSTEMS if self.mode == "subsystem" else CAPABILITIES
        if kind not in known:
            yield (
                "type",
                XmlError(f"Invalid value for attribute 'type' in element 'hostdev': '{kind}'."),
            )
            return
        if self.source is None:
            yield XmlError("Missing <source> element in hostdev device")
            return
        if self.mode == "capabilities":
            yield from self._capability()
            return
        self.managed = "yes" if self.managed == "yes" else "no"
        self.drop("ips", "routes")
        yield from self._options(kind, reading)
        for error in _SOURCES[kind](self):
            yield "source", error
        if kind != "scsi":
            self.readonly = self.shareable = False
        if self.teaming is None and self.teaming_persistent is not None:
            yield ConfigUnsupported("unknown teaming type '(null)'")

    def _capability(self) -> Iterable[Error]:
        source = self.source
        name = {"storage": "block", "misc": "char", "net": "interface"}[self.type]
        source.keep(name)
        if getattr(source, name) is None:
            text = {
                "storage": "Missing <block> element in hostdev storage device",
                "misc": "Missing <char> element in hostdev character device",
                "net": "Missing <interface> element in hostdev net device",
            }[self.type]
            yield XmlError(text)
        self.drop("managed", "sgio", "rawio", "model", "display", "ramfb")

    def _options(self, kind: str, reading: Reading) -> Found:
        policy = self.source.startup_policy or self.source.refused(reading, "startup_policy")
        if kind != "usb" and policy:
            yield ConfigUnsupported("Setting startupPolicy is only allowed for USB devices")
        if kind != "scsi":
            if self.sgio is not None:
                yield "sgio", XmlError("sgio is only supported for scsi host device")
            if self.rawio is not None:
                yield "rawio", XmlError("rawio is only supported for scsi host device")
        if kind not in ("mdev", "scsi_host") and self.model is not None:
            words = f"'model' attribute in <hostdev> is only supported when type='{kind}'"
            yield "model", XmlError(words)
        if kind == "scsi_host" and self.model == "default":
            self.model = None
        if kind == "mdev" and self.model is None:
            yield "model", XmlError("Missing required attribute 'model' in element 'hostdev'")
        models = {"mdev": MDEV_MODELS, "scsi_host": VIRTIO_MODELS}.get(kind, ())
        if models and self.model is not None and self.model not in models:
            words = f"Invalid value for attribute 'model' in element 'hostdev': '{self.model}'."
            yield "model", XmlError(words)
        if kind not in ("mdev", "pci"):
            self.drop("display", "ramfb")
        if kind != "pci":
            self.drop("driver", "driver_model", "driver_iommufd")


def _keep(source: HostSource, *names: str) -> None:
    source.keep(*names)


def _usb(device: HostDevice) -> Iterable[Error]:
    source = device.source
    _keep(source, "startup_policy", "missing", "guest_reset", "vendor", "product", "address")
    yield from usb_ids(source)
    if source.address is not None:
        yield from source.address.settle("usb")
        if source.address.bus == "0" and source.address.device in (None, "0"):
            source.address = None


def usb_ids(source: Named) -> Iterable[Error]:
    """Write the numbers of a USB device's maker and kind as libvirt does; both, or none."""
    for name in ("vendor", "product"):
        text = getattr(source, name)
        if text is None:
            continue
        try:
            value = number(text, 0)
        except ValueError:
            value = -1
        if not 0 <= value <= UINT_MAX:
            yield XmlError(
                f"Invalid value for attribute 'id' in element '{name}': '{text}'. "
                "Expected non-negative integer value"
            )
            return
        if name == "vendor" and not value:
            yield XmlError(
                "Invalid value for attribute 'id' in element 'vendor': Zero is not permitted"
            )
            return
        source.__dict__[name] = f"0x{value:04x}"
    if (source.vendor is None) != (source.product is None):
        yield InternalError("missing product" if source.product is None else "missing vendor")


def _pci(device: HostDevice) -> Iterable[Error]:
    source = device.source
    _keep(source, "write_filtering", "address")
    if source.address is None:
        source.address = HostAddress()
    yield from source.address.settle("pci")


def _scsi(device: HostDevice) -> Iterable[Error]:
    source = device.source
    if source.protocol == "iscsi":
        _keep(source, "protocol", "name", "hosts", "auth", "initiator")
        if source.name is None:
            yield XmlError("missing iSCSI hostdev source path name")
        elif not source.hosts:
            yield XmlError("missing the host address for the iSCSI hostdev")
        elif len(source.hosts) > 1:
            yield XmlError("only one source host address may be specified for the iSCSI hostdev")
        elif source.auth is not None and source.auth.secret is not None:
            from vsh.xml.secret import USAGES

            kind = source.auth.secret.type
            if kind not in USAGES:
                yield ConfigUnsupported(f"invalid secret type {'(null)' if kind is None else kind}")
            elif kind != "iscsi":
                yield InternalError(f"hostdev invalid secret type '{kind}'")
        return
    _keep(source, "protocol", "adapter", "address")
    if source.protocol == "vhost":
        yield XmlError("Invalid value for attribute 'protocol' in element 'source': 'vhost'.")
        return
    source.forget("protocol")
    if source.address is None:
        yield XmlError("'address' must be specified for scsi hostdev source")
        return
    yield from source.address.settle("scsi")
    if not source.adapter:
        yield XmlError("'adapter' name must be specified for scsi hostdev source")


def _scsi_host(device: HostDevice) -> Iterable[Error]:
    source = device.source
    _keep(source, "protocol", "wwpn")
    if source.protocol is None:
        yield XmlError("Missing required attribute 'protocol' in element 'source'")
    elif source.protocol != "vhost":
        yield XmlError(
            f"Invalid value for attribute 'protocol' in element 'source': '{source.protocol}'."
        )
    elif source.wwpn is None:
        yield XmlError("missing vhost-scsi hostdev source wwpn")
    elif not (
        source.wwpn.startswith("naa.")
        and len(source.wwpn) == 20
        and all(letter in "0123456789abcdefABCDEF" for letter in source.wwpn[4:])
    ):
        yield XmlError("malformed 'wwpn' value")


def _mdev(device: HostDevice) -> Iterable[Error]:
    source = device.source
    _keep(source, "address")
    if source.address is None:
        yield ConfigUnsupported("Missing <address> element")
        return
    yield from source.address.settle("mdev")


_SOURCES = {"usb": _usb, "pci": _pci, "scsi": _scsi, "scsi_host": _scsi_host, "mdev": _mdev}
