"""managedsave-dumpxml: the document inside a managed save image."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument
from vsh.cli.params import BITS, Flag, Option, anything
from vsh.commands._xpath import LINES, SECTION, WRAP_HELP, XPATH_HELP
from vsh.commands._xpath import dump as dump_xml
from vsh.words.domain.lifecycle import DomainSaveImageXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="xml document | nodes")
def managedsave_dumpxml(
    domain: Domain = domain_argument(complete="MANAGEDSAVE"),
    security_info: bool = Flag(
        "include passwords and other secrets", bit=DomainSaveImageXML.SECURE
    ),
    xpath: str | None = Option(XPATH_HELP, kind=anything),
    wrap: bool = Flag(WRAP_HELP),
    section: str | None = SECTION,
    lines: bool = LINES,
    flags: int = BITS,
) -> Document:
    """Print the domain's document inside its managed save image.

    The guest goes on with it when it is started.

    Examples:
        managedsave-dumpxml db1  # the definition that was saved with it
    """
    return dump_xml(
        domain.managed_save_get_xml_desc(flags), xpath, wrap=wrap, section=section, lines=lines
    )
