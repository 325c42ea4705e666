"""Backups of a guest that runs: written to images (push), or offered over NBD (pull)."""

from __future__ import annotations

import os
import time

from vsh.drivers.qemu import definitions, live_cpu, moments
from vsh.drivers.qemu.blocks import backup_job, bitmaps, images, jobs, server, starting
from vsh.drivers.qemu.blocks.backup import Backup
from vsh.drivers.qemu.devices import plugging
from vsh.drivers.qemu.monitor import MonitorSilent
from vsh.drivers.state import moment_documents
from vsh.errors import (
    ConfigUnsupported,
    Error,
    InternalError,
    InvalidArgument,
    NoCheckpoint,
    NoDomainBackup,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
    SystemFailure,
)
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import structs, text
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.engine.reader import read
from vsh.xml.moment.backup import BackupServer, DomainBackup
from vsh.xml.moment.checkpoint import DomainCheckpoint
from vsh.xml.schema import check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.hypervisors.qemu.argv.plug import Step
    from vsh.qmp.value import Struct
    from vsh.xml.moment.backup import BackupDisk


class Part:
    """What is backed up of one disk.

    chosen   what the document says
    disk     the guest's
    wanted   the image that is written to
    steps    what opens it, and ``number`` of its nodes
    bitmap   the bitmap of what has to be written; None for everything
    """

    def __init__(self, chosen: BackupDisk, disk: Disk, wanted: Disk) -> None:
        self.chosen = chosen
        self.disk = disk
        self.wanted = wanted
        self.steps: list[Step] = []
        self.number = 0
        self.bitmap: str | None = None
        self.made = False
        self.opened = False


def _is_newer(xml: str, guest: Guest) -> bool:
    """Whether a document has what the schema of an older libvirt, which may be here, lacks: a
    client's socket, and of newer guests disks of a pushed backup of which no image is named.
    """
    try:
        document = read(xml, DomainBackup)
    except Error:
        return False
    server = document.server
    named = all(disk.target is not None or not disk.backup for disk in document.disks)
    scratch = "<scratch" in xml  # which the model of a pushed backup has not
    if document.mode != "pull" and not named and not scratch and is_modern(guest.definition):
        return True
    return server is not None and server.transport == "fd"


def begin(
    hypervisor: Hypervisor, guest: Guest, xml: str, checkpoint_xml: str | None, *, reuse: bool,
    preserve: bool,
) -> None:  # fmt: skip
    """Begin a backup, with a checkpoint of the same moment if there is a document for one.

    reuse     the images are there already
    preserve  a guest that powers off meanwhile is ended when the backup is over

    Raises Error; nothing is left behind then but the checkpoint where a disk cannot be served.
    """
    error = check(xml, "domainbackup", DomainBackup)
    if error is not None and not _is_newer(xml, guest):
        raise error
    document = read(xml, DomainBackup)
    checkpoint = None
    if checkpoint_xml is not None:
        checkpoint = moment_documents.checkpoint(
            checkpoint_xml, definitions.completed, redefine=False
        )
    suffix = str(checkpoint.name) if checkpoint is not None else str(int(time.time()))
    run = guest.run
    if run is None:
        raise OperationUnsupported("cannot perform disk backup for inactive domain")
    document.align(guest.definition.disks, suffix)
    if run.backup is not None:
        raise OperationInvalid("another backup job is already running")
    pull = document.mode == "pull"
    if pull:
        _check_server(document)
    actions: bitmaps.Actions = []
    if checkpoint is not None:
        _check_checkpoint(guest, checkpoint)
        actions += bitmaps.actions_of(guest, checkpoint)
    found = bitmaps.known(guest)
    try:
        parts = _parts(hypervisor, guest, document, actions, found, pull=pull)
    except BaseException:
        hypervisor.guests.keep(guest)  # numbers of nodes are not used again
        raise
    if not parts:
        raise ConfigUnsupported("no disks selected for backup")
    backup = Backup(document, reuse=reuse, began=time.monotonic(), preserve=preserve)
    with hypervisor.state.act():
        facts: dict[str, object] = {}
        if checkpoint is not None:
            texts = moments.texts_of(checkpoint)
            facts = {"name": checkpoint.name, "parent": checkpoint.parent, "moment": list(texts)}
        hypervisor.state.begin_job(guest.uuid, "backup", facts)
        _write_down(hypervisor, guest, backup, parts)
    served = False
    try:
        for part in parts:
            _prepare(guest, part, reuse=reuse, pull=pull)
        if pull:
            server.start(hypervisor, guest, document.server)
            served = True
        guest.ask("transaction", {"actions": actions}, timeout=None)
    except MonitorSilent:  # it may yet do what it was told: what is left is closed when it answers
        raise
    except BaseException:
        _undo(hypervisor, guest, parts, served=served, reuse=reuse)
        raise
    moment = None
    if checkpoint is not None:
        moment = guest.checkpoints.add(checkpoint)
        guest.checkpoints.current = moment
        guest.checkpoints.link(moment)
    with hypervisor.state.act():
        if moment is not None:
            moments.keep(hypervisor.state, guest, "checkpoint", moment)
        hypervisor.guests.keep(guest)
        if not pull:
            hypervisor.state.end_job(guest.uuid)
    if pull:
        _offer(hypervisor, guest, document)


