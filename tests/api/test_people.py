"""The library in Python's words: collections, properties, models, changes."""

from __future__ import annotations

import datetime as dt
import inspect
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

import vsh.aio
from vsh.api.kinds import KINDS
from vsh.errors import (
    ChangedMeanwhile,
    InvalidArgument,
    NoDomain,
    NoNetwork,
    NoSnapshot,
    OperationUnsupported,
)
from vsh.words.domain.lifecycle import DomainDefine
from vsh.words.domain.state import DomainPausedReason, DomainRunningReason, DomainState
from vsh.words.pool import StoragePoolState
from vsh.words.volume import StorageVolType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OTHER = (
    "<domain type='test'><name>other</name><memory>65536</memory><os><type>hvm</type></os></domain>"
)


@pytest.fixture
def connection() -> Iterator[vsh.Connection]:
    with vsh.connect("test:///default") as opened:
        yield opened


def test_domains_are_found_by_name_uuid_and_id(connection: vsh.Connection) -> None:
    domain = connection.domains["test"]
    assert connection.domains[domain.uuid] == domain
    assert connection.domains[domain.uuid.upper().replace("-", "")] == domain
    assert connection.domains[domain.id] == domain
    assert connection.domains.get("nosuch") is None
    assert "test" in connection.domains
    assert "nosuch" not in connection.domains
    assert 1.5 not in connection.domains
    with pytest.raises(TypeError, match="a domain is known by its name, not by a float"):
        connection.domains[1.5]  # type: ignore[index]


def test_domains_are_picked(connection: vsh.Connection) -> None:
    other = connection.domains.define(OTHER)
    assert connection.domains.names() == ["other", "test"]
    assert len(connection.domains) == 2
    assert {domain.name for domain in connection.domains} == {"other", "test"}
    assert connection.domains(state="running") == [connection.domains["test"]]
    assert connection.domains(state=DomainState.SHUTOFF) == [other]
    assert connection.domains(state="shut off", persistent=False) == []
    assert connection.domains(active=False) == [other]
    assert connection.domains(autostart=True) == []
    assert connection.domains(state="crashed") == []
    with pytest.raises(ValueError, match="'off' is no state of a domain: one of 'no state'"):
        connection.domains(state="off")


def test_what_is_not_there_is_named_and_what_is_there(connection: vsh.Connection) -> None:
    with pytest.raises(NoDomain) as caught:
        connection.domains["tets"]
    assert str(caught.value) == "Domain not found: no domain with matching name 'tets'"
    assert caught.value.hint == "did you mean 'test'?"
    assert caught.value.__notes__ == ["hint: did you mean 'test'?"]
    with pytest.raises(NoNetwork) as missing:
        connection.networks["zzz"]
    assert missing.value.hint == "there is: default"
    with pytest.raises(NoSnapshot) as none:
        connection.domains["test"].snapshots["zzz"]
    assert none.value.hint == "there is no snapshot at all"


def test_a_domain_tells_its_state(connection: vsh.Connection) -> None:
    domain = connection.domains["test"]
    assert domain.state is DomainState.RUNNING
    assert domain.state.word == "running"
    domain.suspend()
    assert domain.reason is DomainPausedReason.USER
    domain.resume()
    assert domain.reason is DomainRunningReason.UNPAUSED
    assert (domain.active, domain.persistent, domain.autostart) == (True, True, False)
    assert (domain.updated, domain.saved) == (False, False)


def test_sizes_are_bytes(connection: vsh.Connection) -> None:
    info = connection.domains["test"].info
    assert (info.memory, info.max_memory) == (2 * 1024**3, 8 * 1024**3)
    assert (info.vcpus, info.state) == (2, DomainState.RUNNING)
    assert isinstance(info.cpu_time, dt.timedelta)
    assert "memory=2147483648" in repr(info)


def test_documents_are_models(connection: vsh.Connection) -> None:
    domain = connection.domains["test"]
    assert domain.xml.disks[0].target == "vda"
    assert domain.xml.id == 1
    assert domain.definition.id is None
    assert connection.networks["default"].xml.bridge == "virbr0"
    assert connection.pools["default-pool"].xml.name == "default-pool"


def test_a_definition_is_changed_as_a_model(connection: vsh.Connection) -> None:
    domain = connection.domains["test"]
    with domain.edit() as xml:
        xml.title = "the web server"
        xml.description = "of the shop"
    assert domain.definition.title == "the web server"
    assert domain.title is None  # it runs: the change is for its next start
    domain.destroy()
    assert domain.title == "the web server"
    assert domain.description == "of the shop"
    network = connection.networks["default"]
    network.destroy()
    with network.edit() as document:
        document.bridge = "virbr7"
    network.create()
    assert (network.bridge, network.xml.bridge) == ("virbr7", "virbr7")


