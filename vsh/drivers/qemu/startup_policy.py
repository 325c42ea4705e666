"""``startupPolicy``: disks whose images are missing when a guest starts."""

from __future__ import annotations

from vsh.drivers.qemu import pool_volumes, telling
from vsh.drivers.qemu.blocks import chain
from vsh.errors import Error
from vsh.hypervisors.qemu.argv.aliases import disk_alias
from vsh.words.event import DomainEventDiskChangeReason as Reason
from vsh.words.event_id import DomainEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk


class Missing:
    """What a guest starts without.  Its block nodes keep their numbers, as with libvirt.

    before   how many disks were left out behind each that is there, by its identity; 0: before all
    emptied  the drives without their medium
    """

    def __init__(self) -> None:
        self.before: dict[int, int] = {}
        self.emptied: set[int] = set()


def find_images(hypervisor: Hypervisor, guest: Guest, live: Definition, *, cold: bool) -> Missing:
    """Find the volumes and chains of images of a guest that starts, the last disk's first.

    cold  it starts anew: it has no state that knows its disks

    A drive whose medium is missing is emptied and another disk is left out where its policy says
    so, which is told; else this raises what is wrong with the image.
    """
    missing = Missing()

    def volume(disk: Disk) -> None:
        _find_volume(hypervisor, disk)

    for step in (volume, chain.find_of):
        for disk in reversed(list(live.disks)):
            try:
                step(disk)
            except Error:
                if not may_go(disk, cold=cold):
                    raise
                numbered = None if step is volume else missing
                path = None if disk.source is None else disk.source.path
                alias = disk.alias or disk_alias(live, disk)
                reason = int(_drop(live, disk, numbered))
                telling.tell(
                    hypervisor, guest, DomainEventID.DISK_CHANGE, path, None, alias, reason
                )
    return missing


def leave_out_volumes(hypervisor: Hypervisor, shown: Definition) -> None:
    """Of a command line that is only shown: leave out what a start would go without.

    What is missing and has to be there is told by who wants it.
    """
    for disk in reversed(list(shown.disks)):
        try:
            _find_volume(hypervisor, disk)
        except Error:
            if may_go(disk, cold=True):
                _drop(shown, disk, None)


def _find_volume(hypervisor: Hypervisor, disk: Disk) -> None:
    if disk.type == "volume" and disk.source is not None:
        pool_volumes.find(hypervisor, disk.source.pool, disk.source.volume)


def may_go(disk: Disk, *, cold: bool) -> bool:
    """Whether a guest may start without the image of a disk."""
    policy = None if disk.source is None else disk.source.startup_policy
    if policy == "requisite":
        return not cold
    return policy == "optional" and (cold or disk.device in ("cdrom", "floppy"))


def _drop(live: Definition, disk: Disk, missing: Missing | None) -> Reason:
    """Empty a drive, or take a disk away; which of the two it was."""
    if disk.device in ("cdrom", "floppy"):
        disk.source, disk.backing_store, disk.type = None, None, "file"
        disk.driver_type = None
        if missing is not None:
            missing.emptied.add(id(disk))
        return Reason.CHANGE_MISSING_ON_START
    place = next(number for number, each in enumerate(live.disks) if each is disk)
    if missing is not None:
        above = id(live.disks[place - 1]) if place else 0
        missing.before[above] = missing.before.get(id(disk), 0) + missing.before.get(above, 0) + 1
    del live.disks[place]
    return Reason.DROP_MISSING_ON_START
