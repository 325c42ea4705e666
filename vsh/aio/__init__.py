"""vsh for programs with an event loop: the same objects in the same words, to be awaited.

    import asyncio
    import vsh.aio

    async def main() -> None:
        async with vsh.aio.connect("qemu:///system") as connection:
            for domain in await connection.domains(state="running"):
                print(domain.name, (await domain.info).memory)
            async with connection.watch("lifecycle", timeout=60) as watch:
                async for event in watch:
                    print(event)

    asyncio.run(main())

- Calls, properties and collections are those of ``vsh``: what asks the hypervisor is awaited.
- A connection to a daemon (UNIX, TCP, TLS, SSH) has no thread: any number of calls are in flight on
  its one link at once (``asyncio.gather``).  Only the way there, up to the authentication, and what
  takes many calls (``redefine``, ``migrate``) use a thread of a pool of eight.
- A driver of this process (``test:///``, ``qemu:///embed``) answers in that pool.
- A call that is cancelled, or that ``asyncio.timeout`` ends, is not waited for any more; the daemon
  may still carry it out.
- A connection belongs to the loop in which it was opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import TracebackType

    from vsh.aio.checkpoint import Checkpoint
    from vsh.aio.connection import Connection
    from vsh.aio.domain import Domain
    from vsh.aio.interface import Interface
    from vsh.aio.network import Network
    from vsh.aio.network_port import NetworkPort
    from vsh.aio.node_device import NodeDevice
    from vsh.aio.nwfilter import Nwfilter
    from vsh.aio.nwfilter_binding import NwfilterBinding
    from vsh.aio.pool import Pool
    from vsh.aio.secret import Secret
    from vsh.aio.snapshot import Snapshot
    from vsh.aio.stream import Stream
    from vsh.aio.volume import Volume
    from vsh.errors import Error

    __all__ = [
        "Checkpoint", "Connection", "Domain", "Error", "Interface", "Network", "NetworkPort",
        "NodeDevice", "Nwfilter", "NwfilterBinding", "Pool", "Secret", "Snapshot", "Stream",
        "Volume", "connect",
    ]  # fmt: skip


def connect(
    uri: str | None = None,
    *,
    readonly: bool = False,
    ask: Callable[..., str] | None = None,
    timeout: float | None = None,
    keepalive: tuple[int | None, int | None] = (None, None),
) -> Connecting:
    """Open a connection: ``await vsh.aio.connect(uri)``, or ``async with`` it.  Raises Error.

    uri, readonly, ask  as ``vsh.connect`` has them; ``ask`` is called in a thread of the pool
    timeout             seconds that the way there, and then each call, may take; None: no limit
    keepalive           silent seconds before a daemon is asked for a sign of life (0: never), and
                        how often it is asked; None is virsh's default (5 and 6)
    """

    def open_() -> Any:
        import vsh

        return vsh.connect(uri, readonly=readonly, ask=ask, timeout=timeout, keepalive=keepalive)

    return Connecting(open_)


class Connecting:
    """A connection that is being opened: to be awaited, or entered with ``async with``."""

    def __init__(self, open_: Callable[[], Any]) -> None:
        self._open = open_
        self._connection: Connection | None = None

    def __await__(self) -> Generator[Any, None, Connection]:
        return self._opened().__await__()

    async def _opened(self) -> Connection:
        from vsh.aio._opening import opened

        _, connection = await opened(self._open)
        return connection

    async def __aenter__(self) -> Connection:
        self._connection = await self
        return self._connection

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            await self._connection.close()


if not TYPE_CHECKING:  # a type checker knows what there is

    def __getattr__(name):
        if name == "Error":
            from vsh.errors import Error

            return Error
        from vsh.aio._object import MODULES
        from vsh.lookup import load

        if name in MODULES:
            return getattr(load(MODULES[name]), name)
        raise AttributeError(f"module 'vsh.aio' has no attribute {name!r}")

    def __dir__():
        from vsh.aio._object import MODULES

        return sorted({*globals(), *MODULES, "Error"})
