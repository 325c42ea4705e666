"""Ports of networks: what a guest's interface is plugged into, chosen when it comes.

A network of this host's gives each its bridge; one that stands for devices of the host gives each
the one that is used least, or one of its own where it cannot be shared.
"""

from __future__ import annotations

import contextlib
import json
import os

from vsh.drivers.host.network import daemon, device_pool, guarantees, network_hooks, published
from vsh.drivers.host.network.networks import UPDATING
from vsh.drivers.state.attempts import Attempt
from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument
from vsh.xml.network.port import NetworkPort, Plug
from vsh.xml.shared.link import PciPlace, PortBandwidth, VirtualPort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.host.network.host import NetworkHost
    from vsh.drivers.host.network.networks import Network
    from vsh.xml.network import Network as Definition
    from vsh.xml.network.forward import PortGroup

_MODES = {"bridge": "bridge", "private": "private", "vepa": "vepa", "passthrough": "passthru"}
_SWITCHED = ("802.1Qbg", "802.1Qbh")


def read(xml: str) -> NetworkPort:
    """The port in a document.  Raises the first problem."""
    from vsh.xml.engine.reader import read as read_document

    return read_document(xml, NetworkPort)


def create(host: NetworkHost, network: Network, port: NetworkPort, *, reclaim: bool) -> None:
    """Plug a port into an active network that is held.  Raises Error."""
    plugged = port.plug is not None and port.plug.type not in (None, "none")
    if reclaim and not plugged:
        raise InvalidArgument("Port reclaim requested but plug type is none")
    if plugged and not reclaim:
        raise InvalidArgument("Port reclaim not requested but plug type is not none")
    if not plugged:
        _inherit(network.definition, port)
        port.plug = _plug(network, port, host.sysfs)
    with _recorded(host, network):
        guarantees.give(network, port, port.bandwidth)
        network.ports[str(port.uuid)] = port
        write_macs(host, network)
        with Attempt(lambda: _unplug(host, network, str(port.uuid))):
            network_hooks.call(network, "port-created", port)


def delete(host: NetworkHost, network: Network, uuid: str) -> None:
    """Unplug a port."""
    with _recorded(host, network):
        port = _unplug(host, network, uuid)
    if port is not None:
        network_hooks.told(network, "port-deleted", "begin", port)


@contextlib.contextmanager
def _recorded(host: NetworkHost, network: Network) -> Iterator[None]:
    """What a bridge gives its ports is changed: after a crash the next opener does it anew."""
    if network.definition.own_bridge:
        network.step = UPDATING
        host.networks.keep(network)
    try:
        yield
    except BaseException:
        network.step = None
        host.networks.keep(network)
        raise
    network.step = None


def _unplug(host: NetworkHost, network: Network, uuid: str) -> NetworkPort | None:
    port = network.ports.pop(uuid, None)
    if port is not None:
        guarantees.give(network, port, None)
    write_macs(host, network)
    return port


def _inherit(definition: Definition, port: NetworkPort) -> None:
    """What a port has of its group and network, where its own document says nothing."""
    group = _group(definition, port.group)
    if port.bandwidth is None and group is not None and group.bandwidth is not None:
        port.bandwidth = PortBandwidth(
            inbound=list(group.bandwidth.inbound), outbound=list(group.bandwidth.outbound)
        )
    if port.vlan is None:
        port.vlan = (group.vlan if group is not None else None) or definition.vlan
    if not port.trust_guest_filters:
        of_group = group.trust_guest_filters if group is not None else None
        port.trust_guest_filters = of_group or definition.trust_guest_filters
    if port.isolated is None:
        port.isolated = definition.isolated_port
    port.virtual_port = _merged(
        port.virtual_port,
        definition.virtual_port,
        group.virtual_port if group is not None else None,
    )
    if port.virtual_port is not None:
        problem = port.virtual_port.missing()
        if problem is not None:
            raise problem


def _group(definition: Definition, name: str | None) -> PortGroup | None:
    """The port group of a name, or the one that is for those who name none."""
    for group in definition.port_groups:
        if group.name == name or (name is None and group.default == "yes"):
            return group
    return None


def _merged(*ports: VirtualPort | None) -> VirtualPort | None:
    """One virtual port of several; the first has the last word."""
    given = [port for port in ports if port is not None]
    if not given:
        return None
    merged = VirtualPort()
    for port in given:
        for name in VirtualPort.fields:
            mine, other = getattr(merged, name), getattr(port, name)
            if mine is None:
                setattr(merged, name, other)
            elif name == "type" and other is not None and mine != other:
                raise ConfigUnsupported(
                    f"attempt to merge virtualports with mismatched types ({mine} and {other})"
                )
    return merged


