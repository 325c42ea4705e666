"""nodedev-autostart: whether a device of the host starts with it."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import NODE_DEVICE
from vsh.cli.params import Flag
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def nodedev_autostart(
    device: Any = NODE_DEVICE, disable: bool = Flag("do not start it with the host")
) -> Document:
    """Make a device start with the host, or not.

    With --disable it no longer does.
    """
    change = "unmark" if disable else "mark"
    with failing(f"failed to {change} device {device.called} as autostarted"):
        device.set_autostart(0 if disable else 1)
    return Done(
        f"Device {{device}} {change}ed as autostarted", device=device.called, autostart=not disable
    )
