"""Where the QEMU driver puts devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hypervisors.qemu.test_defaults import complete, guest
from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.hypervisors.qemu import isolation
from vsh.hypervisors.qemu.emulator import Emulator, modern
from vsh.xml.engine.flags import ABI_UPDATE

if TYPE_CHECKING:
    from pathlib import Path

    from vsh.xml.domain import Domain

OLD = Emulator(("cirrus-vga", "lsi"))
VIRT = {"arch": "aarch64", "machine": "virt"}
CCW = {"arch": "s390x", "machine": "s390-ccw-virtio"}
PSERIES = {"arch": "ppc64", "machine": "pseries"}


def place(device: object) -> str | None:
    address = device.address  # type: ignore[attr-defined]
    if address is None or address.type != "pci":
        return None
    return f"{address.bus:x}:{address.slot:x}.{address.function:x}"


def controllers(domain: Domain, kind: str) -> list[tuple[int, str | None, str | None]]:
    return [(c.index, c.model, place(c)) for c in domain.controllers if c.type == kind]


def test_a_pc_keeps_its_built_in_devices_where_they_are() -> None:
    domain = complete(
        guest(
            "<disk><source file='/d'/><target dev='hda'/></disk>"
            "<graphics type='vnc'/><interface type='user'/>"
        ),
        OLD,
    )
    assert controllers(domain, "ide") == [(0, None, "0:1.1")]
    assert controllers(domain, "usb") == [(0, None, "0:1.2")]
    assert place(domain.videos[0]) == "0:2.0"
    assert place(domain.interfaces[0]) == "0:3.0"
    assert place(domain.memballoon[0]) == "0:4.0"
    wrong = "<controller type='ide' index='0'><address type='pci' slot='0x5'/></controller>"
    with pytest.raises(InternalError, match="Primary IDE controller must have PCI address"):
        complete(guest(wrong), OLD)


def test_bridges_are_added_when_a_bus_is_full() -> None:
    many = "<interface type='user'/>" * 35
    domain = complete(guest(many), OLD)
    root, bridge = controllers(domain, "pci")
    assert root == (0, "pci-root", None)
    assert bridge == (1, "pci-bridge", "0:2.0")
    chosen = next(c for c in domain.controllers if c.index == 1 and c.type == "pci")
    assert (chosen.model_name, chosen.chassis_number) == ("pci-bridge", 1)
    assert len({place(device) for device in domain.interfaces}) == 35


def test_a_place_cannot_be_taken_twice() -> None:
    one = "<interface type='user'><address type='pci' slot='0x5'/></interface>"
    with pytest.raises(XmlError, match=r"Attempted double use of PCI Address 0000:00:05.0"):
        complete(guest(one * 2), OLD)


def test_express_devices_have_a_port_each_and_one_is_kept_free() -> None:
    domain = complete(guest("<interface type='user'><model type='virtio'/></interface>",
                            machine="q35"))  # fmt: skip
    assert controllers(domain, "sata") == [(0, None, "0:1f.2")]
    ports = controllers(domain, "pci")
    assert [model for _, model, _ in ports] == ["pcie-root"] + ["pcie-root-port"] * 4
    assert [where for _, _, where in ports[1:]] == ["0:1.0", "0:1.1", "0:1.2", "0:1.3"]
    first = next(c for c in domain.controllers if c.model == "pcie-root-port")
    assert first.address.multifunction is True
    assert (first.model_name, first.chassis, first.port) == ("pcie-root-port", 1, 8)
    assert place(domain.interfaces[0]) == "1:0.0"


def test_standard_devices_get_a_bridge_below_express() -> None:
    card = "<interface type='user'><model type='e1000'/></interface>"
    domain = complete(guest(card, machine="q35"), Emulator(["lsi"]))
    models = [model for _, model, _ in controllers(domain, "pci")]
    assert models[:3] == ["pcie-root", "dmi-to-pci-bridge", "pci-bridge"]
    domain = complete(guest(card, machine="q35"))
    models = [model for _, model, _ in controllers(domain, "pci")]
    assert models[:3] == ["pcie-root", "pcie-root-port", "pcie-to-pci-bridge"]


def test_the_parts_of_a_usb_2_controller_share_a_slot() -> None:
    parts = "".join(
        f"<controller type='usb' index='0' model='ich9-{name}'/>"
        for name in ("ehci1", "uhci1", "uhci2", "uhci3")
    )
    domain = complete(guest(parts), OLD)
    assert sorted(where or "" for _, _, where in controllers(domain, "usb")) == [
        "0:2.0", "0:2.1", "0:2.2", "0:2.7",
    ]  # fmt: skip


def test_more_roots_on_pseries() -> None:
    text = "<controller type='pci' index='1' model='pci-root'/>"
    domain = complete(guest(text, **PSERIES))
    roots = [c for c in domain.controllers if c.type == "pci"]
    assert [(c.index, c.target_index) for c in roots] == [(1, 1), (0, 0)]
    assert {c.model_name for c in roots} == {"spapr-pci-host-bridge"}


def test_devices_of_the_host_are_apart_on_pseries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As libvirt's tests have it; /sys is made up, for no host of the tests has IOMMU groups."""
    for address, group in (("01:00.0", 8), ("01:00.1", 8), ("05:12.1", 1)):
        folder = tmp_path / f"bus/pci/devices/0000:{address}"
        folder.mkdir(parents=True)
        (folder / "iommu_group").symlink_to(f"../../../kernel/iommu_groups/{group}")
    monkeypatch.setattr(isolation, "SYSFS", str(tmp_path))
    device = (
        "<hostdev mode='subsystem' type='pci'>"
        "<source><address domain='0' bus='{}' slot='{}' function='{}'/></source></hostdev>"
    )
    card = (
        "<interface type='hostdev'><source><address type='pci' domain='0' bus='5' slot='0x12' "
        "function='1'/></source></interface>"
    )
    devices = (
        "<interface type='user'/>"
        + card
        + "".join(device.format(*each) for each in ((1, 0, 0), (1, 0, 1), (9, 0, 0)))
    )
    domain = complete(guest(devices, **PSERIES))
    roots = sorted(c.index for c in domain.controllers if c.type == "pci")
    assert roots == [0, 1, 2]
    user, function = (place(each) for each in domain.interfaces)
    first, second, alone = (place(each) for each in domain.hostdevs)
    assert str(user).startswith("0:")
    assert str(alone).startswith("0:")  # of no group
    assert {str(first)[0], str(second)[0]} == {str(first)[0]}
    assert {str(first)[0], str(function)[0]} == {"1", "2"}


