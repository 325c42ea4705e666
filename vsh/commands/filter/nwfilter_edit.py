"""nwfilter-edit: change a network filter in an editor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import NWFILTER
from vsh.cli.objects import SESSION
from vsh.commands._definitions import edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.nwfilter import Nwfilter
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command
def nwfilter_edit(nwfilter: Nwfilter = NWFILTER, session: Session = SESSION) -> Document:
    """Edit the definition of a network filter.

    The change takes effect at once, in every guest that the filter stands before.

    Examples:
        nwfilter-edit clean-traffic  # in your editor; guests that use it follow at once
    """
    return edit(
        session,
        "nwfilter",
        nwfilter,
        nwfilter.get_xml_desc,
        nwfilter.connection.nwfilter_define_xml,
        kind="Network filter",
    )
