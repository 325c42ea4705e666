"""<networkport>: one guest's place in a network."""

from __future__ import annotations

from vsh.errors import Error, InternalError, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Child
from vsh.xml.engine.values import parse_mac, parse_uuid
from vsh.xml.shared.link import PciPlace, PortBandwidth, VirtualPort, Vlan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.engine.reading import Reading

PLUGS = ("none", "network", "bridge", "direct", "hostdev-pci")
_MODES = ("vepa", "private", "bridge", "passthru")
# what belongs to which plug
_PARTS = {
    "network": ("bridge", "table_manager"),
    "bridge": ("bridge", "table_manager"),
    "direct": ("dev", "mode"),
    "hostdev-pci": ("managed", "driver_name", "driver_model", "address"),
}


class Plug(Element, tag="plug"):
    """<plug>: what the port is plugged into."""

    type = Choice("@type", PLUGS)
    bridge = Text("@bridge")
    table_manager = Text("@macTableManager")
    dev = Text("@dev")
    mode = Text("@mode")
    managed = Flag("@managed")
    driver_name = Choice("driver/@name", ("kvm", "vfio", "xen"))
    driver_model = Text("driver/@model")
    address = Child(PciPlace, "address")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        kind = self.type
        kept = _PARTS.get(kind or "", ())
        self.keep("type", *kept)
        if kind in ("network", "bridge"):
            if self.bridge is None:
                yield XmlError("Missing network port bridge name")
            elif self.table_manager not in (None, "kernel", "libvirt"):
                yield XmlError(
                    f"Invalid macTableManager setting '{self.table_manager}' in network port"
                )
        elif kind == "direct":
            if self.dev is None:
                yield XmlError("Missing network port link device name")
            elif self.mode not in (None, *_MODES):
                yield XmlError(f"Invalid mode setting '{self.mode}' in network port")
            self.mode = self.mode or _MODES[0]
        elif kind == "hostdev-pci":
            if self.address is None:
                yield XmlError("Missing network port PCI address")
            else:
                self.address.type = None

    def view(self, flags: int) -> Plug | None:
        """Nothing where it is plugged into nothing."""
        return None if self.type in (None, "none") else self


class NetworkPort(Element, tag="networkport"):
    """One port."""

    needs = ("uuid", "owner", "mac")

    uuid = Given("uuid")
    owner_name = Given("owner/name")
    owner_uuid = Given("owner/uuid")
    group = Given("group")
    mac = Given("mac/@address", shape=shapes.CARD_MAC, needed=True, after="virtual_port")
    virtual_port = Child(VirtualPort, "virtualport")
    bandwidth = Child(PortBandwidth, "bandwidth")
    vlan = Child(Vlan, "vlan")
    isolated = Flag("port/@isolated")
    trust_guest_filters = Flag("rxfilters/@trustGuest")
    plug = Child(Plug, "plug")

    open = ("owner",)

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        if self.uuid is None:
            yield "uuid", InternalError("network port has no uuid")
        if self.owner_name is None:
            yield "owner_name", InternalError("network port has no owner name")
        if self.owner_uuid is None:
            yield "owner_uuid", InternalError("network port has no owner UUID")
        for name in ("uuid", "owner_uuid"):
            text = getattr(self, name)
            if text is not None:
                try:
                    setattr(self, name, parse_uuid(text))
                except ValueError:
                    yield name, InternalError(f"Unable to parse UUID '{text}'")
        if self.mac is None:
            yield "mac", InternalError("network port has no mac")
            return
        try:
            self.mac = parse_mac(self.mac)
        except ValueError:
            yield "mac", InternalError(f"Unable to parse MAC '{self.mac}'")
