"""Taking leave of a far daemon without waiting: a child holds the socket until it has answered.

A daemon writes its good-bye, then closes; where it finds the end of our side before that, it logs
an error.  Nothing but an open socket keeps that end away, however it was closed, and the kernel
closes those of a process that ends: so another process has to have it for the one round trip.
"""

from __future__ import annotations

import os
import sys
from select import POLLIN, poll

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.transports._duplex import Duplex

PATIENCE = 10
"""Seconds that the daemon has."""


def leave(duplex: Duplex) -> bool:
    """All has been sent: have the answer awaited by a child; False where there cannot be one."""
    if "threading" in sys.modules:  # what goes on in threads would not in a child
        return False
    try:
        child = os.fork()
    except OSError:
        return False
    if not child:
        try:
            _stay(duplex.fileno())
        finally:
            os._exit(0)
    return True


def _stay(end: int) -> None:
    """Hold the socket until the daemon has closed it, and nothing else: whoever reads what the
    program wrote does not wait for this.
    """
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.closerange(3, end)
    os.closerange(end + 1, os.sysconf("SC_OPEN_MAX"))
    waiting = poll()
    waiting.register(end, POLLIN)
    while waiting.poll(PATIENCE * 1000) and os.read(end, 4096):
        pass