def test_nothing_is_changed_by_a_block_that_fails(connection: vsh.Connection) -> None:
    domain = connection.domains["test"]
    before = domain.get_xml_desc(2)

    def change() -> None:
        with domain.edit() as xml:
            xml.title = "lost"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    assert domain.get_xml_desc(2) == before


def test_what_was_not_changed_is_not_defined(connection: vsh.Connection) -> None:
    domain = connection.domains["test"]
    with connection.watch("lifecycle") as watch:
        with domain.edit() as xml:
            assert xml.name == "test"
        assert watch.next(0.05) is None
        with domain.edit() as xml:
            xml.title = "x"
        assert watch.next(1) is not None


def test_another_ones_change_is_not_overwritten(connection: vsh.Connection) -> None:
    domain = connection.domains["test"]

    def change() -> None:
        with domain.edit() as xml:
            xml.title = "mine"
            theirs = domain.definition
            theirs.title = "theirs"
            connection.domain_define_xml_flags(theirs.format(), DomainDefine.VALIDATE)

    with pytest.raises(
        ChangedMeanwhile, match="domain 'test' was changed by somebody else"
    ) as caught:
        change()
    assert caught.value.hint == "edit it again"
    assert domain.definition.title == "theirs"


def test_parts_that_would_be_lost_are_refused(connection: vsh.Connection) -> None:
    from vsh.api.editing import Edit
    from vsh.xml.domain import Domain

    text = OTHER.replace("<os>", "<brandnew/><os>")
    edit = Edit("domain", "other", lambda: text, lambda text: None, Domain)
    with pytest.raises(OperationUnsupported, match="domain 'other' has <brandnew>"):
        edit.__enter__()


def test_snapshots_know_each_other(connection: vsh.Connection) -> None:
    domain = connection.domains["test"]
    assert domain.snapshots.current is None
    first = domain.snapshots.create("before", "all is well")
    second = domain.snapshots.create()
    assert (first.parent, second.parent) == (None, first)
    assert first.children == [second]
    assert (first.is_current, second.is_current) == (False, True)
    assert domain.snapshots.current == second
    assert domain.snapshots.roots == [first]
    assert (first.description, second.description) == ("all is well", None)
    assert first.state == "running"
    now = dt.datetime.now(dt.UTC)
    assert now - dt.timedelta(seconds=10) < first.created <= now
    assert repr(first) == "Snapshot(name='before', domain='test')"
    first.revert()
    assert first.is_current


def test_a_tree_of_snapshots_is_brought_back(connection: vsh.Connection) -> None:
    domain = connection.domains["test"]
    domain.destroy()
    for name in ("a", "b", "c"):
        domain.snapshots.create(name)
    documents = [snapshot.get_xml_desc() for snapshot in domain.snapshots]
    for snapshot in domain.snapshots:
        snapshot.delete()
    assert len(domain.snapshots) == 0
    back = domain.snapshots.redefine(reversed(documents))
    assert [snapshot.name for snapshot in back] == ["a", "b", "c"]
    assert back[2].parent == back[1]
    with pytest.raises(vsh.Error) as caught:
        domain.snapshots.redefine([documents[0].replace("<name>a</name>", "<name>/</name>", 1)])
    assert "can't contain '/'" in str(caught.value)
    with pytest.raises(InvalidArgument, match="two of the documents are of snapshot 'a'"):
        domain.snapshots.redefine([documents[0], documents[0]])


def test_volumes_of_a_pool(connection: vsh.Connection) -> None:
    pool = connection.pools["default-pool"]
    assert pool.state is StoragePoolState.RUNNING
    assert pool.info.capacity > 0
    volume = pool.volumes.create("<volume><name>a.img</name><capacity>1048576</capacity></volume>")
    assert pool.volumes.names() == ["a.img"]
    assert pool.volumes["a.img"] == volume
    assert volume.capacity == 1048576
    assert volume.type is StorageVolType.FILE
    assert volume.path.endswith("/a.img")
    assert volume.xml.name == "a.img"


def test_waiting_for_a_state(connection: vsh.Connection) -> None:
    domain = connection.domains["test"]
    threading.Timer(0.2, domain.destroy).start()
    began = time.monotonic()
    assert domain.wait(state="shut off", timeout=60)
    assert time.monotonic() - began < 5
    assert domain.wait(state=DomainState.SHUTOFF)
    assert not domain.wait(state=DomainState.RUNNING, timeout=0.1)
    with pytest.raises(ValueError, match="either a condition or a state"):
        domain.wait()


