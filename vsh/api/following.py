"""How far a call is that takes long, as a driver in this process tells who follows it.

Volumes have no jobs on libvirt's wire: over one nothing is told.
"""

from __future__ import annotations

from _thread import _local

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Follower: TypeAlias = "Callable[[int, int], object]"


class _Threads(_local):
    """Who follows what a thread does."""

    follower: Follower | None = None


_threads = _Threads()


class Following:
    """``with Following(told): pool.vol_create_xml_from(...)``: follow this thread's calls.

    told  gets what remains of what total, in bytes, now and then; what it raises, and a Ctrl-C,
          ends the call, which leaves nothing behind
    """

    __slots__ = ("_before", "_told")

    def __init__(self, told: Follower) -> None:
        self._told = told

    def __enter__(self) -> None:
        self._before, _threads.follower = _threads.follower, self._told

    def __exit__(self, *raised: object) -> None:
        _threads.follower = self._before


def followed() -> bool:
    """Whether somebody follows what this thread does."""
    return _threads.follower is not None


def tell(remaining: int, total: int) -> None:
    """Tell who follows, if anybody does, how far this thread's call is, in bytes."""
    if _threads.follower is not None:
        _threads.follower(remaining, total)
