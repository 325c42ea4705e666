"""A guest's network cards on this host: their ports in networks, their taps, and their end.

A card that is plugged into a network is given what the network has for it before the guest's
command line is built; the definition that runs says what that is.  Its tap goes with the guest's
QEMU, its port and its macvtap when the guest is known to have ended.
"""

from __future__ import annotations

import contextlib
import os

from vsh.api.domain.records import InterfaceAddresses, IpAddress
from vsh.drivers.host import mac_filter
from vsh.drivers.host.network import bandwidth, tap
from vsh.drivers.host.programs import run_given
from vsh.drivers.qemu import given_devices
from vsh.errors import ConfigUnsupported, Error, InternalError, OperationUnsupported
from vsh.hypervisors.qemu.argv.interface import VIRTIO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.network import DhcpLease
    from vsh.drivers.host.network.networks import Network
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.interface import CardBandwidth, Interface, NetSource
    from vsh.xml.network.port import NetworkPort

_VHOST = "/dev/vhost-net"
_BRIDGED = ("bridge", "ethernet", "network")


# ---- ports


def plug(hypervisor: Hypervisor, live: Definition) -> None:
    """Give each card of a guest that is about to start its place in its network.

    Raises NoNetwork, OperationInvalid where the network is not active, and what networks refuse.
    """
    for card in live.interfaces:
        if card.type == "network":
            plug_card(hypervisor, live, card)
    given_devices.take(hypervisor, live)


def plug_card(hypervisor: Hypervisor, live: Definition, card: Interface) -> None:
    """Give one card its place in its network.  Raises as ``plug``."""
    from vsh.drivers.host.network import ports

    host = hypervisor.network_host
    host.look()
    assert card.source is not None
    network = host.networks.called(str(card.source.network))
    port = _port(live, card)
    with host.networks.modify(network, active=True) as found:
        ports.create(host, found, port, reclaim=False)
    try:
        _settle(card, port)
    except BaseException:
        unplug_card(hypervisor, card)
        raise


def _port(live: Definition, card: Interface) -> NetworkPort:
    """The port that a card asks a network for."""
    from vsh.xml.engine.values import generate_uuid
    from vsh.xml.network.port import NetworkPort
    from vsh.xml.shared.link import PortBandwidth

    assert card.source is not None
    port = NetworkPort(
        uuid=generate_uuid(),
        owner_name=live.name,
        owner_uuid=live.uuid,
        mac=card.mac,
        group=card.source.portgroup,
        vlan=card.vlan,
        virtual_port=card.virtualport,
        isolated=card.isolated,
        trust_guest_filters=card.trust_guest_rx_filters,
    )
    if card.bandwidth is not None:
        port.bandwidth = PortBandwidth(
            inbound=list(card.bandwidth.inbound), outbound=list(card.bandwidth.outbound)
        )
    card.source.portid = port.uuid
    return port


def _settle(card: Interface, port: NetworkPort) -> None:
    """Write into a card what its port has."""
    from vsh.xml.domain.devices._network import DomainPort
    from vsh.xml.domain.devices.interface import CardBandwidth
    from vsh.xml.shared.host_address import HostAddress

    source, plugged = card.source, port.plug
    assert source is not None
    assert plugged is not None
    if plugged.type == "bridge":
        card.type = "bridge"
    if plugged.type in ("network", "bridge"):
        source.bridge = plugged.bridge
    elif plugged.type == "direct":
        card.type, source.dev = "direct", plugged.dev
        source.mode = "passthrough" if plugged.mode == "passthru" else plugged.mode
    elif plugged.address is not None:
        card.type, card.managed = "hostdev", "yes" if plugged.managed else None
        domain, bus, slot, function = plugged.address.numbers()
        source.host_address = HostAddress(
            type="pci", domain=domain, bus=bus, slot=slot, function=function
        )
    card.vlan = port.vlan
    if port.virtual_port is not None:
        card.virtualport = DomainPort(**dict(port.virtual_port.values()))
    card.isolated, card.trust_guest_rx_filters = port.isolated, port.trust_guest_filters
    if port.bandwidth is not None:
        card.bandwidth = CardBandwidth(
            inbound=list(port.bandwidth.inbound), outbound=list(port.bandwidth.outbound)
        )
    if card.vlan is not None and card.type == "network":
        raise ConfigUnsupported(
            f"an interface of type '{card.type}' connected to network '{source.network}' is "
            "requesting a vlan tag, but that is not supported for this type of connection"
        )


def unplug(hypervisor: Hypervisor, live: Definition) -> None:
    """A guest has ended: its cards give up their places, and what was made for them goes."""
    for card in live.interfaces:
        unplug_card(hypervisor, card)
    if any(card.source is not None and card.source.network for card in live.interfaces):
        _give_up_all(hypervisor, str(live.uuid))  # one that was changing its network may have two
    given_devices.give_back(hypervisor, live)


