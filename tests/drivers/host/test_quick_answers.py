"""What a daemon answers in its loop about networks and pools waits for nobody who holds them."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.api.pool import PoolInfo
from vsh.drivers.driver import HURRY, WouldWait
from vsh.words.domain.state import DomainState
from vsh.words.pool import StoragePoolState

if TYPE_CHECKING:
    from _thread import RLock
    from pathlib import Path

GUEST = "<domain type='qemu'><name>g</name><memory>4096</memory><os><type>hvm</type></os></domain>"


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
            with HURRY, pytest.raises(WouldWait):
                pool.get_info()
        finally:
            enough.set()
            thread.join()
        assert pool.get_info().state == StoragePoolState.RUNNING
        pool.destroy()
        with pytest.raises(vsh.Error, match="no storage pool with matching name 'p'"):
            volume.get_path()


def test_a_network_that_is_held_answers(tmp_path: Path) -> None:
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as connection:
        network = connection.network_define_xml("<network><name>n</name></network>")
        held = connection.driver.hypervisor.network_host.networks.called("n")
        thread = threading.Thread(target=held.lock.acquire)
        thread.start()
        thread.join()
        assert (network.is_active(), network.is_persistent(), network.get_autostart()) == (0, 1, 0)
        assert all(one.call.quick for one in (network.is_active, network.is_persistent))
        gone = vsh.Network(connection, "n", "c7a5fdbd-edaf-9455-926a-d65c16db1809")
        with pytest.raises(vsh.Error, match="no network with matching uuid"):
            gone.is_active()


def held_by_another(lock: RLock) -> None:
    """Have a thread that has ended hold it: nobody gives it back."""
    thread = threading.Thread(target=lock.acquire)
    thread.start()
    thread.join()


def test_a_guest_that_is_held_does_not_hold_up_who_is_in_a_hurry(tmp_path: Path) -> None:
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as connection:
        domain = connection.domain_define_xml(GUEST)
        with HURRY:
            assert domain.get_state().state == DomainState.SHUTOFF
        held_by_another(connection.driver.hypervisor.guests.named("g").lock)
        for ask in (domain.get_state, partial(connection.domain_lookup_by_name, "g")):
            with HURRY, pytest.raises(WouldWait):
                ask()


@pytest.mark.parametrize("kind", ["secret", "pool", "network"])
def test_who_waits_for_one_that_is_held_to_define_it_holds_up_nobody(
    tmp_path: Path, kind: str
) -> None:
    """But those that would define another; what a hypervisor has is found by all."""
    uuid = "c7a5fdbd-edaf-9455-926a-d65c16db1809"
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as connection:
        hypervisor = connection.driver.hypervisor
        stores = {
            "secret": lambda: hypervisor.secrets, "pool": lambda: hypervisor.pools,
            "network": lambda: hypervisor.network_host.networks,
        }  # fmt: skip
        define = {
            "secret": lambda: connection.secret_define_xml(f"<secret><uuid>{uuid}</uuid></secret>"),
            "pool": lambda: connection.storage_pool_define_xml(
                f"<pool type='dir'><name>x</name><uuid>{uuid}</uuid>"
                f"<target><path>{tmp_path}</path></target></pool>"
            ),
            "network": lambda: connection.network_define_xml(
                f"<network><name>x</name><uuid>{uuid}</uuid></network>"
            ),
        }[kind]
        define()
        store = stores[kind]()
        with store.known(uuid):
            thread = threading.Thread(target=define)
            thread.start()
            until = time.monotonic() + 30
            while store.making.acquire(blocking=False):
                store.making.release()
                assert time.monotonic() < until
                time.sleep(0.001)
            free = threading.Event()  # what is asked here asks for the hypervisor's lock
            asking = threading.Thread(target=lambda: (hypervisor.settings, free.set()))
            asking.start()
            assert free.wait(30)
        thread.join()
        asking.join()


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


def test_sizes_are_told_at_once_where_that_takes_no_time(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "v").write_bytes(b"12345")
    (tmp_path / "p" / "link").symlink_to("v")
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as connection:
        pool = connection.storage_pool_create_xml(
            f"<pool type='dir'><name>p</name><target><path>{tmp_path}/p</path></target></pool>"
        )
        volume, link = (pool.vol_lookup_by_name(name) for name in ("v", "link"))
        with HURRY, pytest.raises(WouldWait):
            volume.get_info()  # its header was not read
        assert volume.get_info() == link.get_info()
        with HURRY:
            assert volume.get_info().capacity == volume.get_info_flags(1).allocation == 5
        with HURRY, pytest.raises(WouldWait):
            link.get_info()  # it may lead to another machine
        held = connection.driver.hypervisor.pools.called("p")
        thread = threading.Thread(target=held.lock.acquire)
        thread.start()
        thread.join()
        with HURRY, pytest.raises(WouldWait):
            volume.get_info()


def test_who_asks_for_many_volumes_has_them_read_in_one_go(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    for number in range(40):
        (tmp_path / "p" / f"v{number}").touch()
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as connection:
        pool = connection.storage_pool_create_xml(
            f"<pool type='dir'><name>p</name><target><path>{tmp_path}/p</path></target></pool>"
        )
        known = connection.driver.hypervisor.pools.called("p").volumes
        read = []
        for number in range(8):
            pool.vol_lookup_by_name(f"v{number}").get_info()
            read.append(sum(volume is not None for volume in known.values()))
        assert read[0] == 1
        assert read[7] > 16
        (tmp_path / "p" / "v39").write_bytes(b"more")
        assert pool.vol_lookup_by_name("v39").get_info().capacity == 4


def test_sizes_of_pools_are_told_without_their_documents(tmp_path: Path) -> None:
    """Another process that asks for them reads no XML; what it is told is what the system says."""
    (tmp_path / "p").mkdir()
    uri = f"qemu:///embed?root={tmp_path / 'root'}"
    xml = f"<pool type='dir'><name>p</name><target><path>{tmp_path}/p</path></target></pool>"
    with vsh.connect(uri) as connection:
        pool = connection.storage_pool_define_xml(xml)
        assert pool.get_info() == PoolInfo(StoragePoolState.INACTIVE, 0, 0, 0)
        pool.create()
    with vsh.connect(uri) as connection:
        pool = connection.storage_pool_lookup_by_name("p")
        with HURRY, pytest.raises(WouldWait):
            pool.get_info()  # the system is to be asked
        info = pool.get_info()
        with HURRY:
            assert pool.get_info() == info
        assert info.state == StoragePoolState.RUNNING
        assert info.capacity == info.allocation + info.available > 0
        kept = connection.driver.hypervisor.pools.called("p")
        assert kept._definition is None
        pool.refresh()
        assert pool.get_info().capacity == info.capacity
        assert f"<capacity unit='bytes'>{info.capacity}</capacity>" in pool.get_xml_desc()