PROGRAM = '''\
"""A user's program."""
import vsh
from vsh.words.domain.state import DomainState

with vsh.connect("test:///default") as c:
    for domain in c.domains(state="running"):
        print(domain.name, domain.state.word, domain.info.memory, domain.info.cpu_time.days)
        if domain.state is DomainState.RUNNING and domain.autostart:
            domain.suspend()
        for snapshot in domain.snapshots:
            if snapshot.parent is None or snapshot.is_current:
                print(snapshot.created.isoformat(), snapshot.name.upper())
        newest = domain.snapshots.current
        print(newest.children if newest else [])
        state, reason = domain.get_state().state, domain.get_state().reason
        print(state + reason)
    for volume in c.pools["default-pool"].volumes:
        print(volume.path.upper(), volume.capacity + 1)
    for name in sorted(network.bridge for network in c.networks(active=True)):
        print(name)
    with c.pipeline() as calls:
        answers = [calls(domain.get_state) for domain in c.domains]
    print([answer.value.state + 1 for answer in answers])
    with c.watch("lifecycle", timeout=0.01) as events:
        for event in events:
            print(event.word, event.domain.name, event.event + 1)
    for change in c.events(family="network", timeout=0.01):
        print(change.network.bridge)
'''

LOOP = '''\
"""A user's program with an event loop."""
import asyncio

import vsh.aio
from vsh.words.domain.state import DomainState

async def main() -> None:
    async with vsh.aio.connect("test:///default") as c:
        for domain in await c.domains(state="running"):
            info = await domain.info
            print(domain.name, (await domain.state).word, info.memory)
            if await domain.state is DomainState.RUNNING and await domain.autostart:
                await domain.suspend()
            async for snapshot in domain.snapshots:
                print((await snapshot.created).isoformat(), snapshot.name.upper())
            async with domain.edit() as xml:
                xml.title = "one"
        answers = await asyncio.gather(*(each.get_state() for each in await c.domains()))
        print([answer.state + 1 for answer in answers])
        pool = await c.pools["default-pool"]
        async for volume in pool.volumes:
            print((await volume.path).upper(), await volume.capacity + 1)
        async with c.watch("lifecycle", timeout=0.01) as events:
            async for event in events:
                print(await event.domain.title, event.event + 1)

asyncio.run(main())
'''


WRONG = """\
import vsh, vsh.aio

def of(d: vsh.Domain, a: vsh.aio.Domain) -> None:
    d.suspnd()
    a.suspnd()
    print(vsh.Domian)
    d.set_memory("x")
"""


def every_member(package: str) -> str:
    """A program that touches every call and property of every handle."""
    lines = [f"import {package}", ""]
    for name in KINDS:
        if name == "Stream":
            continue
        lines.append(f"async def of_{name.lower()}(it: {package}.{name}) -> None:")
        cls = getattr(vsh.aio if package == "vsh.aio" else vsh, name)
        hidden = {"join", "kind", "fields", "limits", "themes", "called"}
        for member in sorted(each for each in dir(cls) if not each.startswith("_")):
            if member in hidden:
                continue
            value = inspect.getattr_static(cls, member)
            awaited = isinstance(value, property) and inspect.iscoroutinefunction(value.fget)
            lines.append(f"    print({'await ' if awaited else ''}it.{member})")
    assert len(lines) > 450, len(lines)
    return "\n".join(lines) + "\n"


def test_users_programs_have_no_any(tmp_path: Path) -> None:
    """Checked as strictly as mypy can, and run; every call and property of every handle, too."""
    texts = {
        "program.py": PROGRAM,
        "loop.py": LOOP,
        "every.py": every_member("vsh"),
        "every_awaited.py": every_member("vsh.aio"),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    words = ["--strict", "--disallow-any-expr", "--no-error-summary", "--config-file=", *texts]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *words], capture_output=True, text=True, cwd=tmp_path
    )
    assert (done.stdout, done.returncode) == ("", 0)
    for name in ("program.py", "loop.py"):
        ran = subprocess.run([sys.executable, tmp_path / name], capture_output=True, text=True)
        assert (ran.stderr, ran.returncode) == ("", 0)
        assert ran.stdout.startswith("test running 2147483648")
    (tmp_path / "wrong.py").write_text(WRONG)  # what is mistyped is seen
    words = ["--strict", "--no-error-summary", "--config-file=", "wrong.py"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *words], capture_output=True, text=True, cwd=tmp_path
    )
    seen = {int(line.split(":")[1]) for line in done.stdout.splitlines() if "error:" in line}
    assert seen == {4, 5, 6, 7}, done.stdout
