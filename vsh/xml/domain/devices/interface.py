"""<interface>: a network card."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InvalidArgument, Overflow, XmlDetail, XmlError
from vsh.xml.domain.devices._info import Device, virtio
from vsh.xml.domain.devices._network import (
    DomainPort,
    GuestRoute,
    IpAddress,
    OutsideRoute,
    PortForward,
)
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Switch, Text
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Child, Children, Custom
from vsh.xml.engine.text import INT_MAX, INT_MIN, LONG_MAX, LONG_MIN, ULONG_MAX, number
from vsh.xml.engine.values import parse_mac, parse_uuid
from vsh.xml.engine.writer import append
from vsh.xml.shared.filter_reference import FilterReference
from vsh.xml.shared.image import POLICIES, Reconnect
from vsh.xml.shared.link import Bandwidth, FloorRate, Rate, Vlan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading
    from vsh.xml.shared.host_address import HostAddress

TYPES = (
    "user", "ethernet", "vhostuser", "server", "client", "mcast", "network", "bridge", "internal",
    "direct", "hostdev", "udp", "vdpa", "null", "vds",
)  # fmt: skip
MODES = ("vepa", "private", "bridge", "passthrough")
MODELS = (
    "netfront", "rtl8139", "virtio", "e1000", "e1000e", "igb", "virtio-transitional",
    "virtio-non-transitional", "usb-net", "spapr-vlan", "lan9118", "scm91c111", "vlance", "vmxnet",
    "vmxnet2", "vmxnet3", "Am79C970A", "Am79C973", "82540EM", "82545EM", "82543GC",
)  # fmt: skip
VIRTIO = ("virtio", "virtio-transitional", "virtio-non-transitional")
GENERATED = ("vnet", "macvtap", "macvlan")

_SOURCE = {
    "network": ("network", "portgroup", "portid"),
    "bridge": ("bridge",),
    "direct": ("dev", "mode"),
    "vhostuser": ("kind", "path", "mode", "reconnect"),
    "internal": ("name",),
    "vdpa": ("dev",),
    "udp": ("address", "port", "local_address", "local_port"),
    "server": ("address", "port"),
    "client": ("address", "port"),
    "mcast": ("address", "port"),
    "vds": ("switchid", "portid", "portgroupid", "connectionid"),
    "hostdev": ("host_address", "vendor", "product", "startup_policy", "write_filtering"),
    "user": ("dev",),
}

# what a card that runs has of its network, whatever type that made of it
_PLUGGED = {
    "network": ("bridge",),
    "bridge": ("network", "portgroup", "portid"),
    "direct": ("network", "portgroup", "portid"),
    "hostdev": ("network", "portgroup", "portid"),
}


class NetSource(Element, tag="source"):
    """<source> of an interface; what counts depends on its type."""

    omit_empty = True

    network = Text("@network")
    portgroup = Text("@portgroup")
    switchid = Text("@switchid")
    portid = Text("@portid")
    portgroupid = Text("@portgroupid")
    connectionid = Int("@connectionid", LONG_MIN, LONG_MAX, base=0)
    kind = Text("@type")
    path = Text("@path")
    bridge = Text("@bridge")
    address = Text("@address")
    port = Text("@port")
    name = Text("@name")
    dev = Text("@dev")
    mode = Text("@mode")
    startup_policy = Text("@startupPolicy")
    write_filtering = Flag("@writeFiltering")
    local_address = Text("local/@address")
    local_port = Int("local/@port", INT_MIN, INT_MAX)
    vendor = Text("vendor/@id", required=True)
    product = Text("product/@id", required=True)
    host_address: Child[HostAddress] = Child("vsh.xml.shared.host_address:HostAddress", "address")
    reconnect = Child(Reconnect, "reconnect")
    ips = Children(IpAddress, "ip")
    routes = Children(OutsideRoute, "route")

    def settle(self, kind: str, passt: bool, inactive: int) -> Iterable[Error]:
        """Keep what counts for a type."""
        if kind == "vhostuser":
            yield from self._vhost_user()
        used = _SOURCE.get(kind, ())
        if not inactive:  # what a network gave it while it runs
            used = (*used, *_PLUGGED.get(kind, ()))
        if passt:
            used = (*used, "dev") if kind != "vhostuser" else ("dev",)
        elif kind == "user":
            used = ()
        self.keep(*used, "ips", "routes")
        if kind == "network" and inactive:
            self.portid = None
        yield from self._needed(kind, passt)

    def _vhost_user(self) -> Iterable[Error]:
        if self.kind is not None and self.kind != "unix":
            yield ConfigUnsupported(
                f"Type='{self.kind}' unsupported for <interface type='vhostuser'>"
            )
        if self.mode is not None and self.mode not in ("server", "client"):
            yield _invalid("mode", "source", self.mode)

    def _needed(self, kind: str, passt: bool) -> Iterable[Error]:
        needed = {
            "network": "network",
            "internal": "name",
            "bridge": "bridge",
            "vdpa": "dev",
            "direct": "dev",
            "client": "address",
            "mcast": "address",
            "udp": "address",
            "vds": "switchid",
        }.get(kind)
        if needed and getattr(self, needed) is None:
            yield XmlError(f"Missing required attribute '{needed}' in element 'source'")
        if kind == "direct":
            if self.mode is None:
                self.mode = "vepa"
            elif self.mode not in MODES:
                yield _invalid("mode", "source", self.mode)
        if kind == "vhostuser" and not passt:
            self.kind, self.mode = "unix", self.mode or "client"
        if kind in ("client", "server", "mcast", "udp"):
            yield from self._socket(kind)
        if kind == "hostdev":
            yield from self._hostdev()
        if kind == "vds":
            yield from self._switch()

    def _switch(self) -> Iterable[Error]:
        """A port of a distributed switch: numbers that nobody gave are 0."""
        if self.switchid is not None:
            try:
                self.switchid = parse_uuid(self.switchid)
            except ValueError:
                yield _invalid("switchid", "source", self.switchid, "UUID")
        try:
            port = number(self.portid or "0", 0)
            if self.portid == "" or not LONG_MIN <= port <= LONG_MAX:
                raise ValueError(self.portid)
        except ValueError:
            yield _invalid("portid", "source", self.portid or "", "long long integer value")
        else:
            self.portid = str(port)
        if self.connectionid is None:
            self.connectionid = 0

    def _hostdev(self) -> Iterable[Error]:
        address = self.host_address
        where = address.type if address is not None else None
        if where is None and self.vendor is not None:
            where = "usb"
        if where == "usb":
            from vsh.xml.domain.devices.hostdev import usb_ids

            yield from usb_ids(self)
        if where == "usb" and self.startup_policy not in (None, *POLICIES):
            yield _invalid("startupPolicy", "source", self.startup_policy)
        elif where == "pci" and self.startup_policy is not None:
            yield ConfigUnsupported("Setting startupPolicy is only allowed for USB devices")
        if where not in ("pci", "usb", "scsi"):
            yield ConfigUnsupported(
                f"unknown host device source address type '{where or '(null)'}'"
            )
        elif address is not None:
            yield from address.settle(where)
            address.type = where

    def _socket(self, kind: str) -> Iterable[Error]:
        if self.port is None:
            yield XmlError("Missing required attribute 'port' in element 'source'")
        else:
            try:
                port = number(self.port)
            except ValueError:
                port = INT_MAX + 1
            if INT_MIN <= port <= INT_MAX:
                self.port = str(port)
            else:
                yield _invalid("port", "source", self.port, "integer value")
        if kind == "udp":
            if self.local_address is None and self.local_port is None:
                yield XmlError("'<local>' element missing for 'udp' socket interface")
            elif self.local_address is None:
                yield XmlError("Missing required attribute 'address' in element 'local'")
            elif self.local_port is None:
                yield XmlError("Missing required attribute 'port' in element 'local'")


def _invalid(attribute: str, element: str, value: str, expected: str = "") -> XmlError:
    return XmlError(
        f"Invalid value for attribute '{attribute}' in element '{element}': '{value}'."
        + (expected and f" Expected {expected}")
    )


_MODEL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class _Model(Text):
    """A card's model: the known ones in the case that libvirt writes."""

    words, none = MODELS, None
    known = {model.lower(): model for model in MODELS}

    def parse(self, text: str) -> str | None:
        if not _MODEL.issuperset(text):
            raise InvalidArgument("Model name contains invalid characters")
        return self.known.get(text.lower(), text) or None


