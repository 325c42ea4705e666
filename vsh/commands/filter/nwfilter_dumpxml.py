"""nwfilter-dumpxml: a network filter's document."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import NWFILTER
from vsh.cli.params import Flag, Option
from vsh.commands._xpath import WRAP_HELP, XPATH_HELP, dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.nwfilter import Nwfilter
    from vsh.output.document import Document


@command
def nwfilter_dumpxml(
    nwfilter: Nwfilter = NWFILTER,
    xpath: str | None = Option(XPATH_HELP, complete=()),
    wrap: bool = Flag(WRAP_HELP),
) -> Document:
    """Print the XML of a network filter.

    Filters that it refers to are named in it and not shown.

    Examples:
        nwfilter-dumpxml clean-traffic  # its rules
    """
    return dump(nwfilter.get_xml_desc(), xpath, wrap=wrap)
