"""iface-destroy: stop an interface of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import ACTIVE_INTERFACE
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.interface import Interface
    from vsh.output.document import Document


@command
def iface_destroy(interface: Interface = ACTIVE_INTERFACE) -> Document:
    """Stop an interface of the host at once, as ifdown does.

    Its definition stays.

    Examples:
        iface-destroy eth1  # take it down
    """
    with failing(f"Failed to destroy interface {interface.called}"):
        interface.destroy()
    return Done("Interface {interface} destroyed", interface=interface.called)
