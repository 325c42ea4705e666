"""detach-disk: take a disk from a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Flag
from vsh.commands._devices import disk_targets
from vsh.commands.domain._devices_xml import find_disk, printed
from vsh.commands.domain._shared import PERSISTENT, detach, modify_flags
from vsh.errors import failing
from vsh.output.document import Done, Xml
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=(("persistent", "current"), *IMPACT_EXCLUSIVE), tells="done | xml document")
def detach_disk(
    domain: Domain = DOMAIN,
    target: str = Argument("target or source of the disk", complete=disk_targets),
    persistent: bool = PERSISTENT,
    impact: int = impact("config", "live"),
    current: bool = Flag("affect current domain"),
    print_xml: bool = Flag("print the device instead of sending it"),
) -> Document:
    """Take a disk from a domain.

    The disk's contents stay as they are.

    Examples:
        detach-disk web1 vdb --persistent  # now and at every start
    """
    lasting = impact | (DomainModificationImpact.CONFIG if persistent else 0)
    inactive = lasting == DomainModificationImpact.CONFIG
    document = domain.get_xml_desc(DomainXML.INACTIVE if inactive else 0)
    flags = modify_flags(domain, impact, persistent=persistent)
    xml = printed(find_disk(document, target))
    if print_xml:
        return Xml(xml)
    with failing("Failed to detach disk"):
        detach(domain, xml, flags, current=current)
    return Done("Disk detached successfully")
