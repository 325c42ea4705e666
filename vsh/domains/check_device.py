"""What libvirt checks in each device of a complete domain."""

from __future__ import annotations

from vsh.domains.check_disk import NOWHERE, check_disk, check_labels, check_virtio
from vsh.domains.check_interface import check_interface
from vsh.domains.check_memory import check_memory
from vsh.errors import ConfigUnsupported, Error, InternalError, InvalidArgument, NoTarget, XmlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.audio import Audio
    from vsh.xml.domain.devices.chardev import Character, CharSource, Sourced
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.filesystem import FileSystem
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.input import Input
    from vsh.xml.domain.devices.iommu import Iommu
    from vsh.xml.domain.devices.pstore import Pstore
    from vsh.xml.domain.devices.redirdev import RedirDevice
    from vsh.xml.domain.devices.rng import Rng
    from vsh.xml.domain.devices.shmem import Shmem
    from vsh.xml.domain.devices.smartcard import SmartCard
    from vsh.xml.domain.devices.sound import Sound
    from vsh.xml.domain.devices.tpm import Tpm
    from vsh.xml.domain.devices.video import Video
    from vsh.xml.domain.devices.vsock import Vsock
    from vsh.xml.engine.element import Element

_CHANNEL_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


def check(kind: str, device: Element, domain: Domain) -> Iterable[Error]:
    """The problems of one device; ``kind`` is one of DEVICES."""
    address = getattr(device, "address", None)
    if (
        kind not in ("hostdevs", "graphics")
        and address is not None
        and address.type == "unassigned"
    ):
        yield ConfigUnsupported("address of type 'unassigned' is supported only for hostdevs")
    act = _CHECKS.get(kind)
    if act is not None:
        yield from act(device, domain)


def _again(source: CharSource) -> bool:
    """Whether it says if it connects again."""
    return source.reconnect is not None and source.reconnect.enabled is not None


def check_source(device: Sourced, domain: Domain, channel: bool = False) -> Iterable[Error]:
    """What is wrong with what stands behind a character device."""
    source = device.sources[0] if device.sources else None
    kind = device.type
    if kind in ("file", "dev", "pipe"):
        if source is None or source.path is None:
            yield InternalError("Missing source path attribute for char device")
    elif kind == "nmdm":
        if source is not None and (source.master is None) != (source.slave is None):
            yield InternalError(
                "Should define both master and slave path attributes for nmdm device"
            )
    elif kind == "tcp":
        if source is None or source.host is None:
            yield InternalError("Missing source host attribute for char device")
        elif source.service is None:
            yield InternalError("Missing source service attribute for char device")
        elif source.mode == "bind" and _again(source):
            yield InternalError("chardev reconnect is possible only for connect mode")
    elif kind == "udp":
        if not any(s.mode == "connect" and s.service is not None for s in device.sources):
            yield InternalError("Missing source service attribute for char device")
    elif kind == "unix":
        if (source is None or source.path is None) and not channel:
            yield InternalError("Missing source path attribute for char device")
        elif source is not None and source.mode == "bind" and _again(source):
            yield InternalError("chardev reconnect is possible only for connect mode")
    elif kind in ("spiceport", "dbus"):
        if source is None or source.channel is None:
            yield ConfigUnsupported("Missing source channel attribute for char device")
        elif not _CHANNEL_NAME.issuperset(source.channel):
            yield InvalidArgument("Invalid character in source channel for char device")
    if source is not None:
        yield from check_labels(source.seclabels, domain)


def _character(device: Character, domain: Domain) -> Iterable[Error]:
    channel = device.tag == "channel" and device.target_type in ("virtio", "xen")
    yield from check_source(device, domain, channel)


def _redirdev(device: RedirDevice, domain: Domain) -> Iterable[Error]:
    if not has_usb(domain):
        yield ConfigUnsupported("cannot add redirected USB device: USB is disabled for this domain")
    yield from check_source(device, domain)


def has_usb(domain: Domain) -> bool:
    """Whether the guest has a USB bus."""
    return any(c.type == "usb" and c.model != "none" for c in domain.controllers)


