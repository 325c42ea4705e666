"""What a QEMU program cannot do for single devices of a guest."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.check.controller import check_usb
from vsh.hypervisors.qemu.check.program_disks import check_disks
from vsh.hypervisors.qemu.machine import PPC64, X86, is_q35
from vsh.hypervisors.qemu.newer import FRONTENDS, has_ps2
from vsh.xml.engine.values import parse_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.hypervisors.qemu.capabilities import Capabilities, Machine
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.input import Input
    from vsh.xml.domain.devices.memory import MemoryDevice
    from vsh.xml.domain.devices.video import Video

_SCSI = {
    "lsilogic": ("lsi53c895a", "the LSI 53C895A SCSI controller"),
    "lsisas1068": ("mptsas1068", "the LSI SAS1068 (MPT Fusion) controller"),
    "lsisas1078": ("megasas", "the LSI SAS1078 (MegaRAID) controller"),
    "vmpvscsi": ("pvscsi", "the pvscsi (VMware paravirtual SCSI) controller"),
    "dc390": ("dc390", "the DC390 (ESP) controller"),
    "am53c974": ("am53c974", "the AM53C974 (ESP) controller"),
}
_PCI = {
    "pci-bridge": "pci-bridge", "i82801b11-bridge": "i82801b11-bridge", "ioh3420": "ioh3420",
    "x3130-upstream": "x3130-upstream", "xio3130-downstream": "xio3130-downstream", "pxb": "pxb",
    "pxb-pcie": "pxb-pcie", "pcie-root-port": "pcie-root-port",
    "spapr-pci-host-bridge": "spapr-pci-host-bridge", "pcie-pci-bridge": "pcie-pci-bridge",
}  # fmt: skip
_VIDEOS = {
    "vga": ("VGA",), "cirrus": ("cirrus-vga",), "vmvga": ("vmware-svga",), "qxl": ("qxl",),
    "virtio": ("virtio-gpu-pci", "virtio-gpu-device", "virtio-gpu-ccw"),
    "bochs": ("bochs-display",), "ramfb": ("ramfb",), "none": ("container",),
}  # fmt: skip
_DISPLAYS = {
    "sdl": "query-display-options/ret-type/+sdl",
    "vnc": "query-vnc",
    "egl-headless": "query-display-options/ret-type/+egl-headless",
    "dbus": "query-display-options/ret-type/+dbus",
}
_INPUTS = {
    "mouse": "virtio-mouse", "tablet": "virtio-tablet", "keyboard": "virtio-keyboard",
    "passthrough": "virtio-input-host", "evdev": "input-linux",
}  # fmt: skip
_MEMORY = {
    "dimm": ("pc-dimm", "memory hotplug"), "nvdimm": ("nvdimm", "nvdimm"),
    "virtio-pmem": ("virtio-pmem-pci", "virtio-pmem"),
    "virtio-mem": ("virtio-mem-pci", "virtio-mem"), "sgx-epc": ("sgx-epc", "sgx epc"),
}  # fmt: skip
_NO_SHMEM = {
    False: "ivshmem device is not supported with this QEMU binary",
    True: "ivshmem device is no longer supported",
}
_BALLOONS = ("virtio-balloon-pci", "virtio-balloon-ccw", "virtio-balloon-device")
_CRYPTO = ("virtio-crypto-pci", "virtio-crypto-ccw", "virtio-crypto-device")
_KIBIBYTE = 1024


def _unless(good: bool, text: str) -> Iterator[Error]:
    if not good:
        yield ConfigUnsupported(text)


def _any(can: Capabilities, *names: str) -> bool:
    return any(map(can.has, names))


def check_devices(domain: Domain, can: Capabilities, board: Machine | None) -> Iterator[Error]:
    """The devices of a domain, in libvirt's order."""
    yield from check_disks(domain, can)
    yield from _interfaces(domain, can)
    yield from _sounds(domain, can)
    for device in domain.hostdevs:
        yield from _hostdev(device, can)
    yield from _videos(domain, can)
    for controller in domain.controllers:
        yield from _controller(controller, domain, can)
    yield from _characters(domain, can)
    for entry in domain.inputs:
        yield from _input(entry, domain, can)
    yield from _filesystems(domain, can, board)
    yield from _virtual(domain, can)
    yield from _tpms(domain, can)
    for module in domain.memory_devices:
        yield from _memory(module, can)
        yield from _mainframe_memory(module, domain, can)
    yield from _iommus(domain, can)
    for graphics in domain.graphics:
        yield from _graphics(graphics, can)


