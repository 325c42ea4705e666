"""Ports of networks: what a guest's interface is plugged into, chosen when it comes.

A network of this host's gives each its bridge; one that stands for devices of the host gives each
the one that is used least, or one of its own where it cannot be shared.
"""

from __future__ import annotations

import json
import os

from vsh.drivers.host.network import daemon
from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument, OperationUnsupported
from vsh.xml.network.port import NetworkPort, Plug
from vsh.xml.shared.link import PciPlace, PortBandwidth, VirtualPort

TYPE_CHECKING = False
if TYPE_CHECKING:
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
        port.plug = _plug(network, port)
    network.ports[str(port.uuid)] = port
    _write_macs(host, network)


def delete(host: NetworkHost, network: Network, uuid: str) -> None:
    """Unplug a port."""
    network.ports.pop(uuid, None)
    _write_macs(host, network)


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


def _plug(network: Network, port: NetworkPort) -> Plug:
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
        return _plug_device(network)
    return _plug_link(network, alone=mode == "passthrough" or (
        mode == "private" and virtual == "802.1Qbh"
    ))  # fmt: skip


def _plug_device(network: Network) -> Plug:
    definition = network.definition
    used = {
        port.plug.address.numbers()
        for port in network.ports.values()
        if port.plug is not None and port.plug.address is not None
    }
    for place in _devices(definition):
        if place.numbers() not in used:
            forward = definition.forward
            assert forward is not None
            return Plug(
                type="hostdev-pci",
                managed=(forward.managed or "").lower() == "yes",
                driver_name=forward.driver_name,
                driver_model=forward.driver_model,
                address=place,
            )
    raise _none_left(definition)


def _plug_link(network: Network, *, alone: bool) -> Plug:
    definition = network.definition
    names = _links(definition)
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


def _links(definition: Definition) -> list[str]:
    """The links of the host that a network may use."""
    forward = definition.forward
    if forward is None:
        return []
    if forward.interfaces:
        return [str(each.dev) for each in forward.interfaces]
    found = []
    for each in forward.functions:
        for number in range(_count_functions(str(each.dev))):
            folder = f"/sys/class/net/{each.dev}/device/virtfn{number}/net"
            found += sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return found


def _devices(definition: Definition) -> list[PciPlace]:
    """The PCI devices of the host that a network may use."""
    forward = definition.forward
    if forward is None:
        return []
    found = list[PciPlace](forward.places)
    for each in forward.functions:
        for number in range(_count_functions(str(each.dev))):
            path = os.path.realpath(f"/sys/class/net/{each.dev}/device/virtfn{number}")
            domain, bus, rest = os.path.basename(path).split(":")
            slot, function = rest.split(".")
            numbers = (int(word, 16) for word in (domain, bus, slot, function))
            found.append(
                PciPlace(**dict(zip(("domain", "bus", "slot", "function"), numbers, strict=True)))
            )
    return found


def _count_functions(name: str) -> int:
    """How many virtual functions a network card of the host has.  Raises InternalError."""
    folder = f"/sys/class/net/{name}/device"
    number = 0
    while os.path.exists(f"{folder}/virtfn{number}"):
        number += 1
    if not number:
        raise InternalError(f"No Vf's present on SRIOV PF {name}")
    return number


def _write_macs(host: NetworkHost, network: Network) -> None:
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


def limit(port: NetworkPort, limits: PortBandwidth) -> None:
    """Give a port other limits; none in either direction takes them away.

    They are told to whoever plugs in next: libvirt, too, limits no interface by its port.
    Raises OperationUnsupported for a floor.
    """
    if any(rate.floor for rate in limits.inbound):
        raise OperationUnsupported("a floor of bandwidth is not supported by this driver")
    port.bandwidth = limits if limits.inbound or limits.outbound else None
