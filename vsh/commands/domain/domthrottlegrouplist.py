"""domthrottlegrouplist: the named groups of disk limits of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag
from vsh.commands.domain._devices_xml import tree
from vsh.output.document import Column, Table
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="[name]")
def domthrottlegrouplist(
    domain: Domain = DOMAIN, inactive: bool = Flag("as defined for the next start")
) -> Document:
    """List the named groups of disk limits of a domain.

    Disks share the limits of the group that they name.

    Examples:
        domthrottlegrouplist web1  # the groups there are
    """
    root = tree(domain.get_xml_desc(DomainXML.INACTIVE if inactive else 0))
    names = root.xpath("/domain/throttlegroups/throttlegroup/group_name")
    return Table([[name.text or ""] for name in names], Column("Name", "name"))
