"""capabilities: what the host and the hypervisor can do."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.commands._xpath import LINES, SECTION, WRAP, XPATH, dump
from vsh.errors import failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="xml document | nodes")
def capabilities(
    xpath: str | None = XPATH,
    wrap: bool = WRAP,
    section: str | None = SECTION,
    lines: bool = LINES,
    connection: Connection = CONNECTION,
) -> Document:
    """Print the capabilities of the host and the hypervisor as XML.

    The host's CPU, topology and security models, and what kinds of guests it can run.

    Examples:
        capabilities  # what the host can do
        capabilities --xpath //host/cpu/model  # one part of it
    """
    with failing("failed to get capabilities"):
        xml = connection.get_capabilities()
    return dump(xml, xpath, wrap=wrap, section=section, lines=lines)
