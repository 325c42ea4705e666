"""Where the QEMU driver puts the devices of a guest that have no address: one bus after another."""

from __future__ import annotations

from vsh.domains.pci import placed
from vsh.domains.ports import HUB_PORTS, SerialPorts, UsbPorts, assign_ccw, has_port, usb_ports
from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.hypervisors.qemu.machine import (
    ARM,
    RISCV,
    is_arm_virt,
    is_ccw,
    is_pseries,
    is_riscv_virt,
    root_model,
)
from vsh.xml.domain.devices.address import Address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device

# the registers of devices on the virtual I/O bus, as QEMU has them
_NET, _SCSI, _NVRAM, _TPM, _SERIAL = 0x1000, 0x2000, 0x3000, 0x4000, 0x30000000
_VIRTIO = ("virtio", "virtio-transitional", "virtio-non-transitional")


def assign(domain: Domain, emulator: Emulator, *, new: bool = False) -> None:
    """Give every device an address; ``new``: the guest has never run."""
    from vsh.hypervisors.qemu.slots import assign_pci

    _serial_ports(domain)
    _virtual_io(domain)
    if is_ccw(domain):
        if "vfio-ccw" in emulator.can:
            _host_channels(domain)
        _virtio(domain, "ccw")
        assign_ccw(domain)
    _mmio(domain, emulator)
    assign_pci(domain, emulator)
    _usb(domain, new)
    _memory_slots(domain)


def _serial_ports(domain: Domain) -> None:
    ports = SerialPorts(domain)
    for zero, devices in ((True, domain.consoles), (False, domain.channels)):
        for device in devices:
            if device.target_type == "virtio" and not ports.complete(device):
                ports.assign(device, zero)


def _virtual_io(domain: Domain) -> None:
    pseries = is_pseries(domain)
    groups = (
        (domain.interfaces, _NET, lambda d: d.model == "spapr-vlan"),
        (domain.controllers, _SCSI, lambda d: d.type == "scsi" and d.model == "ibmvscsi"),
        (domain.serials, _SERIAL, lambda d: d.target_type == "spapr-vio-serial"),
        (domain.nvram, _NVRAM, lambda d: pseries),
        (domain.tpms, _TPM, lambda d: pseries and d.model != "spapr-tpm-proxy"),
    )
    for devices, start, belongs in groups:
        for device in devices:
            if belongs(device) and not _is(device, "spapr-vio"):
                device.address = Address(type="spapr-vio")
            if _is(device, "spapr-vio"):
                _register(domain, device, start)


def _is(device: Device, kind: str) -> bool:
    return device.address is not None and device.address.type == kind


def _register(domain: Domain, device: Device, start: int) -> None:
    used = {
        other.address.reg
        for other in placed(domain)
        if other is not device and other.address is not None and _is(other, "spapr-vio")
    }
    address = device.address
    assert address is not None  # see _is
    if address.reg is None:
        address.reg = start
        while address.reg in used:
            address.reg += 0x1000
    elif address.reg in used:
        raise XmlError(f"spapr-vio address {address.reg:#x} already in use")


def _host_channels(domain: Domain) -> None:
    for device in domain.hostdevs:
        if device.type != "mdev":
            continue
        if device.model == "vfio-ccw" and device.address is None:
            device.address = Address(type="ccw")
        elif device.model == "vfio-ap":
            device.address = None


def _virtio_devices(domain: Domain, kind: str) -> Iterator[Device]:
    yield from (d for d in domain.disks if d.bus == "virtio")
    yield from (d for d in domain.interfaces if d.model in _VIRTIO)
    yield from (d for d in domain.videos if d.type == "virtio")
    yield from (d for d in domain.inputs if d.bus == "virtio")
    yield from (d for d in domain.controllers if d.type in ("virtio-serial", "scsi"))
    yield from (d for d in domain.hostdevs if d.mode == "subsystem" and d.type == "scsi_host")
    models = ("virtio",) if kind == "ccw" else _VIRTIO
    yield from (d for d in domain.memballoon if d.model in models)
    yield from domain.rngs
    yield from (d for d in domain.memory_devices if d.model in ("virtio-pmem", "virtio-mem"))
    if kind == "ccw":
        yield from domain.filesystems
        yield from domain.vsock
    if domain.newest:
        yield from domain.cryptos
        yield from (d for d in domain.sounds if d.model == "virtio")


