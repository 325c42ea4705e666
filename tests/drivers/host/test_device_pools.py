"""Networks of virtual functions (SR-IOV): no card here has any, so /sys is a made-up one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.qemu import Qemu
from vsh.errors import ConfigUnsupported, InternalError, OperationInvalid
from vsh.words.network import NetworkUpdate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vsh.api.connection import Connection

PORT = """<networkport>
  <uuid>5d744f21-ba4a-4d6e-bdb2-30a35ff3207{}</uuid>
  <owner><name>g</name><uuid>d54df46f-1ab5-4a22-8618-4560ef5fac2c</uuid></owner>
  <mac address='52:54:00:7b:35:93'/>
</networkport>"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A host with a card eth9 of two virtual functions; a network driver has the second."""
    devices = tmp_path / "sys/devices/pci0000:00"
    card = devices / "0000:05:00.0"
    (card / "net/eth9").mkdir(parents=True)
    for number in (0, 1):
        function = devices / f"0000:05:10.{number}"
        function.mkdir()
        (function / "physfn").symlink_to(card)
        (card / f"virtfn{number}").symlink_to(function)
    (devices / "0000:05:10.1/net/eth11").mkdir(parents=True)
    (card / "net/eth9/device").symlink_to(card)
    (tmp_path / "sys/class/net").mkdir(parents=True)
    (tmp_path / "sys/class/net/eth9").symlink_to(card / "net/eth9")
    bus = tmp_path / "sys/bus/pci/devices"
    bus.mkdir(parents=True)
    for path in devices.iterdir():
        (bus / path.name).symlink_to(path)
    with vsh.connect(f"qemu:///embed?root={tmp_path / 'root'}") as opened:
        driver = opened.driver
        assert isinstance(driver, Qemu)
        driver.hypervisor.network_host.sysfs = str(tmp_path)
        yield opened


def document(mode: str, inside: str) -> str:
    return (
        f"<network><name>n</name><forward mode='{mode}' managed='yes'>{inside}</forward></network>"
    )


def test_a_card_gives_its_functions_one_by_one(connection: Connection) -> None:
    network = connection.network_define_xml(document("hostdev", "<pf dev='eth9'/>"))
    assert "<address" not in network.get_xml_desc()
    network.create()
    shown = network.get_xml_desc()
    for number in (0, 1):
        place = f"domain='0x0000' bus='0x05' slot='0x10' function='0x{number}'"
        assert f"<address type='pci' {place}/>" in shown
        port = network.port_create_xml(PORT.format(number)).get_xml_desc()
        assert "<plug type='hostdev-pci' managed='yes'>" in port
        assert f"<address {place}/>" in port
    assert "<address" not in network.get_xml_desc(1)
    with pytest.raises(InternalError, match="exclusive access to interfaces, but none are"):
        network.port_create_xml(PORT.format(2))


def test_links_of_functions_are_used_by_macvtaps(connection: Connection) -> None:
    network = connection.network_create_xml(document("vepa", "<pf dev='eth9'/>"))
    assert "<interface dev='eth11'/>" in network.get_xml_desc()
    port = network.port_create_xml(PORT.format(0))
    assert "<plug type='direct' dev='eth11' mode='vepa'/>" in port.get_xml_desc()
    assert "<interface dev='eth11' connections='1'/>" in network.get_xml_desc()
    assert "<forward dev=" not in network.get_xml_desc()


def test_a_card_without_functions_starts_nothing(connection: Connection) -> None:
    network = connection.network_define_xml(document("hostdev", "<pf dev='eth8'/>"))
    with pytest.raises(InternalError, match="No usable Vf's present on SRIOV PF eth8"):
        network.create()
    assert not network.active


def test_only_virtual_functions_are_listed_by_place(connection: Connection) -> None:
    place = "<address type='pci' domain='0' bus='5' slot='{}' function='0'/>"
    network = connection.network_create_xml(document("hostdev", place.format("0x10")))
    assert "bus='0x05' slot='0x10'" in network.port_create_xml(PORT.format(0)).get_xml_desc()
    with pytest.raises(ConfigUnsupported, match=r"0000:05:00\.0' in network 'n' is not an SR-IOV"):
        connection.network_define_xml(document("hostdev", place.format("0")))


def test_an_interface_in_use_stays_in_the_pool(connection: Connection) -> None:
    network = connection.network_create_xml(document("vepa", "<interface dev='e1'/>"))
    port = network.port_create_xml(PORT.format(0))
    with pytest.raises(OperationInvalid, match="unable to delete interface 'e1' in network 'n'"):
        network.update(2, 7, -1, "<interface dev='e1'/>", NetworkUpdate.AFFECT_LIVE)
    port.delete()
    network.update(2, 7, -1, "<interface dev='e1'/>", NetworkUpdate.AFFECT_LIVE)
    assert "<interface" not in network.get_xml_desc()
