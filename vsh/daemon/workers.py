"""Threads that answer calls, made when needed, up to a limit; some for high priority only."""

from __future__ import annotations

import threading
from collections import deque
from threading import Lock

from vsh.errors import InvalidArgument, OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

GLANCE = 0.1
"""Seconds until the end of threads that is waited for may be given up."""


class Kind:
    """The threads of one kind: how many there are, and those that have nothing to do.

    The one that has rested for the shortest time is called first: what a thread has touched stays
    in memory, its stack and the C library's store of small pieces, so that few are to touch much.
    """

    __slots__ = ("_resting", "count")

    def __init__(self) -> None:
        self.count = 0
        self._resting: list[Lock] = []

    @property
    def idle(self) -> int:
        """How many have nothing to do."""
        return len(self._resting)

    def rest(self, turn: Lock) -> None:
        """One has nothing to do until its lock is let go."""
        self._resting.append(turn)

    def call(self) -> bool:
        """Wake one that is idle; whether there is one.  It is idle no more from now on."""
        if not self._resting:
            return False
        self._resting.pop().release()
        return True

    def call_all(self) -> None:
        """Have all that are idle look whether they are still wanted."""
        while self.call():
            pass


class Workers:
    """A pool.

    least     how many threads there are from the start on
    most      how many threads answer anything
    priority  how many more answer only what was given with ``urgent``
    """

    def __init__(self, least: int, most: int, priority: int) -> None:
        self.least = min(least, most)
        self.most = most
        self.priority = priority
        self._jobs: deque[Callable[[], None]] = deque()
        self._urgent: deque[Callable[[], None]] = deque()
        self._lock = Lock()
        self._ordinary = Kind()
        self._special = Kind()
        self._ended = threading.Condition(self._lock)
        self._over = False

    @property
    def waiting(self) -> int:
        """How many jobs nobody has begun."""
        return len(self._jobs) + len(self._urgent)

    @property
    def busy(self) -> bool:
        """Whether any of them has something to do."""
        kinds = (self._ordinary, self._special)
        return any(kind.idle < kind.count for kind in kinds)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Ordinary threads, those that are idle, and those for high priority."""
        return self._ordinary.count, self._ordinary.idle, self._special.count

    def start(self) -> None:
        """Make those that are there from the start on."""
        with self._lock:
            self._fill()

    def give(self, job: Callable[[], None], *, urgent: bool = False) -> None:
        """Have a job done by the next free thread.

        Raises OperationFailed where there is none, and the system has no room for one.
        """
        with self._lock:
            queue = self._urgent if urgent else self._jobs
            queue.append(job)
            if self._ordinary.call() or (urgent and self._special.call()):
                return
            if urgent and self._special.count < self.priority:
                self._start(self._special)
            elif self._ordinary.count < self.most:
                self._start(self._ordinary)
            if not self._ordinary.count and not (urgent and self._special.count):
                queue.pop()
                raise OperationFailed("the system has no room for a thread that answers calls")

    def limit(
        self, least: int | None = None, most: int | None = None, priority: int | None = None
    ) -> None:
        """From now on so many; threads over the limit end when they have nothing to do.

        Raises InvalidArgument where the least is more than the most.
        """
        with self._lock:
            new_least = self.least if least is None else least
            new_most = self.most if most is None else most
            if new_least > new_most:
                raise InvalidArgument("minWorkers cannot be larger than maxWorkers")
            if new_most == 0:
                raise InvalidArgument(
                    "maxWorkers must not be switched from zero to non-zero and vice versa"
                )
            self.least, self.most = new_least, new_most
            self.priority = self.priority if priority is None else priority
            self._ordinary.call_all()
            self._special.call_all()
            self._fill()

    def _fill(self) -> None:
        while self._ordinary.count < self.least and self._start(self._ordinary):
            pass
        while self._special.count < self.priority and self._start(self._special):
            pass

    def _start(self, kind: Kind) -> bool:
        special = kind is self._special
        name = "vshd-priority" if special else "vshd-worker"
        thread = threading.Thread(target=self._work, args=(kind,), name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no room for one more: those that are there do it
            return False
        kind.count += 1
        return True

    def _work(self, kind: Kind) -> None:
        turn = Lock()
        turn.acquire()
        while True:
            with self._lock:
                job = self._next(kind)
                if job is None:
                    if self._over or kind.count > self._wanted(kind):
                        kind.count -= 1
                        self._ended.notify_all()
                        return
                    kind.rest(turn)
            if job is None:
                turn.acquire()
            else:
                job()

    def _wanted(self, kind: Kind) -> int:
        return self.priority if kind is self._special else self.most

    def _next(self, kind: Kind) -> Callable[[], None] | None:
        if self._urgent:
            return self._urgent.popleft()
        return self._jobs.popleft() if self._jobs and kind is self._ordinary else None

    def close(self, enough: Callable[[], bool] = lambda: False) -> bool:
        """Let the threads end when they have nothing left to do, and wait for them until somebody
        says that it is enough; whether all have ended."""
        with self._lock:
            self._over = True
            self._ordinary.call_all()
            self._special.call_all()
            while self._ordinary.count + self._special.count:
                if enough():
                    return False
                self._ended.wait(GLANCE)
            return True
