"""Devices, interfaces, filters and what the host is: the same on every driver that has them.

The real ones are in a network namespace of the tests' own, with a cable and a tap in it.
"""

from __future__ import annotations

import glob
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from own_network import sh
from real_hosts import REAL, opened

from vsh.errors import (
    ConfigUnsupported,
    Error,
    InternalError,
    InvalidArgument,
    NoInterface,
    NoNodeDevice,
    NoNwfilter,
    NoNwfilterBinding,
    NoSupport,
    OperationFailed,
    OperationInvalid,
)
from vsh.xml.engine.reader import read
from vsh.xml.host.capabilities import Capabilities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.connection import Connection

UUID = "11111111-2222-4333-8444-555555555555"
MAC = "52:54:00:00:00:01"
FILTER = f"""<filter name='f1' chain='root'>
  <uuid>{UUID}</uuid>
  <rule action='accept' direction='out' priority='100'>
    <mac srcmacaddr='$MAC'/>
  </rule>
  <rule action='drop' direction='inout' priority='900'/>
</filter>
"""
USER = f"<filter name='f2'><uuid>{UUID.replace('5', '6')}</uuid><filterref filter='f1'/></filter>"
BINDING = f"""<filterbinding>
  <owner>
    <name>g</name>
    <uuid>{UUID}</uuid>
  </owner>
  <portdev name='t0'/>
  <mac address='{MAC}'/>
  <filterref filter='f1'>
    <parameter name='IP' value='10.1.2.3'/>
    <parameter name='MAC' value='52:54:00:00:00:01'/>
  </filterref>
</filterbinding>
"""
EVERY = pytest.mark.parametrize("host", ["test", *REAL], indirect=True, scope="module")
EACH_REAL = pytest.mark.parametrize("host", REAL, indirect=True, scope="module")
WITH_INTERFACES = pytest.mark.parametrize("host", REAL[:-1], indirect=True, scope="module")
"""Without the newest libvirtd, which was unpacked without its driver of interfaces."""


