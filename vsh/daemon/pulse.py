"""Signs of life: which clients are asked for one when they are silent, and when."""

from __future__ import annotations

from time import monotonic

from vsh.errors import Error
from vsh.rpc.keepalive import Keepalive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vsh.daemon.client import Client, Serving

PAUSE = 0.2
"""Seconds between two looks for silent clients, at least."""


class Pulse:
    """Looks for silent clients.

    due  when it wants to look again; None: nobody wants to be asked
    """

    def __init__(self, server: Serving) -> None:
        self.server = server
        self.due: float | None = None

    def keep_alive(self, client: Client) -> bool:
        """From now on a client is asked; whether ``due`` has changed."""
        limits = client.service.limits
        if limits.keepalive_interval <= 0 or client.talk.keepalive is not None:
            return False
        client.talk.keepalive = Keepalive(
            limits.keepalive_interval, limits.keepalive_count, client.talk.clock()
        )
        if self.due is not None:
            return False
        self.due = monotonic() + limits.keepalive_interval
        return True

    def beat(self, clients: Mapping[int, Client]) -> None:
        """Ask who is silent, if it is time; then see when the next one may be due."""
        if self.due is None or monotonic() < self.due:
            return
        self.due = None  # whoever wants to be asked from now on sets it
        due = float(self.server.configuration.keepalive_interval or 1)
        pinged = [each for each in clients.values() if each.talk.keepalive is not None]
        for client in pinged:
            if not client.gone:
                self._ping(client)
                due = min(due, client.talk.ping_due() or 0.0)
        if pinged:
            self.due = monotonic() + max(due, PAUSE)

    def _ping(self, client: Client) -> None:
        try:
            with client.lock:
                client.talk.ping()
            client.changed()
        except Error as error:
            self.server.drop(client, str(error))
