"""pool-event: wait for events of storage pools."""

from __future__ import annotations

from vsh.cli.storage import pool_argument
from vsh.commands._waiting import event_command

pool_event = event_command(
    __name__,
    "pool",
    pool_argument("only events of this pool", by_place=True),
    "pool",
    "storage pool",
)
