"""Taking a guest's snapshots, going back to them and dropping what they have in images.

Inside the images (internal, of a guest that runs with its memory) or as overlays on top of them
(external, disks only).  All functions are for who holds the guest as its job.
"""

from __future__ import annotations

import contextlib
import os

from vsh.drivers.qemu import definitions, happenings, images, moments, variables
from vsh.drivers.qemu.blocks import jobs, merging, overlays
from vsh.drivers.state import moment_documents
from vsh.errors import (
    ConfigUnsupported,
    Error,
    InternalError,
    OperationFailed,
    OperationUnsupported,
)
from vsh.hypervisors.qemu.machine import is_modern
from vsh.words.domain.state import DomainPausedReason, DomainShutoffReason, DomainState
from vsh.words.event import DomainEventStoppedDetailType, DomainEventSuspendedDetailType
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.state.moments import Moment
    from vsh.qmp.value import Struct, Value
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
        document.memory = "no" if guest.active else None
    else:
        document.state = STATES[DomainState(guest.state)]
        if document.memory == "no" and guest.active:
            raise OperationUnsupported(
                "internal snapshot of a running VM must include the memory state"
            )
        if document.memory != "external":
            document.memory = "internal" if guest.active else "no"
    external = disk_only or document.memory == "external"
    moment_documents.align_snapshot(document, "external" if external else "internal")
    _check(guest, document, disk_only=disk_only)


def _check(guest: Guest, document: DomainSnapshot, *, disk_only: bool) -> None:
    internal = external = False
    left_out = False
    for disk in document.disks:
        own = own_disk(guest.definition, disk)
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
    if internal and guest.definition.os.loader_type == "pflash":
        _check_variables(guest)


def _check_variables(guest: Guest) -> None:
    """Refuse variables that have no place for a snapshot.  Raises OperationUnsupported."""
    nvram = guest.definition.os.nvram
    if not is_modern(guest.definition):
        raise OperationUnsupported(
            "internal snapshots of a VM with pflash based firmware are not supported"
        )
    if guest.active and nvram is not None and nvram.format != "qcow2":
        raise OperationUnsupported(
            "internal snapshots of a VM with pflash based firmware require QCOW2 nvram format"
        )


def own_disk(definition: Definition, disk: SnapshotDisk) -> Disk:
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


@contextlib.contextmanager
def taken(
    hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot, flags: int
) -> Iterator[None]:
    """Take what a complete document describes; inside ``with`` it is written down that it is.

    A guest that was stopped for it goes on after that, or ends if the flags say so.  Raises Error;
    the images are then as before.
    """
    resume = guest.state == DomainState.RUNNING
    _check_overlays(guest, document, reuse=bool(flags & SnapshotCreate.REUSE_EXT))
    facts = _facts(
        guest, document, reuse=bool(flags & SnapshotCreate.REUSE_EXT),
        kept=not flags & SnapshotCreate.NO_METADATA,
    )  # fmt: skip
    hypervisor.state.begin_job(guest.uuid, "snapshot", {**facts})
    try:
        _take(hypervisor, guest, document, flags)
        yield
        if flags & SnapshotCreate.HALT and guest.active:
            happenings.end(
                hypervisor,
                guest,
                DomainShutoffReason.FROM_SNAPSHOT,
                DomainEventStoppedDetailType.FROM_SNAPSHOT,
            )
    finally:
        if resume and guest.state == DomainState.PAUSED:
            guest.ask("cont")
            hypervisor.digest(guest)
        hypervisor.state.end_job(guest.uuid)


def _facts(guest: Guest, document: DomainSnapshot, *, reuse: bool, kept: bool) -> Struct:
    """What the state file is to have while a snapshot is taken.

    reuse  its overlays were there before
    kept   it has metadata
    """
    bare, definition, inactive = moments.texts_of(document)
    external: list[Value] = [
        [overlay.disk.target, overlay.path, overlay.wanted.type, overlay.wanted.driver_type]
        for overlay in overlays.chosen(guest.definition, document.disks)
    ]
    return {
        "name": document.name,
        "parent": document.parent,
        "moment": [bare, definition, inactive] if kept else None,
        "overlays": external,
        "made": not reuse,
        "memory": document.memory_file if document.memory == "external" else None,
        "ran": guest.state == DomainState.RUNNING,
        "active": guest.active,
    }


def _take(hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot, flags: int) -> None:
    if any(disk.snapshot == "external" for disk in document.disks):
        _take_external(hypervisor, guest, document, flags)
    elif guest.active:
        _take_running(hypervisor, guest, document)
    else:
        each_image(guest, document, "-c")


def _take_running(hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot) -> None:
    """Memory and disks together, inside the images; the guest stands still from now on."""
    if guest.state == DomainState.RUNNING:
        assert guest.run is not None
        guest.run.paused = (
            int(DomainPausedReason.SAVE),
            int(DomainEventSuspendedDetailType.PAUSED),
        )
        guest.ask("stop")
        hypervisor.digest(guest)
    human(guest, f'savevm "{document.name}"')


def human(guest: Guest, line: str) -> str:
    """Give QEMU a line of its monitor for people.  Raises OperationFailed where it complains."""
    answer = str(guest.ask("human-monitor-command", {"command-line": line}, timeout=None))
    if answer.strip():
        raise OperationFailed(f"Failed to take snapshot: {answer.strip()}")
    return answer


def each_image(guest: Guest, document: DomainSnapshot, act: str) -> None:
    """The same to every image of a snapshot; what was made is unmade where one fails."""
    done: list[str] = []
    name = str(document.name)
    chosen = [disk for disk in document.disks if disk.snapshot == "internal"]
    paths = [_image(own_disk(guest.definition, disk)) for disk in chosen]
    if act == "-c" and variables.image(guest.definition):
        variables.make(guest.definition, [], anew=False)
    for path in (*paths, *variables.image(guest.definition)):
        try:
            images.snapshot(path, name, act)
        except OperationFailed:
            if act == "-c":
                for other in done:
                    images.snapshot(other, name, "-d")
            raise
        done.append(path)


def _check_overlays(guest: Guest, document: DomainSnapshot, *, reuse: bool) -> None:
    """Refuse overlays that cannot be taken.  Raises Error."""
    found = overlays.chosen(guest.definition, document.disks)
    overlays.check(found, reuse=reuse)
    if guest.active and any(jobs.of_disk(guest, overlay.disk) for overlay in found):
        raise OperationUnsupported("domain has active block job")


def _take_external(
    hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot, flags: int
) -> None:
    """Overlays on top of the images, with the memory in a file if that is wanted."""
    reuse = bool(flags & SnapshotCreate.REUSE_EXT)
    found = overlays.chosen(guest.definition, document.disks)
    if not guest.active:
        overlays.take_resting(guest, found, reuse=reuse)
    elif document.memory == "external":
        _with_memory(hypervisor, guest, document, found, flags)
    elif flags & SnapshotCreate.QUIESCE:
        with _frozen(guest):
            overlays.take_running(hypervisor, guest, found, reuse=reuse)
    else:
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
    """Memory into a file, overlays at the same moment; the guest stands still from now on."""
    from vsh.drivers.qemu import saved

    path = str(document.memory_file)
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


def discard(hypervisor: Hypervisor, guest: Guest, moment: Moment[DomainSnapshot]) -> None:
    """Take a snapshot out of the images: out of them, or what is above it into what is below."""
    document = moment.document
    if document.external:
        merging.merge(hypervisor, guest, moment)
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
    for path in filter(os.path.exists, variables.image(guest.definition)):
        if images.has_snapshot(path, moment.name):
            images.snapshot(path, moment.name, "-d")
