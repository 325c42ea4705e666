"""What the QEMU driver refuses in network cards."""

from __future__ import annotations

from vsh.domains.check_interface import check_vlan
from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.hypervisors.qemu.check.storage import check_shared
from vsh.hypervisors.qemu.machine import is_modern
from vsh.xml.domain.devices.interface import MODELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.interface import Interface

_VIRTIO = ("virtio", "virtio-transitional", "virtio-non-transitional")
_MTU = ("network", "bridge", "ethernet", "vhostuser")
_COALESCE = ("network", "bridge")


def check_interface(device: Interface, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one card."""
    kind, model = device.type, device.model
    path = None if device.source is None else device.source.path
    if kind == "vhostuser" and device.backend != "passt" and path is None:
        yield XmlError("Missing required attribute 'path' in element 'source'")
    if is_modern(domain):
        yield from check_vlan(device)
    if kind == "vhostuser" and model not in _VIRTIO and not domain.newest:
        yield InternalError(
            "Wrong or no <model> 'type' attribute specified with <interface type='vhostuser'/>. "
            "vhostuser requires the virtio-net* frontend"
        )
    if domain.newest or kind != "vdpa":
        yield from _addresses(device, newest=domain.newest)
    if domain.newest and kind == "vhostuser":
        yield from _vhost_user(device, domain)
    if kind == "vdpa" or (kind == "vhostuser" and domain.newest):
        yield from _virtio_only(device, newest=domain.newest)
    if model in _VIRTIO:
        for name in ("rx_queue_size", "tx_queue_size"):
            size = getattr(device, name) or 0
            if size & (size - 1):
                yield ConfigUnsupported(f"{name} has to be a power of two")
    passt = kind == "user" and device.backend == "passt"
    if device.mtu and kind not in _MTU and not passt:
        yield ConfigUnsupported(f"setting MTU on interface type {kind} is not supported yet")
    if device.teaming == "persistent" and model not in _VIRTIO:
        yield ConfigUnsupported(
            f"virtio-net teaming persistent interface must be <model type='virtio'/>, not '{model}'"
        )
    if device.teaming == "transient" and kind not in ("hostdev", "network"):
        yield ConfigUnsupported(
            f"virtio-net teaming transient interface must be type='hostdev', not '{kind}'"
        )
    if device.coalesce and kind not in _COALESCE:
        yield ConfigUnsupported(f"coalesce settings on interface type {kind} are not supported")


def _vhost_user(device: Interface, domain: Domain) -> Iterator[Error]:
    """What newer libvirt says of a card that another program is the network of."""
    source = device.source
    again = source.reconnect if source is not None and source.mode == "server" else None
    if again is not None and again.enabled:
        yield ConfigUnsupported(
            "'reconnect' attribute is not supported when source mode='server' for "
            "<interface type='vhostuser'>"
        )
    yield from check_shared(domain, "interface")


def _virtio_only(device: Interface, *, newest: bool) -> Iterator[Error]:
    """A card that nothing but a driver of virtio can be behind."""
    if device.model not in (_VIRTIO if newest else ("virtio",)):
        name = device.model if device.model in MODELS else "unknown"
        wanted = " - must be 'virtio'" if newest else ""
        yield ConfigUnsupported(
            f"invalid model for interface of type '{device.type}': '{name}'{wanted}"
        )


def _addresses(device: Interface, *, newest: bool) -> Iterator[Error]:
    """Addresses and routes that the guest is to have."""
    kind = device.type
    if kind == "user" or (kind == "vhostuser" and device.backend == "passt"):
        yield from _user(device, newest=newest)
    elif device.backend != "passt" and (device.routes or device.ips):
        yield ConfigUnsupported(
            "Invalid attempt to set network interface guest-side IP "
            f"{'route' if device.routes else 'address info'}, not supported for this interface "
            "type/backend"
        )


def _user(device: Interface, *, newest: bool) -> Iterator[Error]:
    """The addresses of a card whose network is in QEMU itself, or in passt."""
    if newest and device.backend == "passt":
        for route in device.routes:
            if route.address or route.netmask or route.prefix or route.metric:
                yield ConfigUnsupported(
                    "<route> elements of an interface using the passt backend must be default "
                    "routes, with only a gateway specified"
                )
    elif device.routes:
        yield ConfigUnsupported(
            "Invalid attempt to set network interface guest-side IP route, not supported for "
            "this interface type/backend"
        )
    seen = set()
    for ip in device.ips:
        if ip.peer is not None:
            yield ConfigUnsupported("Invalid attempt to set peer IP for guest")
        if ip.family in seen:
            name = "IPv4" if ip.family == "ipv4" else "IPv6"
            yield ConfigUnsupported(f"Only one {name} address per interface is allowed")
        seen.add(ip.family)
        length = int(ip.prefix or 0)
        if ip.family == "ipv4" and length and not _SHORTEST <= length <= _LONGEST:
            yield XmlError(f"invalid prefix, must be in range of {_SHORTEST}-{_LONGEST}")
        elif ip.family == "ipv6" and length not in (0, _IPV6):
            yield ConfigUnsupported(f"unsupported IPv6 address prefix='{length}' - must be {_IPV6}")


_SHORTEST, _LONGEST = 4, 27
_IPV6 = 64
