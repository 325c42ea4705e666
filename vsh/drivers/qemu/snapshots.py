"""Taking a guest's snapshots, going back to them and dropping what they have in images.

Inside the images (internal, of a guest that runs with its memory) or as overlays on top of them
(external, disks only).  All functions are for who holds the guest as its job.
"""

from __future__ import annotations

import contextlib
import os

from vsh.drivers.qemu import (
    definitions,
    happenings,
    images,
    live_cpu,
    moments,
    snapshot_checks,
    variables,
)
from vsh.drivers.qemu.blocks import merging, overlays
from vsh.drivers.qemu.blocks.images import node_of
from vsh.drivers.qemu.long_job import LongJob
from vsh.drivers.qemu.migration import safety
from vsh.drivers.qemu.snapshot_checks import image_of, own_disk
from vsh.drivers.state import moment_documents
from vsh.drivers.state.jobs import ALLOWED, MIGRATION, SUSPEND
from vsh.errors import Error, OperationFailed, OperationUnsupported
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import struct, structs, text
from vsh.words.domain.job import DomainJobOperation
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
    from vsh.xml.moment.snapshot import DomainSnapshot

_OWNER = "remoteDispatchDomainSnapshotCreateXML"
_BESIDE = ALLOWED | {SUSPEND, MIGRATION}
"""What may be done while the memory of a guest is written."""
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
    modern = is_modern(guest.definition)
    apart = modern and not guest.active and document.external  # what newer libvirts take as such
    document.domain = definitions.in_moment(live_cpu.as_asked(guest))
    planned = guest.planned if guest.active else guest.definition  # known once that was read
    if guest.active and planned is not None and guest.persistent:
        document.inactive_domain = planned.copy()
    if disk_only:
        document.state = "disk-snapshot" if guest.active else "shutoff"
        document.memory = "no"
    else:
        document.state = STATES[DomainState(guest.state)]
        if document.memory == "no" and guest.active:
            raise OperationUnsupported(
                "internal snapshot of a running VM must include the memory state"
            )
        if document.memory != "external" and not apart:
            document.memory = "internal" if guest.active else "no"
        if guest.run is not None and guest.active:
            document.cookie = live_cpu.at_snapshot(guest.definition, guest.run)
    external = disk_only or apart or document.memory == "external"
    moment_documents.align_snapshot(
        document, "external" if external else "internal", old=not modern
    )
    snapshot_checks.check(guest, document, flags)


@contextlib.contextmanager
def taken(
    hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot, flags: int
) -> Iterator[None]:
    """Take what a complete document describes; inside ``with`` it is written down that it is.

    A guest that was stopped for it goes on after that, or ends if the flags say so, or stands
    still where somebody else has disks to do.  Raises Error; the images are then as before.
    """
    manual = snapshot_checks.by_hand(document)
    ran, done = guest.state == DomainState.RUNNING, False
    facts = _facts(
        guest, document, reuse=bool(flags & SnapshotCreate.REUSE_EXT),
        kept=not flags & SnapshotCreate.NO_METADATA, halt=bool(flags & SnapshotCreate.HALT),
    )  # fmt: skip
    hypervisor.state.begin_job(guest.uuid, "snapshot", {**facts})
    try:
        _take(hypervisor, guest, document, flags)
        yield
        done = True
        if flags & SnapshotCreate.HALT and guest.active:
            happenings.end(
                hypervisor,
                guest,
                DomainShutoffReason.FROM_SNAPSHOT,
                DomainEventStoppedDetailType.FROM_SNAPSHOT,
            )
    finally:
        if ran and not (manual and done) and guest.state == DomainState.PAUSED:
            guest.ask("cont")
            hypervisor.digest(guest)
        hypervisor.state.end_job(guest.uuid)


