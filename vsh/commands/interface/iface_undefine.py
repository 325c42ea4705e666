"""iface-undefine: forget the definition of an interface of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import INTERFACE
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.interface import Interface
    from vsh.output.document import Document


@command
def iface_undefine(interface: Interface = INTERFACE) -> Document:
    """Forget the definition of an interface of the host.

    An interface that is up stays so until it is stopped.

    Examples:
        iface-undefine eth1  # forget it
    """
    with failing(f"Failed to undefine interface {interface.called}"):
        interface.undefine()
    return Done("Interface {interface} undefined", interface=interface.called)
