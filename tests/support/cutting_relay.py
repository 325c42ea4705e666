"""A relay in front of a daemon's UNIX socket that kills its client, or cuts the link, at the k-th
message.

It knows where messages begin (each starts with its length), so that every point between two calls
can be tried.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

WAYS = ("kill-before", "kill-after", "cut-before", "cut-after")


class CuttingRelay:
    """``with CuttingRelay(listen, target) as relay:``

    arm(k, way, pid)  what happens when the client's k-th message comes: ``kill-before`` the daemon
                      gets it or ``kill-after``, ``cut-before`` or ``cut-after``
    messages, calls   how many came since, and the procedures that they called
    hit               whether it happened
    """

    def __init__(self, listen: Path | str, target: Path | str) -> None:
        self.listen = str(listen)
        self.target = str(target)
        self.arm(None)
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(self.listen)
        self._door.listen(20)

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def arm(self, at: int | None, way: str = "", pid: int = 0) -> None:
        self.at, self.way, self.pid = at, way, pid
        self.messages = 0
        self.calls: list[int] = []
        self.hit = False

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as daemon:
            daemon.connect(self.target)
            threading.Thread(target=self._back, args=(daemon, client), daemon=True).start()
            with contextlib.suppress(OSError):
                self._forth(client, daemon)
            for end in (client, daemon):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _back(daemon: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := daemon.recv(1 << 16):
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)

    def _forth(self, client: socket.socket, daemon: socket.socket) -> None:
        waiting = b""
        while data := client.recv(1 << 16):
            waiting += data
            while len(waiting) >= 4:
                (length,) = struct.unpack(">I", waiting[:4])
                if len(waiting) < length:
                    break
                message, waiting = waiting[:length], waiting[length:]
                self.messages += 1
                self.calls.append(struct.unpack(">i", message[12:16])[0])
                if self.messages == self.at:
                    self.hit = True
                    if self.way.endswith("after"):
                        daemon.sendall(message)
                        # so that it is answered before anything else happens
                        threading.Event().wait(0.03)
                    if self.way.startswith("kill"):
                        os.kill(self.pid, signal.SIGKILL)
                    return
                daemon.sendall(message)
