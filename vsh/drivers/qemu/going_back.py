"""Going back to a snapshot inside a guest's images, with its memory or without.

All functions are for who holds the guest as its job.
"""

from __future__ import annotations

from vsh.drivers.qemu import definitions, happenings, launch, moments, snapshots, telling
from vsh.drivers.qemu.blocks import bitmaps, images, jobs
from vsh.errors import OperationFailed, OperationInvalid, SnapshotRevertRisky
from vsh.hypervisors.qemu.machine import is_modern
from vsh.image.contents import look
from vsh.qmp.value import integer, text
from vsh.words.domain.state import DomainPausedReason, DomainRunningReason, DomainShutoffReason
from vsh.words.event import (
    DomainEventDefinedDetailType,
    DomainEventResumedDetailType,
    DomainEventStartedDetailType,
    DomainEventStoppedDetailType,
    DomainEventSuspendedDetailType,
    DomainEventType,
)
from vsh.words.snapshot import SnapshotRevert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.state.moments import Moment
    from vsh.image.contents import Contents
    from vsh.qmp.value import Struct
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.moment.snapshot import DomainSnapshot


def revert(
    hypervisor: Hypervisor, guest: Guest, moment: Moment[DomainSnapshot], flags: int
) -> None:
    """Go back to a snapshot inside the images: it is the current one then.

    flags  whether it runs then (SnapshotRevert); else as it was

    Raises Error; the guest is then off, or as before where nothing was done yet.
    """
    document = moment.document
    with_memory = document.state in ("running", "paused")
    _check_inside(guest, moment)
    if jobs.any_active(guest):
        raise OperationInvalid("domain has active block job")
    hypervisor.state.begin_job(guest.uuid, "revert inside", {"name": moment.name, "flags": flags})
    try:
        if guest.active:
            happenings.end(
                hypervisor,
                guest,
                DomainShutoffReason.FROM_SNAPSHOT,
                DomainEventStoppedDetailType.FROM_SNAPSHOT,
                again=True,
            )
        with happenings.forgotten(hypervisor, guest):
            _go_back(hypervisor, guest, moment, flags, with_memory=with_memory)
    finally:
        with hypervisor.state.act():
            if not guest.gone:
                hypervisor.guests.keep(guest)
            hypervisor.state.end_job(guest.uuid)
    if guest.persistent:
        telling.tell_life(
            hypervisor, guest, DomainEventType.DEFINED, DomainEventDefinedDetailType.FROM_SNAPSHOT
        )


