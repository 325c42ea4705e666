"""Taking a guest's snapshots, going back to them and dropping what they have in images.

Inside the images (internal, of a guest that runs with its memory) or as overlays on top of them
(external, disks only).  All functions are for who holds the guest as its job.
"""

from __future__ import annotations

import contextlib
import os

from vsh.drivers.qemu import definitions, happenings, images, launch, telling
from vsh.drivers.qemu.blocks import jobs, merging, overlays
from vsh.drivers.state import moment_documents
from vsh.errors import (
    ConfigUnsupported,
    Error,
    InternalError,
    OperationFailed,
    OperationUnsupported,
    SnapshotRevertRisky,
)
from vsh.words.domain.state import (
    DomainPausedReason,
    DomainRunningReason,
    DomainShutoffReason,
    DomainState,
)
from vsh.words.event import (
    DomainEventResumedDetailType,
    DomainEventStartedDetailType,
    DomainEventStoppedDetailType,
    DomainEventSuspendedDetailType,
    DomainEventType,
)
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.state.moments import Moment
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.moment.snapshot import DomainSnapshot, SnapshotDisk

STATES = {
    DomainState.RUNNING: "running",
    DomainState.PAUSED: "paused",
    DomainState.SHUTDOWN: "shutdown",
    DomainState.SHUTOFF: "shutoff",
    DomainState.CRASHED: "crashed",
}


def describe(guest: Guest, document: DomainSnapshot, flags: int) -> None:
    """Complete the document of a new snapshot from the guest as it is.

    Raises Error where the disks do not go together, or QEMU cannot do it.
    """
    if guest.state not in STATES:
        raise OperationUnsupported("qemu doesn't support taking snapshots of PMSUSPENDED guests")
    disk_only = bool(flags & SnapshotCreate.DISK_ONLY)
    document.domain = definitions.at_this_moment(guest.definition)
    planned = guest.planned if guest.active else guest.definition  # known once that was read
    if guest.active and planned is not None and guest.persistent:
        document.inactive_domain = planned.copy()
    if disk_only:
        document.state = "disk-snapshot" if guest.active else "shutoff"
        if document.memory not in (None, "no"):
            raise ConfigUnsupported("cannot handle memory snapshot with disk-only")
        document.memory = "no" if guest.active else None
    else:
        document.state = STATES[DomainState(guest.state)]
        if document.memory is None:
            document.memory = "internal" if guest.active else "no"
        elif document.memory == "internal" and not guest.active:
            raise ConfigUnsupported("internal snapshots and checkpoints require all disks")
    external = disk_only or document.memory == "external"
    moment_documents.align_snapshot(document, "external" if external else "internal")
    _check(guest, document, disk_only=disk_only)


def _check(guest: Guest, document: DomainSnapshot, *, disk_only: bool) -> None:
    internal = external = False
    left_out = False
    for disk in document.disks:
        own = _own(guest.definition, disk)
        where = disk.snapshot
        if where == "internal":
            internal = True
            if disk_only and guest.active:
                raise ConfigUnsupported(
                    "active qemu domains require external disk snapshots; "
                    f"disk {disk.name} requested internal"
                )
            if own.driver_type != "qcow2":
                raise ConfigUnsupported(
                    f"internal snapshot for disk {disk.name} unsupported for storage type "
                    f"{own.driver_type}"
                )
        elif where == "external":
            external = True
            disk.driver_type = disk.driver_type or "qcow2"
        elif where == "manual":
            raise OperationUnsupported("'manual' snapshot mode is not supported by this driver")
        elif not own.readonly and own.source is not None and own.source.path:
            left_out = True
    if not internal and not external and document.memory in (None, "no"):
        raise ConfigUnsupported("nothing selected for snapshot")
    if (document.memory == "internal" and not internal) or (internal and left_out):
        raise ConfigUnsupported(
            "internal and full system snapshots require all disks to be selected for snapshot"
        )
    if document.state == "disk-snapshot" and not external:
        raise ConfigUnsupported(
            "disk-only snapshots require at least one disk to be selected for snapshot"
        )
    if (internal and external) or (document.memory == "external" and internal):
        raise ConfigUnsupported(
            "mixing internal and external targets for a snapshot is not yet supported"
        )


