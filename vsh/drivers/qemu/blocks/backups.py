"""Backups of a guest that runs: written to images (push), or offered over NBD (pull)."""

from __future__ import annotations

import contextlib
import os
import time

from vsh.drivers.qemu import definitions, happenings
from vsh.drivers.qemu.blocks import bitmaps, images, jobs, starting
from vsh.drivers.qemu.devices import plugging
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.state import checkpoints, moment_documents
from vsh.errors import (
    ConfigUnsupported,
    InvalidArgument,
    NoCheckpoint,
    NoDomainBackup,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
    SystemFailure,
)
from vsh.qmp.value import integer, structs
from vsh.words.domain.job import DomainJobType
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.engine.flags import INTERNAL
from vsh.xml.engine.reader import read
from vsh.xml.moment.backup import BackupServer, DomainBackup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.state.moments import Moment
    from vsh.drivers.state.record import Job
    from vsh.hypervisors.qemu.argv.plug import Step
    from vsh.xml.moment.backup import BackupDisk
    from vsh.xml.moment.checkpoint import DomainCheckpoint

OPERATION = 9  # VIR_DOMAIN_JOB_OPERATION_BACKUP
STATUS = {"completed": DomainJobType.COMPLETED, "failed": DomainJobType.FAILED,
          "canceled": DomainJobType.CANCELLED}  # fmt: skip


class Backup:
    """A backup that runs.

    document  what is backed up, and how far it is
    reuse     the images were there before: they are not removed
    began     when, in seconds since 1970
    done, all, problem  what disks that have ended wrote, of how much, and the first problem
    """

    def __init__(self, document: DomainBackup, *, reuse: bool, began: float) -> None:
        self.document = document
        self.reuse = reuse
        self.began = began
        self.done = self.all = 0
        self.problem = ""
        self.canceled = False

    def kept(self) -> dict[str, object]:
        """What the state file keeps."""
        return {
            "text": self.document.format(INTERNAL), "reuse": self.reuse, "began": self.began,
            "done": self.done, "all": self.all, "problem": self.problem,
            "canceled": self.canceled,
        }  # fmt: skip

    @classmethod
    def loaded(cls, kept: dict[str, object]) -> Backup:
        """A backup that another process began."""
        document = read(str(kept["text"]), DomainBackup, flags=INTERNAL)
        found = cls(document, reuse=bool(kept["reuse"]), began=float(str(kept["began"])))
        found.done, found.all = int(str(kept["done"])), int(str(kept["all"]))
        found.problem, found.canceled = str(kept["problem"]), bool(kept["canceled"])
        return found


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


def begin(
    hypervisor: Hypervisor, guest: Guest, xml: str, checkpoint_xml: str | None, *, reuse: bool
) -> Moment[DomainCheckpoint] | None:
    """Begin a backup, with a checkpoint of the same moment if there is a document for one.

    Gives the checkpoint.  Raises Error; nothing is left behind then.
    """
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
    parts = _parts(hypervisor, guest, document, actions, found, pull=pull)
    if not parts:
        raise ConfigUnsupported("no disks selected for backup")
    backup = Backup(document, reuse=reuse, began=time.time())
    _write_down(hypervisor, guest, backup, parts)
    served = False
    try:
        for part in parts:
            _prepare(guest, part, reuse=reuse, pull=pull)
        if pull:
            guest.ask("nbd-server-start", _server(document))
            served = True
        guest.ask("transaction", {"actions": actions}, timeout=None)
    except BaseException:
        _undo(hypervisor, guest, parts, served=served, reuse=reuse)
        raise
    moment = None
    if checkpoint is not None:
        moment = guest.checkpoints.add(checkpoint)
        guest.checkpoints.current = moment
        guest.checkpoints.link(moment)
    hypervisor.guests.keep(guest)
    if pull:
        for part in parts:
            _export(guest, part)
        hypervisor.guests.keep(guest)
    return moment


def _check_checkpoint(guest: Guest, checkpoint: DomainCheckpoint) -> None:
    """Complete the checkpoint that comes with a backup.  Raises Error."""
    tree = guest.checkpoints
    if tree.find(checkpoint.name) is not None:
        raise OperationFailed(f"domain moment {checkpoint.name} already exists")
    checkpoint.parent = tree.current.name if tree.current is not None else None
    checkpoint.domain = definitions.at_this_moment(guest.definition)
    moment_documents.align_checkpoint(checkpoint)
    bitmaps.check_new(guest, checkpoint)


