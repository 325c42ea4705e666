"""The atoms: what they offer for completion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vsh.cli import devices, networks, storage
from vsh.cli.objects import ACTIVE_DOMAIN, INACTIVE_DOMAIN, domain_names, impact, names_of
from vsh.cli.session import Session
from vsh.words.connection import ListAllDomains

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def session() -> Iterator[Session]:
    session = Session()
    session.uri = "test:///default"
    yield session
    session.disconnect()  # the world of test:///default ends with its last connection


def offered(atom: Any, session: Session) -> list[str]:
    return list(atom.complete(session, "", {}))


def test_domains_by_a_flag_or_its_name(session: Session) -> None:
    assert offered(ACTIVE_DOMAIN, session) == ["test"]
    assert offered(INACTIVE_DOMAIN, session) == []
    session.connection.domain_lookup_by_name("test").destroy()
    assert offered(ACTIVE_DOMAIN, session) == []
    assert offered(INACTIVE_DOMAIN, session) == ["test"]
    for which in (ListAllDomains.SHUTOFF, "SHUTOFF", 0):
        assert list(domain_names(which)(session, "", {})) == ["test"]
    with pytest.raises(AttributeError):
        list(domain_names("SWITCHED_OFF")(session, "", {}))


@pytest.mark.parametrize(
    ("atom", "words"),
    [
        (networks.NETWORK, ["default"]),
        (networks.ACTIVE_NETWORK, ["default"]),
        (networks.INACTIVE_NETWORK, []),
        (networks.PERSISTENT_NETWORK, ["default"]),
        (networks.network_argument(by="uuid"), ["dd8fe884-6c02-601e-7551-cca97df1c5df"]),
        (networks.INTERFACE, ["eth1"]),
        (networks.INACTIVE_INTERFACE, []),
        (networks.interface_argument(by="mac"), ["aa:bb:cc:dd:ee:ff"]),
        (storage.ACTIVE_POOL, ["default-pool"]),
        (storage.INACTIVE_POOL, []),
        (storage.pool_argument(by="uuid"), ["dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566"]),
        (storage.VOLUME_POOL, ["default-pool"]),
        (devices.NODE_DEVICE, ["computer", "scsi_host1", "scsi_host11", "scsi_host2"]),
    ],
)
def test_objects_by_the_word_that_they_are_found_by(
    atom: Any, words: list[str], session: Session
) -> None:
    assert sorted(offered(atom, session)) == words


def test_any_word_of_a_listing(session: Session) -> None:
    complete = names_of("list_all_interfaces", word="mac")
    assert list(complete(session, "", {})) == ["aa:bb:cc:dd:ee:ff"]


def test_the_options_of_an_impact() -> None:
    assert [(flag.name, flag.number) for flag in impact().flags] == [
        ("config", 2),
        ("live", 1),
        ("current", 0),
    ]
    assert [flag.name for flag in impact("live").flags] == ["live"]