def filter_card(hypervisor: Hypervisor, live: Definition, card: Interface) -> None:
    """Bind a card's network filter to its tap; none takes away what was bound.  Raises Error."""
    from vsh.xml.nwfilter.binding import FilterBinding

    host = hypervisor.filter_host
    if card.filterref is None:
        host.release(str(card.target))
        return
    if os.geteuid() != 0:
        raise InternalError("unexpected nwfilter URI path '/session', try nwfilter:///system")
    host.rebind(
        FilterBinding(
            owner_name=live.name,
            owner_uuid=live.uuid,
            port=card.target,
            mac=card.mac,
            reference=card.filterref,
        )
    )


def limit_card(hypervisor: Hypervisor, card: Interface, wanted: CardBandwidth | None) -> None:
    """Give a card that is plugged in other limits.

    Raises OperationUnsupported for one that is no link of the host, OperationInvalid where its
    network cannot be sure of its floor, InternalError where the kernel cannot do it.
    """
    from vsh.drivers.host.network import ports
    from vsh.xml.shared.link import PortBandwidth

    if not card.target:
        raise OperationUnsupported(
            "Unable to set bandwidth for interface because device name is unknown"
        )
    source = card.source
    if source is not None and source.network and source.portid:
        limits = PortBandwidth()
        if wanted is not None:
            limits = PortBandwidth(inbound=list(wanted.inbound), outbound=list(wanted.outbound))
        network = hypervisor.network_host.networks.called(source.network)
        with hypervisor.network_host.networks.modify(network) as found:
            port = found.ports.get(str(source.portid))
            if port is not None:
                ports.limit(found, port, limits)
    tap.limit(str(card.target), wanted, guests_own=card.type == "direct")
    card.bandwidth = wanted


def unplug_card(hypervisor: Hypervisor, card: Interface, *, plugged: bool = True) -> None:
    """One card gives up its place; ``plugged``: it has been in its guest."""
    source = card.source
    if card.bandwidth is not None and card.target:
        bandwidth.clear(card.target)
    if card.filterref is not None and card.target and card.type != "direct":
        with contextlib.suppress(Error):  # the tap has gone, and its rules match nothing
            hypervisor.filter_host.release(card.target)
    if hypervisor.settings.mac_filter and card.target and card.type in _BRIDGED:
        mac_filter.forget(hypervisor.root.path, card.target, str(card.mac))
    if plugged and card.type == "ethernet" and card.downscript and card.target:
        with contextlib.suppress(Error):  # the card goes all the same
            run_given([card.downscript, card.target])
    if card.type == "direct" and card.target and card.target.startswith("macvtap"):
        tap.remove_macvtap(card.target, str(card.mac))
    if source is not None:
        give_up_port(hypervisor, source)


def give_up_port(hypervisor: Hypervisor, source: NetSource) -> None:
    """Give up the place that a card has in a network."""
    if source.network and source.portid:
        network = hypervisor.network_host.networks.named(source.network)
        if network is not None:
            _give_up(hypervisor, network, str(source.portid))


def _give_up(hypervisor: Hypervisor, network: Network, uuid: str) -> None:
    from vsh.drivers.host.network import ports

    host = hypervisor.network_host
    with contextlib.suppress(Error), host.networks.modify(network) as found:
        if uuid in found.ports:
            ports.delete(host, found, uuid)


def give_up_all(hypervisor: Hypervisor, guest: Guest) -> None:
    """A guest that never came to run, in a vsh that was cut off, has no place in any network."""
    _give_up_all(hypervisor, guest.uuid)
    hypervisor.filter_host.release_all(guest.uuid)
    for name, mac in guest.links:
        tap.remove_macvtap(name, mac)
    bandwidth.clear_lost()


# ---- addresses


def _give_up_all(hypervisor: Hypervisor, owner: str) -> None:
    for network in hypervisor.network_host.networks.all():
        for uuid, port in list(network.ports.items()):
            if port.owner_uuid == owner:
                _give_up(hypervisor, network, uuid)


def leased(hypervisor: Hypervisor, live: Definition) -> list[InterfaceAddresses]:
    """The addresses that networks have leased to a guest's cards."""
    found = []
    for card, given in _leases(hypervisor, live):
        if given:
            addresses = [IpAddress(each.type, each.ipaddr, each.prefix) for each in given]
            found.append(InterfaceAddresses(str(card.target), card.mac, addresses))
    return found


def leased_name(hypervisor: Hypervisor, live: Definition) -> str | None:
    """The name that a guest gave itself where it asked for an address; None if it gave none."""
    for _, given in _leases(hypervisor, live):
        for each in given:
            if each.hostname:
                return each.hostname
    return None


def _leases(
    hypervisor: Hypervisor, live: Definition
) -> Iterator[tuple[Interface, list[DhcpLease]]]:
    """The leases of each card that is in a network."""
    from vsh.drivers.host.network import leases

    host = hypervisor.network_host
    for card in live.interfaces:
        if card.source is not None and card.source.network:
            network = host.networks.called(card.source.network)
            with network:
                given = leases.read(host.root, network.definition, card.mac)
            yield card, given


# ---- taps


