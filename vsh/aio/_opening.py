"""Opening a connection: by the blocking library in a thread, then handed over to the loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from vsh.aio._driver import Driver, InThreads, OverLink
from vsh.aio._pool import pool

if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.aio.connection import Connection
    from vsh.api import connection as blocking


async def opened(open_: Callable[[], blocking.Connection]) -> tuple[Driver, Connection]:
    """The driver of a connection that ``vsh.connect`` has opened in a thread of the pool."""
    from vsh.aio._link import Link
    from vsh.aio.connection import Connection
    from vsh.drivers.remote._driver import Remote

    opening = asyncio.get_running_loop().run_in_executor(pool(), open_)
    try:
        connection = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close)  # nobody wants it any more
        raise
    remote = connection.driver
    driver: Driver
    if isinstance(remote, Remote):
        link = Link(*remote.link.hand_over(), remote.timeout)
        driver = over = OverLink(link, remote)
        made = Connection(driver)
        over.connection = made
    else:
        driver = InThreads(connection)
        made = Connection(driver)
    return driver, made


def _close(opening: asyncio.Future[blocking.Connection]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        pool().submit(opening.result().close)
