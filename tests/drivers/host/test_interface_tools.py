"""Interfaces that are defined: ifupdown's own programs in a namespace and a folder of the test's.

netplan and NetworkManager need a running system around them: stand-ins write down how they are
called, and their files are held against what their manuals say.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from killing import killed_at_step
from own_network import sh
from packages import unpacked

import vsh
from vsh.drivers.host import interface_tools
from vsh.drivers.host.interface_tools import definitions
from vsh.drivers.host.netlink import Netlink
from vsh.drivers.qemu import Qemu
from vsh.drivers.qemu.state import State
from vsh.errors import ConfigUnsupported, InternalError, NoInterface, NoSupport, OperationInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from own_network import OwnNetwork

    from vsh.api.connection import Connection

BRIDGE = """<interface type='bridge' name='br0'>
  <start mode='onboot'/>
  <mtu size='1400'/>
  <protocol family='ipv4'>
    <ip address='10.55.0.1' prefix='24'/>
    <ip address='10.56.0.1' prefix='24'/>
    <route gateway='10.55.0.254'/>
  </protocol>
  <protocol family='ipv6'>
    <ip address='fd00:55::1' prefix='64'/>
  </protocol>
  <bridge stp='off' delay='2'>
    <interface type='ethernet' name='v0'>
    </interface>
  </bridge>
</interface>
"""
PLAIN = (
    "<interface type='ethernet' name='v1'><start mode='none'/>"
    "<protocol family='ipv4'><ip address='{}' prefix='24'/></protocol></interface>"
)
BOND = (
    "<interface type='bond' name='bond0'><start mode='hotplug'/><protocol family='ipv4'><dhcp/>"
    "</protocol><bond mode='active-backup'><miimon freq='100' updelay='5' carrier='netif'/>"
    "<interface type='ethernet' name='v0'/></bond></interface>"
)
VLAN = (
    "<interface type='vlan' name='v0.7'><protocol family='ipv6'><autoconf/></protocol>"
    "<vlan tag='7'><interface name='v0'/></vlan></interface>"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine's /etc and /run that ifupdown keeps."""
    package = unpacked("ifupdown")
    if package is None:
        pytest.skip("apt does not give ifupdown")
    monkeypatch.setenv("PATH", f"{package}/sbin", prepend=":")
    main = tmp_path / "etc/network/interfaces"
    (tmp_path / "etc/network/interfaces.d").mkdir(parents=True)
    (tmp_path / "run/network").mkdir(parents=True)
    main.write_text(f"source {main}.d/*\n")
    return tmp_path


@pytest.fixture
def opened(folder: Path, own_network: OwnNetwork) -> Iterator[Callable[[], Connection]]:
    """Opens the root, whose machine's folder is that one; a cable is there, v0 and v1."""
    sh("ip link add v0 type veth peer name v1")
    connections = []

    def connect() -> Connection:
        connection = vsh.connect(f"qemu:///embed?root={folder / 'root'}")
        assert isinstance(connection.driver, Qemu)
        connection.driver.hypervisor.interfaces.tools = str(folder)
        connections.append(connection)
        return connection

    yield connect
    for connection in connections:
        connection.close()


def files(folder: Path) -> list[str]:
    return sorted(os.listdir(folder / "etc/network/interfaces.d"))


def test_a_bridge_is_defined_started_stopped_and_forgotten(
    opened: Callable[[], Connection], folder: Path
) -> None:
    connection = opened()
    found = connection.interface_define_xml(BRIDGE)
    assert (folder / "etc/network/interfaces.d/vsh-br0").stat().st_mode & 0o777 == 0o600
    assert found.get_xml_desc() == found.get_xml_desc(1) == BRIDGE
    assert "br0" in connection.list_defined_interfaces()
    assert "br0" in [each.name for each in connection.list_all_interfaces(1)]
    assert not found.is_active()
    found.create()
    with Netlink() as netlink:
        link, port = netlink.link("br0"), netlink.link("v0")
        assert link is not None
        assert port is not None
        assert (link.mtu, link.up, port.master) == (1400, True, link.index)
        there = {(a.address, a.prefix) for a in netlink.addresses() if a.index == link.index}
    assert {("10.55.0.1", 24), ("10.56.0.1", 24), ("fd00:55::1", 64)} <= there
    assert "default via 10.55.0.254 dev br0" in sh("ip route")
    assert "<interface type='ethernet' name='v0'>" in found.get_xml_desc()
    assert found.get_xml_desc(1) == BRIDGE
    with pytest.raises(OperationInvalid, match="interface 'br0' is already active"):
        found.create()
    found.destroy()
    assert "br0" not in sh("ip -br link")
    with pytest.raises(OperationInvalid, match="interface 'br0' is not active"):
        found.destroy()
    found.undefine()
    assert files(folder) == []
    with pytest.raises(NoInterface):
        connection.interface_lookup_by_name("br0")


