"""Acts for an event loop: they are written for calls that block, and run in a thread of the pool
while their calls go over the loop's own connection."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from vsh.aio._driver import InThreads
from vsh.aio._object import MODULES, plain, twin
from vsh.aio._pool import in_pool
from vsh.api.connection import Connection as Blocking
from vsh.api.kinds import KINDS
from vsh.drivers.driver import Driver
from vsh.errors import Error, OperationUnsupported
from vsh.lookup import load

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

    from vsh.aio.connection import Connection
    from vsh.api._call import Call, Object, Request


class Bridge(Driver):
    """A driver whose calls are made by a loop, for a thread that waits for their answers."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.uri, readonly=connection.readonly)
        self._over = connection
        self._loop = asyncio.get_running_loop()

    def call(self, call: Call[..., object], target: Object, values: tuple[object, ...]) -> Any:
        """Have the loop make the call."""
        return self._wait(self._call(call, target, values))

    def many(self, requests: Iterable[Request[object]]) -> list[Any]:
        """Have the loop make the calls, all in flight at once."""
        answers: list[Any] = self._wait(self._many(list(requests)))
        return answers

    async def _call(
        self, call: Call[..., object], target: Object, values: tuple[object, ...]
    ) -> Any:
        if "Stream" in call.stub.__annotations__.values() or "events" in call.options:
            raise OperationUnsupported(f"{call.name}() cannot be made by an act of vsh.aio")
        answer = await self._over.driver.call(call, _handle(self._over, target), values)
        return plain(target.connection, twin(self._over, answer))

    async def _many(self, requests: list[Request[object]]) -> list[object]:
        answers = await asyncio.gather(
            *(self._call(*request) for request in requests), return_exceptions=True
        )
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, Error):
                raise answer
        return list(answers)

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _handle(connection: Connection, target: Object) -> Any:
    """A handle of this package for one of the library that blocks."""
    name = type(target).__name__
    if name not in KINDS or not target.fields:
        return connection
    made = getattr(load(MODULES[name]), name)
    return made(connection, *(getattr(target, each) for each in target.fields))


def blocking(connection: Connection) -> Blocking:
    """The connection as a thread of the pool uses it."""
    driver = connection.driver
    if isinstance(driver, InThreads):
        return driver.blocking
    return Blocking(Bridge(connection))


async def act(
    connection: Connection, name: str, args: tuple[object, ...], options: dict[str, object]
) -> Any:
    """Run an act with the handles of the library that blocks, and give back ours."""
    from vsh.api.act import act_named

    other = blocking(connection)
    given = [plain(other, value) for value in args]
    answer = await in_pool(lambda: act_named(name)(*given, **options))
    return twin(connection, answer)