def test_cards_of_a_pool_are_apart_on_pseries() -> None:
    """Which device of the host each will be is not known: each has a bridge of its own."""
    known = modern("ppc64")
    known.pooled = lambda network: network == "pool"
    card = "<interface type='network'><source network='{}'/></interface>"
    cards = "".join(card.format(name) for name in ("pool", "other", "pool"))
    domain = complete(guest(cards, **PSERIES), known)
    first, other, second = (str(place(each))[0] for each in domain.interfaces)
    assert other == "0"
    assert {first, second} == {"1", "2"}
    alike = complete(guest(cards, **PSERIES))
    assert {str(place(each))[0] for each in alike.interfaces} == {"0"}


def test_registers_on_the_virtual_bus() -> None:
    devices = (
        "<controller type='scsi' index='0'/><controller type='scsi' index='1'/><serial type='pty'/>"
        "<nvram/>"
    )
    domain = complete(guest(devices, **PSERIES))
    assert [hex(c.address.reg) for c in domain.controllers if c.type == "scsi"] == [
        "0x2000", "0x3000",
    ]  # fmt: skip
    assert domain.serials[0].address.reg == 0x30000000
    assert domain.nvram[0].address.reg == 0x4000
    there = "<address type='spapr-vio' reg='0x2000'/>"
    twice = f"<nvram>{there}</nvram><controller type='scsi'>{there}</controller>"
    with pytest.raises(XmlError, match="spapr-vio address 0x2000 already in use"):
        complete(guest(twice, **PSERIES))


