"""Devices of the host for guests: what a host that has none says, and finding USB devices.

This machine has no USB, no VFIO and no SCSI: what the kernel would show of USB devices is a folder
of the test's own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from vsh.drivers.qemu import live_host
from vsh.drivers.qemu.devices import host_devices
from vsh.errors import Error
from vsh.hypervisors.qemu.argv import host as argv_host
from vsh.xml.domain.devices.hostdev import HostDevice
from vsh.xml.engine.reader import read

if TYPE_CHECKING:
    from pathlib import Path


def device(kind: str, source: str) -> HostDevice:
    model = " model='vfio-pci'" if kind == "mdev" else ""
    return read(
        f"<hostdev mode='subsystem' type='{kind}'{model}><source>{source}</source></hostdev>",
        HostDevice,
    )


@pytest.fixture
def usb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bus with two sticks of one kind and a mouse."""
    bus = tmp_path / "bus/usb/devices"
    for name, values in (
        ("1-1", ("1", "2", "0951", "1666")), ("1-2", ("1", "3", "0951", "1666")),
        ("2-1", ("2", "5", "046d", "c077")), ("2-1:1.0", ()),
    ):  # fmt: skip
        (bus / name).mkdir(parents=True)
        for file, value in zip(("busnum", "devnum", "idVendor", "idProduct"), values, strict=False):
            (bus / name / file).write_text(f"{value}\n")
    monkeypatch.setattr(host_devices, "SYSFS", str(tmp_path))
    return bus


def test_usb_devices_are_found(usb: Path) -> None:
    mouse = device("usb", "<vendor id='0x046d'/><product id='0xc077'/>")
    host_devices.check(mouse, newest=False)
    assert mouse.source.address is not None
    assert (mouse.source.address.bus, mouse.source.address.device) == ("2", "5")
    host_devices.check(device("usb", "<address bus='1' device='3'/>"), newest=False)
    for source, words in (
        ("<vendor id='0x0951'/><product id='0x1666'/>", "Multiple USB devices for 951:1666"),
        ("<vendor id='0x1234'/><product id='0xbeef'/>", "Did not find USB device 1234:beef"),
        ("<address bus='7' device='3'/>", "Did not find USB device bus:7 device:3"),
    ):
        with pytest.raises(Error, match=words):
            host_devices.check(device("usb", source), newest=False)


def test_usb_devices_are_found_by_their_ports(usb: Path) -> None:
    """libvirt 12.8.0; what runs is known by its number, which the port is no name of."""
    stick = device("usb", "<address bus='1' port='2'/>")
    host_devices.check(stick, newest=True)
    assert stick.source.address is not None
    assert stick.source.format(0) == ("<source>\n  <address bus='1' device='3'/>\n</source>\n")
    for source, words in (
        ("<address bus='1' port='9'/>", "vid:0000, pid:0000, bus:1, device:0, port:9"),
        ("<vendor id='1'/><product id='2'/><address bus='1' port='1'/>", "vid:0001, pid:0002"),
        ("", "No matching fields for USB device found"),
    ):
        with pytest.raises(Error, match=words):
            host_devices.check(device("usb", source), newest=True)


def test_scsi_devices_are_never_taken_from_the_host() -> None:
    source = "<adapter name='scsi_host9'/><address bus='0' target='0' unit='0'/>"
    managed = device("scsi", source)
    managed.managed = "yes"
    with pytest.raises(Error, match="SCSI host device doesn't support managed mode"):
        host_devices.check(managed, newest=False)


@pytest.mark.parametrize(
    ("kind", "source", "words"),
    [
        ("usb", "<address bus='7' device='3'/>", "cannot open directory '.*/bus/usb/devices'"),
        ("pci", "<address bus='0x55' slot='0' function='0'/>", "passthrough of host PCI devices"),
        ("mdev", "<address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/>", "requires VFIO support"),
        ("scsi", "<adapter name='scsi_host9'/><address bus='0' target='0' unit='0'/>",
         "cannot open directory '.*/bus/scsi/devices/9:0:0:0/scsi_generic'"),
    ],
)  # fmt: skip
def test_a_host_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, source: str, words: str
) -> None:
    monkeypatch.setattr(host_devices, "SYSFS", str(tmp_path))
    monkeypatch.setattr(host_devices, "DEV", str(tmp_path))
    monkeypatch.setattr(host_devices, "supported", lambda _root="": False)
    with pytest.raises(Error, match=words):
        host_devices.check(device(kind, source), newest=False)


def test_a_scsi_devices_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which of the kernel's files it is follows from its place."""
    (tmp_path / "bus/scsi/devices/2:0:1:3/scsi_generic/sg7").mkdir(parents=True)
    monkeypatch.setattr(host_devices, "SYSFS", str(tmp_path))
    source = "<adapter name='scsi_host2'/><address bus='0' target='1' unit='3'/>"
    assert host_devices.scsi_generic(device("scsi", source)) == "/dev/sg7"


def test_devices_are_opened_for_the_newer_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder stands for what the kernel shows of a PCI device, and for its files."""
    (tmp_path / "bus/pci/devices/0000:06:12.1/vfio-dev/vfio7").mkdir(parents=True)
    files = tmp_path / "vfio/devices"
    files.mkdir(parents=True)
    (files / "vfio7").touch()
    monkeypatch.setattr(host_devices, "SYSFS", str(tmp_path))
    monkeypatch.setattr(host_devices, "DEV", str(tmp_path))
    for module in (live_host, argv_host):
        monkeypatch.setattr(module, "IOMMUFD", str(files / "vfio7"))
    opened = object.__new__(live_host.LiveHost)
    opened._opened, opened._associated, opened.takes = [], {}, None
    numbers = [int(opened.vfio("0000:06:12.1")), int(opened.iommufd(None))]
    assert {os.readlink(f"/proc/self/fd/{each}") for each in numbers} == {str(files / "vfio7")}
    for each in numbers:
        os.close(each)
    with pytest.raises(Error, match=r"cannot open directory .*06:12.2/vfio-dev'"):
        opened.vfio("0000:06:12.2")
    (files / "vfio7").unlink()
    with pytest.raises(Error, match=r"cannot open '.*vfio7': No such file"):
        opened.vfio("0000:06:12.1")
    with pytest.raises(Error, match="group 'g' was not associated"):
        opened.iommufd("g")