@pytest.fixture(scope="module")
def host(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    """A connection, for all tests of the driver: none leaves anything."""
    with opened(request.param, tmp_path_factory.mktemp(request.param)) as connection:
        if request.param != "test":
            sh(f"ip link add v0 address {MAC} type veth peer name v1; ip link set v0 mtu 1400 up")
            sh("ip link set v1 up; ip link add br0 type bridge; ip tuntap add t0 mode tap")
            sh("ip link set t0 master br0; ip link set t0 up; ip link set br0 up")
        yield connection
        if request.param != "test":
            sh("ip link delete v0; ip link delete t0; ip link delete br0")


@EVERY
def test_devices_are_found_as_they_are_listed(host: Connection) -> None:
    devices = {device.name: device for device in host.list_all_node_devices()}
    assert sorted(devices) == sorted(host.node_list_devices())
    assert host.node_num_of_devices() == len(devices) > 0
    assert devices["computer"].list_caps() == ["system"]
    for name, device in devices.items():
        assert f"<name>{name}</name>" in device.get_xml_desc()
        assert device.is_active()
        assert device.num_of_caps() == len(device.list_caps())
        if name != "computer":
            assert f"<parent>{device.get_parent()}</parent>" in device.get_xml_desc()
    assert host.node_device_lookup_by_name("computer").name == "computer"
    with pytest.raises(NoNodeDevice, match="no node device with matching name 'nosuch'"):
        host.node_device_lookup_by_name("nosuch")


@EVERY
def test_devices_are_picked_by_what_they_can_do(host: Connection) -> None:
    found = {device.name: device.list_caps() for device in host.list_all_node_devices()}
    for bit, word in ((1, "system"), (2, "pci"), (16, "net"), (32, "scsi_host"), (256, "storage")):
        picked = {device.name for device in host.list_all_node_devices(bit)}
        assert picked == {name for name, words in found.items() if word in words}
        assert sorted(picked) == sorted(host.node_list_devices(word))
    with pytest.raises(InternalError, match="no device capabilities for 'new device'"):
        host.node_device_create_xml("<device/>")


@EACH_REAL
def test_what_the_computer_itself_is_not(host: Connection) -> None:
    computer = host.node_device_lookup_by_name("computer")
    with pytest.raises(InvalidArgument, match="device computer is not a PCI device"):
        computer.reset()
    with pytest.raises(ConfigUnsupported, match="Unsupported device type"):
        computer.destroy()
    with pytest.raises(OperationInvalid, match="Device is already active"):
        computer.create()
    assert computer.get_autostart() == 1
    with pytest.raises(Error, match="Operation not supported: Unsupported device type"):
        computer.set_autostart(0)


@WITH_INTERFACES
def test_interfaces(host: Connection) -> None:
    found = {each.name: each for each in host.list_all_interfaces()}
    assert {"br0", "lo", "v0", "v1"} == {name for name in found if "ifb" not in name}
    active = {name for name, each in found.items() if each.is_active()}
    assert {each.name for each in host.list_all_interfaces(2)} == active >= {"v0", "v1"}
    assert {each.name for each in host.list_all_interfaces(1)} == set(found) - active
    assert found["v0"].mac == MAC
    assert host.interface_lookup_by_mac_string(MAC).name == "v0"
    assert host.interface_lookup_by_name("v0").get_xml_desc().splitlines()[:2] == [
        "<interface type='ethernet' name='v0'>",
        "  <mtu size='1400'/>",
    ]
    with pytest.raises(NoInterface, match="couldn't find interface named 'nosuch'"):
        host.interface_lookup_by_name("nosuch")
    with pytest.raises(NoInterface, match="couldn't find interface with MAC address"):
        host.interface_lookup_by_mac_string("52:54:00:00:00:99")


@EACH_REAL
def test_the_life_of_a_filter(host: Connection) -> None:
    first = host.nwfilter_define_xml(FILTER)
    assert (first.name, first.uuid) == ("f1", UUID)
    assert first.get_xml_desc() == FILTER
    assert host.nwfilter_lookup_by_uuid(UUID).name == "f1"
    assert "f1" in [found.name for found in host.list_all_nwfilters()]
    second = host.nwfilter_define_xml(USER)
    with pytest.raises(OperationFailed, match="filter would introduce a loop"):
        host.nwfilter_define_xml(FILTER.replace("</filter>", "<filterref filter='f2'/></filter>"))
    with pytest.raises(OperationFailed, match=r"filter with same UUID but different name .*'f1'"):
        host.nwfilter_define_xml(FILTER.replace("'f1'", "'f3'"))
    first.undefine()  # only a binding holds a filter
    second.undefine()
    with pytest.raises(NoNwfilter, match="no nwfilter with matching name 'f1'"):
        host.nwfilter_lookup_by_name("f1")


@EACH_REAL
def test_the_life_of_a_binding(host: Connection) -> None:
    rules = host.nwfilter_define_xml(FILTER)
    asked = BINDING.replace("</filterref>\n", "</filterref>\n  <backend name='ebtables'/>\n")
    binding = host.nwfilter_binding_create_xml(asked)
    assert (binding.portdev, binding.filtername) == ("t0", "f1")
    backend = "  <backend name='iptables'/>\n"  # libvirt 12.8.0 tells how it does it
    assert binding.get_xml_desc().replace(backend, "") == BINDING
    assert [found.portdev for found in host.list_all_nwfilter_bindings()] == ["t0"]
    with pytest.raises(Error, match="binding 't0' already exists"):
        host.nwfilter_binding_create_xml(BINDING)
    with pytest.raises(OperationInvalid, match="nwfilter is in use"):
        rules.undefine()
    host.nwfilter_define_xml(FILTER.replace("'900'", "'901'"))  # under it, while it is there
    host.nwfilter_binding_lookup_by_port_dev("t0").delete()
    with pytest.raises(NoNwfilterBinding, match="no nwfilter binding for port dev 't0'"):
        host.nwfilter_binding_lookup_by_port_dev("t0")
    rules.undefine()
    with pytest.raises(InternalError, match="referenced filter 'f1' is missing"):
        host.nwfilter_binding_create_xml(BINDING)
    assert host.list_all_nwfilter_bindings() == []


@EVERY
def test_what_the_host_is(host: Connection) -> None:
    found = host.node_get_info()
    assert found.nodes * found.sockets * found.cores * found.threads == found.cpus
    cells = host.node_get_cells_free_memory(0, found.nodes)
    assert len(cells) == found.nodes
    assert all(0 < cell <= found.memory * 1024 for cell in cells)
    with pytest.raises(Error, match=r"out of range|exceeds available"):
        host.node_get_cells_free_memory(found.nodes, 1)
    described = read(host.get_capabilities(), Capabilities)
    assert described.host is not None
    assert len(described.host.cells) == found.nodes


def memory(path: str) -> int:
    """The MemTotal of a file of the kernel's, in KiB."""
    found = re.search(r"MemTotal: *(\d+) kB", Path(path).read_text(encoding="ascii"))
    assert found is not None
    return int(found[1])


@EACH_REAL
def test_what_the_host_has(host: Connection) -> None:
    assert host.node_get_cpu_map().ret == host.node_get_info().cpus
    assert host.node_get_memory_stats(-1)["total"] == memory("/proc/meminfo")
    nodes = glob.glob("/sys/devices/system/node/node*/meminfo")
    before = sum(map(memory, nodes))  # of which a virtual machine may be given more
    assert before <= host.node_get_info().memory <= sum(map(memory, nodes))
    assert {"kernel", "user", "idle", "iowait"} <= set(host.node_get_cpu_stats(-1))
    with pytest.raises(InvalidArgument, match="Invalid cpuNum in"):
        host.node_get_cpu_stats(9999)
    assert host.node_get_free_pages([4], 0, 1)[0] > 0
    with pytest.raises(OperationFailed, match="page size 5 is not available on node 0"):
        host.node_get_free_pages([5], 0, 1)
    with pytest.raises(InvalidArgument, match="Invalid suspend target"):
        host.node_suspend_for_duration(9, 100)
    model = "<cpu><arch>x86_64</arch><model>{}</model></cpu>"
    assert host.compare_cpu(model.format("486")) == 2
    with pytest.raises(InternalError, match="Unknown CPU model Nosuch"):
        host.compare_cpu(model.format("Nosuch"))
    assert "<model" in host.baseline_cpu([model.format("Nehalem"), model.format("Penryn")])
    assert {"486", "qemu64", "Nehalem"} <= set(host.get_cpu_model_names("x86_64"))
    with pytest.raises(InvalidArgument, match="cannot find architecture nosuch"):
        host.get_cpu_model_names("nosuch")


@pytest.mark.parametrize("host", ["test"], indirect=True, scope="module")
def test_what_the_test_driver_has_not(host: Connection) -> None:
    with pytest.raises(NoSupport, match="virConnectListAllNWFilters"):
        host.list_all_nwfilters()
    with pytest.raises(NoSupport, match="virNodeGetMemoryStats"):
        host.node_get_memory_stats(-1)