def _interfaces(domain: Domain, can: Capabilities) -> Iterator[Error]:
    for card in domain.interfaces:
        if card.type == "vdpa" and not can.command("netdev_add/arg-type/+vhost-vdpa"):
            yield ConfigUnsupported("vDPA devices are not supported with this QEMU binary")
        rss = any(can.has_property(name, "rss") for name in ("virtio-net-pci", "virtio-net-ccw"))
        yield from _unless(
            card.rss is not True or rss, "virtio rss is not supported with this QEMU binary"
        )
        yield from _unless(
            card.rss_hash_report is not True or rss,
            "virtio rss hash report is not supported with this QEMU binary",
        )


def _sounds(domain: Domain, can: Capabilities) -> Iterator[Error]:
    for sound in domain.sounds:
        if sound.model == "usb" and not can.has("usb-audio"):
            yield ConfigUnsupported("usb-audio controller is not supported by this QEMU binary")
        if sound.model == "ich9" and not can.has("ich9-intel-hda"):
            yield ConfigUnsupported(
                "The ich9-intel-hda audio controller is not supported in this QEMU binary"
            )
        if sound.model == "virtio" and not _any(can, "virtio-sound-pci", "virtio-sound-device"):
            yield ConfigUnsupported("virtio-sound controller is not supported in this QEMU binary")
        for codec in sound.codecs:
            name = f"hda-{codec.type}"
            yield from _unless(can.has(name), f"{name} not supported in this QEMU binary")
    for audio in domain.audios:
        if audio.type == "dbus" and not can.command(_DISPLAYS["dbus"]):
            yield ConfigUnsupported("D-Bus audio is not supported with this QEMU")


def _hostdev(device: HostDevice, can: Capabilities) -> Iterator[Error]:
    source = device.source
    if device.type == "usb" and source.guest_reset:
        yield from _unless(
            can.has_property("usb-host", "guest-resets-all"),
            "guestReset is not supported with this version of QEMU",
        )
    elif device.type == "pci" and not can.has("vfio-pci"):
        yield ConfigUnsupported(
            "VFIO PCI device assignment is not supported by this version of qemu"
        )
    elif device.type == "scsi_host" and not _any(can, "vhost-scsi", "vhost-scsi-pci"):
        yield ConfigUnsupported("This QEMU doesn't support vhost-scsi devices")
    elif device.type == "mdev":
        name = str(device.model)
        if not can.has(name):
            shown = name.upper().replace("-", " ")
            yield ConfigUnsupported(
                f"{shown} device assignment is not supported by this version of QEMU"
            )
        elif device.display is not None and not can.has_property("vfio-pci", "display"):
            yield ConfigUnsupported(
                "display property of device vfio-pci is not supported by this version of QEMU"
            )


def _videos(domain: Domain, can: Capabilities) -> Iterator[Error]:
    for video in domain.videos:
        kind = str(video.type)
        if kind != "none" and not _any(can, *_VIDEOS.get(kind, ())):
            yield ConfigUnsupported(f"domain configuration does not support video model '{kind}'")
        if domain.newest:
            yield from _newer_video(video, domain, can)
        elif video.backend == "vhostuser":
            if kind == "virtio" and not can.has("vhost-user-gpu"):
                yield ConfigUnsupported("this QEMU does not support 'vhost-user' video device")
        elif video.accel3d and not (
            _any(can, "virtio-gpu-gl-pci", "virtio-vga-gl")
            or can.has_property("virtio-gpu-pci", "virgl")
            or can.has_property("virtio-gpu-device", "virgl")
        ):
            yield ConfigUnsupported("3d acceleration is not supported by this QEMU binary")


