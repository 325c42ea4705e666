"""A daemon that is killed while each kind of job is under way: what the next one finds is defined.

Jobs of QEMU's own go on; the others have not been, and can be begun again.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

import vsh
from vsh.api.types import TypedParams
from vsh.errors import Error
from vsh.words.domain.block import DomainBlockCopy, DomainBlockJobAbort
from vsh.words.domain.migration import DomainMigrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.api.domain import Domain

RUNNING, SHUT_OFF = 1, 5
IN_MONITOR = 2
BACKUP = """<domainbackup mode='pull'><server transport='unix' socket='{0}/nbd'/><disks>
<disk name='vda' backup='yes' type='file'><scratch file='{0}/scratch'/></disk></disks>
</domainbackup>"""
COPY = "<disk type='file'><source file='{}/copy'/><driver type='qcow2'/></disk>"


@pytest.fixture
def guest(vshd: PrivateVshd, tmp_path: Path) -> TinyGuest:
    """One that runs."""
    tiny = TinyGuest(tmp_path, "guest")
    with vsh.connect(vshd.uri()) as connection:
        connection.domain_define_xml(tiny.xml).create()
    return tiny


def process(vshd: PrivateVshd) -> int:
    """The guest's QEMU."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if str(vshd.root).encode() in place.read_bytes().partition(b"-name")[2]:
                found.append(int(place.parent.name))
    [number] = found
    return number


def cut_off(vshd: PrivateVshd, act: Callable[[Domain], object]) -> None:
    """Kill the daemon while the guest's QEMU has not answered to an act; start another one."""

    def begin() -> None:
        with contextlib.suppress(Error), vsh.connect(vshd.uri()) as connection:
            act(connection.domains["guest"])
            answered.append(act)

    answered: list[object] = []
    number = process(vshd)
    with vsh.connect(vshd.uri()) as connection:
        domain = connection.domains["guest"]
        os.kill(number, signal.SIGSTOP)
        try:
            thread = threading.Thread(target=begin)
            thread.start()
            until = time.monotonic() + 30
            while domain.get_control_info().state != IN_MONITOR:
                assert time.monotonic() < until
                time.sleep(0.01)
            vshd.kill()
        finally:
            os.kill(number, signal.SIGCONT)
        thread.join()
    assert answered == []
    vshd.start()


@contextlib.contextmanager
def after(vshd: PrivateVshd) -> Iterator[Domain]:
    """The guest as the next daemon knows it: it runs, and no job is left of those of the daemon."""
    with vsh.connect(vshd.uri()) as connection:
        domain = connection.domains["guest"]
        until = time.monotonic() + 30
        while domain.get_state().state != RUNNING:
            assert time.monotonic() < until, domain.get_state()
            time.sleep(0.02)
        yield domain


def test_jobs_of_qemu_go_on(vshd: PrivateVshd, guest: TinyGuest, tmp_path: Path) -> None:
    """A copy that is there is pivoted to, a backup that is pulled is still offered."""
    with vsh.connect(vshd.uri()) as connection:
        domain = connection.domains["guest"]
        flags = DomainBlockCopy.TRANSIENT_JOB
        domain.block_copy("vda", COPY.format(tmp_path), TypedParams(), flags)
    vshd.kill()
    vshd.start()
    with after(vshd) as domain:
        until = time.monotonic() + 30
        while not (job := domain.get_block_job_info("vda")).cur == job.end > 0:
            assert time.monotonic() < until, job
            time.sleep(0.02)
        domain.block_job_abort("vda", DomainBlockJobAbort.PIVOT)
        assert f"<source file='{tmp_path}/copy'" in domain.get_xml_desc()
        domain.backup_begin(BACKUP.format(tmp_path))
    vshd.kill()
    vshd.start()
    with after(vshd) as domain:
        assert f"{tmp_path}/nbd" in domain.backup_get_xml_desc()
        assert (tmp_path / "nbd").exists()
        domain.abort_job()
        until = time.monotonic() + 30
        while domain.get_job_info().type:
            assert time.monotonic() < until
            time.sleep(0.02)
        domain.destroy()


def test_jobs_that_an_older_daemon_began(
    vshd: PrivateVshd, guest: TinyGuest, tmp_path: Path
) -> None:
    """One that wrote down less of them than the daemon that takes its place."""
    with vsh.connect(vshd.uri()) as connection:
        domain = connection.domains[guest.name]
        copy = COPY.format(tmp_path)
        domain.block_copy("vda", copy, TypedParams(), DomainBlockCopy.TRANSIENT_JOB)
    vshd.kill()
    with contextlib.closing(sqlite3.connect(vshd.root / "state")) as state, state:
        [text] = state.execute("SELECT facts FROM object WHERE kind = 'domain'").fetchone()
        facts = json.loads(text)
        [job] = facts["run"]["jobs"]
        for name in ("late", "delete", "shallow", "bitmap", "problem", "deleting"):
            del job[name]
        for name in ("bandwidth", "cpu", "ends", "lost", "moving", "beside"):
            facts["run"].pop(name, None)
        state.execute("UPDATE object SET facts = ? WHERE kind = 'domain'", (json.dumps(facts),))
    vshd.start()
    with after(vshd) as domain:
        until = time.monotonic() + 30
        while not (found := domain.get_block_job_info("vda")).cur == found.end > 0:
            assert time.monotonic() < until, found
            time.sleep(0.02)
        domain.block_job_abort("vda", DomainBlockJobAbort.PIVOT)
        assert f"<source file='{tmp_path}/copy'" in domain.get_xml_desc()
        domain.destroy()


def test_others_have_not_been(vshd: PrivateVshd, guest: TinyGuest, tmp_path: Path) -> None:
    """Dumps, saves and migrations; then each of them is made."""
    place = tmp_path / "there"
    place.mkdir()
    there = PrivateVshd(place)
    there.start()
    flags = DomainMigrate.LIVE | DomainMigrate.PEER2PEER | DomainMigrate.UNSAFE
    acts: list[Callable[[Domain], object]] = [
        lambda domain: domain.core_dump(f"{tmp_path}/core", 0),
        lambda domain: domain.save(f"{tmp_path}/saved"),
        lambda domain: domain.connection.migrate(domain, there.uri(), flags=flags).wait(),
    ]
    try:
        for act in acts:
            cut_off(vshd, act)
            with after(vshd) as domain:
                assert domain.get_job_info().type == 0
            left = {each.name for each in tmp_path.iterdir()}
            assert left.isdisjoint({"core", "saved"}), left
        with vsh.connect(there.uri()) as connection:
            assert connection.list_all_domains() == []
        dump, save, migrate = acts
        with after(vshd) as domain:
            dump(domain)
            save(domain)
            domain.connection.domain_restore(f"{tmp_path}/saved")
            migrate(domain)
        with vsh.connect(there.uri()) as connection:
            [moved] = connection.list_all_domains()
            assert moved.get_state().state == RUNNING
            moved.destroy()
    finally:
        there.kill()
