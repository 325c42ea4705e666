"""Telling whoever listens what happened to a guest, by libvirt's numbers of events."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor

LIFECYCLE, REBOOT, IO_ERROR, IO_ERROR_REASON = 0, 1, 4, 6
RTC_CHANGE, WATCHDOG, TRAY_CHANGE, BALLOON_CHANGE = 2, 3, 10, 13
BLOCK_JOB, DISK_CHANGE, DEVICE_REMOVED, BLOCK_JOB_2, TUNABLE = 8, 9, 15, 16, 17
JOB_COMPLETED = 21
DEVICE_ADDED, DEVICE_REMOVAL_FAILED, BLOCK_THRESHOLD, MEMORY_SIZE = 19, 22, 24, 26
"""Numbers of events (virDomainEventID)."""


def tell(hypervisor: Hypervisor, guest: Guest, number: int, *values: object) -> None:
    """Tell whoever listens that something happened to a guest."""
    if not hypervisor.bus:
        return
    from vsh.api.domain import Domain

    known = (guest.name, guest.uuid, guest.id)
    hypervisor.bus.tell("domain", number, guest.uuid, lambda asker: Domain(asker, *known), *values)


def tell_life(hypervisor: Hypervisor, guest: Guest, event: int, detail: int) -> None:
    """Tell whoever listens that a guest's life took a turn."""
    tell(hypervisor, guest, LIFECYCLE, int(event), int(detail))
