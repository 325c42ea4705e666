"""net-dumpxml: a network's document."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import NETWORK
from vsh.cli.params import Flag, Option
from vsh.commands._xpath import WRAP_HELP, XPATH_HELP, dump
from vsh.commands.network._shared import XML_INACTIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def net_dumpxml(
    network: Any = NETWORK,
    inactive: bool = Flag("what the network starts with next"),
    xpath: str | None = Option(XPATH_HELP, complete=()),
    wrap: bool = Flag(WRAP_HELP),
) -> Document:
    """Print the XML of a network.

    With --inactive, its definition rather than what it is now.
    """
    return dump(network.get_xml_desc(XML_INACTIVE if inactive else 0), xpath, wrap=wrap)
