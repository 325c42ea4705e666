"""Jobs on the disks of a guest that runs: their states, their ends, and what follows from those.

A job is kept in the state file from before QEMU is told to begin it until after what follows from
its end has been kept: a vsh that is killed in between finds it in QEMU, and goes on.
"""

from __future__ import annotations

import contextlib
import select
import time

from vsh.drivers.qemu import telling
from vsh.drivers.qemu.blocks import backup_job, bitmaps, images
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent, NotRunning
from vsh.drivers.state.locks import Aside
from vsh.errors import BlockCopyActive, OperationUnsupported
from vsh.qmp.value import integer, structs, text
from vsh.words.domain.block import DomainBlockJobType
from vsh.words.event import DomainEventBlockJobStatus
from vsh.words.event_id import DomainEventID
from vsh.xml.shared.image import BackingStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.run import Run
    from vsh.drivers.state.record import Job
    from vsh.qmp.value import Struct
    from vsh.xml.domain.devices.disk import Disk

TYPES = {
    "pull": DomainBlockJobType.PULL,
    "copy": DomainBlockJobType.COPY,
    "commit": DomainBlockJobType.COMMIT,
    "active-commit": DomainBlockJobType.ACTIVE_COMMIT,
    "backup": DomainBlockJobType.BACKUP,
}
COMPLETED, FAILED = DomainEventBlockJobStatus.COMPLETED, DomainEventBlockJobStatus.FAILED
CANCELED, READY = DomainEventBlockJobStatus.CANCELED, DomainEventBlockJobStatus.READY


def of_disk(guest: Guest, disk: Disk) -> Job | None:
    """The job of a disk."""
    run = guest.run
    if run is None:
        return None
    found = (job for job in run.jobs.values() if job["target"] == disk.target)
    return next((job for job in found if job["state"] != "ended"), None)


def check_free(guest: Guest, disk: Disk) -> None:
    """Refuse a disk that has a job.  Raises BlockCopyActive, OperationUnsupported."""
    if disk.mirror is not None:
        raise BlockCopyActive(f"disk '{disk.target}' already in active block job")
    if of_disk(guest, disk) is not None:
        raise OperationUnsupported(f"disk '{disk.target}' already in active block job")


def any_active(guest: Guest) -> bool:
    """Whether a disk has a job."""
    return any(of_disk(guest, disk) is not None for disk in guest.definition.disks)


def begin(
    hypervisor: Hypervisor, guest: Guest, job: Job, command: str, arguments: dict[str, object]
) -> None:
    """Begin a job.

    Raises CommandRefused; there is no job then, and its disk has no mirror.  Raises MonitorSilent;
    then, too, but where QEMU begins it later it is ended at once.
    """
    run = guest.running
    run.jobs[job["name"]] = job
    hypervisor.guests.keep(guest)
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        guest.ask(
            command, {**given, "job-id": job["name"], "auto-finalize": True, "auto-dismiss": False}
        )
    except (CommandRefused, MonitorSilent) as error:
        if isinstance(error, CommandRefused):
            del run.jobs[job["name"]]
        else:
            job["state"] = "aborting"
            if job["kind"] == "copy":
                job["closing"] = [job["mirror"]]
        disk = _disk(guest, job)
        if disk is not None:
            disk.mirror = None
        hypervisor.guests.keep(guest)
        raise


def changed(hypervisor: Hypervisor, guest: Guest, name: str, status: str) -> None:
    """QEMU says that a job has another status."""
    run = guest.run
    job = None if run is None else run.jobs.get(name)
    if job is None:
        return
    if status == "ready" and job["state"] == "running":
        job["state"] = "ready"
        disk = _disk(guest, job)
        if disk is not None and disk.mirror is not None:
            disk.mirror.ready = "yes"
        hypervisor.guests.keep(guest)
        _tell(hypervisor, guest, job, READY)
    elif status == "concluded" and job["state"] != "ended":
        conclude(hypervisor, guest, job)


def catch_up(hypervisor: Hypervisor, guest: Guest) -> None:
    """Learn what became of jobs while nobody looked."""
    run = guest.run
    if run is None or not run.jobs:
        return
    told = {text(each["id"]): text(each["status"]) for each in structs(guest.ask("query-jobs"))}
    for name, job in list(run.jobs.items()):
        if job["state"] == "ended" or name not in told:
            if job["state"] != "ended":
                conclude(hypervisor, guest, job, known=False)
            _forget(hypervisor, guest, job)
        else:
            if told[name] in ("running", "ready") and job["state"] in ("aborting", "pivoting"):
                _end_again(guest, job)
            changed(hypervisor, guest, name, told[name])


def dismiss_left(guest: Guest) -> None:
    """QEMU lets go of jobs that made images, and that nobody waits for any more."""
    for each in structs(guest.ask("query-jobs")):
        if text(each["type"]) == "create":
            wait_and_dismiss(guest, text(each["id"]))