def _plug(network: Network, port: NetworkPort, root: str) -> Plug:
    """What a port is plugged into.  Raises Error."""
    definition, mode = network.definition, network.definition.mode
    virtual = port.virtual_port.type if port.virtual_port is not None else None
    name = definition.name
    if definition.own_bridge:
        if virtual is not None:
            raise ConfigUnsupported(
                f"<virtualport type='{virtual}'> not supported for network '{name}' which uses IP "
                "forwarding"
            )
        return Plug(
            type="network", bridge=definition.bridge, table_manager=definition.bridge_table_manager
        )
    if mode == "bridge" and definition.bridge:
        if virtual not in (None, "openvswitch"):
            raise ConfigUnsupported(
                f"<virtualport type='{virtual}'> not supported for network '{name}' which uses a "
                "bridge device"
            )
        return Plug(
            type="bridge", bridge=definition.bridge, table_manager=definition.bridge_table_manager
        )
    if virtual not in (None, *_SWITCHED):
        which = "an SR-IOV Virtual Function via PCI passthrough"
        uses = which if mode == "hostdev" else "a macvtap device"
        raise ConfigUnsupported(
            f"<virtualport type='{virtual}'> not supported for network '{name}' which uses {uses}"
        )
    if mode == "hostdev":
        return _plug_device(network, root)
    return _plug_link(network, root, alone=mode == "passthrough" or (
        mode == "private" and virtual == "802.1Qbh"
    ))  # fmt: skip


def _plug_device(network: Network, root: str) -> Plug:
    definition = network.definition
    used = {
        port.plug.address.numbers()
        for port in network.ports.values()
        if port.plug is not None and port.plug.address is not None
    }
    for place in device_pool.places(definition, root):
        if place.numbers() not in used:
            forward = definition.forward
            assert forward is not None
            return Plug(
                type="hostdev-pci",
                managed=(forward.managed or "").lower() == "yes",
                driver_name=forward.driver_name,
                driver_model=forward.driver_model,
                address=PciPlace(
                    domain=place.domain, bus=place.bus, slot=place.slot, function=place.function
                ),
            )
    raise _none_left(definition)


def _plug_link(network: Network, root: str, *, alone: bool) -> Plug:
    definition = network.definition
    names = device_pool.links(definition, root)
    if not names:
        raise InternalError(
            f"network '{definition.name}' uses a direct mode, but has no forward dev and no "
            "interface pool"
        )
    used = dict.fromkeys(names, 0)
    for port in network.ports.values():
        if port.plug is not None and port.plug.dev in used:
            used[port.plug.dev] += 1
    chosen = min(names, key=used.__getitem__)
    if alone and used[chosen]:
        raise _none_left(definition)
    return Plug(type="direct", dev=chosen, mode=_MODES[definition.mode])


def _none_left(definition: Definition) -> InternalError:
    error: InternalError = InternalError(
        f"network '{definition.name}' requires exclusive access to interfaces, but none are "
        "available"
    )
    return error


def write_macs(host: NetworkHost, network: Network) -> None:
    """The file by which libnss-libvirt knows whose an address is; of networks with dnsmasq."""
    definition = network.definition
    if not (definition.own_bridge and definition.ips):
        return
    owners: dict[str, list[str]] = {}
    for port in network.ports.values():
        owners.setdefault(str(port.owner_name), []).append(str(port.mac))
    known = [{"domain": name, "macs": macs} for name, macs in owners.items()]
    path = f"{daemon.folder(host.root)}/{definition.bridge}.macs"
    text = json.dumps(known, indent=2, ensure_ascii=False) if known else "[\n\n]"
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o644)
        file.write(text + "\n")
    os.replace(f"{path}.new", path)
    published.publish(host.root, str(definition.bridge))


def limit(network: Network, port: NetworkPort, limits: PortBandwidth) -> None:
    """Give a port other limits; none in either direction takes them away.

    They are told to whoever plugs in next: libvirt, too, limits no interface by its port.  What a
    guest is sure to receive is a matter of the network's bridge, and is so at once.
    Raises OperationUnsupported, OperationInvalid where the network cannot give that.
    """
    guarantees.give(network, port, limits)
    port.bandwidth = limits if limits.inbound or limits.outbound else None