def test_channel_devices_are_numbered() -> None:
    disks = (
        "<disk><source file='/d'/><target dev='vda' bus='virtio'/></disk>"
        "<disk><source file='/d'/><target dev='vdb' bus='virtio'/>"
        "<address type='ccw' cssid='0xfe' ssid='0' devno='0'/></disk>"
    )
    domain = complete(guest(disks, **CCW), Emulator())
    assert [disk.address.numbers() for disk in domain.disks] == [(0xFE, 0, 1), (0xFE, 0, 0)]
    assert domain.memballoon[0].address.numbers() == (0xFE, 0, 2)
    same = disks[disks.rindex("<disk>") :].replace("vdb", "vd{}")
    with pytest.raises(XmlError, match=r"The CCW devno 'fe.0.0000' is in use already"):
        complete(guest(same.format("a") + same.format("b"), **CCW), Emulator())


def test_mainframe_pci_devices_have_identifiers() -> None:
    device = (
        "<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='0' slot='{}' "
        "function='0'/></source><address type='pci'>{}</address></hostdev>"
    )
    domain = complete(
        guest(device.format(1, "") + device.format(2, "<zpci uid='0x1' fid='0'/>"), **CCW)
    )
    found = [(d.address.zpci_uid, d.address.zpci_fid) for d in domain.hostdevs]
    assert found == [(2, 1), (1, 0)]


def test_boards_without_pci_use_memory_mapped_devices() -> None:
    disk = "<disk><source file='/d'/><target dev='vda' bus='virtio'/></disk>"
    domain = complete(guest(disk, **VIRT), Emulator(["virtio-mmio"]))
    assert domain.disks[0].address.type == "virtio-mmio"
    domain = complete(guest(disk, **VIRT))
    assert place(domain.disks[0]) is not None
    wrong = disk.replace("</disk>", "<address type='virtio-mmio'/></disk>")
    with pytest.raises(ConfigUnsupported, match="cannot have an address of type 'virtio-mmio'"):
        complete(guest(wrong), OLD)


def test_ports_of_virtio_serial() -> None:
    channel = "<channel type='pty'><target type='virtio' name='a{}'/>{}</channel>"
    given = "<address type='virtio-serial' controller='0' bus='0' port='1'/>"
    domain = complete(guest(channel.format(1, "") + channel.format(2, given)), OLD)
    assert [c.address.port for c in domain.channels] == [2, 1]
    with pytest.raises(XmlError, match="virtio serial port 1 on controller 0 is already occupied"):
        complete(guest(channel.format(1, given) + channel.format(2, given)), OLD)
    many = "".join(channel.format(number, "") for number in range(31))
    domain = complete(guest(many), OLD)
    assert [c.index for c in domain.controllers if c.type == "virtio-serial"] == [0, 1]
    assert domain.channels[30].address.controller == 1


def test_usb_ports_are_chosen_for_new_guests() -> None:
    tablets = "<input type='tablet' bus='usb'/>" * 3
    assert complete(guest(tablets), OLD).inputs[0].address is None
    domain = complete(guest(tablets), OLD, ABI_UPDATE)
    assert [hub.address.port for hub in domain.hubs] == ["1"]
    assert [device.address.port for device in domain.inputs[:3]] == ["2", "1.1", "1.2"]
    off = "<controller type='usb' model='none'/><hub type='usb'/>"
    with pytest.raises(ConfigUnsupported, match="USB is disabled for this domain"):
        complete(guest(off), OLD, ABI_UPDATE)


def test_memory_modules_get_slots() -> None:
    module = "<memory model='dimm'><target><size>262144</size><node>0</node></target>{}</memory>"
    more = (
        "<maxMemory slots='2'>4194304</maxMemory><cpu><numa><cell id='0' cpus='0' "
        "memory='524288'/></numa></cpu>"
    )
    given = "<address type='dimm' slot='0'/>"
    domain = complete(guest(module.format("") + module.format(given), more=more), OLD)
    assert [device.address.slot for device in domain.memory_devices] == [1, 0]
    three = module.format("") * 3
    with pytest.raises(InternalError, match="failed to find an empty memory slot"):
        complete(guest(three, more=more), OLD)
