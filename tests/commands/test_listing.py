"""Listings ask for everything at once: what they cost, and what happens to what cannot be had."""

from __future__ import annotations

import time
from typing import Any

import pytest
from slot_driver import SlotDriver

from vsh.api.connection import Connection
from vsh.api.domain import Domain
from vsh.api.domain.records import DomainInfo, InterfaceAddresses, IpAddress, StateAndReason
from vsh.api.network import Network
from vsh.api.pool import Pool, PoolInfo
from vsh.api.volume import Volume, VolumeInfo
from vsh.cli.session import Session
from vsh.commands._listing import fact, listed, name_order, yes_no
from vsh.commands.monitor.list import list as list_command
from vsh.commands.network.net_list import net_list
from vsh.commands.pool.pool_list import pool_list
from vsh.commands.volume.vol_list import vol_list
from vsh.errors import (
    CommandError,
    Error,
    InternalError,
    NoDomain,
    NoDomainMetadata,
    NoSupport,
    from_wire,
)

UUID = "00000000-0000-4000-8000-0000000000{:02d}"


class Counting(SlotDriver):
    """A driver that counts its round trips: a ``many`` is one, whatever is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.trips = 0
        self.inside = False

    def call(self, call: Any, target: Any, values: tuple[Any, ...]) -> Any:
        self.trips += not self.inside
        return super().call(call, target, values)

    def many(self, requests: Any) -> list[Any]:
        self.trips += 1
        self.inside = True
        try:
            return super().many(requests)
        finally:
            self.inside = False


class Many(Counting):
    """Thirty of everything; the seventh of each has gone in the meantime."""

    def connect_list_all_domains(self, connection: Any, flags: int) -> list[Domain]:
        return [Domain(connection, f"d{n}", UUID.format(n), n if n % 2 else -1) for n in range(30)]

    def domain_get_state(self, domain: Domain, flags: int) -> StateAndReason:
        if domain.name == "d7":
            raise NoDomain("d7")
        return StateAndReason(1 if domain.id != -1 else 5, 0)

    def domain_get_info(self, domain: Domain) -> DomainInfo:
        if domain.name == "d7":
            raise NoDomain("d7")
        ten_seconds = 10 * 10**9  # of two vCPUs that are up for fifty
        state = 1 if domain.id != -1 else 5
        return DomainInfo(state, 4 << 20, 2 << 20, 2, ten_seconds)

    def domain_snapshot_num(self, domain: Domain, flags: int) -> int:
        return 3

    def domain_interface_addresses(self, domain: Domain, source: int, flags: int) -> list[Any]:
        address = IpAddress(0, f"10.0.0.{domain.name[1:]}", 24)
        return [InterfaceAddresses("vnet0", "52:54:00:00:00:01", [address])]

    def domain_get_autostart(self, domain: Domain) -> int:
        return 0

    def domain_is_persistent(self, domain: Domain) -> int:
        return 1

    def started(self, domains: list[Domain]) -> list[float | None]:
        return [time.time() - 50 if domain.id != -1 else None for domain in domains]

    def domain_get_metadata(self, domain: Domain, kind: int, uri: Any, flags: int) -> str:
        if domain.name == "d8":
            raise NoDomainMetadata("title")
        return f"the {domain.name}"

    def domain_has_managed_save_image(self, domain: Domain, flags: int) -> int:
        return int(domain.name == "d2")

    def connect_list_all_networks(self, connection: Any, flags: int) -> list[Network]:
        return [Network(connection, f"n{n}", UUID.format(n)) for n in range(30)]

    def network_get_autostart(self, network: Network) -> int:
        if network.name == "n7":
            raise InternalError("gone")
        return 1

    def network_is_active(self, network: Network) -> int:
        return 0

    def network_is_persistent(self, network: Network) -> int:
        return 1

    def connect_list_all_storage_pools(self, connection: Any, flags: int) -> list[Pool]:
        return [Pool(connection, f"p{n}", UUID.format(n)) for n in range(30)]

    def storage_pool_get_autostart(self, pool: Pool) -> int:
        return 0

    def storage_pool_is_persistent(self, pool: Pool) -> int:
        return 1

    def storage_pool_get_info(self, pool: Pool) -> PoolInfo:
        if pool.name == "p7":
            raise InternalError("gone")
        return PoolInfo(2 if pool.name != "p8" else 0, 1 << 30, 0, 1 << 30)

    def storage_pool_list_all_volumes(self, pool: Pool, flags: int) -> list[Volume]:
        return [Volume(pool.connection, pool.name, f"v{n}", f"/v{n}") for n in range(200)]

    def storage_vol_get_path(self, volume: Volume) -> str:
        return f"/{volume.name}"

    def storage_vol_get_info(self, volume: Volume) -> VolumeInfo:
        return VolumeInfo(0, 1536, 512)


@pytest.fixture
def connection() -> Connection:
    return Connection(Many(), "many:///")


def plain(**given: Any) -> dict[str, Any]:
    """Options of ``list`` that were not given, and these."""
    words = (
        "inactive",
        "all",
        "uuid",
        "name",
        "id",
        "table",
        "managed_save",
        "title",
        "wide",
        "cpu",
    )
    return dict.fromkeys(words, False) | {"filters": 0} | given


def test_list_with_titles_takes_three_round_trips(connection: Connection) -> None:
    table = list_command.function(
        **plain(all=True, title=True, managed_save=True), connection=connection, session=Session()
    )
    assert connection.driver.trips == 3
    rows = {row["name"]: row for row in table.data()}
    assert "d7" not in rows
    assert rows["d8"]["title"] is None
    shown = ("id", "name", "state", "title", "uuid")
    assert {key: rows["d1"][key] for key in shown} == {
        "id": "1",
        "name": "d1",
        "state": "running",
        "title": "the d1",
        "uuid": UUID.format(1),
    }
    assert rows["d2"]["state"] == "saved"
    assert rows["d4"]["state"] == "shut off"
    assert rows["d4"]["id"] is None


@pytest.mark.parametrize("wide", [False, True])
def test_the_list_for_people_takes_two(connection: Connection, wide: bool) -> None:
    session = Session()
    session.format = "table"
    table = list_command.function(
        **plain(all=True, wide=wide), connection=connection, session=session
    )
    assert connection.driver.trips == 2
    heads = ["Id", "Name", "State", "vCPU", "Memory", "CPU", "IP", "Snap", "Up"]
    wider = ["Max memory", "Autostart", "Persistent", "Title", "UUID"]
    assert [column.head for column in table.columns] == heads + (wider if wide else [])
    cells = {row[1]: row for row in table.cells()}
    assert "d7" not in cells
    assert cells["d1"][2:9] == ["running", "2", "2 GiB", "10%", "10.0.0.1", "3", "50 s"]
    assert cells["d4"][2:9] == ["shut off", "2", "2 GiB", "-", "10.0.0.4", "3", "-"]
    if wide:
        assert cells["d1"][9:] == ["4 GiB", "no", "yes", "the d1", UUID.format(1)]


def test_the_use_of_cpus_just_now_takes_one_more(connection: Connection) -> None:
    table = list_command.function(
        **plain(all=True, cpu=True), connection=connection, session=Session()
    )
    assert connection.driver.trips == 3
    cells = {row[1]: row for row in table.cells()}
    assert (cells["d1"][5], cells["d4"][5]) == ("0%", "-")


def test_list_of_names_takes_one(connection: Connection) -> None:
    words = list_command.function(
        **plain(all=True, name=True), connection=connection, session=Session()
    )
    assert connection.driver.trips == 1
    assert words.text.split()[:3] == ["d1", "d3", "d5"]


def test_net_list_takes_two(connection: Connection) -> None:
    table = net_list.function(
        inactive=False,
        all=True,
        filters=0,
        uuid=False,
        name=False,
        table=False,
        title=False,
        connection=connection,
    )
    assert connection.driver.trips == 2
    rows = {row["name"]: row for row in table.data()}
    assert rows["n7"]["autostart"] is None
    assert rows["n1"] == {
        "name": "n1",
        "active": False,
        "autostart": True,
        "persistent": True,
        "uuid": UUID.format(1),
        "title": None,
    }


def test_pool_list_details_takes_two(connection: Connection) -> None:
    table = pool_list.function(
        inactive=False,
        all=True,
        filters=0,
        type=None,
        details=True,
        uuid=False,
        name=False,
        connection=connection,
    )
    assert connection.driver.trips == 2
    cells = {row[0]: row for row in table.cells()}
    assert cells["p1"][4:] == ["1.00 GiB", "0.00 B", "1.00 GiB"]
    assert cells["p7"][1] == "unknown"
    assert cells["p8"][1:] == ["inactive", "no", "yes", "-", "-", "-"]


def test_vol_list_details_takes_two(connection: Connection) -> None:
    pool = Pool(connection, "p", UUID.format(1))
    table = vol_list.function(pool=pool, details=True)
    assert connection.driver.trips == 2
    assert len(table.rows) == 200
    assert table.cells()[0] == ["v0", "/v0", "file", "1.50 KiB", "512.00 B"]


def test_the_order_of_listings() -> None:
    names = ["b", "A", "a1", "É", "é", "_"]
    assert sorted(names, key=name_order) == ["_", "A", "a1", "b", "É", "é"]


def test_words_for_facts() -> None:
    assert [yes_no(fact(answer)) for answer in (1, 0, NoDomain("x"))] == ["yes", "no", "unknown"]


def test_a_driver_that_has_nothing_of_the_kind_says_so() -> None:
    def missing() -> Any:
        raise NoSupport("virConnectListAllThings")

    def no_count() -> Any:
        raise NoSupport("virConnectNumOfThings")

    with pytest.raises(CommandError, match="Failed to count things") as raised:
        listed(missing, "Failed to list things", count=no_count, counting="Failed to count things")
    assert "virConnectNumOfThings" in str(raised.value.__cause__)
    with pytest.raises(CommandError, match="Failed to list things"):
        listed(missing, "Failed to list things")


def test_any_other_failure_of_a_listing() -> None:
    def broken() -> Any:
        raise from_wire(1, 0, "internal error: broken")

    with pytest.raises(CommandError, match="Failed to list things") as raised:
        listed(broken, "Failed to list things", count=lambda: 3, counting="unused")
    assert isinstance(raised.value.__cause__, Error)
