"""What listeners are told of networks, pools and secrets: here, by vshd and by libvirtd alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from real_hosts import opened

from vsh.errors import Error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vsh.api.connection import Connection

NETWORK = """<network><name>n</name><bridge name='br-n' stp='off'/>
<ip address='10.9.0.1' prefix='24'><dhcp><range start='10.9.0.2' end='10.9.0.9'/></dhcp></ip>
</network>"""
HOST = "<host mac='52:54:00:00:00:01' ip='10.9.0.7'/>"
SECRET = """<secret><uuid>11111111-2222-4333-8444-000000000001</uuid>
<usage type='volume'><volume>/v</volume></usage></secret>"""
DEFINED, UNDEFINED, STARTED, STOPPED, CREATED, DELETED = range(6)  # libvirt's numbers


def networks(connection: Connection, _folder: Path) -> Iterator[list[tuple[str, int]]]:
    network = connection.network_define_xml(NETWORK)
    yield [("lifecycle", DEFINED)]
    network.create()
    yield [("lifecycle", STARTED)]
    network.set_autostart(1)
    network.update(3, 4, -1, HOST, 3)
    connection.network_define_xml(network.get_xml_desc(1).replace("10.9.0.9", "10.9.0.8"))
    yield [("lifecycle", DEFINED)]
    network.destroy()
    network.undefine()
    yield [("lifecycle", STOPPED), ("lifecycle", UNDEFINED)]
    network = connection.network_create_xml(NETWORK)
    connection.network_define_xml(network.get_xml_desc())
    network.undefine()
    network.destroy()
    yield [("lifecycle", event) for event in (STARTED, DEFINED, UNDEFINED, STOPPED)]
    network = connection.network_define_xml(NETWORK.replace("br-n", "lo"))
    with pytest.raises(Error):
        network.create()
    network.undefine()
    yield [("lifecycle", DEFINED), ("lifecycle", UNDEFINED)]


def pools(connection: Connection, folder: Path) -> Iterator[list[tuple[str, int]]]:
    path = folder / "events"
    xml = f"<pool type='dir'><name>p</name><target><path>{path}</path></target></pool>"
    pool = connection.storage_pool_define_xml(xml)
    pool.build()
    pool.create()
    yield [("lifecycle", DEFINED), ("lifecycle", CREATED), ("lifecycle", STARTED)]
    pool.refresh()
    volume = pool.vol_create_xml("<volume><name>v</name><capacity>4096</capacity></volume>")
    volume.resize(8192)
    volume.wipe()
    stream = connection.stream()
    volume.upload(stream, 0, 3)
    stream.send(b"abc")
    stream.finish()
    volume.delete()
    pool.set_autostart(1)
    yield [("refresh", 0), ("refresh", 0)]
    connection.storage_pool_define_xml(pool.get_xml_desc(1))
    pool.destroy()
    pool.undefine()
    yield [("lifecycle", DEFINED), ("lifecycle", STOPPED), ("lifecycle", UNDEFINED)]
    pool = connection.storage_pool_create_xml(xml)
    connection.storage_pool_define_xml(pool.get_xml_desc())
    pool.destroy()
    pool.delete()
    pool.undefine()
    yield [("lifecycle", event) for event in (STARTED, DEFINED, STOPPED, DELETED, UNDEFINED)]


def secrets(connection: Connection, _folder: Path) -> Iterator[list[tuple[str, int]]]:
    secret = connection.secret_define_xml(SECRET)
    secret.set_value(b"one")
    yield [("lifecycle", DEFINED), ("value-changed", 0)]
    connection.secret_define_xml(SECRET)
    secret.set_value(b"two")
    secret.undefine()
    yield [("lifecycle", DEFINED), ("value-changed", 0), ("lifecycle", UNDEFINED)]


LIVES = {"network": networks, "pool": pools, "secret": secrets}


@pytest.mark.parametrize(
    "name", ["embedded", "vshd", pytest.param("libvirtd", marks=pytest.mark.libvirtd)]
)
def test_whoever_listens_is_told(name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path) as connection:
        for family, life in LIVES.items():
            with connection.watch(family=family, timeout=20) as events:
                for wanted in life(connection, tmp_path):
                    found = [
                        (event.word, int(getattr(event, "event", 0)))
                        for _, event in zip(wanted, events, strict=False)
                    ]
                    assert found == wanted
