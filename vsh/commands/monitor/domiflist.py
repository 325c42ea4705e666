"""domiflist: the network interfaces of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flags
from vsh.commands._devices import domain_tree
from vsh.output.document import Column, Table
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


SOURCES = " | ".join(f"./source/@{name}" for name in ("bridge", "dev", "network", "name", "path"))


@command(tells="[interface type source model mac]")
def domiflist(
    domain: Domain = DOMAIN,
    flags: int = Flags(DomainXML, inactive="those of the next start rather than those of now"),
) -> Document:
    """List the network interfaces of a domain.

    Each with its device on the host, what it is connected to, its model and its MAC address.

    Examples:
        domiflist web1  # its cards and what they are on
    """
    paths = ("./target/@dev", "./@type", SOURCES, "./model/@type", "./mac/@address")
    rows = [
        [str(interface.xpath(f"string({path})")) or None for path in paths]
        for interface in domain_tree(domain, flags).xpath("./devices/interface")
    ]
    return Table(
        rows,
        Column("Interface", "interface", _shown),
        Column("Type", "type"),
        Column("Source", "source", _shown),
        Column("Model", "model", _shown),
        Column("MAC", "mac", _shown),
    )


def _shown(value: str | None) -> str:
    return value or "-"
