"""nodedev-info: what a device of the host is, in a few lines."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import NODE_DEVICE
from vsh.commands._listing import fact, yes_no
from vsh.errors import Error
from vsh.output.document import Fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.node_device import NodeDevice
    from vsh.output.document import Document


@command(tells="name parent active persistent autostart")
def nodedev_info(device: NodeDevice = NODE_DEVICE) -> Document:
    """Print basic information about a device of the host.

    Its name, its parent, whether it is active, whether it stays, and how it starts.

    Examples:
        nodedev-info computer  # whether it is active and kept
    """
    parent, active, persistent, autostart = device.connection.many(
        [
            device.get_parent.request(),
            device.is_active.request(),
            device.is_persistent.request(),
            device.get_autostart.request(),
        ]
    )
    if isinstance(parent, Error):
        parent = None
    fields = Fields()
    fields.add("Name:", device.name, name=device.name)
    fields.add("Parent:", parent or "", parent=parent)
    # a driver that cannot be asked has devices that are active and stay
    for label, answer in (("Active", active), ("Persistent", persistent)):
        value = fact(answer) is not False
        fields.add(f"{label}:", yes_no(value), **{label.lower(): value})
    fields.add("Autostart:", yes_no(fact(autostart)), autostart=fact(autostart))
    return fields
