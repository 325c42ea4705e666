"""What the connection was asked for completion: fetched beside the prompt, kept for a few seconds.

Rules:
- a key is never frozen by a slow link: a question runs in a thread of its own, and the prompt looks
  at what has come;
- an answer is good for five seconds, and for no longer than until the next command or event;
- one thread uses the connection at a time: a command waits for a question that is on its way.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.api.event import Event
    from vsh.api.listening import Watch
    from vsh.cli.session import Session

KEPT = 5.0
"""Seconds that an answer is good for."""


class Answer:
    """One question and what came of it.  ``value`` is there once ``done`` is set."""

    __slots__ = ("done", "since", "value")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.since = time.monotonic()
        self.value: Any = None


FAMILIES = ("domain", "network", "pool")
"""Whose coming, going and changing makes answers old."""


class Answers:
    """Questions to the connection and their answers.  ``lock`` is held while one is asked."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.lock = threading.Lock()
        self._kept: dict[Any, Answer] = {}
        self._watched: Connection | None = None
        self._watches: list[Watch[Event]] = []

    def get(self, key: Any, ask: Callable[[], Any]) -> Answer:
        """The answer of that key: the kept one, one that is on its way, or a new one."""
        if self._changed():
            self.drop()
        kept = self._kept.get(key)
        if kept is not None and (not kept.done.is_set() or time.monotonic() - kept.since < KEPT):
            return kept
        answer = Answer()
        self._kept[key] = answer
        threading.Thread(target=self._ask, args=(key, answer, ask), daemon=True).start()
        return answer

    def drop(self) -> None:
        """Something may have changed: what is known is not to be told again."""
        self._kept = {}

    def _ask(self, key: Any, answer: Answer, ask: Callable[[], Any]) -> None:
        try:
            with self.lock:
                answer.value = ask()
                answer.since = time.monotonic()
        finally:
            if answer.value is None:
                self._kept.pop(key, None)  # it failed: the next one asks again
            answer.done.set()
        with self.lock:
            self._watch()

    def _watch(self) -> None:
        """Listen to what happens from now on; a driver that tells nothing is not asked again."""
        if not self.session.connected or self.session.connection is self._watched:
            return
        connection = self.session.connection
        self._watched, self._watches = connection, []
        for family in FAMILIES:
            with suppress(Error):
                self._watches.append(connection.watch("lifecycle", family=family))

    def _changed(self) -> bool:
        """Whether something has happened since it was looked last; waits for nothing."""
        if not self._watches or not self.lock.acquire(blocking=False):
            return False
        found = False
        try:
            for watch in self._watches:
                while watch.next(0) is not None:
                    found = True
        except Error:  # the connection has gone: the next question tells
            self._watches = []
        finally:
            self.lock.release()
        return found