class Taps:
    """The taps of a guest that starts, or of a card that comes, until QEMU has them.

    descriptors  what QEMU inherits
    """

    def __init__(self, hypervisor: Hypervisor, guest: Guest) -> None:
        self._hypervisor = hypervisor
        self._guest = guest
        self._open: list[tap.Tap] = []
        self._files: list[int] = []

    @property
    def descriptors(self) -> list[int]:
        """All that was opened."""
        return [each for one in self._open for each in one.descriptors] + self._files

    def make(
        self, definition: Definition, card: Interface, queues: int
    ) -> tuple[list[str], list[str]]:
        """A card's tap: the descriptors of its queues and of the kernel's part.  Raises Error."""
        if card.virtualport is not None and card.virtualport.type is not None:
            raise ConfigUnsupported(
                f"<virtualport type='{card.virtualport.type}'> is not supported by this driver"
            )
        if card.type == "direct":
            made = self._macvtap(card, queues)
        else:
            made = self._tap(definition, card, queues)
        if card.bandwidth is not None:
            tap.limit(made.name, card.bandwidth, guests_own=card.type == "direct")
        vhost = self._vhost(definition, card, queues)
        return [str(each) for each in made.descriptors], [str(each) for each in vhost]

    def _tap(self, definition: Definition, card: Interface, queues: int) -> tap.Tap:
        if card.backend_tap and os.geteuid() != 0:
            raise ConfigUnsupported("cannot use custom tap device in session mode")
        bridge = None if card.source is None or card.type == "ethernet" else card.source.bridge
        if bridge is not None and os.geteuid() != 0:
            return self._helped(definition, card, bridge)
        ours = card.target_managed is not False or card.type != "ethernet"
        device, header = card.backend_tap or tap.DEVICE, card.model in VIRTIO
        if ours:
            made = tap.make(card.target, queues=queues, header=header, device=device)
        else:
            made = tap.open_there(card.target, queues=queues, header=header, device=device)
        self._open.append(made)
        card.target = made.name
        if card.filterref is not None:  # before it is plugged in
            filter_card(self._hypervisor, definition, card)
        if self._hypervisor.settings.mac_filter:
            mac_filter.allow(self._hypervisor.root.path, made.name, str(card.mac))
        if ours:
            tap.plug(
                made,
                bridge,
                str(card.mac),
                mtu=card.mtu,
                isolated=bool(card.isolated),
                vlan=card.vlan,
            )
        if card.type == "ethernet" and card.source is not None:
            tap.address(made.name, card.source.ips, card.source.routes)
        if ours and card.coalesce:
            card.coalesce = tap.gather(made.name, card.coalesce)
        if card.type == "ethernet" and card.script:
            run_given([card.script, made.name])
        return made

    def _helped(self, definition: Definition, card: Interface, bridge: str) -> tap.Tap:
        """A tap for who may make none: QEMU's own program makes it, of one queue, with a free name.

        Raises ConfigUnsupported for what nobody but root can do to it, and as the program.
        """
        from vsh.drivers.host.network import bridge_helper

        for name, wanted in (
            ("<vlan>", card.vlan), ("isolated='yes'", card.isolated), ("<coalesce>", card.coalesce)
        ):  # fmt: skip
            if wanted:
                raise ConfigUnsupported(
                    f"{name} of a network card needs root's rights: "
                    "QEMU's bridge helper plugs it into its bridge, and that is all"
                )
        program = self._hypervisor.settings.bridge_helper or bridge_helper.usual()
        made = bridge_helper.make(program, bridge, header=card.model in VIRTIO)
        self._open.append(made)
        card.target = made.name
        if card.filterref is not None:
            filter_card(self._hypervisor, definition, card)
        if card.mtu:
            tap.enlarge(made.name, card.mtu)
        return made

    def _macvtap(self, card: Interface, queues: int) -> tap.Tap:
        """Its name is kept before it is made: it would stay if this process were killed now."""
        assert card.source is not None
        name = card.target or tap.free("macvtap")
        self._guest.links.append((name, str(card.mac)))
        self._hypervisor.guests.keep(self._guest)
        made = tap.make_macvtap(
            name, str(card.source.dev), str(card.mac), str(card.source.mode), queues=queues
        )
        self._open.append(made)
        card.target = name
        return made

    def _vhost(self, definition: Definition, card: Interface, queues: int) -> list[int]:
        """The kernel's part of a virtio card, where there is one and it is wanted."""
        if definition.type != "kvm" or card.driver_name == "qemu":
            return []
        asked = card.driver_name == "vhost"
        if card.model not in VIRTIO:
            if asked:
                raise ConfigUnsupported("vhost-net is only supported for virtio network interfaces")
            return []
        found: list[int] = []
        for _ in range(queues):
            try:
                found.append(os.open(card.backend_vhost or _VHOST, os.O_RDWR))
            except OSError:
                if asked:
                    raise ConfigUnsupported(
                        "vhost-net was requested for an interface, but is unavailable"
                    ) from None
                break
            self._files.append(found[-1])
        return found

    def close(self) -> None:
        """Let go of what QEMU has now; what it does not have goes away."""
        for each in self._open:
            each.close()
        for descriptor in self._files:
            os.close(descriptor)
        self._open, self._files = [], []
