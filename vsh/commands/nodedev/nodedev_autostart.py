"""nodedev-autostart: whether a device of the host starts with it."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import NODE_DEVICE
from vsh.cli.params import Flag
from vsh.commands._definitions import mark_autostart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.node_device import NodeDevice
    from vsh.output.document import Document


@command(tells="done autostart")
def nodedev_autostart(
    device: NodeDevice = NODE_DEVICE, disable: bool = Flag("do not start it with the host")
) -> Document:
    """Make a device start with the host, or not.

    With --disable it no longer does.

    Examples:
        nodedev-autostart mdev_7b2f8a54  # whenever its parent is there
    """
    return mark_autostart("device", device, disable=disable)
