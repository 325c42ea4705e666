"""save-image-dumpxml: the document inside a saved state."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import BITS, Argument, Flag, Option, anything
from vsh.commands._xpath import LINES, SECTION, WRAP_HELP, XPATH_HELP
from vsh.commands._xpath import dump as dump_xml
from vsh.commands.domain._saving import absolute
from vsh.words.domain.lifecycle import DomainSaveImageXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="xml document | nodes")
def save_image_dumpxml(
    file: str = Argument("the file that save wrote", complete=file_names),
    security_info: bool = Flag(
        "include passwords and other secrets", bit=DomainSaveImageXML.SECURE
    ),
    xpath: str | None = Option(XPATH_HELP, kind=anything),
    wrap: bool = Flag(WRAP_HELP),
    section: str | None = SECTION,
    lines: bool = LINES,
    flags: int = BITS,
    connection: Connection = CONNECTION,
) -> Document:
    """Print the domain's document inside a saved state.

    The guest is restored with it.

    Examples:
        save-image-dumpxml /var/tmp/web1.save  # the definition in the file
    """
    document = connection.domain_save_image_get_xml_desc(absolute(file), flags)
    return dump_xml(document, xpath, wrap=wrap, section=section, lines=lines)
