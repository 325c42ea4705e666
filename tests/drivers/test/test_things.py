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


# ---- changing them

UUID = "00000000-0000-4000-9000-000000000001"
NETWORK = f"<network><name>n</name><uuid>{UUID}</uuid>{{}}</network>"
POOL = f"<pool type='dir'><name>p</name><uuid>{UUID}</uuid><target><path>/p</path></target></pool>"
VOLUME = "<volume><name>{}</name><capacity unit='G'>{}</capacity></volume>"
PORT = (
    "<device>{}<capability type='scsi_host'><capability type='fc_host'>"
    "<wwnn>2000000012341111</wwnn><wwpn>1000000012342222</wwpn></capability></capability></device>"
)


def test_the_life_of_a_network(connection, refused):
    network = connection.network_define_xml(NETWORK.format(""))
    assert (network.is_active(), network.is_persistent()) == (0, 1)
    network.create()
    assert refused(network.create) == (
        "Requested operation is not valid: Network 'n' is already running"
    )
    assert refused(network.undefine) == (
        "Requested operation is not valid: Network 'n' is still running"
    )
    network.destroy()
    network.undefine()
    assert refused(network.create) == "Network not found: no network with matching name 'n'"


def test_a_transient_network_goes_with_its_end(connection, refused):
    network = connection.network_create_xml(NETWORK.format(""))
    assert (network.is_active(), network.is_persistent()) == (1, 0)
    assert refused(connection.network_create_xml, NETWORK.format("")) == (
        "Requested operation is not valid: network is already active as 'n'"
    )
    assert refused(network.update, 3, 11, -1, "<txt name='a' value='b'/>", 2) == (
        "Requested operation is not valid: cannot change persistent config of a transient network"
    )
    network.destroy()
    assert connection.list_networks() == ["default"]


def test_names_and_uuids_of_networks_agree(connection, refused):
    connection.network_define_xml(NETWORK.format(""))
    assert refused(connection.network_define_xml, NETWORK.format("").replace(">n<", ">m<")) == (
        f"operation failed: network 'n' is already defined with uuid {UUID}"
    )
    other = NETWORK.format("").replace(UUID[-3:], "002")
    assert refused(connection.network_define_xml, other) == (
        f"operation failed: network 'n' already exists with uuid {UUID}"
    )


def test_what_runs_and_what_is_planned(connection):
    network = connection.network_lookup_by_name("default")
    record = "<txt name='a' value='b'/>"
    network.update(3, 11, -1, record, 2)
    assert record not in network.get_xml_desc(0)
    network.update(3, 11, -1, record, 1)
    assert record in network.get_xml_desc(0)


def test_an_update_that_leaves_no_network_is_not_made(connection, refused):
    network = connection.network_define_xml(
        NETWORK.format("<forward mode='nat' dev='a'/><ip address='10.0.0.1' prefix='8'/>")
    )
    assert refused(network.update, 3, 7, -1, "<interface dev='b'/>", 0) == (
        "XML error: multiple forwarding interfaces specified for network 'n', only one is supported"
    )
    assert "dev='b'" not in network.get_xml_desc(0)


def test_metadata_of_a_network(connection, refused):
    network = connection.network_lookup_by_name("default")
    network.set_metadata(1, "A title", None, None, 0)
    assert network.get_metadata(1, None, 0) == "A title"
    assert refused(network.get_metadata, 0, None, 0) == (
        "metadata not found: Requested metadata element is not present"
    )
    network.set_metadata(2, "<a/>", "k", "http://x.example/", 0)
    assert network.get_metadata(2, "http://x.example/", 0) == "<a/>"


def test_a_network_that_no_schema_knows(connection, refused):
    assert refused(connection.network_define_xml_flags, NETWORK.format("<bogus/>"), 1).startswith(
        "XML document failed to validate against schema: Unable to validate doc against "
    )


def test_the_life_of_a_pool(connection, refused):
    pool = connection.storage_pool_define_xml(POOL, 0)
    assert (pool.is_active(), pool.is_persistent()) == (0, 1)
    assert refused(pool.refresh, 0) == (
        "Requested operation is not valid: storage pool 'p' is not active"
    )
    pool.build(0)
    pool.create(0)
    assert refused(pool.undefine) == "Requested operation is not valid: storage pool 'p' is active"
    pool.set_autostart(1)
    assert pool.get_autostart() == 1
    pool.refresh(0)
    pool.destroy()
    pool.delete(0)
    pool.undefine()
    assert connection.list_defined_storage_pools() == []


