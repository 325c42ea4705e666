"""The devices that both of Xen's configurations write alike: network cards, PCI devices of the
host, sound cards, character devices."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.hypervisors.conf import whole
from vsh.hypervisors.devices import character_source, set_character
from vsh.xml.engine.text import number
from vsh.xml.engine.values import parse_mac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from vsh.hypervisors.xen.values import Values
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Character
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.interface import Interface, NetSource

    Kind = TypeVar("Kind", bound=Character)

_CARD_OPTIONS = ("mac", "script", "bridge", "ip", "model", "type", "vifname", "rate")
_RATE = {"G": 1024 * 1024, "M": 1024}


def read_devices(domain: Domain, values: Values, card_type: str) -> None:
    """Add the devices, in libvirt's order."""
    from vsh.hypervisors.xen.display import display
    from vsh.xml.domain.devices.sound import Sound

    for text in values.items("vif"):
        domain.interfaces.append(_card(values, text, card_type))
    for text in values.conf.strings("pci") or ():
        domain.hostdevs.append(_pci(values, text))
    if domain.os.type == "hvm":
        sounds = values.string("soundhw")
        if sounds is not None:
            words = ["sb16", "es1370"] if sounds == "all" else sounds.rstrip(",").split(",")
            domain.sounds = [Sound(model=_sound(word)) for word in words if word]
    display(domain, values)
    _characters(domain, values, several=card_type == "vif")


def _sound(word: str) -> str:
    from vsh.xml.domain.devices.sound import MODELS

    if word not in MODELS:
        raise InternalError(f"unexpected sound model {word}")
    return word


def _hex(text: str) -> int:
    value = number(text, 16)
    if not 0 <= value < 2**31:
        raise ValueError(text)
    return value


def _pci(values: Values, text: str) -> HostDevice:
    """A PCI device: ``[domain:]bus:slot.function[,option=value...]``."""
    from vsh.xml.domain.devices.hostdev import HostDevice, HostSource
    from vsh.xml.shared.host_address import HostAddress

    place, _, rest = text.partition(",")
    parts = place.split(":", 2)
    slot, dot, function = parts[-1].partition(".")
    if not dot or len(parts) < 2:
        raise InternalError(f"Malformed PCI address {parts[-1]}")
    filtering = None
    try:
        where = [_hex(part) for part in (*parts[:-1], slot, function)]
        for option in rest.split(",") if rest else ():
            key, equals, value = option.partition("=")
            if not equals:
                raise InternalError(f"Malformed PCI options {rest}")
            if key == "permissive":
                filtering = not number(value)
            else:
                values.leave("pci", option)
    except ValueError:
        raise InternalError(f"Malformed PCI address {text}") from None
    numbers = dict(zip(("function", "slot", "bus", "domain"), reversed(where), strict=False))
    address = HostAddress(
        domain=f"0x{numbers.get('domain', 0):04x}",
        bus=f"0x{numbers['bus']:02x}",
        slot=f"0x{numbers['slot']:02x}",
        function=f"0x{numbers['function']:x}",
    )
    source = HostSource(address=address, write_filtering=filtering)
    return HostDevice(mode="subsystem", type="pci", managed="no", source=source)


def _card(values: Values, text: str, card_type: str) -> Interface:
    from vsh.hypervisors.xen.values import options
    from vsh.xml.domain.devices._network import IpAddress, numeric
    from vsh.xml.domain.devices.interface import MODELS, CardBandwidth, Interface, NetSource
    from vsh.xml.shared.link import Rate

    pairs = options(text)
    if pairs is None:
        raise InternalError(f"malformed network interface '{text}'")
    found = dict(pairs)
    for key, value in found.items():
        if key not in _CARD_OPTIONS:
            values.leave("vif", f"{key}={value}")
    source = NetSource()
    card = Interface(source=source)
    if "mac" in found:
        try:
            card.mac = parse_mac(found["mac"])
        except ValueError:
            raise InternalError(f"malformed mac address '{found['mac']}'") from None
    script = found.get("script")
    bridge = found.get("bridge")
    bridged = bridge is not None or script in ("vif-bridge", "vif-vnic")
    card.type = "bridge" if bridged else "ethernet"
    if bridge is not None:
        _bridge(card, source, bridge)
    for address in found["ip"].split(" ") if found.get("ip") else ():
        read = numeric(address)
        if read is None:
            raise XmlError(f"Failed to parse IP address: {address}")
        card.ips.append(IpAddress(address=read[0], family=read[1]))
    card.script = script or None
    model = found.get("model")
    if model is not None:
        card.model = {known.lower(): known for known in MODELS}.get(model.lower(), model)
    elif found.get("type") == card_type:
        card.model = "netfront"
    card.target = found.get("vifname") or None
    if "rate" in found:
        card.bandwidth = CardBandwidth(outbound=[Rate(average=_rate(found["rate"]))])
    return card


