"""iface-mac: the MAC address of an interface whose name is known."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import interface_argument
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.interface import Interface
    from vsh.output.document import Document


@command(tells="mac")
def iface_mac(interface: Interface = interface_argument("interface name", by="name")) -> Document:
    """Print the MAC address of an interface that is given by its name.

    Examples:
        iface-mac eth1  # its address
    """
    return Line("{mac}", mac=interface.mac or "")
