"""Taking a guest's snapshots, going back to them and dropping what they have in images.

Inside the images (internal, of a guest that runs with its memory) or as overlays on top of them
(external, disks only).  All functions are for who holds the guest as its job.
"""

from __future__ import annotations

import os

from vsh.drivers.qemu import definitions, happenings, images, launch
from vsh.drivers.state import moment_documents
from vsh.errors import (
    ConfigUnsupported,
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
    planned = guest.planned if guest.active else guest.definition
    document.domain = definitions.resting(guest.definition)
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
    if document.memory == "external":
        raise OperationUnsupported(
            "memory of a snapshot in a file is not supported by this driver yet: "
            "use --disk-only, or a snapshot inside the images"
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
        _take_external(guest, document, reuse=bool(flags & SnapshotCreate.REUSE_EXT))
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


def _take_external(guest: Guest, document: DomainSnapshot, *, reuse: bool) -> None:
    """Overlays on top of the images; what was made is removed where one fails."""
    chosen = [disk for disk in document.disks if disk.snapshot == "external"]
    made: list[str] = []
    try:
        for disk in chosen:
            own = _own(guest.definition, disk)
            path, format = _image(disk), disk.driver_type or "qcow2"
            if not reuse:
                if os.path.exists(path):
                    raise ConfigUnsupported(
                        f"external snapshot file for disk {disk.name} already exists and is not "
                        f"a block device: {path}"
                    )
                images.overlay(path, format, _image(own), own.driver_type or "raw")
                made.append(path)
        if guest.active:
            _switch(guest, chosen)
    except BaseException:
        for path in made:
            os.unlink(path)
        raise
    for definition in (guest.definition, guest.planned):
        if definition is None:
            continue
        for disk in chosen:
            beside = definition.disk(str(disk.name))
            if beside is not None and beside.source is not None:
                beside.source.path = _image(disk)
                beside.driver_type = disk.driver_type or "qcow2"


def _switch(guest: Guest, chosen: list[SnapshotDisk]) -> None:
    """Have a QEMU write into the overlays from now on, all in one transaction."""
    actions = []
    for disk in chosen:
        path = _image(disk)
        actions.append(
            {
                "type": "blockdev-snapshot-sync",
                "data": {
                    "node-name": _top_node(guest, _own(guest.definition, disk)),
                    "snapshot-file": path,
                    "snapshot-node-name": f"vsh-{disk.name}-{len(path)}-format",
                    "format": disk.driver_type or "qcow2",
                    "mode": "existing",
                },
            }
        )
    guest.ask("transaction", {"actions": actions}, timeout=None)


def _top_node(guest: Guest, disk: Disk) -> str:
    """The node that a disk of a running guest writes to."""
    answer = guest.ask("query-block")
    assert isinstance(answer, list)
    for each in answer:
        assert isinstance(each, dict)
        place = str(each.get("qdev") or "")
        if disk.alias in place.split("/"):
            inserted = each["inserted"]
            assert isinstance(inserted, dict)
            return str(inserted["node-name"])
    raise OperationFailed(f"disk '{disk.target}' is not in QEMU")


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
    if any(disk.snapshot == "external" for disk in document.disks):
        raise OperationUnsupported("revert to external snapshot not supported yet")
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
        happenings.tell_life(
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
    happenings.tell_life(
        hypervisor, guest, DomainEventType.STARTED, DomainEventStartedDetailType.FROM_SNAPSHOT
    )
    if stay:
        guest.reason = int(DomainPausedReason.FROM_SNAPSHOT)
        happenings.tell_life(
            hypervisor,
            guest,
            DomainEventType.SUSPENDED,
            DomainEventSuspendedDetailType.FROM_SNAPSHOT,
        )
    else:
        happenings.tell_life(
            hypervisor, guest, DomainEventType.RESUMED, DomainEventResumedDetailType.FROM_SNAPSHOT
        )


def discard(guest: Guest, moment: Moment[DomainSnapshot]) -> None:
    """Take a snapshot out of the images.  Raises OperationUnsupported for external ones."""
    document = moment.document
    external = sum(disk.snapshot == "external" for disk in document.disks)
    if external:
        raise OperationUnsupported(
            f"deletion of {external} external disk snapshots not supported yet"
        )
    if guest.active:
        human(guest, f'delvm "{moment.name}"')
        return
    for disk in document.disks:
        own = guest.definition.disk(str(disk.name))
        if disk.snapshot != "internal" or own is None:
            continue
        path = _image(own)
        if images.has_snapshot(path, moment.name):
            images.snapshot(path, moment.name, "-d")