def _bridge(card: Interface, source: NetSource, text: str) -> None:
    """A bridge; Open vSwitch ones have VLANs behind the name: ``name.1`` or ``name:1:2``."""
    from vsh.xml.domain.devices._network import DomainPort
    from vsh.xml.shared.link import Vlan, VlanTag

    mark = "." if "." in text else ":"
    name, *tags = text.split(mark, 1 if mark == "." else -1)
    source.bridge = name
    if not tags:
        return
    numbers = [number for number in (whole(tag, 2**32 - 1) for tag in tags) if number is not None]
    if len(numbers) < len(tags):
        raise InternalError(f"malformed VLAN of bridge '{text}'")
    trunk = "yes" if mark == ":" else None
    card.vlan = Vlan(trunk=trunk, tags=[VlanTag(id=each) for each in numbers])
    card.virtualport = DomainPort(type="openvswitch")


def _rate(text: str) -> int:
    """A rate like ``10MB/s``, in KiB a second; what stands behind an @ is an interval."""
    body = text.partition("@")[0]
    digits = body[: len(body) - len(body.lstrip("0123456789"))]
    unit = body[len(digits) :]
    scale = unit[:1] if unit[:1] in ("G", "M", "K") else ""
    if not digits or unit[len(scale) :] not in ("B/s", "b/s"):
        raise InternalError(f"Invalid rate '{text}' specified")
    value = whole(digits)
    if value is None:
        raise InternalError(f"Failed to parse rate '{text}'")
    value *= _RATE.get(scale, 1)
    return value // 8 if unit[len(scale)] == "b" else value


def _characters(domain: Domain, values: Values, *, several: bool) -> None:
    from vsh.xml.domain.devices.chardev import Console, Parallel, Serial

    if domain.os.type != "hvm":
        domain.consoles = [Console(type="pty", port=0, target_type="xen")]
        return
    parallel = values.string("parallel")
    if parallel not in (None, "none"):
        domain.parallels = [_character(Parallel(port=0), parallel)]
    ports = values.conf.strings("serial")
    if ports is None:
        port = values.string("serial")
        ports = [] if port is None else [port]
    elif not several:
        raise ConfigUnsupported("Multiple serial devices are not supported by xen-xm")
    for place, text in enumerate(ports):
        if text != "none":
            domain.serials.append(_character(Serial(port=place), text))


def _character(device: Kind, text: str) -> Kind:
    """A character device: a path, or ``kind:...``."""
    from vsh.xml.domain.devices.chardev import TYPES

    if text.startswith("/"):
        set_character(device, "dev", path=text)
        return device
    kind, colon, rest = text.partition(":")
    value = rest if colon else text
    if kind.startswith("telnet"):
        kind, protocol = "tcp", "telnet"
    else:
        protocol = "raw"
        if kind not in TYPES:
            raise InternalError(f"unknown chr device type '{kind}'")
    if kind in ("file", "pipe"):
        set_character(device, kind, path=value)
    elif kind == "tcp":
        host, service, rest = _host(value)
        set_character(
            device, kind, mode="bind" if ",server" in rest else "connect", host=host,
            service=service,
        )  # fmt: skip
        device.protocol = protocol
    elif kind == "udp":
        _udp(device, value)
    elif kind == "unix":
        path, comma, rest = value.partition(",")
        mode = "bind" if ",server" in comma + rest else "connect"
        set_character(device, kind, path=path, mode=mode)
    else:
        set_character(device, kind)
    return device


def _host(text: str) -> tuple[str | None, str, str]:
    """Host, service and what stands behind a comma."""
    host, colon, rest = text.partition(":")
    if not colon:
        raise InternalError("malformed char device string")
    service, comma, more = rest.partition(",")
    return host or None, service, comma + more


def _udp(device: Character, text: str) -> None:
    host, colon, rest = text.partition(":")
    if not colon:
        raise InternalError("malformed char device string")
    service, at, local = rest.partition("@")
    set_character(device, "udp")
    there = character_source(mode="connect", host=host or None, service=service)
    if at:
        bind, colon, port = local.partition(":")
        if not colon:
            raise InternalError("malformed char device string")
        device.sources.append(character_source(mode="bind", host=bind or None, service=port))
    device.sources.append(there)
