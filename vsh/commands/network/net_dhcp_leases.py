"""net-dhcp-leases: the addresses that a network's DHCP server has lent."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import ACTIVE_NETWORK, find_network
from vsh.cli.params import Option
from vsh.commands._listing import name_order
from vsh.errors import failing
from vsh.output.document import Column, Table
from vsh.output.units import moment
from vsh.words.network import IPAddrType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document


PROTOCOLS = IPAddrType.words()


def _macs(session: Session, text: str, given: Given) -> list[str]:
    if not given.get("network"):
        return []
    return [
        lease.mac
        for lease in find_network(session, given["network"]).get_dhcp_leases()
        if lease.mac
    ]


@command(tells="[expires mac protocol address hostname client_id iaid]")
def net_dhcp_leases(
    network: Network = ACTIVE_NETWORK,
    mac: str | None = Option("only those of this MAC address", by_place=True, complete=_macs),
) -> Document:
    """List the leases of a network's DHCP server.

    Sorted by MAC address.

    Examples:
        net-dhcp-leases default  # who got which address
    """
    from time import localtime, strftime

    with failing(f"Failed to get leases info for {network.called}"):
        leases = network.get_dhcp_leases(mac)
    leases.sort(key=lambda lease: name_order(lease.mac or ""))
    rows = [
        [
            lease.expirytime,
            lease.mac,
            PROTOCOLS[lease.type] if lease.type in (0, 1) else None,
            f"{lease.ipaddr}/{lease.prefix}",
            lease.hostname,
            lease.clientid,
        ]
        for lease in leases
    ]
    return Table(
        rows,
        Column(
            "Expiry Time",
            "expires",
            lambda time: strftime("%Y-%m-%d %H:%M:%S", localtime(time)),
            value=moment,
        ),
        Column("MAC address", "mac", _shown),
        Column("Protocol", "protocol", _shown),
        Column("IP address", "address"),
        Column("Hostname", "hostname", _shown),
        Column("Client ID or DUID", "client_id", _shown),
        extra=[{"iaid": lease.iaid} for lease in leases],
    )


def _shown(text: str | None) -> str:
    return text or "-"
