"""Waiting for a change under a lock, and several locks at once: what ``threading`` has, unimported.

One lock belongs to each object of a store.  Where two are needed they are taken in the order of
their UUIDs, so that no two threads can wait for each other.
"""

from __future__ import annotations

from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType, RLock
    from typing import Protocol

    class Locked(Protocol):
        """What has a lock of its own."""

        uuid: str
        lock: RLock


# what threading.Condition uses of a lock, and type checkers miss
_LET_GO, _TAKE_AGAIN = "_release_save", "_acquire_restore"


class Aside:
    """Let go of a lock that we hold while something is waited for: ``with Aside(lock):``.

    Who does so has a job (``Jobs``): the object may be looked at by others, and not be changed.
    """

    __slots__ = ("_held", "_lock")

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._held: object = None

    def __enter__(self) -> None:
        self._held = getattr(self._lock, _LET_GO)()

    def __exit__(self, *raised: object) -> None:
        getattr(self._lock, _TAKE_AGAIN)(self._held)


class Change:
    """Threads that wait until something under a lock changes."""

    __slots__ = ("_turns",)

    def __init__(self) -> None:
        self._turns: list[LockType] = []

    def wait(self, lock: RLock, timeout: float | None) -> bool:
        """Let go of a lock that we hold, wait, take it again; False when the time is over first.

        None as ``timeout`` waits for ever.
        """
        turn = allocate_lock()
        turn.acquire()
        self._turns.append(turn)
        woken = False
        try:
            with Aside(lock):
                woken = turn.acquire(True, -1 if timeout is None else max(0.0, timeout))  # noqa: FBT003
        finally:
            if not woken and turn in self._turns:
                self._turns.remove(turn)
        return woken

    def tell(self) -> None:
        """Wake all who wait.  With the lock held."""
        turns, self._turns = self._turns, []
        for turn in turns:
            turn.release()


class Together:
    """The locks of several objects: ``with Together(one, other):``."""

    __slots__ = ("_locks",)

    def __init__(self, *objects: Locked) -> None:
        ordered = sorted({each.uuid: each for each in objects}.items())
        self._locks = [each.lock for _, each in ordered]

    def __enter__(self) -> None:
        for lock in self._locks:
            lock.acquire()

    def __exit__(self, *raised: object) -> None:
        for lock in reversed(self._locks):
            lock.release()
