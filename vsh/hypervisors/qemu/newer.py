"""What libvirt 12.8.0 adds to guests on boards newer than libvirt 9.0.0, or leaves out of them."""

from __future__ import annotations

from vsh.hypervisors.qemu.machine import X86

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain

FRONTENDS = {
    "virtio-vga": "virtio-vga", "virtio-vga-gl": "virtio-vga-gl", "virtio-gpu": "virtio-gpu-pci",
    "virtio-gpu-gl": "virtio-gpu-gl-pci", "vhost-user-vga": "vhost-user-vga",
    "vhost-user-gpu": "vhost-user-gpu-pci",
}  # fmt: skip
"""The names of virtio displays in a document, and QEMU's types that are the proof."""
_BARE = ("isapc", "microvm")

MANY_VCPUS = 255
"""The most that interrupts can be sent to without an IOMMU."""


def without_pci(domain: Domain) -> bool:
    """Whether newer libvirt gives a board nothing that would need PCI."""
    return domain.os.machine in _BARE and domain.newest and domain.os.arch in X86


def has_ps2(domain: Domain) -> bool:
    """Whether the board is a PC with a controller of PS/2 keyboards and mice."""
    bare = without_pci(domain) and domain.os.machine == "microvm"
    return domain.os.arch in X86 and not bare


def add_watchdog(domain: Domain) -> None:
    """The one that the board has; all of a guest's do the same."""
    from vsh.xml.domain.devices.watchdog import Watchdog

    if not any(watchdog.model == "itco" for watchdog in domain.watchdogs):
        action = next((watchdog.action for watchdog in domain.watchdogs), None)
        domain.watchdogs = [*domain.watchdogs, Watchdog(model="itco", action=action or "reset")]


def name_displays(domain: Domain, emulator: Emulator) -> None:
    """Newer libvirt says which of QEMU's devices a virtio display is; what has none stays so."""
    for video in domain.videos:
        if video.type != "virtio" or video.device is not None or domain.os.arch not in X86:
            continue
        kind = "vga" if video.primary else "gpu"
        if video.backend == "vhostuser":
            video.device = f"vhost-user-{kind}"
        elif not (video.acceleration and video.accel3d):
            video.device = f"virtio-{kind}"
        elif FRONTENDS[f"virtio-{kind}-gl"] in emulator.can:
            video.device = f"virtio-{kind}-gl"


def remap_interrupts(domain: Domain, *, new: bool) -> None:
    """More CPUs than an interrupt can name without it need an IOMMU that remaps interrupts; that
    needs an I/O APIC of QEMU's."""
    from vsh.xml.domain.devices.iommu import Iommu
    from vsh.xml.domain.features import Features

    many = (domain.vcpus or 0) > MANY_VCPUS
    if many and not domain.iommu:
        domain.iommu = [Iommu(model="intel", intremap=True, eim=True)]
    for device in domain.iommu if many and new else ():
        wide = {"intel": "eim", "amd": "xtsup"}.get(str(device.model))
        for name in ("intremap", wide) if wide is not None else ():
            if getattr(device, name) is None:
                setattr(device, name, True)
    if many or any(device.intremap for device in domain.iommu):
        domain.features = domain.features or Features()
        domain.features.ioapic = domain.features.ioapic or "qemu"