def _check_server(document: DomainBackup) -> None:
    server = document.server
    if server is None:
        server = document.server = BackupServer(transport="tcp", name="localhost")
    if server.transport == "tcp" and not server.port:
        raise OperationUnsupported("<domainbackup> must specify TCP port for now")
    if server.tls:
        raise ConfigUnsupported("TLS of a backup's server is not supported by this driver")


def _server(document: DomainBackup) -> dict[str, object]:
    server = document.server
    assert server is not None
    if server.transport == "unix":
        return {"addr": {"type": "unix", "data": {"path": server.socket}}}
    place = {"host": server.name, "port": str(server.port)}
    return {"addr": {"type": "inet", "data": place}}


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
        storage, format, part.number = starting.target_steps(hypervisor, guest, disk, wanted)
        part.steps = [*storage, format]
        if pull or (chosen.incremental and chosen.driver_type == "qcow2"):
            format.arguments["backing"] = images.node_of(disk)
        elif chosen.driver_type == "qcow2":
            format.arguments["backing"] = None
        if chosen.incremental:
            _incremental(guest, part, actions, found, pull=pull)
        actions.append(_action(part, pull=pull))
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
    bitmaps.check(part.disk, name, found)
    part.bitmap = part.chosen.export_bitmap or f"backup-{part.disk.target}"
    node = f"libvirt-{part.number}-format" if pull else images.node_of(part.disk)
    actions += bitmaps.merge_actions(part.disk, name, node, part.bitmap, found)
    if pull and not part.chosen.export_bitmap:
        part.chosen.export_bitmap = part.bitmap


def _job_name(part: Part) -> str:
    return f"backup-{part.disk.target}-{images.node_of(part.disk)}"


def _action(part: Part, *, pull: bool) -> dict[str, object]:
    sync = "none" if pull else "incremental" if part.bitmap else "full"
    data: dict[str, object] = {
        "device": images.node_of(part.disk), "job-id": _job_name(part),
        "target": f"libvirt-{part.number}-format", "sync": sync,
        "auto-finalize": True, "auto-dismiss": False,
    }  # fmt: skip
    if part.bitmap and not pull:
        data["bitmap"] = part.bitmap
    return {"type": "blockdev-backup", "data": data}


def _write_down(hypervisor: Hypervisor, guest: Guest, backup: Backup, parts: list[Part]) -> None:
    """Keep what is about to be done: a vsh that is killed takes it back, or goes on."""
    run = guest.run
    assert run is not None
    run.backup = backup
    for part in parts:
        part.chosen.state = "running"
        part.chosen.index = part.number
        job = starting.new_job("backup", part.disk, part.disk)
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


def _export(guest: Guest, part: Part) -> None:
    name = part.chosen.export_name = part.chosen.export_name or str(part.disk.target)
    node = f"libvirt-{part.number}-format"
    export: dict[str, object] = {
        "type": "nbd", "id": node, "node-name": node, "name": name, "writable": False,
    }  # fmt: skip
    if part.bitmap:
        export["bitmaps"] = [part.bitmap]
    guest.ask("block-export-add", export)


def _undo(
    hypervisor: Hypervisor, guest: Guest, parts: list[Part], *, served: bool, reuse: bool
) -> None:
    run = guest.run
    if served:
        with contextlib.suppress(CommandRefused):
            guest.ask("nbd-server-stop")
    for part in parts:
        if part.opened:
            plugging.take_back(guest, [s.undo for s in reversed(part.steps) if s.undo is not None])
        if part.made and not reuse:
            images.remove_files([images.path_of(part.wanted)])
        if run is not None:
            run.jobs.pop(_job_name(part), None)
    if run is not None:
        run.backup = None
        hypervisor.guests.keep(guest)


# ---- while it runs, and its end


def describe(guest: Guest) -> str:
    """The document of the backup that runs.  Raises NoDomainBackup."""
    if guest.run is None or guest.run.backup is None:
        raise NoDomainBackup("no domain backup job present")
    document = guest.run.backup.document.copy()
    for disk in document.disks:
        disk.state = None
    return document.format()


