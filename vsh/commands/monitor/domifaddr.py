"""domifaddr: the addresses of a domain's network interfaces."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Argument, Flag, Kind, Option, string
from vsh.commands._devices import interface_names
from vsh.errors import CommandError, failing
from vsh.output.document import Column, Table
from vsh.words.domain.guest import DomainInterfaceAddressesSource
from vsh.words.network import IPAddrType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document

SOURCES = DomainInterfaceAddressesSource.words()
PROTOCOLS = IPAddrType.words()


def _source(text: str, name: str) -> int:
    if string.convert(text, name) not in SOURCES:
        raise CommandError(f"Unknown data source '{text}'", hint="one of lease, agent, arp")
    return SOURCES.index(text)


@command(order=("interface", "source"), tells="[interface mac protocol address]")
def domifaddr(
    domain: Domain = ACTIVE_DOMAIN,
    interface: str | None = Argument(
        "only this interface", required=False, complete=interface_names
    ),
    full: bool = Flag("repeat the name and the MAC address on every line"),
    source: int = Option(
        "who to ask: lease, agent or arp",
        kind=Kind("string", _source),
        by_place=True,
        complete=SOURCES,
        default=0,
    ),
) -> Document:
    """Print the addresses of a running domain's network interfaces.

    The DHCP server's leases are asked, or with --source the agent in the guest, or the ARP table of
    the host.

    Examples:
        domifaddr web1  # its addresses by the network's leases
        domifaddr web1 --source agent  # as its agent says
    """
    with failing("Failed to query for interfaces addresses"):
        found = domain.interface_addresses(source)
    rows: list[list[object]] = []
    raw: list[dict[str, object]] = []
    for each in found:
        if interface is not None and each.name != interface:
            continue
        if not each.addrs:
            rows.append([each.name, each.hwaddr or "N/A", None, None])
            raw.append({"interface": each.name, "mac": each.hwaddr})
        for number, address in enumerate(each.addrs):
            shown = [each.name, each.hwaddr or ""] if full or not number else ["-", "-"]
            rows.append([*shown, PROTOCOLS[bool(address.type)], f"{address.addr}/{address.prefix}"])
            raw.append({"interface": each.name, "mac": each.hwaddr})
    return Table(
        rows,
        Column("Name", "interface", rank=-1),
        Column("MAC address", "mac"),
        Column("Protocol", "protocol", _shown),
        Column("Address", "address", _shown),
        extra=raw,
    )


def _shown(text: str | None) -> str:
    return text or "N/A"
