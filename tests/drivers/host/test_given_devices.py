"""PCI devices that guests are given: this machine can give none away, so /sys is a made-up one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.host.netlink import Netlink
from vsh.drivers.qemu import Qemu, given_devices
from vsh.errors import ConfigUnsupported, InternalError, OperationInvalid, SystemFailure
from vsh.xml.domain import Domain
from vsh.xml.engine.reader import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from made_up_host import Sys

    from vsh.drivers.qemu.hypervisor import Hypervisor

PLACE = "<source><address {} domain='0' bus='2' slot='0x10' function='7'/></source>"
DEVICE = "<hostdev mode='subsystem' type='pci' managed='{}'>" + PLACE.format("") + "{}</hostdev>"
CARD = "<interface type='hostdev' managed='yes'>" + PLACE.format("type='pci'") + "</interface>"
ADDRESS = "0000:02:10.7"


def document(devices: str, name: str = "g", machine: str = "pc-i440fx-7.2") -> str:
    return (
        f"<domain type='qemu'><name>{name}</name><memory unit='MiB'>16</memory>"
        f"<os><type arch='x86_64' machine='{machine}'>hvm</type></os><devices>"
        f"<emulator>/usr/bin/qemu-system-x86_64</emulator>{devices}</devices></domain>"
    )


@pytest.fixture
def hypervisor(
    sysfs: Sys, card: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hypervisor]:
    root = tmp_path_factory.mktemp("root")
    with vsh.connect(f"qemu:///embed?root={root}") as opened:
        assert isinstance(opened.driver, Qemu)
        found = opened.driver.hypervisor
        found.assigning.root = str(sysfs.root)
        yield found


def test_a_machine_without_vfio_gives_nothing(hypervisor: Hypervisor) -> None:
    for devices, words in (
        (DEVICE.format("yes", ""), "host doesn't support passthrough of host PCI devices"),
        (DEVICE.format("yes", "<driver name='vfio'/>"), "doesn't support VFIO PCI passthrough"),
        (DEVICE.format("yes", "<driver name='kvm'/>"), "doesn't support legacy PCI passthrough"),
        (CARD, "host doesn't support passthrough of host PCI devices"),
    ):
        with pytest.raises(ConfigUnsupported, match=words):
            given_devices.take(hypervisor, read(document(devices), Domain))
    for driver, words in (
        ("", "VFIO PCI device assignment is not supported by the host"),
        ("<driver name='vfio'/>", "VFIO PCI device assignment is not supported by the host"),
        ("<driver name='kvm'/>", "QEMU does not support device assignment mode 'kvm'"),
        ("<driver name='xen'/>", "QEMU does not support device assignment mode 'xen'"),
    ):
        newer = document(DEVICE.format("yes", driver), machine="pc-i440fx-10.0")
        with pytest.raises(ConfigUnsupported, match=words):  # as libvirt 12.8.0 says it
            given_devices.take(hypervisor, read(newer, Domain))


def test_what_is_managed_is_taken_and_given_back(
    hypervisor: Hypervisor, sysfs: Sys, card: Path
) -> None:
    sysfs.file("dev/vfio/vfio")
    stub = sysfs.root / "sys/bus/pci/drivers/vfio-pci"
    for devices in (DEVICE.format("yes", ""),):
        live = read(document(devices), Domain)
        if not stub.exists():
            with pytest.raises(InternalError, match="Failed to load PCI driver module"):
                given_devices.take(hypervisor, live)
            assert hypervisor.assigning.all() == []
            stub.mkdir()
        given_devices.take(hypervisor, live)
        assert (card / "driver_override").read_text() == "vfio-pci"
        [taken] = hypervisor.assigning.all()
        assert (taken.name, taken.before) == (ADDRESS, "igb")
        (card / "driver_override").write_text("")
        given_devices.give_back(hypervisor, live)
        assert (card / "driver_override").read_text() == "\n"
        assert hypervisor.assigning.all() == []
    live = read(document(DEVICE.format("no", "")), Domain)
    with pytest.raises(OperationInvalid, match=f"Unmanaged PCI device {ADDRESS} must be manually"):
        given_devices.take(hypervisor, live)


def test_one_that_another_guest_has_is_in_use(hypervisor: Hypervisor, sysfs: Sys) -> None:
    from vsh.drivers.qemu.guest import Guest

    sysfs.file("dev/vfio/vfio")
    live = read(document(DEVICE.format("yes", ""), "other"), Domain)
    other = Guest("other", "5d744f21-ba4a-4d6e-bdb2-30a35ff3207d", definition=live)
    hypervisor.guests.add(other)
    other.active = True
    try:
        with pytest.raises(
            OperationInvalid, match=f"{ADDRESS} is in use by driver QEMU, domain other"
        ):
            given_devices.take(hypervisor, read(document(CARD), Domain))
    finally:
        other.active = False
        hypervisor.guests.remove(other)


def test_a_virtual_function_is_the_card_of_the_document(
    hypervisor: Hypervisor, sysfs: Sys, card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No card here has such functions: the kernel would be told what ip(8) tells it."""
    sysfs.file("dev/vfio/vfio")
    (sysfs.root / "sys/bus/pci/drivers/vfio-pci").mkdir()
    (card.parent / "0000:02:11.1/driver_override").touch()
    told: list[bytes] = []
    monkeypatch.setattr(Netlink, "_tell", lambda _, kind, flags, body: told.append(body))
    function = CARD.replace("0x10", "0x11").replace("function='7'", "function='1'")
    with pytest.raises(SystemFailure, match="vf 1: No such file or directory"):
        given_devices.take(hypervisor, read(document(function), Domain))
    (card / "net/lo").mkdir(parents=True)
    tagged = "<mac address='52:54:00:00:00:01'/><vlan>{}</vlan></interface>"
    one = function.replace("</interface>", tagged.format("<tag id='5'/>"))
    given_devices.take(hypervisor, read(document(one), Domain))
    [body] = told
    assert body[16:] == (
        b"\x40\0\x16\x80\x3c\0\x01\x80"
        b"\x28\0\x01\0\x01\0\0\0\x52\x54\0\0\0\x01"
        + bytes(26)
        + b"\x10\0\x02\0\x01\0\0\0\x05"
        + bytes(7)
    )
    two = function.replace("</interface>", tagged.format("<tag id='5'/><tag id='6'/>"))
    with pytest.raises(ConfigUnsupported, match="vlan trunking is not supported"):
        given_devices.take(hypervisor, read(document(two), Domain))
    with pytest.raises(ConfigUnsupported, match="supported on SR-IOV Virtual Functions only"):
        given_devices.take(hypervisor, read(document(CARD), Domain))
