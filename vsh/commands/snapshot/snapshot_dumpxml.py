"""snapshot-dumpxml: the document of a snapshot."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument
from vsh.cli.params import Flag, Option, anything
from vsh.commands._xpath import LINES, SECTION, WRAP_HELP, XPATH_HELP, dump
from vsh.commands.snapshot._shared import WITH_SNAPSHOTS, snapshot_argument
from vsh.words.snapshot import SnapshotXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="xml document | nodes")
def snapshot_dumpxml(
    domain: Domain = domain_argument(complete=WITH_SNAPSHOTS),
    snapshotname: str = snapshot_argument(required=True),
    security_info: bool = Flag("include passwords and other secrets"),
    no_domain: bool = Flag("leave out the domain's definition: for looking only", extra=True),
    xpath: str | None = Option(XPATH_HELP, kind=anything),
    wrap: bool = Flag(WRAP_HELP),
    section: str | None = SECTION,
    lines: bool = LINES,
) -> Document:
    """Print the XML document of a snapshot.

    With --security-info it is what snapshot-create --redefine needs to bring the snapshot's
    metadata back later.

    Examples:
        snapshot-dumpxml web1 clean > clean.xml  # all that --redefine needs
    """
    snapshot = domain.snapshot_lookup_by_name(snapshotname, 0)
    xml = snapshot.get_xml_desc(SnapshotXML.SECURE if security_info else 0)
    if no_domain:
        from vsh.redefine.name import without_domain

        xml = without_domain(xml, "domainsnapshot")
    return dump(xml, xpath, wrap=wrap, section=section, lines=lines)
