"""The sockets that the loop waits for: with ``selectors`` each look costs twice as much."""

from __future__ import annotations

from select import EPOLLIN, EPOLLOUT, epoll

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socket import socket

READ, WRITE = EPOLLIN, EPOLLOUT
AT_ONCE = 64
"""How many sockets are told of at a time; the others are by the next look."""


class Watch:
    """Sockets, each with whoever is to be told of it."""

    def __init__(self) -> None:
        self._epoll = epoll()
        self._owners: dict[int, object] = {}

    def register(self, end: socket, mask: int, owner: object) -> None:
        """From now on tell of a socket: READ, WRITE or both."""
        self._owners[end.fileno()] = owner
        self._epoll.register(end, mask)

    def modify(self, end: socket, mask: int) -> None:
        """Tell of something else from now on."""
        self._epoll.modify(end, mask)

    def unregister(self, end: socket) -> None:
        """Tell of it no more."""
        del self._owners[end.fileno()]
        self._epoll.unregister(end)

    def wait(self, timeout: float | None) -> list[tuple[object, bool]]:
        """Whose sockets are ready, and whether there is something to be read.

        timeout  seconds; None waits for ever
        """
        # what was hung up is read, too: so one learns of it
        return [
            (self._owners[number], event != EPOLLOUT)
            for number, event in self._epoll.poll(timeout, AT_ONCE)
        ]

    def close(self) -> None:
        """Wait for nothing any more."""
        self._epoll.close()
