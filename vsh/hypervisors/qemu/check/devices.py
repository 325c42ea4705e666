"""What the QEMU driver refuses in single devices."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.hypervisors.qemu.check.character import (
    check_character,
    check_parallel,
    check_redirdev,
    check_rng,
    check_serial,
    check_smartcard,
)
from vsh.hypervisors.qemu.check.controller import check_controller
from vsh.hypervisors.qemu.check.display import check_audio, check_graphics, check_sound, check_video
from vsh.hypervisors.qemu.check.network import check_interface
from vsh.hypervisors.qemu.check.storage import check_disk, check_filesystem
from vsh.hypervisors.qemu.machine import PPC64, S390, X86, is_arm_virt, is_ccw, is_pseries, is_q35
from vsh.hypervisors.qemu.newer import without_pci

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.errors import Error
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.address import Address
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.hub import Hub
    from vsh.xml.domain.devices.input import Input
    from vsh.xml.domain.devices.iommu import Iommu
    from vsh.xml.domain.devices.memballoon import MemBalloon
    from vsh.xml.domain.devices.nvram import NvramDevice
    from vsh.xml.domain.devices.shmem import Shmem
    from vsh.xml.domain.devices.tpm import Tpm
    from vsh.xml.domain.devices.watchdog import Watchdog

    Step = Callable[..., Iterator[Error]]  # of the kind of device that is called so

_GRANULES = (4, 8, 16, 64)  # KiB
_MEBIBYTE = 1024 * 1024
_VIRTIO = ("virtio", "virtio-transitional", "virtio-non-transitional")


def check_device(device: Device, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one device."""
    if "address" in device.fields and device.address is not None and device.tag != "graphics":
        yield from _address(device, device.address, domain, emulator)
        yield from _pci_only(device, device.address.type)
    step = _STEPS.get(device.tag)
    if step is not None:
        yield from step(device, domain, emulator)


def _address(
    device: Device, address: Address, domain: Domain, emulator: Emulator
) -> Iterator[Error]:
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
        yield from _drive(device, address, domain)


def _pci_only(device: Device, kind: str | None) -> Iterator[Error]:
    if device.acpi_index and kind != "pci":
        yield ConfigUnsupported("ACPI index is only supported for PCI devices")
    tuned = device.takes_rom and (
        device.rom_enabled is not None or device.rom_bar is not None or device.rom_file
    )
    if tuned and kind not in ("pci", "unassigned"):
        yield ConfigUnsupported("ROM tuning is only supported for PCI devices")


def _drive(device: Device, address: Address, domain: Domain) -> Iterator[Error]:
    bus = getattr(device, "bus", None) if device.tag == "disk" else "scsi"
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


