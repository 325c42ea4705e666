"""A keeper finishes what a journal holds, should this process be killed in the middle of it.

It is a shell that waits for a word from us.  If the word does not come before the end of its input
(the process is gone, whatever ended it) the shell becomes a vsh of its own, which goes on with the
journal over a connection of its own.  Where even that fails the journal is there still.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from vsh.api.domain import Domain
    from vsh.redefine.kinds import Kind

SHELL = "/bin/sh"
_WAIT = 'read -r word && exit 0; exec "$@" >/dev/null'


class Keeper:
    """``with Keeper(domain, kind) as keeper:`` around all of some work, its lock included.

    ``keeper.watch()`` before something is changed, ``keeper.leave()`` when all is well or told.
    Afterwards ``status`` is 0 where it had nothing to do, or has done all of it.
    """

    __slots__ = ("_line", "_outlives", "_pid", "_words", "status")

    def __init__(self, domain: Domain, kind: Kind) -> None:
        uri, again = str(domain.connection.uri), f"{kind.name}-import"
        vsh = (sys.executable, "-P", "-m", "vsh", "-q", "-c", uri)
        self._words = (*vsh, again, str(domain.uuid), "--resume")
        # a hypervisor in memory ends with the process: there would be nothing to go on with
        self._outlives = bool(domain.connection.driver.keeps_alive)
        self._pid = self._line = 0
        self.status: int | None = None

    def __enter__(self) -> Self:
        return self

    def watch(self) -> None:
        """Start.  Where that cannot be there is the journal still."""
        if not self._outlives:
            return
        end, self._line = os.pipe()
        at_hand = [(os.POSIX_SPAWN_DUP2, end, 0), (os.POSIX_SPAWN_CLOSE, self._line)]
        words = (SHELL, "-c", _WAIT, SHELL, *self._words)
        try:
            self._pid = os.posix_spawn(SHELL, words, os.environ, file_actions=at_hand, setsid=True)
        except OSError:
            pass
        finally:
            os.close(end)

    def leave(self) -> None:
        """There is nothing for the keeper to do."""
        if self._pid:
            os.write(self._line, b"done\n")

    def __exit__(self, *_: object) -> None:
        if self._line:
            os.close(self._line)
        if self._pid:
            self.status = os.waitpid(self._pid, 0)[1]
