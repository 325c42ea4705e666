"""Dumps of a guest's memory, and long jobs: numbers, ends, stopping them, being killed in them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.api.types import TypedParams
from vsh.errors import Error
from vsh.words.domain.job import DomainJobOperation, DomainJobType
from vsh.words.domain.state import DomainState

if TYPE_CHECKING:
    from pathlib import Path

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

LIVE, MEMORY_ONLY = 2, 16
MAGIC = {0: b"\x7fELF", 1: b"makedumpfile"}

SNAPSHOT = "<domainsnapshot><memory snapshot='external' file='{}'/></domainsnapshot>"
DUMPER = """
import os, signal, sys
import vsh
from vsh.drivers.qemu import dumps, long_job

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

step, root, path, flags = sys.argv[1:]
if step == "written":
    dumps._File.finish = killed
elif step == "stopped":
    dumps._write = killed
else:
    long_job.LongJob.pause = killed
with vsh.connect(root) as connection:
    connection.domain_lookup_by_name("tiny").core_dump(path, int(flags))
"""


@pytest.fixture
def domain(connection: Connection, tiny: TinyGuest) -> Domain:
    """A guest that runs."""
    found = connection.domain_define_xml(tiny.xml)
    found.create()
    tiny.wait_for()
    return found


@pytest.fixture
def slow(connection: Connection, domain: Domain, monkeypatch: pytest.MonkeyPatch) -> Domain:
    """Its stream into a file takes as long as one likes: it is read slowly."""
    from vsh.drivers.qemu import memory_stream

    monkeypatch.setattr(memory_stream, "_Pump", Stalled)
    return domain


class Stalled(threading.Thread):
    """Reads the stream that it is given so slowly that all of it would take minutes."""

    def __init__(self, source: int, target: int) -> None:
        super().__init__(daemon=True)
        self.error: OSError | None = None
        self._given, self._source = source, os.dup(source)

    def leave(self) -> None:
        """Nobody takes anything any more."""
        if self._given >= 0:
            os.close(self._given)
            self._given = -1

    def run(self) -> None:
        """Read until QEMU says no more."""
        while os.read(self._source, 4096):
            time.sleep(0.02)
        os.close(self._source)


@pytest.mark.parametrize("kind", [0, 1])
def test_memory_for_debuggers(domain: Domain, tmp_path: Path, kind: int) -> None:
    path = tmp_path / "dump"
    path.write_bytes(b"what was there before")
    domain.core_dump_with_format(str(path), kind, MEMORY_ONLY)
    assert path.read_bytes().startswith(MAGIC[kind])
    assert sorted(each.name for each in tmp_path.iterdir() if "dump" in each.name) == ["dump"]
    assert tuple(domain.get_state()) == (DomainState.RUNNING, 5)
    assert domain.get_job_stats(1).type == DomainJobType.NONE  # as libvirt keeps none of these


def test_a_stream_and_its_numbers(connection: Connection, domain: Domain, tmp_path: Path) -> None:
    number = connection.domain_event_callback_register_any(21, domain)
    domain.core_dump(str(tmp_path / "dump"), LIVE)
    assert (tmp_path / "dump").read_bytes().startswith(b"QEVM")
    event = connection.driver.next_event(10)
    assert event is not None
    assert event.callback == number
    kept = domain.get_job_stats(3)
    assert (kept.type, dict(kept.params)) == (DomainJobType.COMPLETED, dict(event.params))
    assert kept.params["operation"] == DomainJobOperation.DUMP
    assert kept.params["memory_total"] >= 16 << 20
    assert kept.params["memory_remaining"] == 0
    assert isinstance(kept.params, TypedParams)
    assert domain.get_job_stats(1) == kept  # asked without KEEP, it is forgotten
    assert domain.get_job_stats(1).type == DomainJobType.NONE


def test_numbers_of_a_snapshot_with_memory(domain: Domain, tmp_path: Path) -> None:
    domain.snapshot_create_xml(SNAPSHOT.format(tmp_path / "memory"))
    kept = domain.get_job_stats(1)
    assert (kept.type, kept.params["operation"]) == (3, DomainJobOperation.SNAPSHOT)
    assert kept.params["memory_total"] >= 16 << 20
    domain.set_memory_flags(8192, 2)  # nothing is in the way of other acts


@pytest.mark.parametrize("flags", [0, LIVE])
@pytest.mark.parametrize("running", [True, False])
def test_no_room_for_it(domain: Domain, flags: int, running: bool) -> None:
    """What QEMU still wants to say then has nowhere to go; the guest is as it was."""
    if not running:
        domain.suspend()
    before = domain.get_state().state
    with pytest.raises(Error, match="unable to write to '/dev/full': No space left on device"):
        domain.core_dump("/dev/full", flags)
    assert domain.get_state().state == before


def test_numbers_outlive_the_process(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        domain.create()
        domain.save(str(tmp_path / "saved"))
    with vsh.connect(root) as connection:
        found = connection.domain_lookup_by_name("tiny").get_job_stats(1)
        assert (found.type, found.params["operation"]) == (3, DomainJobOperation.SAVE)
    with vsh.connect(root) as connection:
        assert connection.domain_lookup_by_name("tiny").get_job_stats(1).type == DomainJobType.NONE


@pytest.mark.parametrize("act", ["dump", "save", "snapshot"])
def test_stopped_by_another_thread(slow: Domain, tmp_path: Path, act: str) -> None:
    path = tmp_path / "out"
    caught: list[Error] = []

    def going() -> None:
        try:
            if act == "dump":
                slow.core_dump(str(path))
            elif act == "save":
                slow.save(str(path))
            else:
                slow.snapshot_create_xml(SNAPSHOT.format(path))
        except Error as error:
            caught.append(error)

    thread = threading.Thread(target=going)
    thread.start()
    until = time.monotonic() + 20
    while slow.get_state().state != DomainState.PAUSED and time.monotonic() < until:
        time.sleep(0.005)
    found = slow.get_job_info()
    assert (found.type, slow.get_state().state) == (DomainJobType.UNBOUNDED, DomainState.PAUSED)
    assert slow.get_control_info().state == 1
    slow.abort_job()
    thread.join(20)
    word = {"dump": "domain core dump", "save": "domain save"}.get(act, act)
    assert [str(one.message) for one in caught] == [
        f"operation aborted: job '{word}' canceled by client"
    ]
    assert not path.exists()
    assert slow.list_all_snapshots() == []
    assert slow.get_state().state == DomainState.RUNNING
    assert slow.get_job_stats().type == DomainJobType.NONE


def test_ended_while_it_is_dumped(slow: Domain, tmp_path: Path) -> None:
    caught: list[Error] = []

    def going() -> None:
        try:
            slow.core_dump(str(tmp_path / "out"))
        except Error as error:
            caught.append(error)

    thread = threading.Thread(target=going)
    thread.start()
    until = time.monotonic() + 20
    while slow.get_state().state != DomainState.PAUSED and time.monotonic() < until:
        time.sleep(0.005)
    slow.destroy()
    thread.join(20)
    assert len(caught) == 1
    assert not (tmp_path / "out").exists()
    assert slow.get_state().state == DomainState.SHUTOFF


@pytest.mark.parametrize("step", ["stopped", "going", "written"])
@pytest.mark.parametrize("flags", [0, MEMORY_ONLY, MEMORY_ONLY | LIVE])
def test_killed_in_it(root: str, tiny: TinyGuest, tmp_path: Path, step: str, flags: int) -> None:
    """No file, nothing beside it, and the guest goes on."""
    with vsh.connect(root) as connection:
        connection.domain_define_xml(tiny.xml).create()
        tiny.wait_for()
    path = tmp_path / "dump"
    done = subprocess.run(
        [sys.executable, "-c", DUMPER, step, root, str(path), str(flags)], check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("dump")] == []
    with vsh.connect(root) as connection:
        found = connection.domain_lookup_by_name("tiny")
        assert found.get_state().state == DomainState.RUNNING
        found.core_dump(str(path), flags)
        assert path.exists()
