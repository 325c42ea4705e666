"""checkpoint-dumpxml: the document of a checkpoint."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument
from vsh.cli.params import Flag, Flags, Option, anything
from vsh.commands._xpath import LINES, SECTION, WRAP_HELP, XPATH_HELP, dump
from vsh.commands.checkpoint._shared import WITH_CHECKPOINTS, checkpoint_argument
from vsh.words.checkpoint import CheckpointXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="xml document | nodes")
def checkpoint_dumpxml(
    domain: Domain = domain_argument(complete=WITH_CHECKPOINTS),
    checkpointname: str = checkpoint_argument(),
    flags: int = Flags(
        CheckpointXML,
        security_info=("include passwords and other secrets", "SECURE"),
        no_domain="leave out the domain's definition",
        size="say how much an incremental backup would hold",
    ),
    xpath: str | None = Option(XPATH_HELP, kind=anything),
    wrap: bool = Flag(WRAP_HELP),
    section: str | None = SECTION,
    lines: bool = LINES,
) -> Document:
    """Print the XML document of a checkpoint.

    It is what checkpoint-create --redefine needs to bring the checkpoint's metadata back later.

    Examples:
        checkpoint-dumpxml web1 monday --size  # with how much has changed since
    """
    checkpoint = domain.checkpoint_lookup_by_name(checkpointname, 0)
    return dump(checkpoint.get_xml_desc(flags), xpath, wrap=wrap, section=section, lines=lines)
