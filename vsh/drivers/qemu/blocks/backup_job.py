"""A backup that runs: how far it is, what ends it, and what its end is."""

from __future__ import annotations

import contextlib
import time

from vsh.drivers.qemu import long_job, telling
from vsh.drivers.qemu.blocks import images, server
from vsh.drivers.qemu.blocks.backup import Backup
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.qmp.value import integer, structs
from vsh.words.domain.job import DomainJobOperation, DomainJobType
from vsh.words.event_id import DomainEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.state.record import Job

STATUS = {"completed": DomainJobType.COMPLETED, "failed": DomainJobType.FAILED,
          "canceled": DomainJobType.CANCELLED}  # fmt: skip


def abort(hypervisor: Hypervisor, guest: Guest) -> None:
    """End a backup; whoever hears of its end, maybe another process, knows that it was told to."""
    run = guest.running
    assert run.backup is not None
    run.backup.canceled = True
    going = [
        job
        for job in run.jobs.values()
        if job["kind"] == "backup" and job["state"] in ("running", "aborting")
    ]
    for job in going:
        job["state"] = "aborting"
    hypervisor.guests.keep(guest)
    for job in going:
        if job["state"] == "aborting":
            with contextlib.suppress(CommandRefused):
                guest.ask("block-job-cancel", {"device": job["name"], "force": True})


def count(guest: Guest, done: int, all: int) -> None:
    """One disk has ended: what was done of it, and how much it was."""
    if guest.run is not None and guest.run.backup is not None:
        guest.run.backup.done += done
        guest.run.backup.all += all


def ended(hypervisor: Hypervisor, guest: Guest, job: Job, problem: str) -> None:
    """QEMU has done with one disk."""
    run = guest.run
    backup = None if run is None else run.backup
    if run is None or backup is None:
        return
    pull = backup.document.mode == "pull"
    if pull:
        server.stop(guest, backup.document.server)
    canceled = job["state"] == "aborting"
    for chosen in backup.document.disks:
        if chosen.name == job["target"]:
            word = "cancelled" if canceled else "failed" if problem else "complete"
            chosen.state = word
    backup.problem = backup.problem or problem
    job["closing"] = [job["mirror"]]
    if job["bitmap"]:
        _drop_bitmap(guest, job)
    if guest.run is not run or run.backup is not backup:  # it ended meanwhile, and was cut off
        return
    states = {chosen.state for chosen in backup.document.disks if chosen.backup}
    if "running" in states:
        if states & {"failed", "cancelled"}:
            abort(hypervisor, guest)
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
                "node": images.node_of(guest, disk), "name": job["bitmap"],
            })  # fmt: skip


def _over(hypervisor: Hypervisor, guest: Guest, backup: Backup, status: str, *, pull: bool) -> None:
    """The whole backup is over."""
    run = guest.running
    if not backup.reuse and (pull or status != "completed"):
        images.remove_files([
            str(chosen.store.path) for chosen in backup.document.disks
            if chosen.backup and chosen.type == "file" and chosen.store is not None
        ])  # fmt: skip
    run.backup = None
    params = figures(backup, pull=pull)
    guest.ended_job = {
        "operation": int(DomainJobOperation.BACKUP), "elapsed": params.pop("time_elapsed"),
        "numbers": {name: int(value) for name, value in params.items() if name != "operation"},
        "type": int(STATUS[status]), "problem": backup.problem,
    }  # fmt: skip
    telling.tell(
        hypervisor, guest, DomainEventID.JOB_COMPLETED, long_job.numbers_of_ended(guest)[1]
    )


def cut_off(hypervisor: Hypervisor, guest: Guest, backup: Backup) -> None:
    """The guest's QEMU has ended in the middle of it: what was not finished goes."""
    where = backup.document.server
    if where is not None and where.transport == "unix":
        images.remove_files([str(where.socket)])
    _over(hypervisor, guest, backup, "canceled", pull=backup.document.mode == "pull")


def figures(backup: Backup, *, pull: bool) -> TypedParams:
    """How far a backup is."""
    from vsh.api.types import TypedParams

    params = TypedParams().set("operation", "int", DomainJobOperation.BACKUP)
    params.set("time_elapsed", "ullong", _elapsed(backup))
    if not pull:
        params.set("disk_total", "ullong", backup.all)
        params.set("disk_processed", "ullong", backup.done)
        params.set("disk_remaining", "ullong", backup.all - backup.done)
    else:
        params.set("disk_temp_used", "ullong", backup.done)
        params.set("disk_temp_total", "ullong", backup.all)
    return params


def _elapsed(backup: Backup) -> int:
    """Milliseconds since it began."""
    return max(0, round((time.monotonic() - backup.began) * 1000))


def progress(guest: Guest) -> TypedParams:
    """How far the backup that runs is, as QEMU says."""
    now = _now(guest)
    return figures(now, pull=now.document.mode == "pull")


def amounts(guest: Guest) -> tuple[int, int, int]:
    """The same in numbers: milliseconds that it has taken, bytes in all, and those done."""
    now = _now(guest)
    return _elapsed(now), now.all, now.done


def _now(guest: Guest) -> Backup:
    run = guest.running
    assert run.backup is not None
    backup = run.backup
    done, all = backup.done, backup.all
    told = structs(guest.ask("query-jobs"))
    names = {name for name, job in run.jobs.items() if job["kind"] == "backup"}
    for each in told:
        if each["id"] in names:
            done += integer(each["current-progress"], 0)
            all += integer(each["total-progress"], 0)
    now = Backup(backup.document, reuse=backup.reuse, began=backup.began)
    now.done, now.all = done, all
    return now
