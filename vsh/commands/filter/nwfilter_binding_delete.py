"""nwfilter-binding-delete: take a network filter from a port device."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import BINDING
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.nwfilter_binding import NwfilterBinding
    from vsh.output.document import Document


@command
def nwfilter_binding_delete(binding: NwfilterBinding = BINDING) -> Document:
    """Delete the binding of a network filter to a port device.

    What passes the port is not filtered any more.

    Examples:
        nwfilter-binding-delete vnet0  # the port is not filtered any more
    """
    with failing(f"Failed to delete network filter binding on {binding.called}"):
        binding.delete()
    return Done("Network filter binding on {binding} deleted", binding=binding.called)
