"""iface-dumpxml: the document of an interface of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import INTERFACE
from vsh.cli.params import Flag, Option
from vsh.commands._xpath import WRAP_HELP, XPATH_HELP, dump
from vsh.commands.interface._shared import INACTIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def iface_dumpxml(
    interface: Any = INTERFACE,
    inactive: bool = Flag("what it starts with next"),
    xpath: str | None = Option(XPATH_HELP, complete=()),
    wrap: bool = Flag(WRAP_HELP),
) -> Document:
    """Print the XML of an interface of the host.

    With --inactive, its definition rather than what it is now.
    """
    return dump(interface.get_xml_desc(INACTIVE if inactive else 0), xpath, wrap=wrap)
