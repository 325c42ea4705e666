"""The threads in which what would block is done."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")


THREADS = 8
"""So many calls of drivers of this process, and acts, go on at once."""


@cache
def pool() -> ThreadPoolExecutor:
    """The threads for what cannot be done in the loop."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix="vsh-aio")


async def in_pool(function: Callable[..., Answer], *args: object) -> Answer:
    """What a function answers in a thread of the pool.  If the wait for it is cancelled it still
    runs to its end there."""
    return await asyncio.get_running_loop().run_in_executor(pool(), function, *args)