def _smartcard(device: SmartCard, domain: Domain) -> Iterable[Error]:
    if device.address is not None and device.address.type != "ccid":
        yield ConfigUnsupported("Controllers must use the 'ccid' address type")
    if device.mode == "passthrough":
        yield from check_source(device, domain)


def _rng(device: Rng, domain: Domain) -> Iterable[Error]:
    backend = device.backends[0]
    if backend.model == "egd":
        yield from check_source(backend, domain)


_RANGES = (
    ("chassis_number", "chassisNr", 1, 255),
    ("chassis", "chassis", 0, 255),
    ("port", "port", 0, 255),
    ("bus_number", "busNr", 1, 254),
)


def _controller(device: Controller, domain: Domain) -> Iterable[Error]:
    if device.type == "pci":
        if device.model in ("pci-root", "pcie-root") and device.address is not None:
            yield ConfigUnsupported("pci-root and pcie-root controllers should not have an address")
        if (device.index or 0) > 255:
            yield ConfigUnsupported(f"PCI controller index {device.index} too high, maximum is 255")
        target = device.target_index
        if target is not None:
            if not 0 <= target <= 30:
                yield ConfigUnsupported(
                    f"PCI controller target index '{target}' out of range - must be 0-30"
                )
            elif (device.index == 0) != (target == 0):
                yield ConfigUnsupported(
                    "Only the PCI controller with index 0 can have target index 0, and vice versa"
                )
        for name, word, low, high in _RANGES:
            value = getattr(device, name)
            if value is not None and not low <= value <= high:
                yield ConfigUnsupported(
                    f"PCI controller {word} '{value}' out of range - must be {low}-{high}"
                )
        if device.numa_node is not None and device.index == 0:
            yield ConfigUnsupported(
                "The PCI controller with index=0 can't be associated with a NUMA node"
            )
    if device.iothread or device.iothreads:
        models = ("virtio-scsi", "virtio-transitional", "virtio-non-transitional")
        if device.type != "scsi" or device.model not in models:
            yield ConfigUnsupported("iothreads are supported only by 'virtio-scsi' controllers")
        elif device.iothread and device.iothreads:
            yield XmlError(
                "controller driver 'iothread' attribute can't be used together with 'iothreads' "
                "subelement"
            )


def _hostdev(device: HostDevice, domain: Domain) -> Iterable[Error]:
    if device.mode == "subsystem":
        kind = device.address.type if device.address is not None else None
        if device.type == "pci" and kind not in (None, "unassigned", "pci"):
            yield InternalError("PCI host devices must use 'pci' or 'unassigned' address type")
        if device.type == "scsi":
            if kind not in (None, "drive"):
                yield ConfigUnsupported("SCSI host device must use 'drive' address type")
            if device.sgio == "unfiltered":
                yield ConfigUnsupported("unfiltered sgio is no longer supported")
        if device.type == "scsi_host" and kind not in (None, "pci", "ccw"):
            yield ConfigUnsupported("SCSI_host host device must use 'pci' or 'ccw' address type")
        if device.type == "usb" and kind not in (None, "usb"):
            yield ConfigUnsupported("USB host device must use 'usb' address type")
    if device.teaming is not None:
        if device.teaming != "transient":
            yield ConfigUnsupported("teaming hostdev devices must have type='transient'")
        elif not device.teaming_persistent:
            yield ConfigUnsupported(
                "missing required persistent attribute in hostdev teaming element"
            )
        elif device.mode != "subsystem" or device.type != "pci":
            yield ConfigUnsupported("teaming is only supported for pci hostdev devices")