def _facts(
    guest: Guest, document: DomainSnapshot, *, reuse: bool, kept: bool, halt: bool
) -> Struct:
    """What the state file is to have while a snapshot is taken.

    reuse  its overlays were there before
    kept   it has metadata
    halt   the guest ends then
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
        "manual": snapshot_checks.by_hand(document),
        "active": guest.active,
        "halt": halt,
    }


def _take(hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot, flags: int) -> None:
    if document.external or document.state == "disk-snapshot":
        _take_external(hypervisor, guest, document, flags)
    elif guest.active:
        _take_running(hypervisor, guest, document)
    else:
        each_image(guest, document, "-c")


def _take_running(hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot) -> None:
    """Memory and disks together, inside the images; the guest stands still from now on."""
    safety.check_written(guest)
    _stop(hypervisor, guest, DomainPausedReason.SAVE)
    if is_modern(guest.definition):
        _check_new(guest, document)
    human(guest, f'savevm "{document.name}"')


def _check_new(guest: Guest, document: DomainSnapshot) -> None:
    """Refuse a snapshot that an image has, which would be lost.  Raises OperationFailed."""
    disks = [own_disk(guest.definition, disk) for disk in document.disks]
    nodes = {node_of(guest, disk) for disk in disks if not disk.empty()}
    for node in structs(guest.ask("query-named-block-nodes", {"flat": True})):
        inside = structs(struct(node["image"]).get("snapshots") or [])
        names = [text(each["name"]) for each in inside]
        if text(node["node-name"]) in nodes and document.name in names:
            raise OperationFailed(
                f"snapshot-save job failed: Snapshot '{document.name}' already exists in one or "
                "more devices"
            )


def _stop(hypervisor: Hypervisor, guest: Guest, reason: DomainPausedReason) -> None:
    """A guest stands still from now on."""
    if guest.state == DomainState.RUNNING:
        assert guest.run is not None
        guest.run.paused = (int(reason), int(DomainEventSuspendedDetailType.PAUSED))
        guest.ask("stop")
        hypervisor.digest(guest)


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
    paths = [image_of(own_disk(guest.definition, disk)) for disk in chosen]
    if act == "-c" and variables.image(guest.definition):
        variables.make(guest.definition, [], anew=False)
    for path in (*paths, *variables.image(guest.definition)):
        try:
            images.snapshot(path, name, act)
        except images.ImageRefused:
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
    if not guest.active:
        overlays.take_resting(guest, found, reuse=reuse)
        return
    with _frozen(guest) if flags & SnapshotCreate.QUIESCE else contextlib.nullcontext():
        if snapshot_checks.by_hand(document) and not flags & SnapshotCreate.LIVE:
            _stop(hypervisor, guest, DomainPausedReason.SNAPSHOT)
        if document.memory == "external":
            safety.check_written(guest)
            _with_memory(hypervisor, guest, document, found, flags)
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
    with LongJob(
        hypervisor, guest, DomainJobOperation.SNAPSHOT, _OWNER, within=True, allowed=_BESIDE
    ) as job:
        saved.write_memory(hypervisor, guest, path, saved.document(guest), job, live=live)
    hypervisor.digest(guest)  # one that went on meanwhile stands still by now
    try:
        overlays.take_running(
            hypervisor, guest, found, reuse=bool(flags & SnapshotCreate.REUSE_EXT)
        )
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(path)
        _not_saving(guest)
        hypervisor.guests.keep(guest)
        raise
    _not_saving(guest)


def _not_saving(guest: Guest) -> None:
    if guest.run is not None:
        guest.run.saving = None


def discard(
    hypervisor: Hypervisor, guest: Guest, moment: Moment[DomainSnapshot], tops: dict[str, str]
) -> None:
    """Take a snapshot out of the images: out of them, or what is above it into what is below.

    tops  the overlays that have what was written after it, by target
    """
    document = moment.document
    if document.external:
        merging.merge(hypervisor, guest, moment, tops)
        return
    if guest.active:
        human(guest, f'delvm "{moment.name}"')
        return
    for disk in document.disks:
        own = guest.definition.disk(str(disk.name))
        if (
            disk.snapshot == "internal"
            and own is not None
            and images.has_snapshot(image_of(own), moment.name)
        ):
            images.snapshot(image_of(own), moment.name, "-d")
    for path in filter(os.path.exists, variables.image(guest.definition)):
        if images.has_snapshot(path, moment.name):
            images.snapshot(path, moment.name, "-d")
