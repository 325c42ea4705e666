"""What the QEMU driver refuses in single devices."""

from __future__ import annotations

from vsh.domains.pci import placed
from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.hypervisors.qemu.machine import (
    PPC64,
    S390,
    is_arm_virt,
    is_ccw,
    is_pseries,
    is_q35,
    is_riscv_virt,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.errors import Error
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.engine.element import Element

_ADDRESSES = {
    "isa-serial": "isa", "isa-debug": "isa", "usb-serial": "usb", "pci-serial": "pci",
    "spapr-vio-serial": "spapr-vio",
}  # fmt: skip
_TARGETS = {
    "isa-serial": "isa-serial", "usb-serial": "usb-serial", "pci-serial": "pci-serial",
    "spapr-vty": "spapr-vio-serial", "pl011": "system-serial", "16550a": "system-serial",
    "sclpconsole": "sclp-serial", "sclplmconsole": "sclp-serial", "isa-debugcon": "isa-debug",
}  # fmt: skip
_VIRTIO = ("virtio", "virtio-transitional", "virtio-non-transitional")


def check_devices(domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of all devices, in libvirt's order."""
    for device in (*placed(domain), *domain.graphics):
        if "address" in device.fields and device.address is not None and device.tag != "graphics":
            yield from _address(device, domain, emulator)
        step = _STEPS.get(device.tag)
        if step is not None:
            yield from step(device, domain, emulator)


def _address(device: Any, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    address = device.address
    if address.type == "pci":
        uid = address.zpci_uid
        if (uid is not None or address.zpci_fid is not None) and "zpci" not in emulator.can:
            yield ConfigUnsupported("This QEMU binary doesn't support zPCI")
        if uid is not None and not 0 < uid <= 0xFFFF:
            yield XmlError(f"Invalid PCI address uid='0x{uid:04x}', must be > 0x0000 and <= 0xffff")
    elif address.type == "spapr-vio" and (address.reg or 0) > 0xFFFFFFFF:
        yield ConfigUnsupported(
            f"spapr-vio reg='{address.reg:#x}' exceeds maximum possible value (0xffffffff)"
        )
    elif address.type == "virtio-s390":
        yield ConfigUnsupported("'virtio-s390' addresses are no longer supported")
    elif address.type == "ccw" and not is_ccw(domain):
        alias = device.alias or "<null>"
        yield ConfigUnsupported(
            f"cannot use CCW address type for device '{alias}' using machine type "
            f"'{domain.os.machine}'"
        )
    elif address.type == "drive":
        yield from _drive(device, domain)


def _drive(device: Any, domain: Domain) -> Iterator[Error]:
    bus = device.bus if device.tag == "disk" else "scsi"
    address = device.address
    if bus == "scsi":
        if address.bus:
            yield InternalError("SCSI controller only supports 1 bus")
        for controller in domain.controllers:
            if controller.type == "scsi" and controller.index == address.controller:
                if controller.model == "lsilogic" and address.target:
                    yield ConfigUnsupported("target must be 0 for controller model 'lsilogic'")
                break
    elif bus in ("ide", "fdc"):
        if address.controller:
            yield InternalError(
                f"Only 1 {bus.upper() if bus == 'ide' else bus} controller is supported"
            )
        elif bus == "fdc" and address.bus:
            yield InternalError("Only 1 fdc bus is supported")
        elif address.target:
            what = "ide controller" if bus == "ide" else "controller fdc"
            yield ConfigUnsupported(f"target must be 0 for {what}")
    elif bus == "sata" and (address.bus or address.target):
        name = "bus" if address.bus else "target"
        yield ConfigUnsupported(f"{name} must be 0 for sata controller")


def _controller(device: Any, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    word = "piix4.acpi-root-pci-hotplug"
    if device.model == "pci-root" and device.hotplug is not None and word not in emulator.can:
        yield ConfigUnsupported(
            "setting the 'hotplug' property on a 'pci-root' device is not supported by this QEMU "
            "binary"
        )


def _interface(device: Any, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    if device.type == "vdpa" and device.model != "virtio":
        yield ConfigUnsupported(f"invalid model for interface of type 'vdpa': '{device.model}'")
    if device.model in _VIRTIO:
        for name in ("rx_queue_size", "tx_queue_size"):
            size = getattr(device, name) or 0
            if size & (size - 1):
                yield ConfigUnsupported(f"{name} has to be a power of two")


def _parallel(device: Element, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    if domain.os.arch in S390 or is_pseries(domain):
        yield ConfigUnsupported("parallel ports are not supported")


def _serial(device: Any, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    kind, model, address = device.target_type, device.target_model, device.address
    wanted = _ADDRESSES.get(str(kind))
    if address is not None and kind is not None:
        if wanted is None:
            yield ConfigUnsupported(f"Target type '{kind}' cannot have an associated address")
        elif address.type != wanted:
            yield ConfigUnsupported(f"Target type '{kind}' requires address type '{wanted}'")
    target = _TARGETS.get(str(model))
    if target is not None and kind != target:
        yield ConfigUnsupported(f"Target model '{model}' requires target type '{target}'")
    if (
        (model == "pl011" and not is_arm_virt(domain))
        or (model == "16550a" and not is_riscv_virt(domain))
        or (target == "spapr-vio-serial" and not is_pseries(domain))
        or (target == "sclp-serial" and domain.os.arch not in S390)
    ):
        yield ConfigUnsupported(
            f"Serial device with target type '{kind}' and target model '{model}' not compatible "
            "with guest architecture or machine type"
        )


def _hostdev(device: Any, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    if device.mode != "subsystem" or device.type != "mdev":
        return
    if device.model in ("vfio-pci", "vfio-ap") and device.boot_order:
        yield ConfigUnsupported(
            "booting from assigned devices is not supported by mediated devices of model "
            f"{device.model}"
        )
    if device.display and not domain.graphics:
        yield ConfigUnsupported(
            "graphics device is needed for attribute value 'display=on' in <hostdev>"
        )
    others = [d for d in domain.hostdevs if d.type == "mdev" and d.model == "vfio-ap"]
    if device.model == "vfio-ap" and len(others) > 1:
        yield ConfigUnsupported("Only one hostdev of model vfio-ap is supported")


def _disk(device: Any, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    bus, target = device.bus, device.target
    yield from _geometry(device)
    if device.serial and bus == "sd":
        yield InternalError("Serial property not supported for drive bus 'sd'")
    if device.device == "cdrom" and bus in ("virtio", "sd"):
        yield ConfigUnsupported(f"disk type of '{target}' does not support ejectable media")
    if device.copy_on_read and device.readonly:
        yield ConfigUnsupported(f"copy_on_read is not compatible with read-only disk '{target}'")
    if device.wwn and bus not in ("ide", "scsi"):
        yield ConfigUnsupported("Only ide and scsi disk support wwn")
    if (device.vendor or device.product) and bus != "scsi":
        yield ConfigUnsupported("Only scsi disk supports vendor and product")
    if device.device == "lun":
        yield from _lun(device)
    if device.rotation_rate and bus not in ("scsi", "ide", "sata"):
        yield InternalError("rotation rate is only valid for SCSI/IDE/SATA bus")
    if device.readonly and device.device == "disk" and bus in ("ide", "sata"):
        yield ConfigUnsupported(f"readonly {bus} disks are not supported")
    if device.io == "native" and device.cache not in ("directsync", "none"):
        yield ConfigUnsupported("io='native' needs either no disk cache or directsync cache mode")
    if device.shareable and not device.readonly and device.driver_type not in (None, "raw"):
        yield ConfigUnsupported(
            f"shared access for disk '{target}' requires use of supported storage format"
        )
    if device.driver_name not in (None, "qemu"):
        yield ConfigUnsupported(
            f"unsupported driver name '{device.driver_name}' for disk '{target}'"
        )
    yield from _storage(device, emulator)


def _geometry(device: Any) -> Iterator[Error]:
    if not device.has_geometry():
        return
    if device.bus in ("usb", "sd"):
        yield ConfigUnsupported(f"CHS geometry can not be set for '{device.bus}' bus")
    if device.trans is not None and device.bus != "ide":
        yield ConfigUnsupported(
            f"CHS translation mode can only be set for 'ide' bus not '{device.bus}'"
        )


def _lun(device: Any) -> Iterator[Error]:
    if device.bus not in ("virtio", "scsi"):
        yield ConfigUnsupported(f"disk device='lun' is not supported for bus='{device.bus}'")
    if device.wwn:
        yield ConfigUnsupported("Setting wwn is not supported for lun device")
    if device.vendor or device.product:
        yield ConfigUnsupported("Setting vendor or product is not supported for lun device")


def _storage(device: Any, emulator: Emulator) -> Iterator[Error]:
    form = device.driver_type
    if form == "cow":
        yield ConfigUnsupported("'cow' storage format is not supported")
    if form == "dir":
        yield ConfigUnsupported(
            "'directory' storage format is not directly supported by QEMU, use 'dir' disk type "
            "instead"
        )
    if form == "iso":
        yield ConfigUnsupported(
            "storage format 'iso' is not directly supported by QEMU, use 'raw' instead"
        )
    if form == "fat" and device.type not in ("volume", "dir"):
        yield ConfigUnsupported("storage format 'fat' is supported only with 'dir' storage type")
    if device.type == "dir":
        if form not in (None, "fat"):
            yield ConfigUnsupported("storage type 'dir' requires use of storage format 'fat'")
        elif not device.readonly:
            yield ConfigUnsupported("virtual FAT storage can't be accessed in read-write mode")
    yield from _encryption(device, emulator)
    source = device.source
    if (
        device.type == "network"
        and source.protocol == "nbd"
        and source.tls_hostname
        and "blockdev.nbd.tls-hostname" not in emulator.can
    ):
        yield ConfigUnsupported("'tlsHostname' field is not supported by this QEMU")


def _encryption(device: Any, emulator: Emulator) -> Iterator[Error]:
    encryption = device.encryption or (device.source and device.source.encryption)
    if not encryption:
        return
    if encryption.scheme in ("default", "qcow"):
        yield ConfigUnsupported("old qcow/qcow2 encryption is not supported")
    elif encryption.engine == "librbd":
        if "rbd-encryption" not in emulator.can:
            yield ConfigUnsupported("librbd encryption is not supported by this QEMU binary")
        elif device.type != "network":
            yield ConfigUnsupported("librbd encryption is supported only with RBD backed disks")
    elif encryption.scheme == "luks2":
        yield ConfigUnsupported("luks2 is currently not supported by the qemu encryption engine")
    elif device.driver_type not in (None, "raw", "qcow2"):
        yield ConfigUnsupported("encryption is supported only with 'raw' and 'qcow2' image format")


def _graphics(device: Any, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    if not any(other.type == "egl-headless" for other in domain.graphics):
        return
    if device.type not in ("egl-headless", "vnc", "spice"):
        yield ConfigUnsupported(
            "graphics type 'egl-headless' is only supported with one of: 'vnc', 'spice' graphics "
            "types"
        )
    if device.type == "spice" and device.gl:
        yield ConfigUnsupported("multiple OpenGL displays are not supported by QEMU")


def _tpm(device: Any, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    for backend in device.backends:
        if backend.type == "emulator" and backend.version == "1.2":
            if device.model == "tpm-crb":
                yield ConfigUnsupported("Unsupported interface 'tpm-crb' for TPM 1.2")
            elif device.model == "tpm-spapr":
                yield ConfigUnsupported("TPM 1.2 is not supported with the SPAPR device model")
            elif is_arm_virt(domain):
                yield ConfigUnsupported("TPM 1.2 is not supported on ARM")
        if (
            domain.os.arch in PPC64
            and device.model == "spapr-tpm-proxy"
            and backend.type != "passthrough"
        ):
            yield ConfigUnsupported(
                "TPM Proxy model spapr-tpm-proxy requires 'Passthrough' backend"
            )


def _input(device: Any, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    if device.bus == "virtio" and device.model in _VIRTIO[1:]:
        yield ConfigUnsupported(
            "virtio (non-)transitional models are not supported for input type=" + device.type
        )


def _iommu(device: Any, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    start = f"IOMMU device: '{device.model}'"
    if device.model == "intel" and not is_q35(domain):
        yield ConfigUnsupported(f"{start} is only supported with Q35 machines")
    if device.model == "smmuv3" and not is_arm_virt(domain):
        yield ConfigUnsupported(f"{start} is only supported with ARM Virt machines")
    if device.model != "virtio":
        return
    if not is_arm_virt(domain) and not is_q35(domain):
        yield ConfigUnsupported(f"{start} is only supported with Q35 and ARM Virt machines")
    if not {"virtio-iommu-pci", "virtio-iommu.boot-bypass"} <= emulator.can:
        yield ConfigUnsupported(f"{start} is not supported with this QEMU binary")
    if domain.features is None or not domain.features.acpi:
        yield ConfigUnsupported(f"{start} requires ACPI")
    if device.address is not None and device.address.type != "pci":
        yield ConfigUnsupported(f"{start} needs a PCI address")


_STEPS = {
    "controller": _controller,
    "interface": _interface,
    "parallel": _parallel,
    "serial": _serial,
    "hostdev": _hostdev,
    "disk": _disk,
    "graphics": _graphics,
    "tpm": _tpm,
    "input": _input,
    "iommu": _iommu,
}
