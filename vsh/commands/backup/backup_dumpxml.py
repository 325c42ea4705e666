"""backup-dumpxml: the description of a running backup job."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Flag, Option
from vsh.commands._xpath import LINES, SECTION, WRAP_HELP, XPATH_HELP, dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="xml document | nodes")
def backup_dumpxml(
    domain: Domain = ACTIVE_DOMAIN,
    xpath: str | None = Option(XPATH_HELP, complete=()),
    wrap: bool = Flag(WRAP_HELP),
    section: str | None = SECTION,
    lines: bool = LINES,
) -> Document:
    """Print the XML of the backup job that a domain runs.

    It says how each disk is backed up, and to where.

    Examples:
        backup-dumpxml web1  # the backup that runs
    """
    return dump(domain.backup_get_xml_desc(), xpath, wrap=wrap, section=section, lines=lines)