def test_what_is_not_ours_is_left_alone(opened: Callable[[], Connection], folder: Path) -> None:
    connection = opened()
    link = connection.interface_lookup_by_name("v0")
    for act in (link.create, link.destroy, link.undefine):
        with pytest.raises(OperationInvalid, match="interface 'v0' was not defined here"):
            act()
    theirs = folder / "etc/network/interfaces.d/theirs"
    theirs.write_text("auto v1\niface v1 inet dhcp\n")
    with pytest.raises(OperationInvalid, match=f"interface 'v1' is configured in {theirs}"):
        connection.interface_define_xml(PLAIN.format("10.57.0.1"))
    with pytest.raises(ConfigUnsupported, match=r"address '10\.57\.0\.1' has no prefix"):
        connection.interface_define_xml(
            "<interface type='ethernet' name='v0'><protocol family='ipv4'>"
            "<ip address='10.57.0.1'/></protocol></interface>"
        )
    (folder / "etc/network/interfaces").write_text("auto lo\n")
    with pytest.raises(ConfigUnsupported, match="does not read"):
        connection.interface_define_xml(VLAN)
    assert files(folder) == ["theirs"]


def test_changes_are_kept_or_taken_back(opened: Callable[[], Connection], folder: Path) -> None:
    connection = opened()
    with pytest.raises(OperationInvalid, match="nothing to be committed"):
        connection.interface_change_commit()
    with pytest.raises(OperationInvalid, match="nothing to rollback"):
        connection.interface_change_rollback()
    first = connection.interface_define_xml(PLAIN.format("10.57.0.1"))
    first.create()
    connection.interface_change_begin()
    with pytest.raises(OperationInvalid, match="there is another transaction running"):
        connection.interface_change_begin()
    connection.interface_define_xml(BRIDGE).create()
    connection.interface_define_xml(PLAIN.format("10.58.0.1"))
    connection.close()
    connection = opened()  # a change outlives who began it
    connection.interface_change_rollback()
    assert files(folder) == ["vsh-v1"]
    assert "br0" not in sh("ip -br link")
    assert "10.57.0.1" in sh("ip addr show v1")
    connection.interface_change_begin()
    connection.interface_lookup_by_name("v1").undefine()
    connection.interface_define_xml(VLAN)
    connection.interface_change_rollback()
    assert files(folder) == ["vsh-v1"]
    connection.interface_change_begin()
    connection.interface_define_xml(VLAN)
    connection.interface_change_commit()
    assert files(folder) == ["vsh-v0.7", "vsh-v1"]


def test_killed_at_any_write_the_next_has_it_wholly_or_not(
    opened: Callable[[], Connection], folder: Path
) -> None:
    opened().close()

    writes = (
        (State, "put"), (State, "drop"), (definitions, "_put"), (definitions, "_unlink"),
        (os, "replace"),
    )  # fmt: skip
    seen = set()
    for act in ("define", "undefine"):
        for steps in range(20):

            def do(act: str = act) -> None:
                connection = opened()
                if act == "define":
                    connection.interface_define_xml(BRIDGE)
                else:
                    connection.interface_lookup_by_name("br0").undefine()

            died = killed_at_step(steps, writes, do)
            connection = opened()
            connection.interface_change_begin()  # whatever changes anything finishes that first
            connection.interface_change_commit()
            there = "br0" in connection.list_defined_interfaces()
            assert [each for each in files(folder) if not each.startswith(".")] == (
                ["vsh-br0"] if there else []
            )
            seen.add((act, there))
            if there and act == "define" and died:
                connection.interface_lookup_by_name("br0").undefine()
            elif not there and act == "undefine" and died:
                connection.interface_define_xml(BRIDGE)
            connection.close()
            if not died:
                break
    assert seen >= {("define", False), ("define", True), ("undefine", False), ("undefine", True)}


def test_bonds_and_vlans_in_words_of_ip(folder: Path) -> None:
    """This kernel has neither, so they are not brought up."""
    tool = interface_tools.find(str(folder))
    assert tool is not None
    [bond] = tool.files(definitions.parsed(BOND)).values()
    assert bond == (
        "allow-hotplug bond0\niface bond0 inet dhcp\n"
        "    pre-up ip link show dev bond0 >/dev/null 2>&1 || ip link add name bond0 type bond "
        "mode active-backup miimon 100 updelay 5 use_carrier 1\n"
        "    pre-up ip link set dev v0 down\n    pre-up ip link set dev v0 master bond0\n"
        "    pre-up ip link set dev v0 up\n    post-down ip link delete dev bond0\n"
    )
    [vlan] = tool.files(definitions.parsed(VLAN)).values()
    assert vlan == (
        "iface v0.7 inet6 auto\n    pre-up ip link show dev v0.7 >/dev/null 2>&1 || "
        "ip link add link v0 name v0.7 type vlan id 7\n    post-down ip link delete dev v0.7\n"
    )


