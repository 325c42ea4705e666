"""Networks, secrets and pools: the same steps give the same on every driver that has them.

The real ones, libvirtd's and ours, embedded and behind vshd, are in a network namespace of the
test's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from real_hosts import REAL, opened

from vsh.errors import Error, InternalError, NoNetwork, NoSecret, OperationInvalid
from vsh.words.network import NetworkUpdate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vsh.api.connection import Connection

UUID = "11111111-2222-4333-8444-555555555555"
NETWORK = f"""<network>
  <name>n1</name>
  <uuid>{UUID}</uuid>
  <bridge name='br-n1' stp='off' delay='0'/>
  <mac address='52:54:00:aa:bb:cc'/>
  <ip address='10.9.0.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='10.9.0.2' end='10.9.0.99'/>
    </dhcp>
  </ip>
</network>
"""
SECRET = f"""<secret ephemeral='no' private='no'>
  <uuid>{UUID}</uuid>
  <description>for a disk</description>
  <usage type='volume'>
    <volume>/images/v</volume>
  </usage>
</secret>
"""


@pytest.fixture
def real(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """A connection to a hypervisor that makes networks, in a namespace of the test's own."""
    with opened(request.param, tmp_path) as connection:
        yield connection


@pytest.mark.parametrize("real", REAL, indirect=True)
def test_the_life_of_a_network(real: Connection) -> None:
    network = real.network_define_xml(NETWORK)
    assert (network.active, network.persistent, network.autostart) == (False, True, False)
    assert network.get_xml_desc() == NETWORK
    network.create()
    assert network.active
    assert network.get_xml_desc() == NETWORK
    with pytest.raises(OperationInvalid, match="network is already active"):
        network.create()
    network.set_autostart(1)
    network.undefine()
    assert (network.active, network.persistent, network.autostart) == (True, False, False)
    network.destroy()
    with pytest.raises(NoNetwork, match="no network with matching name 'n1'"):
        real.network_lookup_by_name("n1")


@pytest.mark.parametrize("real", REAL, indirect=True)
def test_changes_of_one_that_runs_and_of_what_is_planned(real: Connection) -> None:
    network = real.network_define_xml(NETWORK)
    network.create()
    live, config = NetworkUpdate.AFFECT_LIVE, NetworkUpdate.AFFECT_CONFIG
    network.update(3, 4, -1, "<host mac='52:54:00:00:00:02' ip='10.9.0.51'/>", live)
    network.update(3, 11, -1, "<txt name='a' value='b'/>", config)
    assert "10.9.0.51" in network.get_xml_desc()
    assert "<txt" not in network.get_xml_desc()
    assert "10.9.0.51" not in network.get_xml_desc(1)
    assert "<txt name='a' value='b'/>" in network.get_xml_desc(1)
    with pytest.raises(OperationInvalid, match="there is an existing dhcp host entry"):
        network.update(3, 4, -1, "<host mac='52:54:00:00:00:02' ip='10.9.0.52'/>", live)
    assert network.get_dhcp_leases() == []
    network.destroy()
    assert "<txt name='a' value='b'/>" in network.get_xml_desc()


@pytest.mark.parametrize("real", REAL, indirect=True)
def test_two_networks_do_not_stand_in_each_others_way(real: Connection) -> None:
    real.network_create_xml(NETWORK)
    other = NETWORK.replace("n1", "n2").replace(UUID, UUID.replace("1111", "2222"))
    with pytest.raises(InternalError, match="Network is already in use by interface br-n1"):
        real.network_create_xml(other)
    with pytest.raises(InternalError, match="bridge name 'br-n1' already in use"):
        real.network_define_xml(other.replace("br-n2", "br-n1"))
    assert [network.name for network in real.list_all_networks(0)] == ["n1"]


@pytest.mark.parametrize("real", ["test", *REAL], indirect=True)
def test_listings_pick_by_what_a_network_is(real: Connection) -> None:
    connection = real
    for network in connection.list_all_networks(0):
        network.destroy()
        network.undefine()
    connection.network_define_xml("<network><name>off</name></network>").set_autostart(1)
    connection.network_create_xml("<network><name>on</name><bridge stp='off'/></network>")
    picked = {
        flags: [network.name for network in connection.list_all_networks(flags)]
        for flags in (1, 2, 4, 8, 16, 32, 1 | 8)
    }
    assert picked == {
        1: ["off"], 2: ["on"], 4: ["off"], 8: ["on"], 16: ["off"], 32: ["on"], 9: [],
    }  # fmt: skip


