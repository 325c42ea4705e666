"""nodedev-event: wait for events of node devices."""

from __future__ import annotations

from vsh.cli.devices import device_argument
from vsh.commands._waiting import event_command

nodedev_event = event_command(
    __name__,
    "node_device",
    device_argument("only events of this device", by_place=True),
    "device",
    "node device",
)