def _nothing(element: _Element, reading: Reading) -> None:
    return None


class CardBandwidth(Bandwidth):
    """<bandwidth> of a card; only one on a network may have a floor."""

    inbound: Children[Rate] = Children(FloorRate, "inbound")
    outbound = Children(Rate, "outbound")


class HostDriver(Element, tag="driver"):
    """<driver> of a card that is a device of the host."""

    name = Choice("@name", ("kvm", "vfio", "xen"), none="default")
    model = Text("@model")
    iommufd = Flag("@iommufd")


def _write_driver(value: HostDriver, out: list[str], level: int, flags: int) -> None:
    append(value, out, level, flags)


class _Frames(Int):
    """How many frames are gathered."""

    def complaint(self, text: str, element: str) -> Error:
        if self.too_large(text, ULONG_MAX):
            return Overflow(
                f"value '{text}' is too big for coalesce parameter, maximum is '{self.high}'"
            )
        return super().complaint(text, element)


class Interface(Device, tag="interface"):
    """One network card of a domain."""

    takes_boot = True
    takes_rom = True
    merged = ("model", "link", "mtu")

    type = Choice[str]("@type", TYPES, default="user", needed=True)
    managed = Text("@managed")
    trust_guest_rx_filters = Flag("@trustGuestRxFilters")
    mac = Text("mac/@address", shape=shapes.CARD_MAC, needed=True, after="source")
    mac_type = Choice("mac/@type", ("generated", "static"), after="vlan")
    mac_check = Flag("mac/@check", after="vlan")
    mac_current = Text("mac/@currentAddress", live=True)
    hostdev_driver = Custom("", _nothing, _write_driver, after="vlan")
    source = Child(NetSource, "source")
    vlan = Child(Vlan, "vlan", after="bandwidth")
    virtualport = Child(DomainPort, "virtualport")
    bandwidth = Child(CardBandwidth, "bandwidth")
    isolated = Flag("port/@isolated")
    ips = Children(IpAddress, "ip")
    routes = Children(GuestRoute, "route")
    port_forwards = Children(PortForward, "portForward")
    script = Given("script/@path")
    downscript = Given("downscript/@path")
    backend_domain = Given("backenddomain/@name")
    target = Text("target/@dev")
    target_managed = Flag("target/@managed", after="virtualport")
    guest = Given("guest/@dev")
    guest_actual = Given("guest/@actual")
    model = _Model(
        "model/@type", needed=True, shape=r"[a-zA-Z0-9_\-]+", after="trust_guest_rx_filters"
    )
    driver_name = Text("driver/@name")
    txmode = Choice("driver/@txmode", ("iothread", "timer"))
    ioeventfd = Switch("driver/@ioeventfd")
    event_idx = Switch("driver/@event_idx")
    driver_model = Text("driver/@model")
    driver_iommufd = Text("driver/@iommufd")
    queues = Int("driver/@queues", skip=0, shape=shapes.POSITIVE)
    rx_queue_size = Int("driver/@rx_queue_size", skip=0, shape=shapes.POSITIVE)
    tx_queue_size = Int("driver/@tx_queue_size", skip=0, shape=shapes.POSITIVE)
    rss = Switch("driver/@rss")
    rss_hash_report = Switch("driver/@rss_hash_report")
    iommu, ats, packed, page_per_vq, has_driver = virtio()
    host_csum = Switch("driver/host/@csum")
    host_gso = Switch("driver/host/@gso")
    host_tso4 = Switch("driver/host/@tso4")
    host_tso6 = Switch("driver/host/@tso6")
    host_ecn = Switch("driver/host/@ecn")
    host_ufo = Switch("driver/host/@ufo")
    host_mrg_rxbuf = Switch("driver/host/@mrg_rxbuf")
    guest_csum = Switch("driver/guest/@csum")
    guest_tso4 = Switch("driver/guest/@tso4")
    guest_tso6 = Switch("driver/guest/@tso6")
    guest_ecn = Switch("driver/guest/@ecn")
    guest_ufo = Switch("driver/guest/@ufo")
    backend = Choice("backend/@type", ("passt",), none="default")
    backend_tap = Text("backend/@tap")
    backend_vhost = Text("backend/@vhost")
    backend_log = Text("backend/@logFile")
    backend_hostname = Text("backend/@hostname")
    backend_fqdn = Text("backend/@fqdn")
    filterref = Child(FilterReference, "filterref", after="virtualport")
    sndbuf = Int("tune/sndbuf", 0, ULONG_MAX, wrong=(XmlError, "sndbuf must be a positive integer"))
    teaming = Choice(
        "teaming/@type",
        ("persistent", "transient"),
        blank=True,
        wrong=(ConfigUnsupported, "unknown teaming type '{}'"),
    )
    teaming_persistent = Text("teaming/@persistent")
    link = Choice(
        "link/@state",
        ("up", "down"),
        none="",
        wrong=(ConfigUnsupported, "unknown interface link state '{}'"),
    )
    mtu = Int("mtu/@size", skip=0, blank=True, wrong=(XmlError, "malformed mtu size"))
    coalesce = _Frames(
        "coalesce/rx/frames/@max",
        skip=0,
        blank=True,
        wrong=(XmlDetail, "cannot parse value '{}' for coalesce parameter"),
    )

    mac_generated = False

    def read_device(self, reading: Reading) -> Found:
        kind = self.type
        inactive = reading.flags & INACTIVE
        if self.source is None and kind in ("vhostuser", "hostdev"):
            self.source = NetSource()
        source = self.source
        if source is None:
            if kind in ("network", "vds", "internal", "bridge", "direct", "vdpa", "client",
                        "server", "mcast", "udp"):  # fmt: skip
                yield "source", XmlError(f"interface type='{kind}' requires a 'source' element")
        else:
            for error in source.settle(kind, self.backend == "passt", inactive):
                yield "source", error
        if kind == "hostdev":
            self.managed = "yes" if self.managed == "yes" else None
        else:
            self.managed = None
        rates = self.bandwidth.inbound if self.bandwidth is not None else []
        if kind != "network" and any(rate.floor is not None for rate in rates):
            yield (
                "bandwidth",
                ConfigUnsupported("floor attribute is not supported for this config"),
            )
        if self.virtualport is not None and kind not in ("network", "bridge", "direct", "hostdev"):
            self.drop("virtualport")
            yield (
                "virtualport",
                ConfigUnsupported(
                    f"<virtualport> element unsupported for <interface type='{kind}'>"
                ),
            )
        if kind not in ("network", "bridge", "ethernet") or (
            self.filterref is not None and self.filterref.filter is None
        ):
            self.drop("filterref")
        yield from self._mac(reading)
        self._target(inactive)
        if kind == "hostdev":
            yield from self._host_driver()
        self.drop("driver_model", "driver_iommufd")
        if self.virtualport is not None:
            self.virtualport.complete()
            wrong = self.virtualport.missing() if kind != "network" else None
            if kind != "network" and self.virtualport.type is None:
                wrong = XmlError("missing required virtualport type")
            wrong = wrong or self.virtualport.extra()
            if wrong is not None:
                yield "virtualport", wrong
        if self.model not in VIRTIO or kind == "hostdev":
            self._plain()
        elif self.driver_name not in (None, "qemu", "vhost"):
            yield "driver_name", _invalid("name", "driver", self.driver_name)
        elif self.queues == 1:
            self.queues = None
        if self.teaming is None and self.teaming_persistent is not None:
            yield ConfigUnsupported("unknown teaming type '(null)'")

    def view(self, flags: int) -> Interface:
        """As it is configured: without what it was given to run with."""
        if not flags & INACTIVE:
            return self
        import copy

        twin, source = copy.copy(self), self.source
        twin._target(flags)
        if source is not None and source.network and source.portid:
            twin.type, twin.managed = "network", None
            twin.source = copy.copy(source)
            twin.source.keep("network", "portgroup", "ips", "routes")
        return twin

    def _mac(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        text = self.mac
        if text is not None:
            try:
                self.mac = parse_mac(text)
            except ValueError:
                yield "mac", XmlError(f"unable to parse mac address '{text}'")
                return
            if int(self.mac[:2], 16) & 1:
                yield "mac", XmlError(f"expected unicast mac address, found multicast '{text}'")
        if self.mac in (None, "00:00:00:00:00:00"):
            self.mac = None
            self.mac_generated = True

    def _host_driver(self) -> Iterable[tuple[str, Error]]:
        """The driver of a device of the host, which has other words than a card's."""
        driver = HostDriver(model=self.driver_model)
        for name, given in (("name", self.driver_name), ("iommufd", self.driver_iommufd)):
            if given is not None:
                field = HostDriver.fields[name]
                try:
                    driver.__dict__[name] = field.parse(given)
                except ValueError:
                    yield "driver_name", field.complaint(given, "driver")
        if list(driver.values()):
            self.hostdev_driver = driver

    def _target(self, inactive: int) -> None:
        if (
            inactive
            and self.target
            and self.target_managed is not False
            and self.target.startswith(GENERATED)
        ):
            self.target = None

    def _plain(self) -> None:
        self.drop(*_DRIVER, "backend_vhost")


# what only a virtio card has in its <driver>; four options are refused on others, not dropped
_DRIVER = tuple(
    name
    for name, field in Interface.fields.items()
    if field.path.startswith("driver/") and name not in ("iommu", "ats", "packed", "page_per_vq")
)
