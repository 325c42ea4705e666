"""iface-name: the name of an interface whose MAC address is known."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import interface_argument
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.interface import Interface
    from vsh.output.document import Document


@command(tells="name")
def iface_name(interface: Interface = interface_argument("interface mac", by="mac")) -> Document:
    """Print the name of an interface that is given by its MAC address.

    Examples:
        iface-name aa:bb:cc:dd:ee:ff  # whose address it is
    """
    return Line("{name}", name=interface.name)
