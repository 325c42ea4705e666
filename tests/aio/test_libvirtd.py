"""vsh.aio on a real libvirtd: calls, streams both ways, events, over UNIX, TCP, TLS and ssh."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest

import vsh.aio

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from private_libvirtd import PrivateLibvirtd

pytestmark = pytest.mark.libvirtd
MIB = 1 << 20


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 60))


def test_a_guest_comes_and_goes(libvirtd: PrivateLibvirtd) -> None:
    document = (
        "<domain type='qemu'><name>a</name><memory unit='MiB'>16</memory>"
        "<os><type>hvm</type></os></domain>"
    )

    async def program() -> None:
        async with (
            vsh.aio.connect(libvirtd.uri) as connection,
            connection.watch("lifecycle", timeout=30) as watch,
        ):
            domain = await connection.domains.define(document)
            event = await watch.next(30)
            assert (event.domain, event.event) == (domain, 0)
            assert await domain.persistent
            async with domain.edit() as xml:
                xml.title = "one"
            assert await domain.title == "one"
            states = await asyncio.gather(*(domain.get_state() for _ in range(500)))
            assert {each.state for each in states} == {5}
            assert await connection.domains(state="shut off") == [domain]
            await domain.undefine()
            assert (await connection.domains.get("a")) is None

    run(program())


def test_a_volume_up_and_down(libvirtd: PrivateLibvirtd, tmp_path: Path) -> None:
    """More than may wait unread, taken slowly while other calls are made on the same link."""
    data = random.Random(1).randbytes(24 * MIB)
    folder = tmp_path / "pool"
    folder.mkdir()
    libvirtd.virsh("pool-create-as", "p", "dir", "--target", str(folder))
    libvirtd.virsh("vol-create-as", "p", "v", "24M", "--format", "raw")

    async def program() -> None:
        async with vsh.aio.connect(libvirtd.uri) as connection:
            volume = await (await connection.pools["p"]).volumes["v"]
            async with connection.stream() as stream:
                await volume.upload(stream, 0, 0)
                for place in range(0, len(data), MIB):
                    await stream.send(data[place : place + MIB])
            came = b""
            async with connection.stream() as stream:
                await volume.download(stream, 0, 0)
                async for chunk in stream:
                    came += chunk
                    if len(came) % (4 * MIB) < len(chunk):
                        await connection.get_hostname()
            assert came == data
            stream = connection.stream()
            await volume.download(stream, 0, 0)
            await stream.receive(100)
            await stream.abort()
            assert await volume.capacity == 24 * MIB

    try:
        run(program())
    finally:
        libvirtd.virsh("pool-destroy", "p")


def test_by_way_of_a_program(libvirtd: PrivateLibvirtd, tmp_path: Path) -> None:
    """ssh is a script here that runs the far command on this machine: the bytes go the same way."""
    ssh = tmp_path / "ssh"
    ssh.write_text(
        "#!/bin/sh\nexec python3 -c '\n"
        "import os, select, socket\n"
        "s = socket.socket(socket.AF_UNIX)\n"
        f's.connect("{libvirtd.socket}")\n'
        "while True:\n"
        "    for each in select.select([0, s], [], [])[0]:\n"
        "        data = os.read(0, 65536) if each == 0 else s.recv(65536)\n"
        "        if not data: raise SystemExit\n"
        "        (s.sendall if each == 0 else lambda d: os.write(1, d))(data)\n"
        "'\n"
    )
    ssh.chmod(0o755)

    async def program() -> None:
        uri = f"qemu+ssh://host/system?command={ssh}&proxy=netcat&socket=/x"
        async with vsh.aio.connect(uri) as connection:
            hosts = await asyncio.gather(*(connection.get_hostname() for _ in range(200)))
            assert len(set(hosts)) == 1

    run(program())
