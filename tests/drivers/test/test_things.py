"""Networks, host interfaces, storage pools and host devices of the default world."""

from __future__ import annotations

import pytest


def test_the_network(connection, refused):
    network = connection.network_lookup_by_name("default")
    assert connection.network_lookup_by_uuid(network.uuid) == network
    assert network.get_bridge_name() == "virbr0"
    assert network.get_xml_desc(0).startswith("<network>\n  <name>default</name>\n")
    assert refused(connection.network_lookup_by_name, "x") == (
        "Network not found: no network with matching name 'x'"
    )


@pytest.mark.parametrize(("flags", "count"), [(0, 1), (1, 0), (2, 1), (4, 1), (8, 0), (16, 0)])
def test_networks_by_what_they_are(connection, flags, count):
    assert len(connection.list_all_networks(flags)) == count


def test_flags_of_a_listing(connection, refused):
    assert refused(connection.list_all_networks, 64) == (
        "unsupported flags (0x40) in function testConnectListAllNetworks"
    )


def test_autostart_of_a_network(connection):
    network = connection.network_lookup_by_name("default")
    network.set_autostart(1)
    assert network.get_autostart() == 1
    assert len(connection.list_all_networks(16)) == 1


def test_the_interface(connection, refused):
    interface = connection.interface_lookup_by_name("eth1")
    assert connection.interface_lookup_by_mac_string("AA:BB:CC:DD:EE:FF").name == "eth1"
    assert refused(interface.create, 0) == "Requested operation is not valid"
    interface.destroy(0)
    assert interface.is_active() == 0
    assert connection.list_defined_interfaces() == ["eth1"]
    assert refused(connection.interface_lookup_by_mac_string, "x") == (
        "Interface not found: no interface with matching mac 'x'"
    )


def test_changes_of_interfaces_can_be_taken_back(connection, refused):
    assert refused(connection.interface_change_commit, 0) == (
        "Requested operation is not valid: no transaction running, nothing to be committed."
    )
    connection.interface_change_begin(0)
    assert refused(connection.interface_change_begin, 0) == (
        "Requested operation is not valid: there is another transaction running."
    )
    connection.interface_lookup_by_name("eth1").undefine()
    assert connection.list_all_interfaces(0) == []
    connection.interface_change_rollback(0)
    assert [one.name for one in connection.list_all_interfaces(0)] == ["eth1"]


def test_the_pool(connection, refused):
    pool = connection.storage_pool_lookup_by_name("default-pool")
    assert tuple(pool.get_info()) == (2, 107374182400, 0, 107374182400)
    assert pool.list_volumes() == []
    assert refused(pool.vol_lookup_by_name, "x") == (
        "Storage volume not found: no storage vol with matching name 'x'"
    )
    assert refused(connection.storage_vol_lookup_by_path, "/x") == (
        "Storage volume not found: no storage vol with matching path '/x'"
    )


@pytest.mark.parametrize(("flags", "count"), [(64, 1), (128, 0), (2 | 64, 1), (1, 0)])
def test_pools_by_what_they_are(connection, flags, count):
    assert len(connection.list_all_storage_pools(flags)) == count


def test_devices(connection, refused):
    device = connection.node_device_lookup_by_name("scsi_host11")
    assert device.get_parent() == "scsi_host1"
    assert device.list_caps() == ["scsi_host"]
    assert connection.node_list_devices("vports", 0) == ["scsi_host1", "scsi_host2"]
    assert refused(connection.node_device_lookup_by_name("computer").get_parent) == (
        "internal error: no parent for this device"
    )
    assert [one.name for one in connection.list_all_node_devices(1)] == ["computer"]
