"""A server of the daemon, as its administrators know it: who has come, who answers them.

There are two, as in libvirtd: ``libvirtd`` with all clients of drivers, and ``admin`` with those
that came by the admin socket.
"""

from __future__ import annotations

from vsh.daemon.workers import Workers
from vsh.errors import InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.daemon.client import Client
    from vsh.daemon.limits import Limits


class Service:
    """One of them.

    limits     how much it gives; may be replaced while it runs
    clients    who is there, by number
    strangers  those of them that have not said who they are, in the order in which they came
    come       how many clients came
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.workers = Workers(limits.min_workers, limits.max_workers, limits.prio_workers)
        self.clients: dict[int, Client] = {}
        self.strangers: dict[Client, None] = {}
        self.come = 0

    @property
    def full(self) -> bool:
        """Whether nobody else may come."""
        return len(self.clients) >= self.limits.max_clients

    @property
    def full_of_strangers(self) -> bool:
        """Whether nobody else may come who has to say who he is."""
        return 0 < self.limits.max_anonymous_clients <= len(self.strangers)

    def enter(self, client: Client) -> None:
        """A client has come."""
        self.clients[client.number] = client
        if client.strange:
            self.strangers[client] = None

    def leave(self, client: Client) -> bool:
        """A client goes; whether it was there."""
        self.strangers.pop(client, None)
        return self.clients.pop(client.number, None) is not None

    def take(self, limits: Limits) -> None:
        """Go on with other limits."""
        self.limits = limits
        most = limits.max_workers
        self.workers.limit(min(limits.min_workers, most), most, limits.prio_workers)

    def limit(self, clients: int | None, strangers: int | None) -> None:
        """So many clients from now on, who is there stays.  Raises InvalidArgument."""
        limits = self.limits
        most = limits.max_clients if clients is None else clients
        unknown = limits.max_anonymous_clients if strangers is None else strangers
        if most < unknown:
            raise InvalidArgument(
                "The overall maximum number of clients waiting for authentication must not be "
                "less than the overall maximum number of clients"
            )
        limits.max_clients, limits.max_anonymous_clients = most, unknown