def abort(guest: Guest) -> None:
    """End a backup."""
    run = guest.run
    assert run is not None
    assert run.backup is not None
    run.backup.canceled = True
    for job in list(run.jobs.values()):
        if job["kind"] == "backup" and job["state"] == "running":
            job["state"] = "aborting"
            with contextlib.suppress(CommandRefused):
                guest.ask("block-job-cancel", {"device": job["name"], "force": True})


def ended(hypervisor: Hypervisor, guest: Guest, job: Job, problem: str) -> None:
    """QEMU has done with one disk."""
    run = guest.run
    backup = None if run is None else run.backup
    if run is None or backup is None:
        return
    pull = backup.document.mode == "pull"
    if pull:
        with contextlib.suppress(CommandRefused, MonitorClosed, MonitorSilent):
            guest.ask("nbd-server-stop")
    canceled = job["state"] == "aborting"
    for chosen in backup.document.disks:
        if chosen.name == job["target"]:
            word = "cancelled" if canceled else "failed" if problem else "complete"
            chosen.state = word
    if not canceled:
        backup.problem = backup.problem or problem
    job["closing"] = [job["mirror"]]
    if job["bitmap"]:
        _drop_bitmap(guest, job)
    states = {chosen.state for chosen in backup.document.disks if chosen.backup}
    if "running" in states:
        if states & {"failed", "cancelled"}:
            abort(guest)
        return
    status = "completed"
    if "failed" in states:
        status = "failed"
    elif "cancelled" in states and not pull:
        status = "canceled"
    _over(hypervisor, guest, backup, status, pull=pull)


def _drop_bitmap(guest: Guest, job: Job) -> None:
    disk = guest.definition.disk(job["target"])
    if disk is not None:
        with contextlib.suppress(CommandRefused, MonitorClosed, MonitorSilent):
            guest.ask("block-dirty-bitmap-remove", {
                "node": images.node_of(disk), "name": job["bitmap"],
            })  # fmt: skip


def _over(hypervisor: Hypervisor, guest: Guest, backup: Backup, status: str, *, pull: bool) -> None:
    """The whole backup is over."""
    run = guest.run
    assert run is not None
    if not backup.reuse and (pull or status != "completed"):
        images.remove_files([
            str(chosen.store.path) for chosen in backup.document.disks
            if chosen.backup and chosen.type == "file" and chosen.store is not None
        ])  # fmt: skip
    run.backup = None
    params = figures(backup, pull=pull)
    params.set("success", "boolean", status == "completed")
    if backup.problem:
        params.set("errmsg", "string", backup.problem)
    run.completed = (int(STATUS[status]), params)
    happenings.tell(hypervisor, guest, happenings.JOB_COMPLETED, params)


def figures(backup: Backup, *, pull: bool) -> TypedParams:
    """How far a backup is."""
    from vsh.api.types import TypedParams

    params = TypedParams().set("operation", "int", OPERATION)
    params.set("time_elapsed", "ullong", round((time.time() - backup.began) * 1000))
    if not pull:
        params.set("disk_total", "ullong", backup.all)
        params.set("disk_processed", "ullong", backup.done)
        params.set("disk_remaining", "ullong", backup.all - backup.done)
    else:
        params.set("disk_temp_used", "ullong", backup.done)
        params.set("disk_temp_total", "ullong", backup.all)
    return params


def progress(guest: Guest) -> TypedParams:
    """How far the backup that runs is, as QEMU says."""
    run = guest.run
    assert run is not None
    assert run.backup is not None
    backup = run.backup
    pull = backup.document.mode == "pull"
    done, all = backup.done, backup.all
    told = structs(guest.ask("query-jobs"))
    names = {name for name, job in run.jobs.items() if job["kind"] == "backup"}
    for each in told:
        if each["id"] in names:
            done += integer(each["current-progress"], 0)
            all += integer(each["total-progress"], 0)
    now = Backup(backup.document, reuse=backup.reuse, began=backup.began)
    now.done, now.all = done, all
    return figures(now, pull=pull)


__all__ = ["Backup", "abort", "begin", "describe", "ended", "progress", "checkpoints", "jobs"]
