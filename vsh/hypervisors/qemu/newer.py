"""What libvirt 12.8.0 adds to guests on boards newer than libvirt 9.0.0, or leaves out of them."""

from __future__ import annotations

from vsh.hypervisors.qemu.machine import X86

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain

_BARE = ("isapc", "microvm")


def without_pci(domain: Domain) -> bool:
    """Whether newer libvirt gives a board nothing that would need PCI."""
    return domain.os.machine in _BARE and domain.newest and domain.os.arch in X86


def add_watchdog(domain: Domain) -> None:
    """The one that the board has; all of a guest's do the same."""
    from vsh.xml.domain.devices.watchdog import Watchdog

    if not any(watchdog.model == "itco" for watchdog in domain.watchdogs):
        action = next((watchdog.action for watchdog in domain.watchdogs), None)
        domain.watchdogs = [*domain.watchdogs, Watchdog(model="itco", action=action or "reset")]


def name_displays(domain: Domain) -> None:
    """Newer libvirt says which of QEMU's devices a virtio display is."""
    for video in domain.videos:
        if video.type == "virtio" and video.device is None and domain.os.arch in X86:
            video.device = "virtio-vga" if video.primary else "virtio-gpu"