def _newer_video(video: Video, domain: Domain, can: Capabilities) -> Iterator[Error]:
    """What newer libvirt says of the devices that a virtio display can be."""
    if video.edid is not None and video.type not in ("vga", "bochs", "virtio", "none"):
        yield ConfigUnsupported(f"video type '{video.type}' does not support edid")
    if video.type != "virtio":
        return
    name = video.device
    if name is None:
        if domain.os.arch in X86:
            yield ConfigUnsupported(
                "this QEMU binary lacks any suitable 'virtio' video device frontend"
            )
    elif not can.has(FRONTENDS[name]):
        yield ConfigUnsupported(
            f"this QEMU doesn't support the '{name}' virtio video device frontend"
        )
    elif "vga" in name and not video.primary:
        yield ConfigUnsupported(
            f"the '{name}' virtio video device frontend can be only used as primary video device"
        )
    elif name.startswith("vhost") != (video.backend == "vhostuser"):
        yield ConfigUnsupported(
            f"the '{name}' virtio video device doesn't match the selected vhostuser backend"
        )
    if video.blob is not None and not can.has_property("virtio-gpu-device", "blob"):
        yield ConfigUnsupported("this QEMU does not support 'blob' for virtio-gpu devices")
    backing = domain.memory_backing
    if video.blob and (backing is None or backing.source != "memfd"):
        yield ConfigUnsupported(
            "'blob' support for virtio-gpu devices requires a memfd memory backend"
        )


def _controller(device: Controller, domain: Domain, can: Capabilities) -> Iterator[Error]:
    model = str(device.model)
    if device.type == "scsi":
        if model in _SCSI and not can.has(_SCSI[model][0]):
            yield ConfigUnsupported(f"This QEMU doesn't support {_SCSI[model][1]}")
        if model.startswith("virtio") and not _any(
            can, "virtio-scsi-pci", "virtio-scsi-ccw", "virtio-scsi-device"
        ):
            yield ConfigUnsupported("This QEMU doesn't support virtio scsi controller")
    elif device.type == "usb" and domain.newest and device.model not in (None, "none"):
        yield from check_usb(device, can)
    elif device.type == "sata" and not can.has("ich9-ahci"):
        if device.index or not is_q35(domain):
            yield ConfigUnsupported("SATA is not supported with this QEMU binary")
    elif device.type == "pci":
        name = device.model_name
        if device.hotplug is not None and model != "pci-root":
            yield from _unless(
                can.has_property("pcie-root-port", "hotplug"),
                f"setting the 'hotplug' property on a '{name}' device is not supported by this "
                "QEMU binary",
            )
        if name is not None and not can.has(_PCI.get(name, name)):
            yield ConfigUnsupported(f"The '{name}' device is not supported by this QEMU binary")
        if device.numa_node is not None and name == "spapr-pci-host-bridge":
            yield from _unless(
                can.has_property("spapr-pci-host-bridge", "numa_node"),
                f"Option 'numaNode' is not supported by '{name}' device with this QEMU binary",
            )


def _characters(domain: Domain, can: Capabilities) -> Iterator[Error]:
    for card in domain.smartcards:
        if card.mode == "passthrough":
            yield from _unless(
                can.has("ccid-card-passthru"),
                "this QEMU binary lacks smartcard passthrough mode support",
            )
        else:
            yield from _unless(
                can.has("ccid-card-emulated"), "this QEMU binary lacks smartcard host mode support"
            )
    for device in (*domain.serials, *domain.parallels, *domain.channels, *domain.consoles):
        if device.type == "qemu-vdagent":
            yield from _unless(
                can.command("chardev-add/arg-type/backend/+qemu-vdagent"),
                "chardev 'qemu-vdagent' not supported in this QEMU binary",
            )
    if domain.redirdevs:
        start, end = "USB redirection", "not supported by this version of QEMU"
        yield from _unless(can.has("usb-redir"), f"{start} is {end}")
        if any(each.rules for each in domain.redirfilter):
            yield from _unless(can.has_property("usb-redir", "filter"), f"{start} filter is {end}")