def test_a_transient_pool(connection, refused):
    pool = connection.storage_pool_create_xml(POOL, 0)
    assert refused(pool.set_autostart, 1) == "invalid argument: pool has no config file"
    pool.destroy()
    assert connection.list_storage_pools() == ["default-pool"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("<pool type='dir'>{}<target><path>/a</path></target></pool>",) * 2,
        ("<pool type='mpath'>{}<target><path>/a</path></target></pool>",) * 2,
        (
            (
                "<pool type='fs'>{}<source><device path='/dev/sda1'/></source>"
                "<target><path>/a</path></target></pool>"
            ),
            (
                "<pool type='disk'>{}<source><device path='/dev/sda1'/></source>"
                "<target><path>/dev</path></target></pool>"
            ),
        ),
        (
            (
                "<pool type='netfs'>{}<source><host name='h'/><dir path='/e'/></source>"
                "<target><path>/a</path></target></pool>"
            ),
        )
        * 2,
        (
            (
                "<pool type='scsi'>{}<source><adapter name='host3'/></source>"
                "<target><path>/a</path></target></pool>"
            ),
            (
                "<pool type='scsi'>{}<source><adapter name='scsi_host3'/></source>"
                "<target><path>/b</path></target></pool>"
            ),
        ),
    ],
)
def test_two_pools_do_not_share_a_source(connection, refused, one, two):
    connection.storage_pool_define_xml(one.format("<name>one</name>"), 0)
    assert refused(connection.storage_pool_define_xml, two.format("<name>two</name>"), 0) == (
        "operation failed: Storage source conflict with pool: 'one'"
    )


def test_sources_of_pools(connection, refused):
    found = connection.find_storage_pool_sources("logical", None, 0)
    assert found.count("<format type='lvm2'/>") == 2
    source = "<source><host name='h'/></source>"
    assert "<host name='h'/>" in connection.find_storage_pool_sources("netfs", source, 0)
    assert refused(connection.find_storage_pool_sources, "netfs", None, 0) == (
        "invalid argument: hostname must be specified for netfs sources"
    )
    assert refused(connection.find_storage_pool_sources, "iscsi", None, 0) == (
        "this function is not supported by the connection driver: "
        "pool type 'iscsi' does not support source discovery"
    )


def test_the_life_of_a_volume(connection, refused):
    pool = connection.storage_pool_lookup_by_name("default-pool")
    volume = pool.vol_create_xml(VOLUME.format("v", 60), 0)
    assert (volume.key, volume.get_path()) == ("/default-pool/v",) * 2
    assert tuple(pool.get_info()) == (2, 100 << 30, 60 << 30, 40 << 30)
    assert "<allocation unit='bytes'>64424509440<" in pool.get_xml_desc(0)
    assert refused(pool.vol_create_xml, VOLUME.format("v", 1), 0) == (
        "operation failed: storage vol already exists"
    )
    assert refused(pool.vol_create_xml, VOLUME.format("w", 60), 0) == (
        "internal error: Not enough free space in pool for volume 'w'"
    )
    copy = pool.vol_create_xml_from(VOLUME.format("c", 1), volume, 0)
    assert copy.name == "c"
    volume.delete(0)
    assert pool.list_volumes() == ["c"]
    assert pool.get_info().allocation == 1 << 30


def test_an_interface_is_defined_and_defined_again(connection):
    text = "<interface type='ethernet' name='e'>{}</interface>"
    interface = connection.interface_define_xml(text.format(""), 0)
    assert (interface.is_active(), interface.mac) == (0, "")
    connection.interface_change_begin(0)
    connection.interface_define_xml(text.format("<mac address='aa:bb:cc:00:00:01'/>"), 0)
    assert connection.interface_lookup_by_name("e").mac == "aa:bb:cc:00:00:01"
    connection.interface_change_rollback(0)
    assert connection.interface_lookup_by_name("e").mac == ""


@pytest.mark.parametrize(
    "parent",
    [
        "",
        "<parent>scsi_host1</parent>",
        "<parent wwnn='2000000056785678' wwpn='1000000056785678'/>",
        "<parent fabric_wwn='2000000043214321'/>",
    ],
)
def test_a_port_is_made_and_taken_away(connection, refused, parent):
    device = connection.node_device_create_xml(PORT.format(parent), 0)
    assert device.name == "scsi_host12"
    assert "<wwnn>2000000012341111</wwnn>" in device.get_xml_desc(0)
    device.destroy()
    assert refused(device.destroy) == (
        "Node device not found: no node device with matching name 'scsi_host12'"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            PORT.format("<parent>computer</parent>"),
            "internal error: Parent device computer is not capable of vport operations",
        ),
        (
            PORT.format("<parent>x</parent>"),
            "internal error: Could not find parent device for 'new device'",
        ),
        (
            "<device><capability type='net'><interface>e</interface></capability></device>",
            "internal error: Device is not a fibre channel HBA",
        ),
    ],
)
def test_ports_that_are_not_made(connection, refused, text, message):
    assert refused(connection.node_device_create_xml, text, 0) == message


def test_a_pool_on_a_port_makes_it(connection):
    pool = connection.storage_pool_create_xml(
        "<pool type='scsi'><name>p</name><source><adapter type='fc_host' wwnn='2000000012341111' "
        "wwpn='1000000012342222'/></source><target><path>/d</path></target></pool>",
        0,
    )
    assert connection.node_device_lookup_by_name("scsi_host12").is_active() == 0
    pool.destroy()
    assert "scsi_host12" not in connection.node_list_devices(None, 0)


def test_events(connection):
    connection.network_event_register_any(0, None)
    connection.storage_pool_event_register_any(0, None)
    connection.node_device_event_register_any(0, None)
    connection.network_define_xml(NETWORK.format(""))
    connection.storage_pool_create_xml(POOL, 0).destroy()
    connection.node_device_create_xml(PORT.format(""), 0)
    found = []
    while (event := connection.driver.next_event(0)) is not None:
        found.append((event.family, event.event))
    assert found == [("network", 0), ("pool", 2), ("pool", 3), ("node_device", 0)]