def finish(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> None:
    """A vsh was killed while a guest, that is off, was to go back: it does.

    Raises Error; the guest then stays off.
    """
    moment = guest.snapshots.find(text(facts["name"]))
    if moment is not None:
        with_memory = moment.document.state in ("running", "paused")
        _go_back(hypervisor, guest, moment, integer(facts["flags"]), with_memory=with_memory)


def _go_back(
    hypervisor: Hypervisor,
    guest: Guest,
    moment: Moment[DomainSnapshot],
    flags: int,
    *,
    with_memory: bool,
) -> None:
    """A guest that is off now has what it had at a snapshot, and is started if it is to run."""
    document = moment.document
    if with_memory:
        _configure(guest, document)
    else:
        go_back_resting(guest, moment)
    guest.snapshots.current = moment
    with hypervisor.state.act():
        hypervisor.guests.keep(guest)
        moments.keep_current(hypervisor.state, guest, "snapshot")
    anew = bool(flags & SnapshotRevert.RESET_NVRAM)
    if with_memory:
        # the memory is that of the guest as it ran, with what was plugged in then
        with guest.starting_as(_configuration(guest, document.domain)):
            _start_with_memory(hypervisor, guest, moment, flags, new_variables=anew)
        if not guest.persistent:
            guest.planned = None
    elif flags & (SnapshotRevert.RUNNING | SnapshotRevert.PAUSED):
        _start_again(
            hypervisor, guest, paused=bool(flags & SnapshotRevert.PAUSED), new_variables=anew
        )


def _check_inside(guest: Guest, moment: Moment[DomainSnapshot]) -> None:
    """Refuse before anything is done what the images do not have.  Raises Error."""
    domain = moment.document.domain
    if domain is None:
        raise SnapshotRevertRisky(
            f"snapshot '{moment.name}' lacks domain '{guest.name}' rollback info"
        )
    memory, looked = 0, False
    for disk in moment.document.disks:
        own = domain.disk(str(disk.name))
        path = own.source.path if own is not None and own.source is not None else None
        if disk.snapshot != "internal" or path is None:
            continue
        what = f"image '{path}' of disk '{disk.name}'"
        try:
            contents = look(path)
        except FileNotFoundError:
            raise OperationFailed(f"{what} is missing") from None
        if contents is None:
            continue  # qemu-img, or QEMU, will say why
        inside = contents.snapshots.get(moment.name)
        if inside is None:
            if is_modern(guest.definition):
                raise OperationFailed(
                    f"image of disk '{disk.name}' does not have internal snapshot '{moment.name}'"
                )
            raise OperationFailed(f"{what} has no snapshot '{moment.name}'")
        bitmap = _bitmap_in(guest, path, contents)
        if bitmap:
            raise OperationInvalid(
                f"{what} has the bitmap '{bitmap}' of a checkpoint: QEMU goes back to no snapshot "
                "inside such an image; delete the checkpoints first"
            )
        memory, looked = memory + inside.memory, True
    if looked and not memory and moment.document.state in ("running", "paused"):
        raise OperationFailed(
            f"the images have no memory of a running guest in snapshot '{moment.name}'"
        )


def _bitmap_in(guest: Guest, path: str, contents: Contents) -> str:
    """A bitmap that an image has, as the QEMU that has it open says, or else the image; or ""."""
    for disk in guest.definition.disks if guest.active else ():
        if not disk.empty() and images.path_of(disk) == path:
            return next(iter(bitmaps.known(guest).get(images.node_of(guest, disk), ())), "")
    return next(iter(contents.bitmaps), "")


def _configuration(guest: Guest, found: Definition | None) -> Definition:
    """What is in a definition at a snapshot for the guest, with the name that it has now."""
    assert found is not None
    config = definitions.resting(found)
    config.name = guest.name
    return config


def go_back_resting(guest: Guest, moment: Moment[DomainSnapshot]) -> None:
    """A guest that is off has the configuration and the disks that it had at a snapshot.

    Raises ImageRefused; its configuration is then as before.
    """
    before = guest.definition
    _configure(guest, moment.document)
    try:
        snapshots.each_image(guest, moment.document, "-a")
    except BaseException:  # an image is in use, or cannot be read: the configuration stays
        guest.assign(before, live=False)
        raise


def _configure(guest: Guest, document: DomainSnapshot) -> None:
    found = document.inactive_domain or document.domain
    guest.assign(_configuration(guest, found), live=False)


def _start_again(
    hypervisor: Hypervisor, guest: Guest, *, paused: bool, new_variables: bool
) -> None:
    """Start a guest whose disks have gone back."""
    launch.start(
        hypervisor, guest, DomainRunningReason.BOOTED, paused=paused, new_variables=new_variables
    )
    telling.tell_start(hypervisor, guest, DomainEventStartedDetailType.FROM_SNAPSHOT)


def _start_with_memory(
    hypervisor: Hypervisor,
    guest: Guest,
    moment: Moment[DomainSnapshot],
    flags: int,
    *,
    new_variables: bool,
) -> None:
    paused = bool(flags & SnapshotRevert.PAUSED)
    stay = paused or (moment.document.state == "paused" and not flags & SnapshotRevert.RUNNING)
    launch.start(
        hypervisor,
        guest,
        DomainRunningReason.FROM_SNAPSHOT,
        paused=stay,
        more=("-loadvm", moment.name),
        new_variables=new_variables,
    )
    telling.tell_life(
        hypervisor, guest, DomainEventType.STARTED, DomainEventStartedDetailType.FROM_SNAPSHOT
    )
    if stay:
        guest.reason = int(DomainPausedReason.FROM_SNAPSHOT)
        telling.tell_life(
            hypervisor,
            guest,
            DomainEventType.SUSPENDED,
            DomainEventSuspendedDetailType.FROM_SNAPSHOT,
        )
    else:
        telling.tell_life(
            hypervisor, guest, DomainEventType.RESUMED, DomainEventResumedDetailType.FROM_SNAPSHOT
        )
