"""Network cards: the host's side and the device that the guest sees."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.backend import Backend
from vsh.hypervisors.qemu.argv.chardev import add_chardev, add_descriptor
from vsh.hypervisors.qemu.argv.properties import nonzero
from vsh.hypervisors.qemu.argv.virtio import loadparm, virtio
from vsh.hypervisors.qemu.machine import ARM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.chardev import CharSource
    from vsh.xml.domain.devices.interface import Interface

VIRTIO = ("virtio", "virtio-transitional", "virtio-non-transitional")
_RECONNECT = 5
"""Seconds after which QEMU tries again to reach a program that it has lost."""
_TAP = ("bridge", "network", "direct", "ethernet")
_TAP_DEVICE = ("network", "bridge", "ethernet")
_TX = {"iothread": "bh", "timer": "timer"}
_OFFLOADS = (
    *(f"host_{name}" for name in ("csum", "gso", "tso4", "tso6", "ecn", "ufo", "mrg_rxbuf")),
    *(f"guest_{name}" for name in ("csum", "tso4", "tso6", "ecn", "ufo")),
)


def add_interfaces(line: Line) -> None:
    """All cards; those that are devices of the host come with these."""
    for card in line.domain.interfaces:
        if card.type != "hostdev":
            add_interface(line, card)


def add_interface(line: Line, card: Interface) -> None:
    """One card."""
    alias = line.alias(card)
    path = None
    if card.type == "vhostuser":
        socket = _socket(line, card)
        add_chardev(line, Backend("unix", f"char{alias}", [socket], wait=True, passed=False))
    elif card.type == "vdpa":
        device = "" if card.source is None else card.source.dev
        path = add_descriptor(line, str(line.host.vdpa(str(device))), f"{alias}-vdpa")
    line.netdev(netdev(line, card, path))
    if line.domain.os.arch in ARM and not _modern(card):
        model = f",model={card.model}" if card.model else ""
        line.add("-net", f"nic,macaddr={card.mac},netdev=host{alias}{model},id={alias}")
        return
    line.zpci(card)
    line.device(nic(line, card))


def _modern(card: Interface) -> bool:
    return card.address is not None and card.address.type in ("virtio-mmio", "pci")


def _socket(line: Line, card: Interface) -> CharSource:
    """Where the program is that is a card's network; passt is started for it."""
    from vsh.xml.domain.devices.chardev import CharSource
    from vsh.xml.shared.image import Reconnect

    if card.backend == "passt":
        path = line.host.passt(card, line.alias(card))
        again = Reconnect(enabled=True, timeout=_RECONNECT)
        return CharSource(path=path, mode="connect", reconnect=again)
    source = card.source
    if source is None or source.kind != "unix":
        raise InternalError(f"vhost-user type '{source.kind if source else None}' not supported")
    mode = "bind" if source.mode == "server" else "connect"
    return CharSource(path=source.path, mode=mode, reconnect=source.reconnect)


def check_tap(card: Interface) -> None:
    """Refuse a tap's device where there is no tap.  Raises ConfigUnsupported."""
    if card.backend_tap and card.type not in _TAP_DEVICE:
        raise ConfigUnsupported(
            f"interface {card.mac} - custom tap device path is not supported for network "
            f"interfaces of type {card.type}"
        )


def netdev(line: Line, card: Interface, path: str | None = None) -> Properties:
    """The host's side; ``path``: of an open vDPA device."""
    alias, kind, source = line.alias(card), card.type, card.source
    check_tap(card)
    found: Properties
    if kind in _TAP:
        found = _tap(line, card)
    elif kind in ("client", "server", "mcast", "udp") and source is not None:
        place = f"{source.address or ''}:{source.port or 0}"
        word = {"client": "connect", "server": "listen"}.get(kind, kind)
        found = {"type": "socket", word: place}
        if kind == "udp":
            found["localaddr"] = f"{source.local_address or ''}:{source.local_port or 0}"
    elif kind == "user":
        found = _user(line, card)
    elif kind == "internal":
        found = {"type": "user"}
    elif kind == "vhostuser":
        found = {"type": "vhost-user", "chardev": f"char{alias}", "queues": _queues(card)}
    elif kind == "vdpa":
        found = {
            "type": "vhost-vdpa", "vhostdev": path, "queues": _queues(card),
        }  # fmt: skip
    else:
        raise line.unhandled(f"<interface> of type '{kind}'")
    if card.script and kind != "ethernet":
        raise ConfigUnsupported(f"scripts are not supported on interfaces of type {kind}")
    return {**found, "id": f"host{alias}"}


