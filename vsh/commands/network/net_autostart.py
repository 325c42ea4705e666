"""net-autostart: whether a network starts with the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import PERSISTENT_NETWORK
from vsh.cli.params import Flag
from vsh.commands._definitions import mark_autostart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command(tells="done autostart")
def net_autostart(
    network: Network = PERSISTENT_NETWORK, disable: bool = Flag("do not start it with the host")
) -> Document:
    """Make a network start with the host, or not.

    With --disable it no longer does.

    Examples:
        net-autostart default  # whenever the host starts
        net-autostart default --disable  # not any more
    """
    return mark_autostart("network", network, disable=disable)
