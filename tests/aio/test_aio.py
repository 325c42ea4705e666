"""vsh.aio: on the test driver in threads, and on a vshd and a libvirtd over one link each."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

import vsh.aio
from vsh.api.table import calls
from vsh.errors import (
    ChangedMeanwhile,
    Error,
    InternalError,
    NoDomain,
    OperationTimeout,
    OperationUnsupported,
)
from vsh.words.domain.state import DomainState

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from private_vshd import PrivateVshd

TEST = "test:///default"


def run(work: Coroutine[Any, Any, Any], seconds: float = 60) -> Any:
    """A program with an event loop of its own, which has to come to its end."""
    return asyncio.run(asyncio.wait_for(work, seconds))


@pytest.fixture(params=["embedded", "vshd"])
def uri(request: pytest.FixtureRequest) -> str:
    """A test driver in this process, and one behind a daemon."""
    if request.param == "embedded":
        return TEST
    daemon: PrivateVshd = request.getfixturevalue("vshd")
    return daemon.uri("test", "/default")


def test_the_same_words(uri: str) -> None:
    async def program() -> None:
        async with vsh.aio.connect(uri) as connection:
            assert await connection.domains.names() == ["test"]
            domain = await connection.domains["test"]
            assert await connection.domains(state="running") == [domain]
            assert [each async for each in connection.domains] == [domain]
            assert await domain.state is DomainState.RUNNING
            assert (await domain.info).memory == 2 << 30
            assert await domain.active is True
            assert [disk.target for disk in (await domain.xml).disks] == ["vda"]
            assert await (await connection.networks["default"]).bridge == "virbr0"
            pool = await connection.pools["default-pool"]
            assert await pool.volumes.names() == []
            with pytest.raises(NoDomain) as missing:
                await connection.domains["tset"]
            assert missing.value.hint == "did you mean 'test'?"
            assert await connection.domains.get("tset") is None

    run(program())


def test_snapshots(uri: str) -> None:
    async def program() -> None:
        async with vsh.aio.connect(uri) as connection:
            domain = await connection.domains["test"]
            one = await domain.snapshots.create("one")
            two = await domain.snapshots.create("two")
            assert await domain.snapshots.current == two
            assert await two.parent == one
            assert await one.is_current is False
            assert abs((await one.created).timestamp() - time.time()) < 600
            documents = [await each.get_xml_desc(0) for each in (two, one)]
            await one.delete(1)
            made = await domain.snapshots.redefine(documents)
            assert {each.name for each in made} == {"one", "two"}
            assert await domain.snapshots.names() == ["one", "two"]

    run(program())


def test_events_reach_every_watch(uri: str) -> None:
    async def program() -> None:
        async with vsh.aio.connect(uri) as connection:
            domain = await connection.domains["test"]
            async with (
                connection.watch("lifecycle", timeout=30) as one,
                connection.watch("lifecycle", of=domain) as other,
            ):
                await domain.suspend()
                await domain.resume()
                for watch in (one, other):
                    first = await watch.next(30)
                    second = await watch.next(30)
                    assert (first.domain, first.event) == (domain, 3)
                    assert type(first.domain) is vsh.aio.Domain
                    assert second.event == 4
                assert await one.next(0.05) is None
            seen = []

            async def again() -> None:
                await asyncio.sleep(0.3)
                await domain.suspend()
                await domain.resume()

            acting = asyncio.create_task(again())
            async for event in connection.events("lifecycle", timeout=30):
                seen.append(event.event)
                if len(seen) == 2:
                    break
            assert seen == [3, 4]
            await acting
            assert await domain.wait(state="running", timeout=30)
            assert not await domain.wait("domain-inactive", timeout=0.05)
            with pytest.raises(ValueError, match="no event of domain"):
                connection.watch("lifecicle")

    run(program())


def test_a_definition_is_edited(uri: str) -> None:
    async def program() -> None:
        async with vsh.aio.connect(uri) as connection:
            domain = await connection.domains["test"]
            async with domain.edit() as xml:
                xml.title = "new"
            assert (await domain.definition).title == "new"

            async def beside() -> None:
                async with domain.edit() as xml:
                    xml.title = "mine"
                    await domain.set_metadata(1, "theirs", None, None, 2)

            with pytest.raises(ChangedMeanwhile):
                await beside()

    run(program())


def test_wrong_values_are_refused_before_anything_is_sent(uri: str) -> None:
    async def program() -> None:
        async with vsh.aio.connect(uri) as connection:
            domain = await connection.domains["test"]
            wrong: Any = "x"
            with pytest.raises(TypeError, match=r"set_memory\(\): memory must be a number"):
                await domain.set_memory(wrong)
            with pytest.raises(TypeError, match="known by its name"):
                await connection.domains[wrong.__len__]

    run(program())


def test_a_read_only_connection(uri: str) -> None:
    async def program() -> None:
        async with vsh.aio.connect(uri, readonly=True) as connection:
            domain = await connection.domains["test"]
            with pytest.raises(Error, match="read only access"):
                await domain.suspend()

    if "unix" in uri:
        uri = uri.replace("libvirt-sock", "libvirt-sock-ro")
    run(program())


def test_many_calls_are_in_flight_on_one_link_without_a_thread(vshd: PrivateVshd) -> None:
    """A call that takes its time holds up none of the others, and no thread waits for any."""

    async def program() -> None:
        async with vsh.aio.connect(vshd.uri("test", "/default")) as connection:
            domain = await connection.domains["test"]
            before = threading.active_count()
            answers = await asyncio.gather(*(domain.get_info() for _ in range(2000)))
            assert len(answers) == 2000
            assert threading.active_count() == before
            names = [each.name for each in threading.enumerate()]
            assert all("vsh-aio" in name for name in names[1:]), names

    run(program())


def test_a_cancelled_call_leaves_the_link_whole(vshd: PrivateVshd) -> None:
    async def program() -> None:
        async with vsh.aio.connect(vshd.uri("test", "/default")) as connection:
            domain = await connection.domains["test"]
            for _ in range(50):
                task = asyncio.create_task(domain.get_xml_desc())
                await asyncio.sleep(0)
                task.cancel()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await domain.get_xml_desc()
            assert (await domain.get_state()).state == 1

    run(program())


def test_a_call_that_is_late(vshd: PrivateVshd) -> None:
    import signal

    async def program() -> None:
        async with vsh.aio.connect(vshd.uri("test", "/default"), timeout=2) as connection:
            assert vshd.process is not None
            vshd.process.send_signal(signal.SIGSTOP)
            try:
                with pytest.raises(OperationTimeout, match="no answer within"):
                    await connection.get_hostname()
            finally:
                vshd.process.send_signal(signal.SIGCONT)
            while True:
                try:
                    await connection.get_hostname()
                    break
                except OperationTimeout:
                    continue

    run(program())


def test_keepalive_gives_up_a_daemon_that_is_silent(vshd: PrivateVshd) -> None:
    import signal

    async def program() -> None:
        uri = vshd.uri("test", "/default")
        connection = await vsh.aio.connect(uri, keepalive=(1, 1))
        assert vshd.process is not None
        vshd.process.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(InternalError, match="keepalive"):
                await connection.get_hostname()
            assert not connection.alive
        finally:
            vshd.process.send_signal(signal.SIGCONT)
        await connection.close()

    run(program())


def test_the_daemon_goes_away(vshd: PrivateVshd) -> None:
    async def program() -> None:
        connection = await vsh.aio.connect(vshd.uri("test", "/default"))
        watching = connection.watch("lifecycle")
        async with watching:
            waiting = asyncio.create_task(watching.next())
            await asyncio.sleep(0)
            vshd.kill()
            assert await waiting is None
            with pytest.raises(Error):
                await connection.get_hostname()
        assert not connection.alive
        await connection.close()

    run(program())


def test_nobody_listens(tmp_path: Path) -> None:
    async def program() -> None:
        with pytest.raises(Error, match="Failed to connect socket"):
            await vsh.aio.connect(f"qemu+unix:///system?socket={tmp_path}/none")

    run(program())


def test_nothing_stays_open(vshd: PrivateVshd) -> None:
    async def program() -> None:
        for _ in range(5):
            async with vsh.aio.connect(vshd.uri("test", "/default")) as connection:
                await connection.get_hostname()

    run(program())
    before = len(os.listdir("/proc/self/fd"))
    run(program())
    assert len(os.listdir("/proc/self/fd")) == before


def test_open_files_are_refused_by_name(vshd: PrivateVshd) -> None:
    async def program() -> None:
        async with vsh.aio.connect(vshd.uri("test", "/default")) as connection:
            domain = await connection.domains["test"]
            with pytest.raises(OperationUnsupported, match="open_graphics_fd"):
                await domain.open_graphics_fd(0, 0)

    run(program())


def test_every_call_of_the_api_is_there() -> None:
    for call in calls().values():
        if call.theme == "connection.handshake":
            continue
        owner = getattr(vsh.aio, call.owner.kind or "Connection")
        assert asyncio.iscoroutinefunction(getattr(owner, call.name)), call
