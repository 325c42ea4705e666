"""What keeps a fault of ours in one client's work from ending the loop, or a worker."""

from __future__ import annotations

from vsh.drivers.state.attempts import Telling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.daemon.client import Client


class Barrier(Telling):
    """The same for work of a client's: ``tell`` hears whose it was, too.

    Made for each piece of work: a client that kept one, with itself in it, would stay in memory
    after it has gone.
    """

    __slots__ = ()

    def __init__(self, tell: Callable[[Client, Exception], object], client: Client) -> None:
        super().__init__(lambda error: tell(client, error))