def _offer(hypervisor: Hypervisor, guest: Guest, document: DomainBackup) -> None:
    """Let clients read what is backed up.  Raises Error; the backup ends then."""
    run = guest.running
    try:
        for chosen in document.disks:
            if chosen.backup:
                _export(guest, chosen)
    except MonitorSilent:  # the backup has begun: the rest is offered when it answers
        raise
    except BaseException:  # its checkpoint stays, as libvirt's does
        if guest.run is run and run.backup is not None:
            backup_job.abort(hypervisor, guest)
        hypervisor.state.end_job(guest.uuid)
        raise
    with hypervisor.state.act():
        hypervisor.guests.keep(guest)
        hypervisor.state.end_job(guest.uuid)


def _check_checkpoint(guest: Guest, checkpoint: DomainCheckpoint) -> None:
    """Complete the checkpoint that comes with a backup.  Raises Error."""
    tree = guest.checkpoints
    checkpoint.parent = tree.current.name if tree.current is not None else None
    checkpoint.domain = definitions.in_moment(live_cpu.as_asked(guest))
    moment_documents.align_checkpoint(checkpoint)
    bitmaps.check_new(guest, checkpoint)
    if tree.find(checkpoint.name) is not None:
        raise OperationFailed(f"domain moment {checkpoint.name} already exists")


def _check_server(document: DomainBackup) -> None:
    wanted = document.server
    if wanted is None:
        wanted = document.server = BackupServer(transport="tcp", name="localhost")
    if wanted.transport == "tcp" and not wanted.port:
        raise OperationUnsupported("<domainbackup> must specify TCP port for now")


def _parts(
    hypervisor: Hypervisor,
    guest: Guest,
    document: DomainBackup,
    actions: bitmaps.Actions,
    found: bitmaps.Known,
    *,
    pull: bool,
) -> list[Part]:
    """What is to be done for each disk; the actions that begin it are added."""
    parts = []
    for chosen in document.disks:
        if not chosen.backup:
            continue
        disk = guest.definition.disk(str(chosen.name))
        if disk is None:
            raise InvalidArgument(f"no disk named '{chosen.name}'")
        starting.check_supported(disk)
        if jobs.of_disk(guest, disk) is not None:
            raise InternalError(f"disk '{disk.target}' has a blockjob assigned")
        chosen.driver_type = chosen.driver_type or "qcow2"
        if pull and chosen.driver_type != "qcow2":
            raise ConfigUnsupported(
                f"pull mode backup for disk '{chosen.name}' requires qcow2 driver"
            )
        assert chosen.store is not None
        source = chosen.store.copy()
        source.storage_type = str(chosen.type)
        wanted = Disk(type=str(chosen.type), source=source, driver_type=chosen.driver_type)
        part = Part(chosen, disk, wanted)
        below = images.node_of(guest, disk) if pull or chosen.incremental else None
        part.steps, part.number = starting.target_steps(hypervisor, guest, disk, wanted, below)
        if chosen.incremental:
            _incremental(guest, part, actions, found, pull=pull)
        actions.append(_action(guest, part, pull=pull))
        parts.append(part)
    return parts


def _incremental(
    guest: Guest, part: Part, actions: bitmaps.Actions, found: bitmaps.Known, *, pull: bool
) -> None:
    name = str(part.chosen.incremental)
    if guest.checkpoints.find(name) is None:
        raise NoCheckpoint(
            f"Checkpoint '{name}' for incremental backup of disk '{part.chosen.name}' not found"
        )
    bitmaps.check(guest, part.disk, name, found)
    part.bitmap = part.chosen.export_bitmap or f"backup-{part.disk.target}"
    node = images.node(guest, part.number) if pull else images.node_of(guest, part.disk)
    actions += bitmaps.merge_actions(guest, part.disk, name, node, part.bitmap, found)
    if pull and not part.chosen.export_bitmap:
        part.chosen.export_bitmap = part.bitmap


def _job_name(guest: Guest, part: Part) -> str:
    return f"backup-{part.disk.target}-{images.node_of(guest, part.disk)}"


