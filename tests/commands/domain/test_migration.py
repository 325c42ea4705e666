"""The five steps of a migration, against hosts that only take notes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from vsh.acts.migrate import migrate_by_source
from vsh.acts.move import move
from vsh.api.types import TypedParams
from vsh.errors import ArgumentUnsupported, Error, NoSupport, OperationFailed
from vsh.words.domain.migration import DomainMigrate

PROTECTION = DomainMigrate.CHANGE_PROTECTION


class Host:
    """A connection and a domain at once; ``fails`` names the step that raises."""

    name = "guest"

    def __init__(self, features: tuple[int, ...] = (6, 7, 13), fails: str = "") -> None:
        self.features = features
        self.fails = fails
        self.steps: list[tuple[Any, ...]] = []
        self.connection = self
        self.state = 1

    def _step(self, name: str, *values: Any) -> None:
        self.steps.append((name, *values))
        if name == self.fails:
            raise OperationFailed(name)

    def supports_feature(self, feature: int) -> int:
        return int(feature in self.features)

    def get_state(self) -> Any:
        return SimpleNamespace(state=self.state)

    def migrate_begin3_params(self, params: TypedParams, flags: int) -> Any:
        self._step("begin", flags)
        return SimpleNamespace(cookie_out=b"begun", xml="<domain/>")

    def domain_migrate_prepare3_params(self, params: TypedParams, cookie: bytes, flags: int) -> Any:
        self._step("prepare", cookie, flags, dict(params))
        return SimpleNamespace(cookie_out=b"prepared", uri_out="tcp:there:1")

    def migrate_perform3_params(
        self, uri: str | None, params: TypedParams, cookie: bytes, flags: int
    ) -> bytes:
        self._step("perform", uri, cookie, flags, params.get("migrate_uri"))
        return b"performed"

    def domain_migrate_finish3_params(
        self, params: TypedParams, cookie: bytes, flags: int, cancelled: int
    ) -> Any:
        self._step("finish", cookie, cancelled, params["destination_name"])
        return SimpleNamespace(domain="moved", cookie_out=b"finished")

    def migrate_confirm3_params(
        self, params: TypedParams, cookie: bytes, flags: int, cancelled: int
    ) -> None:
        self._step("confirm", cookie, flags, cancelled)


def names(host: Host) -> list[str]:
    return [step[0] for step in host.steps]


def test_all_goes_well() -> None:
    here, there = Host(), Host()
    live = DomainMigrate.LIVE
    assert move(here, there, TypedParams(), live | DomainMigrate.AUTO_CONVERGE) == "moved"
    both = live | DomainMigrate.AUTO_CONVERGE | PROTECTION
    assert here.steps == [
        ("begin", both),
        ("perform", None, b"prepared", both, "tcp:there:1"),
        ("confirm", b"finished", both, 0),
    ]
    assert there.steps == [
        ("prepare", b"begun", live, {"destination_xml": "<domain/>"}),
        ("finish", b"performed", 0, "guest"),
    ]


@pytest.mark.parametrize(
    ("fails", "at_source", "at_destination"),
    [
        ("begin", ["begin"], []),
        ("prepare", ["begin", "confirm"], ["prepare"]),
        ("perform", ["begin", "perform"], ["prepare", "finish"]),
        ("finish", ["begin", "perform", "confirm"], ["prepare", "finish"]),
    ],
)
def test_whatever_fails_both_hosts_are_told(
    fails: str, at_source: list[str], at_destination: list[str]
) -> None:
    here, there = Host(fails=fails), Host(fails=fails)
    with pytest.raises(OperationFailed, match=fails):
        move(here, there, TypedParams(), 0)
    assert names(here) == at_source
    assert names(there) == at_destination
    if fails in ("prepare", "finish"):
        assert here.steps[-1][-1] == 1  # cancelled; who performs knows of its own failure
    if fails == "perform":
        assert there.steps[-1][2] == 1


def test_a_guest_that_has_moved_has_moved() -> None:
    here, there = Host(fails="confirm"), Host()
    assert move(here, there, TypedParams(), 0) == "moved"


def test_a_paused_guest_stays_paused() -> None:
    here, there = Host(), Host()
    here.state = 3
    move(here, there, TypedParams(), 0)
    assert there.steps[0][2] == DomainMigrate.PAUSED


def test_offline_has_nothing_to_send() -> None:
    features = (6, 7, 12, 13)
    here, there = Host(features), Host(features)
    move(here, there, TypedParams(), DomainMigrate.OFFLINE)
    assert names(here) == ["begin", "confirm"]


@pytest.mark.parametrize(
    ("features", "flags", "message"),
    [
        ((), DomainMigrate.OFFLINE, "offline migration is not supported by the source host"),
        ((), PROTECTION, "cannot enforce change protection"),
        ((6,), 0, "extended parameters were passed"),
    ],
)
def test_what_hosts_cannot_do(features: tuple[int, ...], flags: int, message: str) -> None:
    params = TypedParams().set("graphics_uri", "string", "x")
    with pytest.raises(ArgumentUnsupported, match=message):
        move(Host(features), Host(features), params, flags)


def test_a_driver_without_migration() -> None:
    with pytest.raises(NoSupport, match="virDomainMigrate3"):
        move(Host(()), Host(()), TypedParams(), 0)


def test_by_the_source() -> None:
    here = Host((4,))
    migrate_by_source(here, "qemu://far/system", TypedParams(), DomainMigrate.PEER2PEER)
    assert here.steps == [("perform", "qemu://far/system", b"", DomainMigrate.PEER2PEER, None)]
    for flags, kind in ((DomainMigrate.PEER2PEER, "p2p"), (0, "direct")):
        with pytest.raises(Error, match=f"{kind} migration is not supported by the source host"):
            migrate_by_source(Host(()), "x", TypedParams(), flags)
