"""A daemon that may not mean well: a real one behind a relay that changes its words.

Names of a few letters are replaced by others of the same length on their way to the client, and put
back on the way to the daemon, so that all messages stay well-formed and all look-ups work.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self


class LyingRelay:
    """Relays UNIX connections from ``listen`` to ``target``.

    words   what the daemon says -> what the client gets, both of the same length
    """

    def __init__(self, listen: Path, target: Path, words: dict[bytes, bytes]) -> None:
        assert all(len(said) == len(heard) for said, heard in words.items())
        self.target = str(target)
        self.words = words
        self.uri = f"qemu+unix:///system?socket={listen}"
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(listen))
        self._server.listen()

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:  # the relay has been closed
                return
            self._threads.append(threading.Thread(target=self._serve, args=(client,)))
            self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        back = {heard: said for said, heard in self.words.items()}
        with client, socket.socket(socket.AF_UNIX) as daemon:
            daemon.connect(self.target)
            other = threading.Thread(target=self._carry, args=(client, daemon, back))
            other.start()
            self._carry(daemon, client, self.words)
            other.join()

    def _carry(self, source: socket.socket, sink: socket.socket, words: dict[bytes, bytes]) -> None:
        """Whole messages, one way, until either end has left."""
        with contextlib.suppress(OSError), source.makefile("rb") as stream:
            while header := stream.read(4):
                message = header + stream.read(int.from_bytes(header) - 4)
                for old, new in words.items():
                    message = message.replace(old, new)
                sink.sendall(message)
        for end in (source, sink):
            with contextlib.suppress(OSError):  # the other direction may have been first
                end.shutdown(socket.SHUT_RDWR)