@pytest.mark.parametrize("real", REAL, indirect=True)
def test_events_of_networks(real: Connection) -> None:
    real.network_event_register_any(0)
    network = real.network_define_xml(NETWORK)
    network.create()
    network.destroy()
    network.undefine()
    told = [real.driver.next_event(10) for _ in range(4)]
    assert [getattr(event, "event", None) for event in told] == [0, 2, 3, 1]


@pytest.mark.parametrize("real", REAL, indirect=True)
def test_the_life_of_a_secret(real: Connection) -> None:
    secret = real.secret_define_xml(SECRET)
    assert (secret.uuid, secret.usageType, secret.usageID) == (UUID, 1, "/images/v")
    assert secret.get_xml_desc() == SECRET
    with pytest.raises(NoSecret, match="does not have a value"):
        secret.get_value()
    secret.set_value(b"\0\xffvalue")
    assert secret.get_value() == b"\0\xffvalue"
    again = real.secret_define_xml(SECRET.replace("for a disk", "for another"))
    assert again.get_value() == b"\0\xffvalue"
    assert [found.uuid for found in real.list_all_secrets()] == [UUID]
    assert real.secret_lookup_by_usage(1, "/images/v").uuid == UUID
    with pytest.raises(Error, match="already defined for use with /images/v"):
        real.secret_define_xml(SECRET.replace(UUID, UUID.replace("1111", "2222")))
    secret.undefine()
    with pytest.raises(NoSecret):
        real.secret_lookup_by_uuid(UUID)


POOL = """<pool type='dir'>
  <name>p1</name>
  <uuid>11111111-2222-4333-8444-555555555556</uuid>
  <target>
    <path>{}</path>
  </target>
</pool>
"""
VOLUME = """<volume>
  <name>v{}</name>
  <capacity unit='bytes'>1048576</capacity>
  <target>
    <format type='{}'/>
  </target>
</volume>
"""


@pytest.mark.parametrize("real", REAL, indirect=True)
def test_the_life_of_a_pool_and_its_volumes(real: Connection) -> None:
    place = "/var/tmp/vsh-contract-pool"  # the newest daemon has another one of that name
    pool = real.storage_pool_define_xml(POOL.format(place))
    try:
        assert (pool.active, pool.persistent, pool.autostart) == (False, True, False)
        with pytest.raises(Error, match="storage pool 'p1' is not active"):
            pool.list_all_volumes()
        pool.build()
        pool.create()
        with pytest.raises(OperationInvalid, match="storage pool 'p1' is already active"):
            pool.create()
        raw = pool.vol_create_xml(VOLUME.format(1, "raw"))
        packed = pool.vol_create_xml(VOLUME.format(2, "qcow2"))
        assert raw.path == f"{place}/v1"
        assert (raw.get_info().type, raw.get_info().capacity) == (0, 1048576)
        with pytest.raises(Error, match="storage volume 'v1' exists already"):
            pool.vol_create_xml(VOLUME.format(1, "raw"))
        packed.resize(2 * 1048576)
        assert packed.get_info().capacity == 2 * 1048576
        clone = pool.vol_create_xml_from(VOLUME.format(3, "raw"), raw)
        assert sorted(volume.name for volume in pool.list_all_volumes()) == ["v1", "v2", "v3"]
        assert real.storage_vol_lookup_by_path(clone.path).name == "v3"
        raw.wipe()
        for volume in (raw, packed, clone):
            volume.delete()
        with pytest.raises(Error, match="no storage vol with matching name 'v1'"):
            pool.vol_lookup_by_name("v1")
        with pytest.raises(Error, match="storage pool 'p1' is still active"):
            pool.undefine()
    finally:
        if pool.active:
            for volume in pool.list_all_volumes():
                volume.delete()
            pool.destroy()
        pool.delete()
        pool.undefine()
    assert real.list_all_storage_pools() == []