def wait_until_concluded(guest: Guest, name: str) -> None:
    """Wait until a job that was told to end has."""
    while any(
        text(each["id"]) == name and text(each["status"]) != "concluded"
        for each in structs(guest.ask("query-jobs"))
    ):
        time.sleep(0.002)


def wait_and_dismiss(guest: Guest, name: str) -> str:
    """Wait until a short job has ended; gives why it failed, "" if it did not."""
    while True:
        told = {text(each["id"]): each for each in structs(guest.ask("query-jobs"))}
        found = told.get(name)
        if found is None:
            return ""
        if text(found["status"]) == "concluded":
            guest.ask("job-dismiss", {"id": name})
            return text(found.get("error"), "")
        time.sleep(0.002)


def _end_again(guest: Guest, job: Job) -> None:
    """What was to end a job may not have reached QEMU.

    To cancel it once more does no harm, and never is a job that was canceled taken for one that was
    gone over to: QEMU says of both that they are done.
    """
    if job["state"] == "pivoting":
        job["state"] = "running"
        return
    force = job["kind"] == "backup"
    with contextlib.suppress(CommandRefused):
        guest.ask("block-job-cancel", {"device": job["name"], "force": force})


def wait(hypervisor: Hypervisor, guest: Guest, job: Job) -> None:
    """Wait until a job has ended."""
    wait_for(hypervisor, guest, job, ("ended",))


def wait_for(hypervisor: Hypervisor, guest: Guest, job: Job, states: tuple[str, ...]) -> None:
    """Wait until a job is in one of some states."""
    run = guest.run
    while run is not None and guest.run is run and job["state"] not in states:
        poll = select.poll()
        poll.register(run.monitor.fileno(), select.POLLIN)
        with Aside(guest.lock):
            poll.poll(50)
        hypervisor.digest(guest)


def conclude(hypervisor: Hypervisor, guest: Guest, job: Job, *, known: bool = True) -> None:
    """A job has ended: the guest's definition follows, then QEMU's nodes.

    known  QEMU has it still, and says how it ended; else it is as if it had failed

    Raises NotRunning, MonitorClosed where QEMU ends meanwhile: its guest is another one then.
    """
    run = guest.run
    if job["state"] != "done":
        job["problem"] = "the job has gone"
        if known:
            job["problem"], done, all = _outcome(guest, job)
            _check_same(guest, run)
            if job["kind"] == "backup":
                backup_job.count(guest, done, all)
    problem = job["problem"]
    status = COMPLETED
    if job["state"] == "aborting" and (problem or job["kind"] not in ("pull", "commit")):
        status = CANCELED  # those two had ended by then where there was no problem
    elif problem:
        status = FAILED
    disk = _disk(guest, job)
    if job["kind"] == "backup":
        backup_job.ended(hypervisor, guest, job, problem)
    elif disk is not None:
        act = {"pull": _pulled, "commit": _committed, "active-commit": _pivoted_down,
               "copy": _pivoted_over}.get(job["kind"])  # fmt: skip
        if status == COMPLETED and act is not None:
            if job["kind"] == "pull":
                # a QEMU that is asked for its nodes before it has let go of this job may crash
                job["state"] = "done"
                hypervisor.guests.keep(guest)
                _dismiss(guest, job)
                _check_same(guest, run)
            _keep_bitmaps(hypervisor, guest, disk, job)
            _check_same(guest, run)
            act(guest, disk, job)
        elif job["kind"] == "copy" and disk.mirror is not None:
            job["closing"] = [job["mirror"]]
        if disk.mirror is not None:
            disk.mirror = None
    job["state"] = "ended"
    hypervisor.guests.keep(guest)
    _tell(hypervisor, guest, job, status)
    _forget(hypervisor, guest, job)


def _check_same(guest: Guest, run: Run | None) -> None:
    """Whether the QEMU still runs that was asked something.  Raises NotRunning."""
    if guest.run is not run:
        raise NotRunning


def _forget(hypervisor: Hypervisor, guest: Guest, job: Job) -> None:
    """QEMU lets go of what a job leaves behind."""
    run = guest.run
    _dismiss(guest, job)
    images.close_nodes(guest, job["closing"])
    images.remove_files(job["deleting"])
    if run is not None and guest.run is run:
        run.jobs.pop(job["name"], None)
        hypervisor.guests.keep(guest)


def _dismiss(guest: Guest, job: Job) -> None:
    with contextlib.suppress(CommandRefused, MonitorClosed, MonitorSilent):
        guest.ask("job-dismiss", {"id": job["name"]})


def _outcome(guest: Guest, job: Job) -> tuple[str, int, int]:
    """Why a job failed, in QEMU's words ("" if it did not), what it did, and how much there was."""
    for each in structs(guest.ask("query-jobs")):
        if text(each["id"]) == job["name"]:
            amounts = (each.get("current-progress"), each.get("total-progress"))
            done, all = (integer(amount, 0) for amount in amounts)
            return text(each.get("error"), ""), done, all
    return "", 0, 0


