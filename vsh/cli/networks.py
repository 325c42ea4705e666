"""The atoms of the network: networks, interfaces of the host, network filters and their
bindings."""

from __future__ import annotations

from vsh.cli.objects import atom, look_up, names_of, uuid_way
from vsh.errors import Error
from vsh.words.connection import ListAllInterfaces, ListAllNetworks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.interface import Interface
    from vsh.api.network import Network
    from vsh.api.nwfilter import Nwfilter
    from vsh.api.nwfilter_binding import NwfilterBinding
    from vsh.cli.session import Session


def find_network(session: Session, text: str, by: str = "uuid name") -> Network:
    """The network that a text names: by UUID, then by name."""
    connection = session.connection
    ways: list[tuple[str, Callable[[str], Network]]] = []
    if "uuid" in by:
        ways += uuid_way(text, "network UUID", connection.network_lookup_by_uuid)
    if "name" in by:
        ways.append(("network NAME", connection.network_lookup_by_name))
    return look_up(session, "network", text, "network", ways)


def network_argument(
    help: str = "network name or uuid",
    *,
    by: str = "uuid name",
    complete: int = 0,
    by_place: bool = False,
) -> Network:
    """A network given by position; with ``by_place`` an optional ``--network``.

    complete  which networks to offer: flags of ``connection.list_all_networks``
    """

    def find(session: Session, text: str) -> Network:
        return find_network(session, text, by)

    names = names_of("list_all_networks", complete, word=by if by == "uuid" else "name")
    return atom(find, names, help, by_place=by_place)


NETWORK = network_argument()
INACTIVE_NETWORK = network_argument(complete=ListAllNetworks.INACTIVE)
ACTIVE_NETWORK = network_argument(complete=ListAllNetworks.ACTIVE)
PERSISTENT_NETWORK = network_argument(complete=ListAllNetworks.PERSISTENT)


def find_interface(
    session: Session, text: str, by: str = "name mac", option: str = "interface"
) -> Interface:
    """The host's interface that a text names: by MAC address if it is one, else by name."""
    from vsh.xml.engine.values import parse_mac

    connection = session.connection
    ways: list[tuple[str, Callable[[str], Interface]]]
    try:
        parse_mac(text)
    except (Error, ValueError):
        ways = [("interface NAME", connection.interface_lookup_by_name)] if "name" in by else []
    else:
        ways = [("interface MAC", connection.interface_lookup_by_mac_string)] if "mac" in by else []
    return look_up(session, option, text, "interface", ways)


def interface_argument(
    help: str = "interface name or MAC address",
    *,
    by: str = "name mac",
    complete: int = 0,
    option: str = "interface",
) -> Interface:
    """An interface of the host, given by position.

    complete  which ones to offer: flags of ``connection.list_all_interfaces``
    """

    def find(session: Session, text: str) -> Interface:
        return find_interface(session, text, by, option)

    names = names_of("list_all_interfaces", complete, word=by if by == "mac" else "name")
    return atom(find, names, help)


INTERFACE = interface_argument()
INACTIVE_INTERFACE = interface_argument(complete=ListAllInterfaces.INACTIVE)
ACTIVE_INTERFACE = interface_argument(complete=ListAllInterfaces.ACTIVE)


def find_nwfilter(session: Session, text: str) -> Nwfilter:
    """The network filter that a text names: by UUID, then by name."""
    connection = session.connection
    ways: list[tuple[str, Callable[[str], Nwfilter]]] = [
        *uuid_way(text, "nwfilter UUID", connection.nwfilter_lookup_by_uuid),
        ("nwfilter NAME", connection.nwfilter_lookup_by_name),
    ]
    return look_up(session, "nwfilter", text, "nwfilter", ways)


NWFILTER = atom(find_nwfilter, names_of("list_all_nwfilters"), "network filter name or uuid")


def find_binding(session: Session, text: str) -> NwfilterBinding:
    """The binding of the port device that a text names."""
    ways = [("nwfilter binding port dev", session.connection.nwfilter_binding_lookup_by_port_dev)]
    return look_up(session, "binding", text, "nwfilter binding", ways)


BINDING = atom(
    find_binding,
    names_of("list_all_nwfilter_bindings", word="portdev"),
    "port device of the binding",
)
