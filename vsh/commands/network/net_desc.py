"""net-desc: a network's description or title."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.edit import edit_text
from vsh.cli.networks import NETWORK
from vsh.cli.objects import IMPACT_EXCLUSIVE, SESSION
from vsh.cli.params import Argument, Flag, anything
from vsh.commands.network._shared import description, network_impact
from vsh.errors import failing
from vsh.output.document import Done, Said, Text, Unset
from vsh.words.network import NetworkMetadataType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE, tells="description? title? | done")
def net_desc(
    network: Network = NETWORK,
    impact: int = network_impact("live", "config", "current"),
    title: bool = Flag("the title in place of the description"),
    edit: bool = Flag("change it in an editor"),
    new_desc: list[str] = Argument(
        "the new text", required=False, repeats=True, kind=anything, complete=()
    ),
    session: Session = SESSION,
) -> Document:
    """Print or change the description or title of a network.

    Without a new text and --edit it is printed.

    Examples:
        net-desc default "for everybody" --config  # a description
        net-desc default --title  # its title
    """
    what = "title" if title else "description"
    kind = NetworkMetadataType.TITLE if title else NetworkMetadataType.DESCRIPTION
    if not edit and not new_desc:
        text = description(network, kind, impact)
        if text:
            return Text(text, **{what: text})
        return Unset(f"No {what} for network: {network.name}", **{what: None})
    new = " ".join(new_desc)
    if edit:
        old = description(network, kind, impact)
        new = edit_text(session, new or old)
        if new == old:
            return Done(f"Network {what} not changed")
    with failing(f"Failed to set new network {what}"):
        network.set_metadata(kind, new, None, None, impact)
    return Said(f"Network {what} updated successfully")
