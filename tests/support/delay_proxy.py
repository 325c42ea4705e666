"""A slow link in front of a UNIX socket: bytes arrive a fixed time later, and calls are counted.

Latency only: any number of bytes may be on their way, as on a long fat pipe, so a client that sends
its calls together pays once.  ``delay_proxy.py LISTEN TARGET SECONDS`` runs one by hand.
"""

from __future__ import annotations

import asyncio
import struct
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

HEADER = struct.Struct(">IIIiiIi")  # length, program, version, procedure, type, serial, status
CALL = 0
LEAVE = (0x20008086, 2)
"""libvirt's program and procedure of CONNECT_CLOSE."""


class DelayProxy:
    """Relays connections from ``listen`` to ``target``, each direction ``delay`` seconds late.

    calls   (program, procedure) of every call seen, in order; ``clear`` it between measurements
    seen    when each of them was seen, in seconds
    """

    def __init__(self, listen: Path | str, target: Path | str, delay: float = 0.025) -> None:
        self.listen = str(listen)
        self.target = str(target)
        self.delay = delay
        self.calls: list[tuple[int, int]] = []
        self.seen: list[float] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def clear(self) -> None:
        """Forget what was seen."""
        self.calls.clear()
        self.seen.clear()

    def wait_for_leave(self) -> None:
        """Until the client has said good-bye: it may have ended before that was seen here."""
        limit = time.monotonic() + 10
        while not self.calls or self.calls[-1] != LEAVE:
            if time.monotonic() > limit:
                raise RuntimeError("nobody said good-bye")
            time.sleep(0.001)

    def steps(self) -> int:
        """In how many steps the calls came, each of which waited for the answers of the last."""
        waits = zip(self.seen, self.seen[1:], strict=False)
        return bool(self.seen) + sum(later - before > self.delay for before, later in waits)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError(f"the proxy does not listen on {self.listen}")
        return self

    def __exit__(self, *_details: object) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        Path(self.listen).unlink(missing_ok=True)

    async def _run(self) -> None:
        """Serve until told to end; asyncio.run cancels what is still on its way."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_unix_server(self._accept, self.listen)
        self._ready.set()
        await self._end.wait()
        server.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward_reader, onward_writer = await asyncio.open_unix_connection(self.target)
        except OSError:
            writer.close()
            return
        try:
            await asyncio.gather(
                self._carry(reader, onward_writer, count=True),
                self._carry(onward_reader, writer, count=False),
            )
        except (OSError, asyncio.CancelledError):
            pass  # one side has gone; the other is told by the closing
        finally:
            onward_writer.close()
            writer.close()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, count: bool
    ) -> None:
        """Copy one direction: read at once, write when each piece is due, its end as well."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        sender = asyncio.create_task(self._send(on_the_way, writer))
        pending = b""
        while piece := await reader.read(1 << 18):
            on_the_way.put_nowait((loop.time() + self.delay, piece))
            if count:
                pending = self._count(pending + piece)
        on_the_way.put_nowait((loop.time() + self.delay, b""))
        await sender

    async def _send(
        self, on_the_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
    ) -> None:
        while True:
            due, piece = await on_the_way.get()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            if not piece:
                writer.write_eof()
                return
            writer.write(piece)

    def _count(self, data: bytes) -> bytes:
        """Note the calls in the complete messages of ``data``; the incomplete rest."""
        while len(data) >= HEADER.size:
            length, program, _version, procedure, kind, _serial, _status = HEADER.unpack_from(data)
            if len(data) < length:
                break
            if kind == CALL:
                self.calls.append((program, procedure))
                self.seen.append(time.monotonic())
            data = data[length:]
        return data


if __name__ == "__main__":
    with DelayProxy(sys.argv[1], sys.argv[2], float(sys.argv[3])) as proxy:
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print(f"{len(proxy.calls)} calls", file=sys.stderr)
