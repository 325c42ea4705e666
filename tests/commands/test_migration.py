"""The steps of a migration: which host hears what, and what a failure leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tiny_guest import TinyGuest

from vsh.acts.migrate import migrate_by_source
from vsh.acts.move import move
from vsh.api.connection.records import Finished, Prepared
from vsh.api.domain.records import Begun, StateAndReason
from vsh.api.types import TypedParams
from vsh.errors import ArgumentUnsupported, Error, InternalError, OperationFailed
from vsh.words.domain.migration import DomainMigrate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Result
    from private_libvirtd import PrivateLibvirtd

PROTECTION = DomainMigrate.CHANGE_PROTECTION


class Host:
    """A host that can do all, and notes what it is asked; ``failing`` names steps that fail."""

    def __init__(self, said: list[Any], *failing: str) -> None:
        self.said = said
        self.failing = failing

    def supports_feature(self, number: int) -> int:
        return 1

    def note(self, step: str, flags: int, cookie: bytes, *more: Any) -> None:
        self.said.append((step, flags, cookie, *more))
        if step in self.failing:
            raise OperationFailed(step)

    def domain_migrate_prepare3_params(
        self, params: TypedParams, cookie: bytes, flags: int
    ) -> Prepared:
        self.note("prepare", flags, cookie)
        return Prepared(b"prepared", "tcp:there:49152")

    def domain_migrate_finish3_params(
        self, params: TypedParams, cookie: bytes, flags: int, cancelled: int
    ) -> Finished:
        self.note("finish", flags, cookie, cancelled)
        if cancelled:
            raise InternalError("cancelled")
        return Finished("moved", b"finished")


class Guest:
    """A guest on a source; in state ``state``."""

    name = "tiny"

    def __init__(self, source: Host, state: int = 1) -> None:
        self.connection = source
        self.state = state

    def get_state(self) -> StateAndReason:
        return StateAndReason(self.state, 0)

    def migrate_begin3_params(self, params: TypedParams, flags: int) -> Begun:
        self.connection.note("begin", flags, b"")
        return Begun(b"begun", "<domain/>")

    def migrate_perform3_params(
        self, uri: str | None, params: TypedParams, cookie: bytes, flags: int
    ) -> bytes:
        self.connection.note("perform", flags, cookie)
        return b"performed"

    def migrate_confirm3_params(
        self, params: TypedParams, cookie: bytes, flags: int, cancelled: int
    ) -> None:
        self.connection.note("confirm", flags, cookie, cancelled)


def migrated(flags: int, *failing: str, state: int = 1) -> tuple[list[Any], Error | None]:
    """All that was said in one migration, and how it failed."""
    said: list[Any] = []
    host = Host(said, *failing)
    try:
        assert move(Guest(host, state), Host(said, *failing), TypedParams(), flags) == "moved"
    except Error as error:
        return said, error
    return said, None


def test_protection_is_for_the_source_only() -> None:
    for given in (0, PROTECTION):
        said, failed = migrated(DomainMigrate.LIVE | given)
        assert failed is None
        assert said == [
            ("begin", 1 | PROTECTION, b""),
            ("prepare", 1, b"begun"),
            ("perform", 1 | PROTECTION, b"prepared"),
            ("finish", 1, b"performed", 0),
            ("confirm", 1 | PROTECTION, b"finished", 0),
        ]


def test_offline_the_destination_does_not_get_its_own_cookie_back() -> None:
    said, failed = migrated(DomainMigrate.OFFLINE)
    assert failed is None
    assert [(step[0], step[2]) for step in said] == [
        ("begin", b""), ("prepare", b"begun"), ("finish", b""), ("confirm", b"finished"),
    ]  # fmt: skip


def test_a_paused_guest_stays_paused() -> None:
    said, _ = migrated(DomainMigrate.LIVE, state=3)
    assert said[1][1] == DomainMigrate.LIVE | DomainMigrate.PAUSED
    resume = DomainMigrate.LIVE | DomainMigrate.POSTCOPY | DomainMigrate.POSTCOPY_RESUME
    said, _ = migrated(resume, state=3)
    assert said[1][1] == resume


@pytest.mark.parametrize(
    ("step", "after"),
    [
        ("begin", []),
        ("prepare", [("confirm", 1)]),
        ("perform", [("finish", 1)]),  # the source knows already
        ("finish", [("confirm", 1)]),
    ],
)
def test_both_hosts_are_told_of_a_failure(step: str, after: list[tuple[str, int]]) -> None:
    said, failed = migrated(DomainMigrate.LIVE, step)
    assert failed is not None
    assert step in failed.message
    place = [what[0] for what in said].index(step)
    assert [(what[0], what[-1]) for what in said[place + 1 :]] == after


def test_a_failing_confirmation_does_not_undo_what_was_done() -> None:
    assert migrated(DomainMigrate.LIVE, "confirm")[1] is None


def test_tunnelled_needs_p2p() -> None:
    said, failed = migrated(DomainMigrate.TUNNELLED)
    assert not said
    assert "without using peer2peer flag" in str(failed)


@pytest.mark.parametrize("uri", ["qemu:///system", "qemu+ssh://localhost/system"])
def test_p2p_refuses_the_same_host(uri: str) -> None:
    with pytest.raises(Error, match=r"^Attempt to migrate guest to the same host$"):
        migrate_by_source(Guest(Host([])), uri, TypedParams(), DomainMigrate.PEER2PEER)


def test_direct_takes_no_newer_parameters() -> None:
    params = TypedParams().set("disks_port", "int", 1)
    with pytest.raises(ArgumentUnsupported, match="not supported by migration protocol 3"):
        migrate_by_source(Guest(Host([])), "x", params, 0)


@pytest.mark.parametrize(
    ("options", "running"),
    [
        (["--live", "--unsafe", "--change-protection"], ["tiny"]),
        (["--live", "--unsafe", "--persistent", "--undefinesource"], ["tiny"]),
        (["--offline", "--persistent"], []),
    ],
)
def test_between_real_daemons(
    options: list[str], running: list[str], libvirtd: PrivateLibvirtd, other: PrivateLibvirtd,
    run: Callable[..., Result], tmp_path: Path,
) -> None:  # fmt: skip
    libvirtd.virsh("define", str(TinyGuest(tmp_path, "tiny").file))
    if running:
        libvirtd.virsh("start", "tiny")
        options = [*options, "--migrateuri", "tcp://127.0.0.1:49733"]
    result = run("-c", libvirtd.uri, "migrate", "tiny", other.uri, *options)
    assert (result.status, result.out, result.err) == (0, "\n", "")
    assert other.virsh("list", "--name").split() == running
    assert libvirtd.virsh("list", "--name").split() == []
