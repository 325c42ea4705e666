"""Finding volumes, sizes, descriptions of pools."""

from __future__ import annotations

from typing import Any

import pytest
from slot_driver import SlotDriver

from vsh.api.connection import Connection
from vsh.api.pool import Pool
from vsh.api.volume import Volume
from vsh.cli.session import Session
from vsh.cli.storage import find_volume
from vsh.commands.pool._shared import DESCRIPTION, pool_xml
from vsh.commands.volume._shared import volume_size
from vsh.errors import CommandError, NoStoragePool, NoStorageVolume

UUID = "00000000-0000-4000-8000-000000000001"


class Storage(SlotDriver):
    """Pools "one" and "off", and a volume "v" in another pool that has a key and a path."""

    def storage_pool_lookup_by_name(self, connection: Any, name: str) -> Pool:
        if name not in ("one", "off"):
            raise NoStoragePool(f"no storage pool with matching name '{name}'")
        return Pool(connection, name, UUID)

    def storage_pool_is_active(self, pool: Pool) -> int:
        return int(pool.name != "off")

    def storage_vol_lookup_by_name(self, pool: Pool, name: str) -> Volume:
        if name != "w":
            raise NoStorageVolume(f"no storage vol with matching name '{name}'")
        return Volume(pool.connection, pool.name, name, f"/one/{name}")

    def storage_vol_lookup_by_key(self, connection: Any, key: str) -> Volume:
        if key != "key":
            raise NoStorageVolume(f"no storage vol with matching key {key}")
        return Volume(connection, "two", "v", key)

    def storage_vol_lookup_by_path(self, connection: Any, path: str) -> Volume:
        raise NoStorageVolume(f"no storage vol with matching path '{path}'")


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    session = Session()
    connection = Connection(Storage(), "storage:///")
    monkeypatch.setattr(Session, "connection", property(lambda self: connection))
    return session


def test_a_volume_by_name_in_its_pool(session: Session) -> None:
    assert find_volume(session, "w", "one").key == "/one/w"


def test_a_volume_by_key_needs_no_pool(session: Session) -> None:
    assert find_volume(session, "key").name == "v"


@pytest.mark.parametrize(
    ("text", "pool", "option", "message"),
    [
        ("x", None, "pool", "failed to get vol 'x', specifying --pool might help"),
        ("x", None, "inputpool", "failed to get vol 'x', specifying --inputpool might help"),
        ("x", None, None, "failed to get vol 'x'"),
        ("x", "one", "pool", "failed to get vol 'x'"),
        ("w", "nothing", "pool", "failed to get pool 'nothing'"),
        ("w", "off", "pool", "pool 'off' is not active"),
        ("key", "one", "pool", "Requested volume 'key' is not in pool 'one'"),
    ],
)
def test_a_volume_that_is_not_there(
    session: Session, text: str, pool: str | None, option: str | None, message: str
) -> None:
    with pytest.raises(CommandError) as raised:
        find_volume(session, text, pool, option=option)
    assert raised.value.message == message


@pytest.mark.parametrize(
    ("text", "size"), [("1", 1), ("1k", 1024), ("2GiB", 2 << 30), ("3MB", 3000000), ("0", 0)]
)
def test_sizes(text: str, size: int) -> None:
    assert volume_size(text) == size


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-1", None),
        ("x", None),
        ("1.5G", "invalid argument: unknown suffix '.5G'"),
        ("20000000000G", "numerical overflow: value too large: 20000000000G"),
    ],
)
def test_sizes_that_are_none(text: str, reason: str | None) -> None:
    with pytest.raises(CommandError, match="Malformed size") as raised:
        volume_size(text)
    cause = raised.value.__cause__
    assert (str(cause) if cause else None) == reason


def test_a_pool_without_a_source() -> None:
    nothing: dict[str, str | None] = dict(DESCRIPTION.default)
    assert pool_xml("p", "dir", nothing) == "<pool type='dir'>\n  <name>p</name>\n</pool>\n"


def test_the_parent_of_an_adapter_is_named_one_way() -> None:
    given: dict[str, str | None] = dict(DESCRIPTION.default)
    given |= {"adapter_wwnn": "1", "adapter_wwpn": "2", "adapter_parent_fabric_wwn": "5"}
    assert "<adapter type='fc_host' parent_fabric_wwn='5' wwnn='1' wwpn='2'/>" in pool_xml(
        "p", "scsi", given
    )
    given |= {"adapter_parent_wwnn": "3", "adapter_parent_wwpn": "4"}
    assert "parent_wwnn='3' parent_wwpn='4'" in pool_xml("p", "scsi", given)
    given["adapter_parent"] = "scsi_host1"
    text = pool_xml("p", "scsi", given)
    assert "parent='scsi_host1'" in text
    assert "parent_" not in text