# ---- tools that are not here


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand-ins for netplan and nmcli; the file has how they were called."""
    (tmp_path / "bin").mkdir()
    for name in ("netplan", "nmcli"):
        program = tmp_path / "bin" / name
        program.write_text(
            f'#!/bin/sh\necho "{name} $*" >> {tmp_path}/called\n'
            f'[ ! -e {tmp_path}/broken ] || {{ echo "no" >&2; exit 1; }}\n'
        )
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin", prepend=":")
    return tmp_path / "called"


def test_netplan(called: Path, tmp_path: Path) -> None:
    (tmp_path / "etc/netplan").mkdir(parents=True)
    tool = interface_tools.find(str(tmp_path))
    assert tool is not None
    assert tool.name == "netplan"
    [(path, text)] = tool.files(definitions.parsed(BRIDGE)).items()
    assert path == f"{tmp_path}/etc/netplan/90-vsh-br0.yaml"
    assert json.loads(text)["network"] == {
        "version": 2,
        "bridges": {
            "br0": {
                "interfaces": ["v0"],
                "parameters": {"stp": False, "forward-delay": 2},
                "accept-ra": False,
                "addresses": ["10.55.0.1/24", "10.56.0.1/24", "fd00:55::1/64"],
                "routes": [{"to": "default", "via": "10.55.0.254"}],
                "mtu": 1400,
            }
        },
        "ethernets": {"v0": {}},
    }
    [bond] = map(json.loads, tool.files(definitions.parsed(BOND)).values())
    assert bond["network"]["bonds"]["bond0"] == {
        "interfaces": ["v0"],
        "parameters": {"mode": "active-backup", "mii-monitor-interval": 100, "up-delay": 5},
        "dhcp4": True,
    }
    [vlan] = map(json.loads, tool.files(definitions.parsed(VLAN)).values())
    assert vlan["network"]["vlans"]["v0.7"] == {
        "id": 7, "link": "v0", "accept-ra": True, "activation-mode": "manual",
    }  # fmt: skip
    (tmp_path / "etc/netplan/50-cloud.yaml").write_text("network:\n  ethernets:\n    v1: {}\n")
    assert tool.foreign("v1") == f"{tmp_path}/etc/netplan/50-cloud.yaml"
    assert tool.foreign("v0") is None
    tool.read_again()
    tool.up("br0")
    assert called.read_text() == f"netplan generate --root-dir {tmp_path}\nnetplan apply\n"


def test_network_manager(called: Path, tmp_path: Path, own_network: OwnNetwork) -> None:
    (tmp_path / "run/NetworkManager").mkdir(parents=True)
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as connection:
        assert isinstance(connection.driver, Qemu)
        connection.driver.hypervisor.interfaces.tools = str(tmp_path)
        found = connection.interface_define_xml(BRIDGE)
        place = tmp_path / "etc/NetworkManager/system-connections"
        assert sorted(os.listdir(place)) == [
            "vsh-br0-v0.nmconnection", "vsh-br0.nmconnection",
        ]  # fmt: skip
        text = (place / "vsh-br0.nmconnection").read_text()
        for wanted in (
            "type=bridge\ninterface-name=br0\nautoconnect=true\nautoconnect-slaves=1\n",
            "[bridge]\nstp=false\nforward-delay=2\n",
            "[ethernet]\nmtu=1400\n",
            "[ipv4]\nmethod=manual\naddress1=10.55.0.1/24,10.55.0.254\naddress2=10.56.0.1/24\n",
            "[ipv6]\nmethod=manual\naddress1=fd00:55::1/64\n",
        ):
            assert wanted in text
        part = (place / "vsh-br0-v0.nmconnection").read_text()
        assert part.endswith("interface-name=v0\nmaster=br0\nslave-type=bridge\n")
        found.create()
        sh("ip link add br0 type bridge; ip link set br0 up")  # as NetworkManager would
        found.destroy()
        assert called.read_text().splitlines() == [
            "nmcli connection reload", "nmcli connection up id vsh-br0",
            "nmcli connection down id vsh-br0",
        ]  # fmt: skip
        (tmp_path / "broken").touch()
        with pytest.raises(InternalError, match="unexpected exit status 1: no"):
            connection.interface_define_xml(BOND)
        (tmp_path / "broken").unlink()
        assert sorted(os.listdir(place)) == [
            "vsh-br0-v0.nmconnection", "vsh-br0.nmconnection",
        ]  # fmt: skip
        texts = interface_tools.find(str(tmp_path)).files(definitions.parsed(VLAN))  # type: ignore[union-attr]
        assert "[vlan]\nid=7\nparent=v0\n" in next(iter(texts.values()))
        assert "[ipv6]\nmethod=auto\n" in next(iter(texts.values()))


def test_without_a_tool_it_is_libvirts_answer(tmp_path: Path, own_network: OwnNetwork) -> None:
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as connection:
        assert isinstance(connection.driver, Qemu)
        connection.driver.hypervisor.interfaces.tools = str(tmp_path)
        for act in (
            connection.interface_change_begin,
            connection.interface_change_commit,
            connection.interface_change_rollback,
            lambda: connection.interface_define_xml(BRIDGE),
            connection.interface_lookup_by_name("lo").undefine,
        ):
            with pytest.raises(NoSupport):
                act()
