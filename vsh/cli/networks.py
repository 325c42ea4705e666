"""The atoms of the network: networks, interfaces of the host, network filters and their
bindings."""

from __future__ import annotations

from vsh.cli.objects import atom, look_up, uuid_way
from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.cli.session import Session


def find_network(session: Session, text: str, by: str = "uuid name") -> Any:
    """The network that a text names: by UUID, then by name."""
    connection = session.connection
    ways = []
    if "uuid" in by:
        ways += uuid_way(text, "network UUID", connection.network_lookup_by_uuid)
    if "name" in by:
        ways.append(("network NAME", connection.network_lookup_by_name))
    return look_up(session, "network", text, "network", ways)


def network_names(flags: int = 0) -> Any:
    """A completer of network names; ``flags`` are those of ``connection.list_all_networks``."""

    def complete(session: Session, text: str, given: dict[str, Any]) -> list[str]:
        return [network.name for network in session.connection.list_all_networks(flags)]

    return complete


def network_uuids(session: Session, text: str, given: dict[str, Any]) -> list[str]:
    """A completer of the UUIDs of networks."""
    return [network.uuid for network in session.connection.list_all_networks()]


def network_argument(
    help: str = "network name or uuid",
    *,
    by: str = "uuid name",
    complete: Any = 0,
    by_place: bool = False,
) -> Any:
    """A network given by position; with ``by_place`` an optional ``--network``.

    complete  which networks to offer: flags of ``connection.list_all_networks``, or a completer
    """

    def find(session: Session, text: str) -> Any:
        return find_network(session, text, by)

    names = network_names(complete) if isinstance(complete, int) else complete
    return atom(find, names, help, by_place=by_place)


NETWORK: Any = network_argument()
INACTIVE_NETWORK: Any = network_argument(complete=1)
ACTIVE_NETWORK: Any = network_argument(complete=2)
PERSISTENT_NETWORK: Any = network_argument(complete=4)


def find_interface(
    session: Session, text: str, by: str = "name mac", option: str = "interface"
) -> Any:
    """The host's interface that a text names: by MAC address if it is one, else by name."""
    from vsh.xml.values import parse_mac

    connection = session.connection
    try:
        parse_mac(text)
    except (Error, ValueError):
        ways = [("interface NAME", connection.interface_lookup_by_name)] if "name" in by else []
    else:
        ways = [("interface MAC", connection.interface_lookup_by_mac_string)] if "mac" in by else []
    return look_up(session, option, text, "interface", ways)


def interface_names(flags: int = 0) -> Any:
    """A completer of names of the host's interfaces; ``flags`` of
    ``connection.list_all_interfaces``."""

    def complete(session: Session, text: str, given: dict[str, Any]) -> list[str]:
        return [interface.name for interface in session.connection.list_all_interfaces(flags)]

    return complete


def interface_macs(session: Session, text: str, given: dict[str, Any]) -> list[str]:
    """A completer of the MAC addresses of the host's interfaces."""
    return [interface.mac for interface in session.connection.list_all_interfaces()]


def interface_argument(
    help: str = "interface name or MAC address",
    *,
    by: str = "name mac",
    complete: Any = 0,
    option: str = "interface",
) -> Any:
    """An interface of the host, given by position.

    complete  which ones to offer: flags of ``connection.list_all_interfaces``, or a completer
    """

    def find(session: Session, text: str) -> Any:
        return find_interface(session, text, by, option)

    return atom(find, interface_names(complete) if isinstance(complete, int) else complete, help)


INTERFACE: Any = interface_argument()
INACTIVE_INTERFACE: Any = interface_argument(complete=1)
ACTIVE_INTERFACE: Any = interface_argument(complete=2)


def find_nwfilter(session: Session, text: str) -> Any:
    """The network filter that a text names: by UUID, then by name."""
    connection = session.connection
    return look_up(
        session,
        "nwfilter",
        text,
        "nwfilter",
        [
            *uuid_way(text, "nwfilter UUID", connection.nwfilter_lookup_by_uuid),
            ("nwfilter NAME", connection.nwfilter_lookup_by_name),
        ],
    )


def _nwfilter_names(session: Session, text: str, given: dict[str, Any]) -> list[str]:
    return [nwfilter.name for nwfilter in session.connection.list_all_nwfilters()]


NWFILTER: Any = atom(find_nwfilter, _nwfilter_names, "network filter name or uuid")


def find_binding(session: Session, text: str) -> Any:
    """The binding of the port device that a text names."""
    ways = [("nwfilter binding port dev", session.connection.nwfilter_binding_lookup_by_port_dev)]
    return look_up(session, "binding", text, "nwfilter binding", ways)


def _binding_names(session: Session, text: str, given: dict[str, Any]) -> list[str]:
    return [binding.portdev for binding in session.connection.list_all_nwfilter_bindings()]


BINDING: Any = atom(find_binding, _binding_names, "port device of the binding")
