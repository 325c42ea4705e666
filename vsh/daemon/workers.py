"""Threads that answer calls, made when needed, up to a limit; some for high priority only."""

from __future__ import annotations

import threading
from collections import deque

from vsh.errors import OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Workers:
    """A pool.

    most      how many threads answer anything
    priority  how many more answer only what was given with ``urgent``
    """

    def __init__(self, most: int, priority: int) -> None:
        self.most = most
        self.priority = priority
        self._jobs: deque[Callable[[], None]] = deque()
        self._urgent: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._urgent_idle = 0
        self._ordinary = 0
        self._special = 0
        self._over = False

    @property
    def waiting(self) -> int:
        """How many jobs nobody has begun."""
        return len(self._jobs) + len(self._urgent)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Ordinary threads, those that are idle, and those for high priority."""
        return self._ordinary, self._idle, self._special

    def give(self, job: Callable[[], None], *, urgent: bool = False) -> None:
        """Have a job done by the next free thread.

        Raises OperationFailed where there is none, and the system has no room for one.
        """
        with self._changed:
            (self._urgent if urgent else self._jobs).append(job)
            if (
                urgent
                and not self._idle
                and not self._urgent_idle
                and self._special < self.priority
            ):
                self._start(special=True)
            elif not self._idle and self._ordinary < self.most:
                self._start(special=False)
            if not self._ordinary and not (urgent and self._special):
                (self._urgent if urgent else self._jobs).pop()
                raise OperationFailed("the system has no room for a thread that answers calls")
            self._changed.notify_all()

    def limit(self, most: int, priority: int) -> None:
        """From now on so many; threads over the limit end when they have nothing to do."""
        with self._changed:
            self.most, self.priority = most, priority
            self._changed.notify_all()

    def _start(self, *, special: bool) -> None:
        name = "vshd-priority" if special else "vshd-worker"
        thread = threading.Thread(target=self._work, args=(special,), name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no room for one more: those that are there do it
            return
        self._threads.append(thread)
        if special:
            self._special += 1
        else:
            self._ordinary += 1

    def _work(self, special: bool) -> None:
        while True:
            with self._changed:
                while not (job := self._next(special)):
                    if self._over or self._surplus(special):
                        return
                    self._wait(special)
            job()

    def _surplus(self, special: bool) -> bool:
        """Whether this thread is one too many; then it counts no more."""
        if special and self._special > self.priority:
            self._special -= 1
            return True
        if not special and self._ordinary > self.most:
            self._ordinary -= 1
            return True
        return False

    def _wait(self, special: bool) -> None:
        if special:
            self._urgent_idle += 1
            self._changed.wait()
            self._urgent_idle -= 1
        else:
            self._idle += 1
            self._changed.wait()
            self._idle -= 1

    def _next(self, special: bool) -> Callable[[], None] | None:
        if self._urgent:
            return self._urgent.popleft()
        return self._jobs.popleft() if self._jobs and not special else None

    def close(self) -> None:
        """Let the threads end when they have nothing left to do, and wait for them."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