def _hostdev(device: HostDevice, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    if device.mode == "capabilities":
        yield ConfigUnsupported(f"hostdev mode 'capabilities' is not supported in {domain.type}")
    source = device.source
    if device.type == "pci" and source.write_filtering is not None:
        yield ConfigUnsupported(
            "Write filtering of PCI device configuration space is not supported by qemu"
        )
    if device.type == "pci" and device.display and not domain.graphics:
        yield ConfigUnsupported(
            "graphics device is needed for attribute value 'display=on' in <hostdev>"
        )
    if device.type == "scsi_host" and device.boot_order:
        yield ConfigUnsupported(
            "booting from assigned devices is not supported by vhost SCSI devices"
        )
    if device.mode == "subsystem" and device.type == "mdev":
        yield from _mediated(device, domain)


def _mediated(device: HostDevice, domain: Domain) -> Iterator[Error]:
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


def _watchdog(device: Watchdog, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    dogs = domain.watchdogs if domain.newest else []
    if dogs and (dogs[0].action or "reset") != (device.action or "reset"):
        yield ConfigUnsupported(
            "watchdogs with different actions are not supported with this QEMU binary"
        )
    model, address = device.model, device.address
    if model == "i6300esb" and address is not None and address.type != "pci":
        yield ConfigUnsupported(f"{model} model of watchdog can go only on PCI bus")
    elif model == "ib700" and (without_pci(domain) or (is_q35(domain) and domain.newest)):
        yield ConfigUnsupported(f"{model} model of watchdog cannot be used with this machine type")
    elif model == "ib700" and address is not None:
        yield ConfigUnsupported(
            f"{model} model of watchdog does not support configuring the address"
        )
    elif model == "diag288":
        if address is not None:
            yield ConfigUnsupported(
                f"{model} model of watchdog is virtual and cannot go on any bus."
            )
        elif domain.os.arch not in S390:
            yield ConfigUnsupported(f"{model} model of watchdog is allowed for s390 and s390x only")
    elif model == "itco" and address is not None:
        yield ConfigUnsupported(
            "itco model of watchdog is part of the machine and cannot have any address set."
        )
    elif model == "itco" and not is_q35(domain):
        yield ConfigUnsupported("itco model of watchdog is only part of q35 machine")


def _balloon(device: MemBalloon, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    if device.model not in ("none", *_VIRTIO):
        yield ConfigUnsupported(
            f"Memory balloon device type '{device.model}' is not supported by this version of qemu"
        )


def _nvram(device: NvramDevice, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    address = device.address
    if not is_pseries(domain):
        yield ConfigUnsupported("nvram device is only supported for PPC64")
    elif address is None or address.type != "spapr-vio" or address.reg is None:
        yield XmlError("nvram address type must be spaprvio")


def _hub(device: Hub, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    if device.type != "usb":
        yield ConfigUnsupported(f"hub type {device.type} not supported")


def _tpm(device: Tpm, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    for backend in device.backends:
        if backend.type == "emulator" and backend.version == "1.2" and domain.newest:
            if device.model != "tpm-tis":
                yield ConfigUnsupported(f"TPM 1.2 is not supported for model '{device.model}'")
            elif domain.os.arch not in X86:
                yield ConfigUnsupported(
                    f"TPM 1.2 is not supported on architecture '{domain.os.arch}'"
                )
        elif backend.type == "emulator" and backend.version == "1.2":
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


def _input(device: Input, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    if device.bus == "virtio" and device.model in _VIRTIO[1:]:
        yield ConfigUnsupported(
            "virtio (non-)transitional models are not supported for input type=" + device.type
        )


def _iommu(device: Iommu, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    start = f"IOMMU device: '{device.model}'"
    if device.model == "intel" and not is_q35(domain):
        yield ConfigUnsupported(f"{start} is only supported with Q35 machines")
    if device.model == "amd" and not is_q35(domain):
        yield ConfigUnsupported(f"{start} is only supported with Q35 machines")
    if device.granule_size and device.granule_size not in _GRANULES:
        yield ConfigUnsupported(
            "iommu: unsupported granule size. Supported values are 4, 8, 16 and 64 KiB"
        )
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


def _shmem(device: Shmem, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    size = device.size or 0
    if domain.newest and size and (size < _MEBIBYTE or size & (size - 1)):
        yield XmlError("shmem size must be a power of 2 and at least 1 MiB (1024 KiB)")


def _pstore(device: Device, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    if "acpi-erst" not in emulator.can:
        yield ConfigUnsupported("acpi-erst backend of pstore device is not supported")
    if device.address is not None and device.address.type != "pci":
        yield ConfigUnsupported("ACPI ERST device must reside on a PCI bus")


_STEPS: dict[str, Step] = {
    "pstore": _pstore,
    "shmem": _shmem,
    "controller": check_controller,
    "interface": check_interface,
    "parallel": check_parallel,
    "serial": check_serial,
    "console": check_character,
    "channel": check_character,
    "redirdev": check_redirdev,
    "rng": check_rng,
    "smartcard": check_smartcard,
    "hostdev": _hostdev,
    "disk": check_disk,
    "filesystem": check_filesystem,
    "graphics": check_graphics,
    "video": check_video,
    "sound": check_sound,
    "audio": check_audio,
    "watchdog": _watchdog,
    "memballoon": _balloon,
    "nvram": _nvram,
    "hub": _hub,
    "tpm": _tpm,
    "input": _input,
    "iommu": _iommu,
}