def _queues(card: Interface) -> int | None:
    return card.queues if card.queues and card.queues > 1 else None


def _tap(line: Line, card: Interface) -> Properties:
    descriptors, vhost = line.host.tap(card, card.queues or 1)
    found: Properties = {"type": "tap"}
    found["fds" if len(descriptors) > 1 else "fd"] = ":".join(descriptors)
    if vhost and card.model in VIRTIO:
        found["vhost"] = True
        found["vhostfds" if len(vhost) > 1 else "vhostfd"] = ":".join(vhost)
    found["sndbuf"] = card.sndbuf
    return found


def _user(line: Line, card: Interface) -> Properties:
    found: Properties
    if card.backend == "passt":
        path = line.host.passt(card, line.alias(card))
        if line.can.command("netdev_add/arg-type/+stream"):
            found = {"type": "stream", "addr": {"type": "unix", "path": path}, "server": False}
            return {**found, **reconnecting(line.can)}
        raise ConfigUnsupported("the passt network backend is not supported with this QEMU binary")
    found = {"type": "user"}
    for ip in card.ips:
        if ip.family == "ipv6":
            found["ipv6-prefix"] = ip.address
            if ip.prefix:
                found["ipv6-prefixlen"] = int(ip.prefix)
        else:
            found["net"] = f"{ip.address}/{ip.prefix}" if ip.prefix else ip.address
    return found


def reconnecting(can: Capabilities) -> Properties:
    """How QEMU comes back to a passt that is started again; nothing where it cannot."""
    if can.command("netdev_add/arg-type/+stream/reconnect-ms"):
        return {"reconnect-ms": _RECONNECT * 1000}
    if can.command("netdev_add/arg-type/+stream/reconnect"):
        return {"reconnect": _RECONNECT}
    return {}


def nic(line: Line, card: Interface) -> Properties:
    """The device that the guest sees."""
    alias = line.alias(card)
    found = _virtio(line, card) if card.model in VIRTIO else {"driver": card.model}
    return {
        **found,
        "netdev": f"host{alias}", "id": alias, "mac": card.mac,
        "bootindex": line.boot.get(id(card)), "loadparm": loadparm(line, card),
        **address_of(line, card), **rom(card),
    }  # fmt: skip


def _virtio(line: Line, card: Interface) -> Properties:
    many = bool(card.queues and card.queues > 1)
    ccw = card.address is not None and card.address.type == "ccw"
    found = virtio(line, card, "virtio-net")
    found |= {"tx": _TX.get(str(card.txmode)), "ioeventfd": card.ioeventfd,
              "event_idx": card.event_idx}  # fmt: skip
    for name in _OFFLOADS:
        found[_HOST_NAMES.get(name, name)] = getattr(card, name)
    return {
        **found,
        "mq": True if many else None,
        "vectors": 2 * (card.queues or 0) + 2 if many and not ccw else None,
        "rx_queue_size": nonzero(card.rx_queue_size),
        "tx_queue_size": nonzero(card.tx_queue_size),
        "rss": card.rss,
        "hash": card.rss_hash_report,
        "host_mtu": nonzero(card.mtu),
        "failover": True if card.teaming == "persistent" else None,
    }


_HOST_NAMES = {"host_csum": "csum", "host_gso": "gso", "host_mrg_rxbuf": "mrg_rxbuf"}


def rom(device: Device) -> Properties:
    """A device's option ROM."""
    if device.rom_enabled is None and device.rom_bar is None and device.rom_file is None:
        return {}
    if device.address is None or device.address.type != "pci":
        raise ConfigUnsupported("ROM tuning is only supported for PCI devices")
    if device.rom_enabled is False:
        return {"romfile": ""}
    bar = None if device.rom_bar is None else int(device.rom_bar)
    return {"rombar": bar, "romfile": device.rom_file}
