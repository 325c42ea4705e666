"""The ports that displays listen at: each is of one guest, however many of them start at once."""

from __future__ import annotations

import socket
import threading

from vsh.errors import InternalError

_lock = threading.Lock()
_taken: set[int] = set()
"""Those of guests that are being started: their QEMUs may not listen yet."""


def take(among: range, kind: str) -> int:
    """A port that nobody listens at, nobody else's until ``give_back``.

    Raises InternalError where there is none of that kind, "display" or "websocket".
    """
    with _lock:
        for port in among:
            if port not in _taken and _free(port):
                _taken.add(port)
                return port
    text = f"Unable to find an unused port in range '{kind}' ({among.start}-{among.stop - 1})"
    raise InternalError(text)


def give_back(ports: set[int]) -> None:
    """QEMU listens at them now, or never will."""
    with _lock:
        _taken.difference_update(ports)


def _free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