def _input(device: Input, domain: Domain, can: Capabilities) -> Iterator[Error]:
    kind = "keyboard" if device.type == "kbd" else str(device.type)
    separate = domain.os.arch not in X86 and can.has("i8042")
    if device.bus == "ps2" and not (has_ps2(domain) or separate):
        yield ConfigUnsupported("ps2 is not supported by this QEMU binary")
    if device.bus == "usb" and device.type in ("kbd", "keyboard") and not can.has("usb-kbd"):
        yield ConfigUnsupported("usb keyboard is not supported by this QEMU binary")
    name = _INPUTS.get(kind)
    if device.bus != "virtio" or name is None:
        return
    ccw = device.address is not None and device.address.type == "ccw"
    known = can.has(name) or _any(can, f"{name}-device", f"{name}-pci")
    if not known or (
        ccw and kind in ("mouse", "tablet", "keyboard") and not can.has(f"{name}-ccw")
    ):
        yield ConfigUnsupported(f"{name} is not supported by this QEMU binary")


def _filesystems(domain: Domain, can: Capabilities, board: Machine | None) -> Iterator[Error]:
    for folder in domain.filesystems:
        if folder.multidevs and not can.option("fsdev", "multidevs"):
            yield ConfigUnsupported("multidevs is not supported with this QEMU binary")
        if folder.driver_type == "mtp" and not can.has("usb-mtp"):
            yield ConfigUnsupported("mtp is not supported with this QEMU binary")
        if folder.driver_type != "virtiofs":
            continue
        if not can.has("vhost-user-fs-device"):
            yield ConfigUnsupported("virtiofs is not supported with this QEMU binary")
        elif folder.boot_order and not can.has_property("vhost-user-fs-device", "bootindex"):
            yield ConfigUnsupported(
                "setting virtiofs boot order is not supported with this QEMU binary"
            )
        cells = domain.cpu is not None and domain.cpu.numa is not None
        if not cells and board is not None and board.ram_id is None:
            yield ConfigUnsupported("'virtiofs' requires shared memory")


def _virtual(domain: Domain, can: Capabilities) -> Iterator[Error]:
    """Devices that only exist in virtual machines."""
    for balloon in domain.memballoon:
        for name, value, word in (
            ("deflate-on-oom", balloon.autodeflate, "deflate-on-oom"),
            ("free-page-reporting", balloon.free_page_reporting, "freePageReporting"),
        ):
            if value is not None and not any(can.has_property(each, name) for each in _BALLOONS):
                yield ConfigUnsupported(f"{word} is not supported by this QEMU binary")
    for rng in domain.rngs:
        for backend in rng.backends:
            if not can.has(f"rng-{backend.model}"):
                yield ConfigUnsupported(
                    f"this qemu doesn't support the rng-{backend.model} backend"
                )
        if not _any(can, "virtio-rng-pci", "virtio-rng-ccw", "virtio-rng-device"):
            yield ConfigUnsupported(
                f"domain configuration does not support rng model '{rng.model}'"
            )
    if domain.nvram and domain.os.arch in PPC64 and not can.has("spapr-nvram"):
        yield ConfigUnsupported("nvram device is not supported by this QEMU binary")
    if domain.hubs and not can.has("usb-hub"):
        yield ConfigUnsupported("usb-hub not supported by QEMU binary")
    for shmem in domain.shmems:
        if not can.has(str(shmem.model)):
            yield ConfigUnsupported(
                _NO_SHMEM[domain.newest]
                if shmem.model == "ivshmem"
                else f"shmem model '{shmem.model}' is not supported by this QEMU binary"
            )
    for crypto in domain.cryptos:
        if not _any(can, *_CRYPTO):
            yield ConfigUnsupported(f"crypto model {crypto.model} is not supported")
        for source in crypto.backends:
            if not can.has(f"cryptodev-backend-{source.model}"):
                yield ConfigUnsupported(f"crypto backend {source.model} is not supported")
    if domain.vsock and not _any(can, "vhost-vsock-device", "vhost-vsock-pci", "vhost-vsock-ccw"):
        yield ConfigUnsupported("vsock device is not supported with this QEMU binary")


def _tpms(domain: Domain, can: Capabilities) -> Iterator[Error]:
    start = f"The QEMU executable {domain.emulator} does not support TPM"
    for tpm in domain.tpms:
        for backend in tpm.backends:
            name = "emulator" if backend.type == "external" else str(backend.type)
            yield from _unless(can.tpm(name), f"{start} backend type {backend.type}")
        model = str(tpm.model)
        yield from _unless(can.tpm(model) or can.has(model), f"{start} model {model}")


