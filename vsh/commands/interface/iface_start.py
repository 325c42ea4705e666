"""iface-start: start an interface of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import INACTIVE_INTERFACE
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.interface import Interface
    from vsh.output.document import Document


@command
def iface_start(interface: Interface = INACTIVE_INTERFACE) -> Document:
    """Start an interface of the host, as ifup does.

    It gets the addresses that its definition says.

    Examples:
        iface-start eth1  # bring it up
    """
    with failing(f"Failed to start interface {interface.called}"):
        interface.create()
    return Done("Interface {interface} started", interface=interface.called)