def _own(definition: Definition, disk: SnapshotDisk) -> Disk:
    """The guest's disk that one of a snapshot is about.  Raises InternalError."""
    found = definition.disk(str(disk.name))
    if found is None:
        raise InternalError(f"the domain has no disk '{disk.name}'")
    return found


def _image(disk: Disk | SnapshotDisk) -> str:
    """The path of a disk's image.  Raises InternalError."""
    if disk.source is None or disk.source.path is None:
        raise InternalError("a disk of a snapshot has no image")
    return disk.source.path


def take(hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot, flags: int) -> None:
    """Take what a complete document describes.  Raises Error; the images are then as before."""
    if any(disk.snapshot == "external" for disk in document.disks):
        _take_external(hypervisor, guest, document, flags)
    elif guest.active:
        _take_running(hypervisor, guest, document)
    else:
        _each_image(guest, document, "-c")
    if flags & SnapshotCreate.HALT and guest.active:
        happenings.end(
            hypervisor,
            guest,
            DomainShutoffReason.FROM_SNAPSHOT,
            DomainEventStoppedDetailType.FROM_SNAPSHOT,
        )


def _take_running(hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot) -> None:
    """Memory and disks together, inside the images; the guest stands still meanwhile."""
    resume = guest.state == DomainState.RUNNING
    if resume:
        assert guest.run is not None
        guest.run.paused = (
            int(DomainPausedReason.SAVE),
            int(DomainEventSuspendedDetailType.PAUSED),
        )
        guest.ask("stop")
        hypervisor.digest(guest)
    try:
        human(guest, f'savevm "{document.name}"')
    finally:
        if resume and guest.active:
            guest.ask("cont")
            hypervisor.digest(guest)


def human(guest: Guest, line: str) -> str:
    """Give QEMU a line of its monitor for people.  Raises OperationFailed where it complains."""
    answer = str(guest.ask("human-monitor-command", {"command-line": line}, timeout=None))
    if answer.strip():
        raise OperationFailed(f"Failed to take snapshot: {answer.strip()}")
    return answer


def _each_image(guest: Guest, document: DomainSnapshot, act: str) -> None:
    """The same to every image of a snapshot; what was made is unmade where one fails."""
    done: list[str] = []
    name = str(document.name)
    for disk in document.disks:
        if disk.snapshot != "internal":
            continue
        path = _image(_own(guest.definition, disk))
        try:
            images.snapshot(path, name, act)
        except OperationFailed:
            if act == "-c":
                for other in done:
                    images.snapshot(other, name, "-d")
            raise
        done.append(path)


def _take_external(
    hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot, flags: int
) -> None:
    """Overlays on top of the images, with the memory in a file if that is wanted."""
    reuse = bool(flags & SnapshotCreate.REUSE_EXT)
    found = overlays.chosen(guest.definition, document.disks)
    overlays.check(found, reuse=reuse)
    if guest.active and any(jobs.of_disk(guest, overlay.disk) for overlay in found):
        raise OperationUnsupported("domain has active block job")
    if not guest.active:
        overlays.take_resting(guest, found, reuse=reuse)
        return
    if document.memory == "external":
        _with_memory(hypervisor, guest, document, found, flags)
        return
    if flags & SnapshotCreate.QUIESCE:
        with _frozen(guest):
            overlays.take_running(hypervisor, guest, found, reuse=reuse)
        return
    overlays.take_running(hypervisor, guest, found, reuse=reuse)


@contextlib.contextmanager
def _frozen(guest: Guest) -> Iterator[None]:
    """The guest's file systems stand still meanwhile.  Raises what its agent says."""
    from vsh.drivers.qemu import agent

    agent.ask(guest, "guest-fsfreeze-freeze")
    try:
        yield
    finally:
        with contextlib.suppress(Error):
            agent.ask(guest, "guest-fsfreeze-thaw")


