"""What libvirt checks in each network card of a complete domain."""

from __future__ import annotations

from vsh.domains.check_disk import check_virtio
from vsh.errors import ConfigUnsupported, InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.interface import Interface


def check_vlan(device: Interface) -> Iterable[Error]:
    """Whether a card's kind of connection can have VLAN tags, as far as it is known before a start.

    libvirt 12.8.0 asks when a guest is defined, 9.0.0 when it starts.
    """
    if device.vlan is None or device.type in ("network", "hostdev", "bridge"):
        return
    mode = None if device.source is None else device.source.mode
    if device.type == "direct" and mode == "passthrough":
        return
    yield ConfigUnsupported(
        f"interface {device.mac} - vlan tag not supported for this connection type"
    )


def check_interface(device: Interface, _domain: Domain) -> Iterable[Error]:
    """The problems of a network card."""
    from vsh.xml.domain.devices.interface import VIRTIO

    kind, source = device.type, device.source
    place = None if device.address is None else device.address.type
    if kind == "hostdev" and place not in (None, "pci", "unassigned"):
        yield InternalError("PCI host devices must use 'pci' or 'unassigned' address type")
    if device.bandwidth is not None:
        yield from device.bandwidth.check()
    if device.model not in VIRTIO:
        yield from check_virtio(device)
    if source is not None and (source.ips or source.routes) and kind != "ethernet":
        yield ConfigUnsupported(
            "Invalid attempt to set network interface host-side IP route and/or address info on "
            f"interface of type '{kind}'. This is only supported on interfaces of type 'ethernet'"
        )
    if device.target_managed is False and kind != "ethernet":
        yield ConfigUnsupported(
            f"unmanaged target dev is not supported on interfaces of type '{kind}'"
        )
    if device.teaming == "transient" and not device.teaming_persistent:
        yield ConfigUnsupported(
            "teaming persistent attribute must be set if teaming type is 'transient'"
        )
    if device.teaming == "persistent" and device.teaming_persistent:
        yield ConfigUnsupported(
            "teaming persistent attribute not allowed if teaming type is 'persistent'"
        )
    if device.isolated:
        start = (
            f"interface {device.mac} - <port isolated='yes'/> is not supported for network "
            "interfaces with "
        )
        if kind not in ("network", "bridge"):
            yield ConfigUnsupported(f"{start}type='{kind}'")
        elif device.virtualport is not None and device.virtualport.type is not None:
            yield ConfigUnsupported(f"{start}virtualport type='{device.virtualport.type}'")
    user = kind in ("user", "vhostuser")
    if not user and device.backend == "passt":
        yield ConfigUnsupported(
            "The 'passt' backend can only be used with interface type='user' or type='vhostuser'"
        )
    if device.backend != "passt" and (device.backend_hostname, device.backend_fqdn) != (None, None):
        yield ConfigUnsupported(
            "The 'fqdn' attribute of the <backend> element can only be used with the <backend> "
            "type='passt'"
        )
    if device.port_forwards:
        if not user or device.backend != "passt":
            yield ConfigUnsupported(
                "The <portForward> element can only be used with the 'passt' backend of interface "
                "type='user' or type='vhostuser'"
            )
        for forward in device.port_forwards:
            for item in forward.ranges:
                if not item.start and (item.end or item.to or item.exclude is not None):
                    yield ConfigUnsupported(
                        "The 'range' of a 'portForward' requires 'start' attribute if 'end', 'to', "
                        "or 'exclude' is specified"
                    )
