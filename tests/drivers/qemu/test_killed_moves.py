"""A vsh that is killed while it moves a guest away: whoever opens the root next ends what QEMU
still sends, and says of the guest what is true."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.qemu.monitor import Monitor
from vsh.words.domain.migration import DomainMigrate as Flag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tiny_guest import TinyGuest

RUNNING, PAUSED = 1, 3
BY_MIGRATION, CANCELED = 2, 6
LIVE = Flag.LIVE | Flag.UNSAFE


@pytest.fixture
def there(root: str, tmp_path: Path) -> Iterator[str]:
    """Another root, where nothing runs in the end."""
    uri = f"qemu:///embed?root={tmp_path / 'there'}"
    yield uri
    with vsh.connect(uri) as connection:
        for domain in connection.list_all_domains(1):
            domain.destroy()


def killed_at(
    root: str, there: str, place: str, *, flags: int, document: str | None = None,
    slow: bool = False,
) -> None:  # fmt: skip
    """Move the guest in another process, which is killed when QEMU says that it is so far, or
    before it is told something.

    place  a status of query-migrate, or a command
    """
    child = os.fork()
    if not child:
        try:
            plain = Monitor.call

            def call(self: Monitor, name: str, *words: object, **named: object) -> object:
                if name == place:
                    os.kill(os.getpid(), signal.SIGKILL)
                answer = plain(self, name, *words, **named)
                if name == "query-migrate" and answer.get("status") == place and seen[0]:
                    os.kill(os.getpid(), signal.SIGKILL)
                seen[0] = seen[0] or name == "migrate"
                return answer

            seen = [False]
            Monitor.call = call
            with vsh.connect(root) as source, vsh.connect(there) as target:
                domain = source.domains["tiny"]
                if slow:
                    domain.migrate_set_max_speed(1)
                params = None if document is None else {"destination_xml": document}
                source.migrate(domain, target, params, flags=flags).wait()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def status_of(domain: vsh.Domain) -> str:
    return json.loads(domain.monitor_command('{"execute": "query-status"}', 0))["return"]["status"]


def faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """A QEMU has sent all just before it is told to end that."""
    plain = Monitor.call

    def call(self: Monitor, name: str, *words: object, **named: object) -> object:
        if name == "migrate_cancel":
            plain(self, "migrate-set-parameters", {"max-bandwidth": 1 << 40})
            while (told := plain(self, "query-migrate")["status"]) != "completed":
                if told == "pre-switchover":
                    plain(self, "migrate-continue", {"state": told})
        return plain(self, name, *words, **named)

    monkeypatch.setattr(Monitor, "call", call)


@pytest.mark.parametrize(
    ("disks", "paused", "wins"),
    [
        pytest.param(False, False, False, id="cancelled"),
        pytest.param(False, False, True, id="completed"),
        pytest.param(False, True, True, id="paused-completed"),
        pytest.param(True, False, False, id="disks-cancelled"),
        pytest.param(True, False, True, id="disks-completed"),
    ],
)
def test_killed_on_the_way(
    root: str, there: str, tiny: TinyGuest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    disks: bool, paused: bool, wins: bool,
) -> None:  # fmt: skip
    """While its memory goes, or when its CPUs stand still for the rest: it goes on as it did, and
    can move again, whether or not QEMU can still be stopped."""
    document, flags = None, LIVE
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        domain.create()
        if paused:
            domain.suspend()
        if disks:
            flags |= Flag.NON_SHARED_DISK
            document = domain.get_xml_desc(8 | 2 | 1).replace(
                str(tiny.disks[0]), f"{tmp_path}/copied"
            )
    killed_at(
        root, there, "pre-switchover" if disks else "active",
        flags=flags, document=document, slow=not disks,
    )  # fmt: skip
    if wins:
        faster(monkeypatch)
    with vsh.connect(root) as connection, vsh.connect(there) as target:
        assert not target.list_all_domains()
        monkeypatch.undo()
        domain = connection.domains["tiny"]
        assert domain.get_state().state == (PAUSED if paused else RUNNING)
        assert (status_of(domain) == "running") == (not paused)
        if paused:  # a QEMU whose sending is over does not send again before it has run
            domain.resume()
            assert status_of(domain) == "running"
        nodes = domain.monitor_command('{"execute": "query-named-block-nodes"}', 0)
        assert "migration-" not in nodes
        domain.migrate_set_max_speed(1000)
        params = None if document is None else {"destination_xml": document}
        connection.migrate(domain, target, params, flags=flags).wait()
        assert not domain.is_active()
        moved = target.domains["tiny"]
        assert moved.get_state().state == RUNNING
        moved.destroy()


@pytest.mark.parametrize("told", [False, True], ids=["untold", "told"])
def test_killed_when_all_was_sent(root: str, there: str, tiny: TinyGuest, told: bool) -> None:
    """Where the destination may have been told it stays paused, until somebody says that it goes
    on; else it does at once."""
    with vsh.connect(root) as connection:
        connection.domain_define_xml(tiny.xml).create()
    killed_at(root, there, "cont" if told else "completed", flags=LIVE)
    for _ in range(2):
        with vsh.connect(root) as connection:
            domain = connection.domains["tiny"]
            found = tuple(domain.get_state())
            assert found == ((PAUSED, BY_MIGRATION) if told else (RUNNING, CANCELED))
            assert status_of(domain) == ("postmigrate" if told else "running")
    with vsh.connect(there) as target:
        assert not target.list_all_domains()
    with vsh.connect(root) as connection:
        domain = connection.domains["tiny"]
        if told:
            domain.resume()
        assert domain.get_state().state == RUNNING
    with vsh.connect(root) as connection:
        assert connection.domains["tiny"].get_state().state == RUNNING
