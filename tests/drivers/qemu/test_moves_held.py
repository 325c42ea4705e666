"""Between the steps of a move nobody changes the guest, unless its client goes away."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.api.types import TypedParams
from vsh.drivers.state.jobs import Jobs
from vsh.errors import InternalError, NoDomain, OperationInvalid, OperationTimeout
from vsh.words.domain.job import DomainJobType
from vsh.words.domain.migration import DomainMigrate as Flag
from vsh.words.domain.state import DomainPausedReason, DomainRunningReason, DomainState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

LIVE = Flag.LIVE | Flag.UNSAFE
HELD = LIVE | Flag.CHANGE_PROTECTION
MIGRATED = int(DomainPausedReason.MIGRATION)
WAITS = r"cannot acquire state change lock \(held by monitor=remoteDispatchDomainMigrate{}3Params\)"
NO_MOVE = "domain 'tiny' is not being migrated"


@pytest.fixture
def domain(connection: Connection, monkeypatch: pytest.MonkeyPatch, tiny: TinyGuest) -> Domain:
    """A guest that runs; who has to wait for it is refused at once."""
    monkeypatch.setattr(Jobs.begin, "__defaults__", ("", 0.0))
    found = connection.domain_define_xml(tiny.file.read_text())
    found.create()
    tiny.wait_for()
    return found


@pytest.fixture
def mover(domain: Domain) -> Iterator[Domain]:
    """The same guest by another connection, which moves it."""
    with vsh.connect(domain.connection.uri) as opened:
        yield opened.domains["tiny"]


def state(domain: Domain) -> tuple[int, int]:
    found = domain.get_state()
    return int(found.state), int(found.reason)


def cancel(domain: Domain) -> None:
    domain.migrate_confirm3_params(TypedParams(), b"", HELD, 1)


def test_from_its_begin(domain: Domain, mover: Domain) -> None:
    mover.migrate_begin3_params(TypedParams(), HELD)
    with pytest.raises(OperationTimeout, match=WAITS.format("Begin")):
        domain.set_autostart(1)
    for flags in (LIVE, HELD):
        with pytest.raises(OperationInvalid, match="another migration job is already running"):
            domain.migrate_begin3_params(TypedParams(), flags)
    found = domain.get_job_stats()
    assert found.type == DomainJobType.UNBOUNDED
    assert found.params["memory_total"] == 0
    domain.connection.domain_define_xml(domain.get_xml_desc(2))
    domain.migrate_set_max_downtime(200)
    domain.suspend()
    assert state(domain) == (DomainState.PAUSED, MIGRATED)
    cancel(domain)
    assert state(domain) == (DomainState.RUNNING, DomainRunningReason.MIGRATION_CANCELED)
    for step in (
        lambda: cancel(mover),
        lambda: mover.migrate_perform3_params(None, TypedParams(), b"", HELD),
    ):
        with pytest.raises(OperationInvalid, match=NO_MOVE):
            step()


def test_until_its_client_has_gone(domain: Domain, mover: Domain) -> None:
    mover.migrate_begin3_params(TypedParams(), HELD)
    mover.connection.close()
    domain.set_autostart(1)
    assert domain.get_job_stats().type == DomainJobType.NONE


def test_until_it_has_ended(domain: Domain, mover: Domain) -> None:
    mover.migrate_begin3_params(TypedParams(), HELD)
    domain.destroy()
    domain.create()
    domain.set_autostart(1)
    with pytest.raises(OperationInvalid, match=NO_MOVE):
        cancel(mover)
    assert state(domain) == (DomainState.RUNNING, DomainRunningReason.BOOTED)


def test_called_back_before_it_was_sent(domain: Domain, mover: Domain) -> None:
    mover.migrate_begin3_params(TypedParams(), HELD)
    domain.abort_job()
    params = TypedParams().set("migrate_uri", "string", "tcp:127.0.0.1:1")
    with pytest.raises(vsh.Error, match="migration out: canceled by client"):
        mover.migrate_perform3_params(None, params, b"", HELD)
    domain.set_autostart(1)
    assert state(domain) == (DomainState.RUNNING, DomainRunningReason.BOOTED)


@pytest.mark.parametrize("flags", [LIVE, HELD])
def test_until_it_is_confirmed(domain: Domain, mover: Domain, tmp_path: Path, flags: int) -> None:
    """Sent, and nobody says what has become of it: it stands still until somebody lets it run."""
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'there'}") as there:
        begun = mover.migrate_begin3_params(TypedParams(), flags)
        params = TypedParams().set("migrate_uri", "string", "tcp://127.0.0.1")
        params.set("destination_xml", "string", begun.xml)
        prepared = there.domain_migrate_prepare3_params(params, begun.cookie_out, LIVE)
        coming = there.domains["tiny"]
        there.domain_define_xml(coming.get_xml_desc(2))
        params.set("migrate_uri", "string", prepared.uri_out)
        mover.migrate_perform3_params(None, params, prepared.cookie_out, flags)
        with pytest.raises(OperationTimeout, match=WAITS.format("Perform")):
            domain.resume()
        coming.destroy()
        mover.connection.close()
        assert state(domain) == (DomainState.PAUSED, MIGRATED)
        domain.resume()
        params.set("destination_name", "string", "tiny")
        with pytest.raises(OperationInvalid, match="is not processing incoming migration"):
            there.domain_migrate_finish3_params(params, b"", LIVE, 1)
        coming.set_autostart(1)
        coming.undefine()


def test_the_destination_says_what_became_of_its_qemu(
    domain: Domain, mover: Domain, tmp_path: Path
) -> None:
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'there'}") as there:
        begun = mover.migrate_begin3_params(TypedParams(), HELD)
        params = TypedParams().set("destination_xml", "string", begun.xml)
        there.domain_migrate_prepare3_params(params, begun.cookie_out, LIVE)
        with there.watch("lifecycle", timeout=60) as told:
            for process in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError):
                    if f"{tmp_path}/there/run/" in (process / "cmdline").read_text():
                        os.kill(int(process.name), signal.SIGKILL)
            next(iter(told))  # stopped, failed
        cancel(mover)
        params.set("destination_name", "string", "tiny")
        for error, words in (
            (InternalError, r"qemu unexpectedly closed the monitor$"),
            (NoDomain, "no domain with matching name 'tiny'"),
        ):
            with pytest.raises(error, match=words):
                there.domain_migrate_finish3_params(params, b"", LIVE, 1)


def test_what_was_told_for_it_is_taken_back(domain: Domain) -> None:
    before = domain.migrate_get_compression_cache()
    params = TypedParams().set("migrate_uri", "string", "tcp:127.0.0.1:1")
    params.set("compression", "string", "xbzrle")
    params.set("compression.xbzrle.cache", "ullong", 1 << 20)
    assert before != 1 << 20
    with pytest.raises(vsh.Error, match="unable to connect to server at"):
        domain.migrate_perform3_params(None, params, b"", LIVE | Flag.COMPRESSED)
    assert domain.migrate_get_compression_cache() == before
    assert state(domain) == (DomainState.RUNNING, DomainRunningReason.BOOTED)