def _disk(guest: Guest, job: Job) -> Disk | None:
    found = (disk for disk in guest.definition.disks if disk.target == job["target"])
    return next(found, None)


def _tell(hypervisor: Hypervisor, guest: Guest, job: Job, status: int) -> None:
    if job["kind"] != "backup":
        tell(hypervisor, guest, job["target"], TYPES[job["kind"]], status)


def tell(hypervisor: Hypervisor, guest: Guest, target: str, kind: int, status: int) -> None:
    """Tell whoever listens of a job on a disk: a DomainBlockJobType, and its new status."""
    disk = next((disk for disk in guest.definition.disks if disk.target == target), None)
    path = ""
    if disk is not None and disk.source is not None:
        path = disk.source.path or ""
    telling.tell(hypervisor, guest, DomainEventID.BLOCK_JOB, path, int(kind), int(status))
    telling.tell(hypervisor, guest, DomainEventID.BLOCK_JOB_2, target, int(kind), int(status))


# ---- what follows from success


def _keep_bitmaps(hypervisor: Hypervisor, guest: Guest, disk: Disk, job: Job) -> None:
    """What was recorded of images that are not needed any more goes where their content went."""
    found = images.images(disk)
    first, last, target = 0, len(found), job["mirror"]
    if job["kind"] == "pull":
        target = images.number_of(disk)
        if job["base"]:
            last = [images.number_of(each) for each in found].index(job["base"])
    elif job["kind"] in ("commit", "active-commit"):
        numbers = [images.number_of(each) for each in found]
        first, last, target = numbers.index(job["top"]), numbers.index(job["base"]), job["base"]
    elif job["shallow"]:
        last = 1
    with contextlib.suppress(CommandRefused):  # the content is there: only backups are full again
        bitmaps.merge_into(hypervisor, guest, disk, found[first:last], target)


def _pulled(guest: Guest, disk: Disk, job: Job) -> None:
    """What was pulled from is no part of the chain any more."""
    base = images.with_number(disk, job["base"]) if job["base"] else None
    going = []
    for layer in images.images(disk)[1:]:
        if layer is base:
            break
        going.append(images.number_of(layer))
    if isinstance(base, BackingStore):
        disk.backing_store = base
    else:
        disk.backing_store = BackingStore()
        disk.backing_store.found = True
    job["closing"] = going
    base_path = None if base is None else images.path_of(base)
    images.shorten(guest.planned, disk, images.path_of(disk), base_path)


def _committed(guest: Guest, disk: Disk, job: Job) -> None:
    """What was committed is no part of the chain any more."""
    top, base = (images.with_number(disk, job[name]) for name in ("top", "base"))
    if top is None or not isinstance(base, BackingStore):
        return
    parent = images.parent_of(disk, top)
    _gone(disk, job, top, base)
    if parent is not None:
        parent.backing_store = base
        above, below = images.path_of(parent), images.path_of(base)
        images.shorten(guest.planned, disk, above, below)


def _gone(disk: Disk, job: Job, top: images.Image, base: images.Image) -> None:
    """The images from one down to another, which stays, go."""
    found = images.images(disk)
    going = found[found.index(top) : found.index(base)]
    job["closing"] = [images.number_of(each) for each in going]
    if job["delete"]:
        job["deleting"] = [images.path_of(each) for each in going]


def _pivoted_down(guest: Guest, disk: Disk, job: Job) -> None:
    """The guest writes into an image that was below."""
    base = images.with_number(disk, job["base"])
    if not isinstance(base, BackingStore):
        return
    before = images.path_of(disk)
    _gone(disk, job, disk, base)
    images.take_over(disk, base, job["base"])
    images.configure(guest.planned, before, disk)


def _pivoted_over(guest: Guest, disk: Disk, job: Job) -> None:
    """The guest writes into the copy."""
    mirror = disk.mirror
    if mirror is None:
        return
    before, old = images.path_of(disk), images.images(disk)
    below = disk.backing_store
    kept = 1 if job["shallow"] else len(old)
    job["closing"] = [images.number_of(each) for each in old[:kept]]
    images.take_over(disk, mirror, job["mirror"])
    if job["shallow"]:
        disk.backing_store = below
    elif disk.backing_store is None:
        disk.backing_store = BackingStore()
        disk.backing_store.found = True
    images.configure(guest.planned, before, disk)


def progress(job: Job, told: Struct) -> tuple[int, int, int]:
    """How far a job is, of how much, and its limit in bytes a second."""
    done, all, speed = (integer(told.get(name), 0) for name in ("offset", "len", "speed"))
    ready = told.get("ready")
    if not done and not all and ready is not None:
        all = 1
        done = int(bool(ready))
    if ready is not None and not ready and done == all and done > 0:
        done -= 1
    return done, all, speed
