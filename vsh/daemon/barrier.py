"""What keeps a fault of ours in one client's work from ending the loop, or a worker."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from vsh.daemon.client import Client


class Barrier:
    """``with Barrier(tell, client):`` goes on behind the block whatever error it met; ``tell``
    hears of it.

    Only errors: an interrupt or an exit goes through.  Made for each piece of work: a client that
    kept one, with itself in it, would stay in memory after it has gone.
    """

    __slots__ = ("client", "tell")

    def __init__(self, tell: Callable[[Client, Exception], None], client: Client) -> None:
        self.tell = tell
        self.client = client

    def __enter__(self) -> None:
        return

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.tell(self.client, error)
        return True