def _virtio(domain: Domain, kind: str) -> None:
    for device in _virtio_devices(domain, kind):
        if device.address is None:
            device.address = Address(type=kind)


def _mmio(domain: Domain, emulator: Emulator) -> None:
    if domain.os.arch not in (*ARM, *RISCV):
        return
    vexpress = (domain.os.machine or "").startswith("vexpress-")
    if not (vexpress or is_arm_virt(domain) or is_riscv_virt(domain)):
        return
    ports = {"pcie-root-port", "ioh3420"} & emulator.can
    if (
        root_model(domain) == "pcie-root"
        and ports
        and not any(_is(device, "virtio-mmio") for device in placed(domain))
    ):
        _virtio(domain, "pci")
    elif "virtio-mmio" in emulator.can:
        _virtio(domain, "virtio-mmio")


def _usb_devices(domain: Domain, *, hubs: bool = False) -> Iterator[Device]:
    cards = (d for d in domain.interfaces if d.model == "usb-net")
    folders = (d for d in domain.filesystems if d.driver_type == "mtp")
    if domain.newest:
        yield from (d for d in domain.disks if d.bus == "usb")
        yield from cards
        yield from (d for d in domain.sounds if d.model == "usb")
        yield from (d for d in domain.hostdevs if d.mode == "subsystem" and d.type == "usb")
        yield from (d for d in domain.controllers if d.type == "ccid")
        yield from (d for d in domain.serials if d.target_type == "usb-serial")
        yield from (d for d in domain.inputs if d.bus == "usb")
        yield from folders
        if hubs:
            yield from (d for d in domain.hubs if d.type == "usb")
        yield from (d for d in domain.redirdevs if d.bus == "usb")
        return
    if hubs:
        yield from (d for d in domain.hubs if d.type == "usb")
    yield from (d for d in domain.hostdevs if d.mode == "subsystem" and d.type == "usb")
    yield from (d for d in domain.disks if d.bus == "usb")
    yield from (d for d in domain.controllers if d.type == "ccid")
    yield from (d for d in domain.inputs if d.bus == "usb")
    yield from (d for d in domain.serials if d.target_type == "usb-serial")
    yield from (d for d in domain.sounds if d.model == "usb")
    yield from (d for d in domain.redirdevs if d.bus == "usb")
    yield from cards
    yield from folders


def _usb(domain: Domain, new: bool) -> None:
    # the ports of a guest that has run are QEMU's choice, unless all are known
    if not new and not all(has_port(device) for device in _usb_devices(domain, hubs=True)):
        return
    _hubs(domain)
    ports = UsbPorts(domain)
    for device in _usb_devices(domain):
        if has_port(device):
            ports.reserve(device)
    for hub in domain.hubs:
        if not has_port(hub):
            ports.assign(hub)
            ports.add_hub(hub)
    for device in _usb_devices(domain):
        if device.address is None or (device.address.type == "usb" and not device.address.port):
            ports.assign(device)


def _hubs(domain: Domain) -> None:
    available = sum(usb_ports(c) for c in domain.controllers if c.type == "usb")
    available += HUB_PORTS * len(domain.hubs)
    count = len(list(_usb_devices(domain, hubs=True)))
    if count and not any(c.type == "usb" and c.model != "none" for c in domain.controllers):
        raise ConfigUnsupported(
            "USB is disabled for this domain, but USB devices are present in the domain XML"
        )
    if count > available:
        from vsh.xml.domain.devices.hub import Hub

        for _ in range(-(-(count - available + 1) // (HUB_PORTS - 1))):
            domain.hubs.append(Hub(type="usb"))


def _memory_slots(domain: Domain) -> None:
    if not (domain.max_memory or domain.memory_slots):
        return
    devices = [d for d in domain.memory_devices if d.model in ("dimm", "nvdimm")]
    used = {d.address.slot for d in domain.memory_devices if _is(d, "dimm") and d.address}
    for device in devices:
        if _is(device, "dimm"):
            continue
        slot = next((n for n in range(domain.memory_slots or 0) if n not in used), None)
        if slot is None:
            raise InternalError("failed to find an empty memory slot")
        used.add(slot)
        device.address = Address(type="dimm", slot=slot)
