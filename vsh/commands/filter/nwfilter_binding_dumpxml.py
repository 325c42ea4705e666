"""nwfilter-binding-dumpxml: the document of a network filter's binding."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import BINDING
from vsh.cli.params import Flag, Option
from vsh.commands._xpath import WRAP_HELP, XPATH_HELP, dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.nwfilter_binding import NwfilterBinding
    from vsh.output.document import Document


@command
def nwfilter_binding_dumpxml(
    binding: NwfilterBinding = BINDING,
    xpath: str | None = Option(XPATH_HELP, complete=()),
    wrap: bool = Flag(WRAP_HELP),
) -> Document:
    """Print the XML of the binding of a network filter to a port device.

    It names the filter, the port and the parameters of the filter.

    Examples:
        nwfilter-binding-dumpxml vnet0  # which filter is on the port
    """
    return dump(binding.get_xml_desc(), xpath, wrap=wrap)
