"""domifaddr: the addresses of a domain's network interfaces."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, SESSION
from vsh.cli.params import Argument, Flag, Option
from vsh.commands._devices import interface_names
from vsh.errors import CommandError, failing
from vsh.output.document import Shaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


SOURCES = ("lease", "agent", "arp")
PROTOCOLS = ("ipv4", "ipv6")
HEAD = f" {'Name':10} {'MAC address':20} {'Protocol':8}     Address\n{'-' * 79}\n"


@command
def domifaddr(
    domain: Any = ACTIVE_DOMAIN,
    interface: str | None = Argument("only this interface", required=False,
                                     complete=interface_names),
    full: bool = Flag("repeat the name and the MAC address on every line"),
    source: str | None = Option("who to ask: lease, agent or arp", by_place=True, complete=SOURCES),
    session: Any = SESSION,
) -> Document:
    """Print the addresses of a running domain's network interfaces.

    The DHCP server's leases are asked, or with --source the agent in the guest, or the ARP table of
    the host.
    """
    if source is not None and source not in SOURCES:
        raise CommandError(f"Unknown data source '{source}'", hint="one of lease, agent, arp")
    with failing("Failed to query for interfaces addresses"):
        found = domain.interface_addresses(SOURCES.index(source) if source else 0)
    text = "" if session.quiet else HEAD
    rows: list[dict[str, Any]] = []
    for each in found:
        if interface is not None and each.name != interface:
            continue
        if not each.addrs:
            text += f" {each.name:10} {each.hwaddr or 'N/A':17}    {'N/A':12} N/A\n"
            rows.append(_row(each, None, None, None))
        for number, address in enumerate(each.addrs):
            name, mac = (each.name, each.hwaddr or "") if full or not number else ("-", "-")
            protocol = PROTOCOLS[bool(address.type)]
            text += f" {name:10} {mac:17}    {protocol:12} {address.addr}/{address.prefix}\n"
            rows.append(_row(each, protocol, address.addr, address.prefix))
    return Shaped(text, rows)


def _row(interface: Any, protocol: str | None, address: str | None,
         prefix: int | None) -> dict[str, Any]:
    return {"name": interface.name, "mac": interface.hwaddr, "protocol": protocol,
            "address": address, "prefix": prefix}
