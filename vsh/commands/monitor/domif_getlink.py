"""domif-getlink: whether a domain's network interface has its cable plugged in."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flags
from vsh.commands._devices import domain_tree, interface_macs
from vsh.errors import CommandError, Error
from vsh.output.document import Text
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(old={"persistent": "config"}, tells="interface state")
def domif_getlink(
    domain: Domain = DOMAIN,
    interface: str = Argument(
        "MAC address of the interface, or its device on the host", complete=interface_macs
    ),
    flags: int = Flags(
        DomainXML, config=("the state at the next start rather than now", "INACTIVE")
    ),
) -> Document:
    """Print the link state of a domain's network interface.

    An interface without a stated link state is up.

    Examples:
        domif-getlink web1 52:54:00:00:00:01  # whether its cable is in
    """
    from vsh.xml.engine.values import parse_mac

    try:
        mac = parse_mac(interface)
    except (Error, ValueError):
        mac = ""
    found = [
        each
        for each in domain_tree(domain, flags).xpath("./devices/interface")
        if (mac and each.xpath("string(mac/@address)") == mac)
        or each.xpath("string(target/@dev)") == interface
    ]
    if not found:
        what = f"mac: {mac}" if mac else f"dev: {interface}"
        raise CommandError(
            f"Interface ({what}) not found.",
            hint="see 'domiflist' for the interfaces of the domain",
        )
    if len(found) > 1:
        raise CommandError("multiple matching interfaces found")
    state = str(found[0].xpath("string(./link/@state)")) or "up"
    return Text(f"{interface} {state}", interface=interface, state=state)
