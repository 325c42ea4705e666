"""What a listing shows: the things that its flags pick."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from vsh.drivers.state.store import Kept

    Kind = TypeVar("Kind", bound=Kept)


def picked(
    things: Iterable[Kind],
    flags: int,
    groups: tuple[tuple[tuple[int, Callable[[Kind], bool]], ...], ...],
) -> list[Kind]:
    """What a listing with these flags shows: any flag of a group lets a thing pass it."""
    found = list(things)
    for group in groups if flags else ():
        wanted = [test for bit, test in group if flags & bit]
        if wanted:
            found = [thing for thing in found if any(test(thing) for test in wanted)]
    return found