def _with_memory(
    hypervisor: Hypervisor,
    guest: Guest,
    document: DomainSnapshot,
    found: list[overlays.Overlay],
    flags: int,
) -> None:
    """Memory into a file, overlays at the same moment; the guest goes on then."""
    from vsh.drivers.qemu import saved

    path = str(document.memory_file)
    resume = guest.state == DomainState.RUNNING
    live = bool(flags & SnapshotCreate.LIVE)
    saved.write_memory(hypervisor, guest, path, saved.document(guest), live=live)
    try:
        overlays.take_running(
            hypervisor, guest, found, reuse=bool(flags & SnapshotCreate.REUSE_EXT)
        )
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise
    finally:
        if guest.run is not None:
            guest.run.saving = None
        if resume and guest.active:
            guest.ask("cont")
            hypervisor.digest(guest)


# ---- going back


def revert(
    hypervisor: Hypervisor,
    guest: Guest,
    moment: Moment[DomainSnapshot],
    *,
    running: bool,
    paused: bool,
) -> None:
    """Go back to a snapshot inside the images.

    running, paused  what the caller wants; else as it was

    Raises Error; the guest is then off, or as before where nothing was done yet.
    """
    document = moment.document
    with_memory = document.state in ("running", "paused")
    domain = document.domain
    config = document.inactive_domain or domain
    if domain is None or config is None:
        raise SnapshotRevertRisky(
            f"snapshot '{moment.name}' lacks domain '{guest.name}' rollback info"
        )
    for disk in document.disks:
        own = domain.disk(str(disk.name))
        path = own.source.path if own is not None and own.source is not None else None
        if disk.snapshot == "internal" and path is not None and not guest.active:
            if not os.path.exists(path):
                raise OperationFailed(f"image '{path}' of disk '{disk.name}' is missing")
            if not images.has_snapshot(path, moment.name):
                raise OperationFailed(
                    f"image '{path}' of disk '{disk.name}' has no snapshot '{moment.name}'"
                )
    if guest.active:
        happenings.end(
            hypervisor,
            guest,
            DomainShutoffReason.FROM_SNAPSHOT,
            DomainEventStoppedDetailType.FROM_SNAPSHOT,
        )
    guest.assign(config.copy(), live=False)
    if with_memory:
        _start_with_memory(hypervisor, guest, moment, running=running, paused=paused)
        return
    _each_image(guest, document, "-a")
    if running or paused:
        launch.start(hypervisor, guest, DomainRunningReason.FROM_SNAPSHOT, paused=paused)
        telling.tell_life(
            hypervisor, guest, DomainEventType.STARTED, DomainEventStartedDetailType.FROM_SNAPSHOT
        )


def _start_with_memory(
    hypervisor: Hypervisor,
    guest: Guest,
    moment: Moment[DomainSnapshot],
    *,
    running: bool,
    paused: bool,
) -> None:
    stay = paused or (moment.document.state == "paused" and not running)
    launch.start(
        hypervisor,
        guest,
        DomainRunningReason.FROM_SNAPSHOT,
        paused=stay,
        more=("-loadvm", moment.name),
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


def discard(hypervisor: Hypervisor, guest: Guest, moment: Moment[DomainSnapshot]) -> None:
    """Take a snapshot out of the images: out of them, or what is above it into what is below."""
    document = moment.document
    if document.external:
        merging.merge(hypervisor, guest, moment)
        if document.memory == "external" and document.memory_file:
            with contextlib.suppress(OSError):
                os.unlink(document.memory_file)
        return
    if guest.active:
        human(guest, f'delvm "{moment.name}"')
        return
    for disk in document.disks:
        own = guest.definition.disk(str(disk.name))
        if (
            disk.snapshot == "internal"
            and own is not None
            and images.has_snapshot(_image(own), moment.name)
        ):
            images.snapshot(_image(own), moment.name, "-d")