def _action(guest: Guest, part: Part, *, pull: bool) -> dict[str, object]:
    sync = "none" if pull else "incremental" if part.bitmap else "full"
    data: dict[str, object] = {
        "device": images.node_of(guest, part.disk), "job-id": _job_name(guest, part),
        "target": images.node(guest, part.number), "sync": sync,
        "auto-finalize": True, "auto-dismiss": False,
    }  # fmt: skip
    if part.bitmap and not pull:
        data["bitmap"] = part.bitmap
    return {"type": "blockdev-backup", "data": data}


def _write_down(hypervisor: Hypervisor, guest: Guest, backup: Backup, parts: list[Part]) -> None:
    """Keep what is about to be done: a vsh that is killed takes it back, or goes on."""
    run = guest.running
    run.backup = backup
    for part in parts:
        part.chosen.state = "running"
        part.chosen.index = part.number
        job = starting.new_job(guest, "backup", part.disk, part.disk)
        job["mirror"] = part.number
        pull = backup.document.mode == "pull"
        job["bitmap"] = part.bitmap if part.bitmap and not pull else ""
        run.jobs[job["name"]] = job
    hypervisor.guests.keep(guest)


def _prepare(guest: Guest, part: Part, *, reuse: bool, pull: bool) -> None:
    """Make the image that is written to, and open it.  Raises InvalidArgument, SystemFailure."""
    path = images.path_of(part.wanted)
    if not reuse and part.wanted.type == "file":
        if os.path.exists(path):
            raise InvalidArgument(f"store '{path}' for backup of '{part.disk.target}' exists")
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise SystemFailure(f"failed to create image file '{path}': {error.strerror}") from None
        part.made = True
    backing = part.disk if pull or part.chosen.incremental else None
    starting.open_new(guest, part.disk, part.wanted, part.steps, backing, make=not reuse)
    part.opened = True


def _export(guest: Guest, chosen: BackupDisk) -> None:
    """Let clients read what a disk's image has, and what has changed where that is known."""
    name = chosen.export_name = chosen.export_name or str(chosen.name)
    node = images.node(guest, int(chosen.index or 0))
    export: dict[str, object] = {
        "type": "nbd", "id": node, "node-name": node, "name": name, "writable": False,
    }  # fmt: skip
    if chosen.incremental:
        export["bitmaps"] = [chosen.export_bitmap]
    guest.ask("block-export-add", export)


def _undo(
    hypervisor: Hypervisor, guest: Guest, parts: list[Part], *, served: bool, reuse: bool
) -> None:
    run = guest.run
    if served and run is not None and run.backup is not None:  # else QEMU has ended meanwhile
        server.stop(guest, run.backup.document.server)
    for part in parts:
        if part.opened:
            plugging.take_back(guest, [s.undo for s in reversed(part.steps) if s.undo is not None])
        if part.made and not reuse:
            images.remove_files([images.path_of(part.wanted)])
        if run is not None:
            run.jobs.pop(_job_name(guest, part), None)
    if run is not None:
        run.backup = None
    with hypervisor.state.act():
        hypervisor.guests.keep(guest)
        hypervisor.state.end_job(guest.uuid)


def resolve(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> None:
    """A vsh was killed while it began a backup: if QEMU has begun, the checkpoint is there, too."""
    name = text(facts.get("name"), "")
    if name and guest.checkpoints.find(name) is None and bitmaps.has(guest, name):
        document = moments.read_back(facts, DomainCheckpoint)
        moment = moments.adopt(guest.checkpoints, document)
        moments.keep(hypervisor.state, guest, "checkpoint", moment)
    backup = None if guest.run is None else guest.run.backup
    if backup is not None and backup.document.mode == "pull":
        _offer_rest(guest, backup.document)


def _offer_rest(guest: Guest, document: DomainBackup) -> None:
    """What QEMU backs up clients can read, too."""
    known = {text(each["id"]): text(each["status"]) for each in structs(guest.ask("query-jobs"))}
    offered = {text(each["id"]) for each in structs(guest.ask("query-block-exports"))}
    for name, job in guest.running.jobs.items():
        chosen = next((disk for disk in document.disks if disk.name == job["target"]), None)
        if job["kind"] != "backup" or chosen is None or known.get(name) != "running":
            continue
        if images.node(guest, job["mirror"]) not in offered:
            _export(guest, chosen)


# ---- while it runs, and its end


def describe(guest: Guest) -> str:
    """The document of the backup that runs.  Raises NoDomainBackup."""
    if guest.run is None or guest.run.backup is None:
        raise NoDomainBackup("no domain backup job present")
    document = guest.run.backup.document.copy()
    for disk in document.disks:
        disk.state = None
    return document.format()