def _video(device: Video, domain: Domain) -> Iterable[Error]:
    if device.type is None:
        yield InternalError("missing video model and cannot determine default")
    if len(domain.videos) > 1 and any(video.type == "none" for video in domain.videos):
        yield ConfigUnsupported(
            "a 'none' video type must be the only video device defined for the domain"
        )
    if device.backend == "vhostuser":
        if device.type != "virtio":
            yield ConfigUnsupported("'vhostuser' driver is only supported with 'virtio' device")
    elif device.rendernode is not None:
        yield ConfigUnsupported("unsupported rendernode accel attribute without 'vhostuser'")
    if device.resolution and not (device.x and device.y):
        yield ConfigUnsupported("video resolution values must be greater than 0")
    if device.type != "qxl":
        for name in ("ram", "vram64", "vgamem"):
            if getattr(device, name):
                yield ConfigUnsupported(f"{name} attribute only supported for video type qxl")
    if device.type == "ramfb" and device.address is not None:
        yield ConfigUnsupported("address not supported for video type ramfb")
    if device.type != "virtio":
        yield from check_virtio(device)
        if device.blob is not None:
            yield ConfigUnsupported(f"video type '{device.type}' does not support blob resources")


def _vsock(device: Vsock, domain: Domain) -> Iterable[Error]:
    if device.cid is not None and device.cid <= 2:
        yield ConfigUnsupported("guest CIDs must be >= 3")
    if device.model is None:
        yield from check_virtio(device)


def _input(device: Input, domain: Domain) -> Iterable[Error]:
    kind, bus, simple = device.type, device.bus, device.type in ("mouse", "keyboard")
    if domain.os.type == "hvm":
        if bus == "ps2" and not simple:
            yield InternalError(f"ps2 bus does not support {kind} input device")
        if bus == "xen":
            yield InternalError(f"unsupported input bus {bus}")
    elif domain.os.type in ("xen", "xenpvh"):
        if bus != "xen":
            yield InternalError(f"unsupported input bus {bus}")
        elif not simple:
            yield InternalError(f"xen bus does not support {kind} input device")
    elif domain.type in ("vz", "parallels"):
        if bus != "parallels":
            yield InternalError(f"parallels containers don't support input bus {bus}")
        elif not simple:
            yield InternalError(f"parallels bus does not support {kind} input device")
    else:
        yield InternalError("Input devices are not supported by this virtualization driver.")
    if kind == "passthrough" and bus != "virtio":
        yield ConfigUnsupported("only bus 'virtio' is supported for 'passthrough' input devices")
    if kind == "evdev" and bus != "none":
        yield ConfigUnsupported("input evdev doesn't support bus element")
    if device.model is not None and bus != "virtio":
        yield ConfigUnsupported(f"only bus 'virtio' is supported for input model '{device.model}'")
    if bus == "ps2" and domain.features is not None and domain.features.ps2 is False:
        yield ConfigUnsupported("ps2 bus inputs require the ps2 feature not to be disabled")


def _shmem(device: Shmem, domain: Domain) -> Iterable[Error]:
    if "/" in (device.name or ""):
        yield ConfigUnsupported("shmem name cannot include '/' character")
    elif device.name in (".", ".."):
        yield ConfigUnsupported(f"shmem name cannot be equal to '{device.name}'")


def _filesystem(device: FileSystem, domain: Domain) -> Iterable[Error]:
    if not device.target:
        source = next(
            (
                getattr(device, name)
                for name in (
                    "source_dir",
                    "source_dev",
                    "source_file",
                    "source_name",
                    "source_socket",
                )
                if getattr(device, name)
            ),
            None,
        )
        yield NoTarget(source) if source else NoTarget.whole(NOWHERE)
        return
    if device.boot_order and device.driver_type != "virtiofs":
        yield ConfigUnsupported("boot order is only supported for virtiofs")
    same = [
        d for d in domain.filesystems if d.driver_type == "virtiofs" and d.target == device.target
    ]
    if len(same) > 1 or (same and same[0] is not device):
        yield ConfigUnsupported(f"filesystem target '{device.target}' specified twice")


def _known_audio(number: int | None, domain: Domain) -> Iterable[Error]:
    if number and not any(audio.id == number for audio in domain.audios):
        yield XmlError(f"no audio device with ID {number}")


def _sound(device: Sound, domain: Domain) -> Iterable[Error]:
    yield from _known_audio(device.audio, domain)


def _audio(device: Audio, domain: Domain) -> Iterable[Error]:
    if any(other is not device and other.id == device.id for other in domain.audios):
        yield XmlError(f"audio ID {device.id} is used multiple times")


