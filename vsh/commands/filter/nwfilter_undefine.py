"""nwfilter-undefine: forget the definition of a network filter."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import NWFILTER
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.nwfilter import Nwfilter
    from vsh.output.document import Document


@command
def nwfilter_undefine(nwfilter: Nwfilter = NWFILTER) -> Document:
    """Forget the definition of a network filter.

    A filter that a guest or another filter uses cannot be removed.

    Examples:
        nwfilter-undefine clean-traffic  # no guest may use it
    """
    with failing(f"Failed to undefine network filter {nwfilter.called}"):
        nwfilter.undefine()
    return Done("Network filter {nwfilter} undefined", nwfilter=nwfilter.called)
