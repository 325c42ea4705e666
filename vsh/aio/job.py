"""Long jobs of a domain in an event loop: to be awaited, or followed with ``async for``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from vsh.aio._object import plain, twin
from vsh.aio._pool import in_pool
from vsh.errors import Error

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Mapping

    from vsh.aio.connection import Connection
    from vsh.aio.domain import Domain
    from vsh.api.job import Progress


class Job:
    """A migration.

        async for progress in job:
            print(progress.percent)
        print(job.result)

    result  the guest's handle on the destination, or None, once it is over
    notes   why something beside the work could not be done
    """

    def __init__(
        self,
        connection: Connection,
        domain: Domain,
        destination: Connection | str,
        params: Mapping[str, object] | None,
        flags: int,
        options: Mapping[str, object],
    ) -> None:
        self.result: Domain | None = None
        self.notes: list[str] = []
        self._connection = connection
        self._domain = domain
        self._destination = destination
        self._rest = (params, flags)
        self._options = options

    def __await__(self) -> Generator[Any, None, Domain | None]:
        return self._wait().__await__()

    async def _wait(self) -> Domain | None:
        async for _ in self:
            pass
        return self.result

    async def __aiter__(self) -> AsyncIterator[Progress]:
        """How far it is, as often as that is known.  Raises its Error at the end."""
        loop = asyncio.get_running_loop()
        told: asyncio.Queue[Progress | None] = asyncio.Queue()
        work = loop.create_task(in_pool(self._run(loop, told)))
        work.add_done_callback(lambda _: told.put_nowait(None))
        try:
            while (progress := await told.get()) is not None:
                yield progress
        except BaseException:
            if not work.done():
                await self._abort()
                await asyncio.wait([work])
            raise
        self.result = await work

    async def _abort(self) -> None:
        try:
            await self._domain.abort_job()
        except Error as error:
            self.notes.append(str(error))

    def _run(self, loop: asyncio.AbstractEventLoop, told: asyncio.Queue[Progress | None]) -> Any:
        """The function that does the work in a thread of the pool."""
        from vsh.aio._acting import blocking
        from vsh.api.act import act_named

        here = blocking(self._connection)
        domain = plain(here, self._domain)
        there, connection = self._destination, self._connection
        if not isinstance(there, str):
            connection, there = there, blocking(there)  # type: ignore[assignment]

        def work() -> object:
            job = act_named("migrate")(domain, there, *self._rest, **self._options)
            for progress in job:
                loop.call_soon_threadsafe(told.put_nowait, progress)
            self.notes += job.notes
            return twin(connection, job.result)

        return work
