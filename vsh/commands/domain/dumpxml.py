"""dumpxml: the document of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import BITS, Flag, Option, anything
from vsh.commands._xpath import LINES, SECTION, WRAP_HELP, XPATH_HELP
from vsh.commands._xpath import dump as dump_xml
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="xml document | nodes")
def dumpxml(
    domain: Domain = DOMAIN,
    inactive: bool = Flag(
        "the definition for the next start, not that of the running guest", bit=DomainXML.INACTIVE
    ),
    security_info: bool = Flag("include passwords and other secrets", bit=DomainXML.SECURE),
    update_cpu: bool = Flag("with the guest's CPU as it is on this host", bit=DomainXML.UPDATE_CPU),
    migratable: bool = Flag(
        "in the form that another host takes for a migration", bit=DomainXML.MIGRATABLE
    ),
    xpath: str | None = Option(XPATH_HELP, kind=anything),
    wrap: bool = Flag(WRAP_HELP),
    section: str | None = SECTION,
    lines: bool = LINES,
    flags: int = BITS,
) -> Document:
    """Print the XML document of a domain.

    For a running guest it is its present state, unless --inactive is given.

    Examples:
        dumpxml web1  # what it is now
        dumpxml web1 --inactive  # what it will be at its next start
        dumpxml web1 --section disk --lines  # its disks, with the numbers of their lines
        dumpxml web1 --xpath //disk/source  # what an XPath expression picks
    """
    return dump_xml(domain.get_xml_desc(flags), xpath, wrap=wrap, section=section, lines=lines)
