"""What a daemon answers in its loop about pools waits for nobody, whoever holds the pool."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

import vsh

if TYPE_CHECKING:
    from pathlib import Path


def test_a_pool_that_is_held_answers(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "v").touch()
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as connection:
        pool = connection.storage_pool_create_xml(
            f"<pool type='dir'><name>p</name><target><path>{tmp_path}/p</path></target></pool>"
        )
        volume = pool.vol_lookup_by_name("v")
        held, enough = threading.Event(), threading.Event()

        def hold() -> None:
            with connection.driver.hypervisor.pools.called("p"):
                held.set()
                enough.wait(30)

        thread = threading.Thread(target=hold)
        thread.start()
        try:
            assert held.wait(30)
            answers = (pool.is_active(), pool.is_persistent(), pool.get_autostart())
            assert answers == (1, 0, 0)
            assert volume.get_path() == f"{tmp_path}/p/v"
        finally:
            enough.set()
            thread.join()
        pool.destroy()
        with pytest.raises(vsh.Error, match="no storage pool with matching name 'p'"):
            volume.get_path()


def test_a_folder_is_not_looked_at_for_a_path(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "v").touch()
    uri = f"qemu:///embed?root={tmp_path / 'root'}"
    xml = f"<pool type='dir'><name>p</name><target><path>{tmp_path}/p</path></target></pool>"
    with vsh.connect(uri) as connection:
        pool = connection.storage_pool_define_xml(xml)
        pool.create()
        volume = pool.vol_lookup_by_name("v")
        assert volume.get_path() == f"{tmp_path}/p/v"
        with pytest.raises(vsh.Error, match="no storage vol with matching name 'none'"):
            vsh.Volume(connection, "p", "none", "key").get_path()
    with vsh.connect(uri) as connection:
        assert vsh.Volume(connection, "p", "v", "key").get_path() == f"{tmp_path}/p/v"
        pool = connection.storage_pool_lookup_by_name("p")
        pool.destroy()
        with pytest.raises(vsh.Error, match="storage pool 'p' is not active"):
            vsh.Volume(connection, "p", "v", "key").get_path()