def _graphics(device: Graphics, domain: Domain) -> Iterable[Error]:
    if device.type in ("vnc", "spice", "rdp"):
        for listen in device.listens:
            if listen.type == "network" and not listen.network:
                yield XmlError("'network' attribute is required for listen type 'network'")
            if listen.type in ("socket", "none") and device.type == "rdp":
                yield ConfigUnsupported(
                    f"listen type '{listen.type}' is not available for graphics type 'rdp'"
                )
    if device.type == "vnc":
        yield from _known_audio(device.audio, domain)
    elif device.type == "dbus" and device.p2p and device.address:
        yield XmlError("D-Bus p2p with an address is not supported")


_ACCELERATED = ("ats", "ril", "ssid_size", "oas", "cmdqv")
_IOMMU = {
    "intel": {"intremap", "caching_mode", "eim", "iotlb", "aw_bits", "dma_translation"},
    "amd": {"intremap", "iotlb", "passthrough", "xtsup"},
    "smmuv3": {"pci_bus", "accel", *_ACCELERATED},
    "virtio": {"aw_bits", "granule_mode", "granule_size", "passthrough", "xtsup"},
}
_IOMMU_OPTIONS = frozenset().union(*_IOMMU.values())
_OLDEST_OPTIONS = {"intremap", "caching_mode", "eim", "iotlb", "aw_bits"}  # those of libvirt 9.0.0


def _iommu(device: Iommu, domain: Domain) -> Iterable[Error]:
    used = {
        name
        for name in _IOMMU_OPTIONS
        if getattr(device, name) not in (None, device.fields[name].skip)
    }
    if not domain.newest and device.model in ("virtio", "smmuv3") and used & _OLDEST_OPTIONS:
        yield XmlError(f"iommu model '{device.model}' doesn't support additional attributes")
    elif used - _IOMMU[device.model]:
        yield XmlError(f"iommu model '{device.model}' doesn't support some additional attributes")
    elif not device.accel and used & set(_ACCELERATED):
        yield XmlError(
            "accel must be enabled for iommu model 'smmuv3' when setting ats, ril, ssidsize, oas, "
            "or cmdqv"
        )
    elif device.model == "virtio" and device.aw_bits and not 32 <= device.aw_bits <= 64:
        yield XmlError("aw-bits must be within [32,64]")
    if device.model in ("smmuv3", "intel") and device.address is not None:
        yield XmlError(f"iommu model '{device.model}' can't have address")


def _tpm(device: Tpm, domain: Domain) -> Iterable[Error]:
    backend = device.backends[0]
    if backend.type == "emulator" and backend.version != "2.0":
        if backend.banks:
            yield XmlError("<active_pcr_banks/> requires TPM version '2.0'")
        if backend.profile_source is not None:
            yield XmlError("<profile/> requires TPM version '2.0'")
    if backend.type == "external" and backend.source_path is None:
        yield XmlError("missing socket path for external TPM device")


def _pstore(device: Pstore, domain: Domain) -> Iterable[Error]:
    if not device.path:
        yield XmlError("missing path for ACPI ERST pstore device")
    elif device.size < 4 or device.size & (device.size - 1):
        yield XmlError("invalid size of ACPI ERST pstore device")


_CHECKS: dict[str, Callable[[Any, Domain], Iterable[Error]]] = {
    "disks": check_disk,
    "redirdevs": _redirdev,
    "interfaces": check_interface,
    "controllers": _controller,
    "serials": _character,
    "parallels": _character,
    "channels": _character,
    "consoles": _character,
    "smartcards": _smartcard,
    "rngs": _rng,
    "hostdevs": _hostdev,
    "videos": _video,
    "memory_devices": check_memory,
    "vsock": _vsock,
    "inputs": _input,
    "shmems": _shmem,
    "filesystems": _filesystem,
    "audios": _audio,
    "sounds": _sound,
    "graphics": _graphics,
    "iommu": _iommu,
    "tpms": _tpm,
    "pstore": _pstore,
}
