"""net-event: wait for events of networks."""

from __future__ import annotations

from vsh.cli.networks import network_argument
from vsh.commands._waiting import event_command

net_event = event_command(
    __name__,
    "network",
    network_argument("only events of this network", by_place=True),
    "network",
    "network",
)
