"""A machine with a network card that can be given away."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from made_up_host import VPD, Sys, config, express

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def sysfs(tmp_path: Path) -> Sys:
    return Sys(tmp_path)


@pytest.fixture
def card(sysfs: Sys) -> Path:
    """A network card of PCI Express with two virtual functions, vital data and mediated types."""
    base = "pci0000:00/0000:00:01.0"
    sysfs.device(
        base, "bus/pci/devices", "PCI_CLASS=60400\nDRIVER=pcieport\n", vendor="0x8086",
        device="0x3c02", numa_node="0", config=config(express(4, 0x02000083, 0x0083), header=1),
    )  # fmt: skip
    folder = sysfs.device(
        f"{base}/0000:02:10.7", "bus/pci/devices", "PCI_CLASS=20000\nDRIVER=igb\n",
        vendor="0xfff0", device="0x10c9", numa_node="-1", sriov_totalvfs="7", vpd=VPD,
        config=config(express(0, 0x05000042, 0x0041)),
        mdev_supported_types__t1__name="One", mdev_supported_types__t1__device_api="vfio-pci",
        mdev_supported_types__t1__available_instances="3", driver_override="", reset="",
    )  # fmt: skip
    for number in range(2):
        function = sysfs.device(
            f"{base}/0000:02:11.{number}", "bus/pci/devices", "PCI_CLASS=20000\n",
            vendor="0xfff0", device="0x10ca", config=config(),
        )  # fmt: skip
        sysfs.link(os.path.relpath(folder / f"virtfn{number}", sysfs.root), function)
        sysfs.link(os.path.relpath(function / "physfn", sysfs.root), folder)
    group = sysfs.root / "sys/kernel/iommu_groups/12"
    sysfs.link("sys/kernel/iommu_groups/12/devices/0000:02:10.7", folder)
    sysfs.link(os.path.relpath(folder / "iommu_group", sysfs.root), group)
    driver = sysfs.root / "sys/bus/pci/drivers/igb"
    driver.mkdir(parents=True)
    (driver / "unbind").touch()
    sysfs.link(os.path.relpath(folder / "driver", sysfs.root), driver)
    sysfs.file("sys/bus/pci/drivers_probe")
    return folder
