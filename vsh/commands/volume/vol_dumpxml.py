"""vol-dumpxml: a volume's document."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.storage import VOLUME, VOLUME_POOL, find_volume
from vsh.commands._xpath import LINES, SECTION, WRAP, XPATH, dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="xml document | nodes")
def vol_dumpxml(
    vol: str = VOLUME,
    pool: str | None = VOLUME_POOL,
    xpath: str | None = XPATH,
    wrap: bool = WRAP,
    section: str | None = SECTION,
    lines: bool = LINES,
    session: Session = SESSION,
) -> Document:
    """Print the XML of a volume.

    With --xpath, only parts of it.

    Examples:
        vol-dumpxml web1.qcow2 --pool images  # its document
    """
    return dump(
        find_volume(session, vol, pool).get_xml_desc(),
        xpath,
        wrap=wrap,
        section=section,
        lines=lines,
    )
