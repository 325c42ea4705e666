"""secret-event: wait for events of secrets."""

from __future__ import annotations

from vsh.cli.devices import secret_argument
from vsh.commands._waiting import event_command

secret_event = event_command(
    __name__,
    "secret",
    secret_argument("only events of this secret", by_place=True),
    "secret",
    "secret",
    known_by="uuid",
)
