"""What guests of a network are sure to receive, whatever the others do: the floors of its ports."""

from __future__ import annotations

from vsh.drivers.host.network import bandwidth
from vsh.errors import OperationInvalid, OperationUnsupported
from vsh.xml.shared.link import is_limit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.network.networks import Network
    from vsh.xml.network.port import NetworkPort
    from vsh.xml.shared.link import PortBandwidth, Rate


def limit(network: Network) -> None:
    """Limit a network's bridge, with what its ports are sure of.  Raises InternalError."""
    definition = network.definition
    if definition.bandwidth is None or not is_limit(definition.bandwidth) or not definition.bridge:
        return
    given = None
    if definition.own_bridge:
        given = [
            bandwidth.Guarantee(port.bandwidth.class_id, str(port.mac), floor)
            for port in network.ports.values()
            if port.bandwidth is not None and port.bandwidth.class_id
            for floor in (_floor(port.bandwidth),)
        ]
    bandwidth.limit(str(definition.bridge), definition.bandwidth, guarantees=given)


def give(network: Network, port: NetworkPort, wanted: PortBandwidth | None) -> None:
    """Make sure of what a port is to have by other limits, and of no more.

    Raises OperationUnsupported, OperationInvalid where the network cannot give that; all is as it
    was then.
    """
    before = port.bandwidth
    had, floor = _floor(before) if _number(before) else 0, _floor(wanted)
    others = [one for one in network.ports.values() if one is not port]
    if floor:
        _check(network, port, floor, others)
    if floor == had:
        if wanted is not None and before is not wanted:
            wanted.class_id = _number(before) or None
        return
    if wanted is not None:
        used = {_number(one.bandwidth) for one in others}
        number = _number(before) or next(
            each for each in range(bandwidth.FIRST, 1 << 16) if each not in used
        )
        wanted.class_id = number if floor else None
    known = network.ports
    port.bandwidth = wanted
    network.ports = {str(one.uuid): one for one in (*others, port)}
    try:
        limit(network)
    except BaseException:
        port.bandwidth = before
        raise
    finally:
        network.ports = known


def _number(limits: PortBandwidth | None) -> int:
    """The class of a port that is sure of something, or 0."""
    return 0 if limits is None else limits.class_id or 0


def _floor(limits: PortBandwidth | None) -> int:
    return (limits.inbound[0].floor or 0) if limits is not None and limits.inbound else 0


def _check(network: Network, port: NetworkPort, floor: int, others: list[NetworkPort]) -> None:
    """Whether a network can be sure of that much for a port."""
    definition = network.definition
    invalid = f"Invalid use of 'floor' on interface with MAC address {port.mac} - "
    if not definition.own_bridge:
        raise OperationUnsupported(
            f"{invalid}'floor' is only supported for interface type 'network' with forward type "
            "'nat', 'route', 'open' or none"
        )
    rates: list[Rate] = [] if definition.bandwidth is None else list(definition.bandwidth.inbound)
    if not rates:
        raise OperationUnsupported(f"{invalid}network '{definition.name}' has no inbound QoS set")
    total = floor + sum(_floor(one.bandwidth) for one in others)
    name = "peak" if rates[0].peak else "average"
    most = rates[0].peak or rates[0].average or 0
    if total > most:
        raise OperationInvalid(
            f"Cannot plug '{port.mac}' interface into '{definition.bridge}' because new combined "
            f"inbound floor={total} would overcommit {name}={most} on network '{definition.name}'"
        )