def _is_mainframe(device: MemoryDevice) -> bool:
    address = device.address
    return device.model == "virtio-mem" and address is not None and address.type == "ccw"


def _mainframe_memory(device: MemoryDevice, domain: Domain, can: Capabilities) -> Iterator[Error]:
    """Memory on a mainframe's channels: there are no NUMA nodes, and pages are of one size."""
    if not _is_mainframe(device):
        return
    if not can.has("virtio-mem-ccw"):
        yield ConfigUnsupported("virtio-mem isn't supported by this QEMU binary")
    backing = domain.memory_backing
    pages = backing.pages if backing is not None else []
    if device.pagesize and pages and pages[0].size != device.pagesize:
        yield ConfigUnsupported("virtio-mem-ccw can't use different page size than the boot memory")
    if device.numa_node:
        yield ConfigUnsupported("NUMA nodes are not supported for virtio-mem-ccw")


def _memory(device: MemoryDevice, can: Capabilities) -> Iterator[Error]:
    model = str(device.model)
    if model not in _MEMORY or _is_mainframe(device):
        return
    name, shown = _MEMORY[model]
    if not can.has(name) or (model == "sgx-epc" and can.sgx is None):
        yield ConfigUnsupported(f"{shown} isn't supported by this QEMU binary")
    elif model == "nvdimm" and device.readonly and not can.has_property("nvdimm", "unarmed"):
        yield ConfigUnsupported("nvdimm readonly property is not available with this QEMU binary")
    elif model == "sgx-epc":
        sections = can.sgx or []
        yield from _unless(bool(sections), "this QEMU version didn't provide SGX EPC NUMA info")
        for node in sorted(parse_set(device.nodemask or "0")):
            size = sections[node] // _KIBIBYTE if node < len(sections) else 0
            wanted = (device.size or 0) // _KIBIBYTE
            if sections and wanted > size:
                yield ConfigUnsupported(
                    f"sgx epc size {size} on host node {node} is less than requested size {wanted}"
                )


def _iommus(domain: Domain, can: Capabilities) -> Iterator[Error]:
    for device in domain.iommu:
        model = str(device.model)
        known = {
            "intel": can.has("intel-iommu"),
            "smmuv3": can.has("arm-smmuv3")
            if device.pci_bus is not None
            else (can.board_property("virt", "iommu") or can.option("machine", "iommu")),
            "amd": can.has("amd-iommu"),
        }.get(model, True)
        if not known:
            yield ConfigUnsupported(
                f"IOMMU device: '{model}' is not supported with this QEMU binary"
            )
        for value, name, text in (
            (device.intremap, "intremap", "interrupt remapping"),
            (device.caching_mode, "caching-mode", "caching mode"),
            (device.eim, "eim", "eim"),
            (device.iotlb, "device-iotlb", "device IOTLB"),
            (device.aw_bits or None, "aw-bits", "aw_bits"),
            (device.dma_translation, "dma-translation", "updating dma translation"),
        ):
            if model == "intel" and value is not None:
                yield from _unless(
                    can.has_property("intel-iommu", name),
                    f"iommu: {text} is not supported with this QEMU binary",
                )


def _graphics(device: Graphics, can: Capabilities) -> Iterator[Error]:
    kind = str(device.type)
    if kind == "rdp":
        known = can.newest and can.rdp()
    else:
        known = can.option("spice") if kind == "spice" else can.command(_DISPLAYS.get(kind, kind))
    if not known:
        yield ConfigUnsupported(f"{kind} graphics are not supported with this QEMU")
    elif kind == "spice" and device.gl:
        yield from _unless(can.option("spice", "gl"), "This QEMU doesn't support spice OpenGL")
        if device.rendernode:
            yield from _unless(
                can.option("spice", "rendernode"),
                "This QEMU doesn't support spice OpenGL rendernode",
            )
    elif kind == "egl-headless" and device.rendernode:
        yield from _unless(
            can.command(f"{_DISPLAYS[kind]}/rendernode"),
            "This QEMU doesn't support OpenGL rendernode with egl-headless graphics type",
        )
    elif kind == "vnc" and device.power_control is not None:
        yield from _unless(can.option("vnc", "power-control"), "VNC power control is not available")
