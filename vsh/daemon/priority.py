"""Which calls never wait for a guest: those that libvirt's protocol marks as of high priority.

They have workers of their own, so that a guest that hangs, and all who wait for it, do not keep
anybody from ending it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api._call import Call

_NUMBERS = """
1-6 11-12 15 17-25 29-30 35-38 41-52 59-60 65-74 77 80 82 84-92 95-102 105-106 110-113 115-117
121-122 124 126-129 131-132 134 137-147 149-158 167-168 175-181 186-189 202-203 212 227-229 231
234-236 244 246-247 273-275 278 281-287 291 297 313-314 316-317 340 350 360-361 368-369 374-375 378
380-381 391 397-401 404-405 413-416 422 429-437
"""


def _all() -> Iterator[int]:
    for word in _NUMBERS.split():
        first, _, last = word.partition("-")
        yield from range(int(first), int(last or first) + 1)


HIGH = frozenset(_all())
"""Procedures of the remote program; those of the others all wait for a guest."""


def urgent(call: Call[..., object]) -> bool:
    """Whether a call is for the workers that are never kept waiting."""
    return call.program == "remote" and call.number in HIGH
