"""Dropping snapshots: what they have in images first, then their metadata, one by one.

The state file has what is being dropped until it is.  A vsh that is killed meanwhile leaves it to
the next opener, who finishes; only where a QEMU is writing an overlay into the image below is that
given up: the snapshot is there still, with what was merged of its disks marked.
"""

from __future__ import annotations

import contextlib

from vsh.drivers.qemu import moments, snapshots
from vsh.drivers.qemu.blocks import jobs, merging
from vsh.drivers.qemu.blocks.images import remove_files
from vsh.drivers.qemu.images import ImageRefused
from vsh.drivers.qemu.monitor import CommandRefused
from vsh.errors import Error, InvalidArgument, OperationFailed
from vsh.qmp.value import struct, structs, text
from vsh.words.snapshot import SnapshotDelete

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.state.moments import Moment
    from vsh.qmp.value import Struct
    from vsh.xml.moment.snapshot import DomainSnapshot


def delete(
    hypervisor: Hypervisor, guest: Guest, moment: Moment[DomainSnapshot], flags: int
) -> None:
    """Drop a snapshot, what is below it, or both.  Raises Error; what was dropped by then is."""
    tree = guest.snapshots
    deep = bool(flags & (SnapshotDelete.CHILDREN | SnapshotDelete.CHILDREN_ONLY))
    going = list(moment.descendants()) if deep else []
    if not flags & SnapshotDelete.CHILDREN_ONLY:
        going.append(moment)
    if flags & SnapshotDelete.METADATA_ONLY:
        moved = [] if deep else list(moment.children)
        above = None if deep else merging.hand_up(guest, moment)
        tree.delete(
            moment,
            children=bool(flags & SnapshotDelete.CHILDREN),
            only_children=bool(flags & SnapshotDelete.CHILDREN_ONLY),
        )
        names = [each.name for each in going]
        with hypervisor.state.act():
            moments.drop(hypervisor.state, guest, "snapshot", names, moved)
            if above is not None:
                moments.keep(hypervisor.state, guest, "snapshot", above)
        return
    merging.check(guest, moment, flags)
    if flags & SnapshotDelete.CHILDREN_ONLY:
        going.reverse()
    else:
        going = [*reversed(going[:-1]), moment]
    for each in going:
        _drop(hypervisor, guest, each)


def _drop(hypervisor: Hypervisor, guest: Guest, moment: Moment[DomainSnapshot]) -> None:
    tops = merging.overlays(guest, moment) if moment.document.external else {}
    active = guest.active
    facts: dict[str, object] = {"name": moment.name, "overlays": tops}
    hypervisor.state.begin_job(guest.uuid, "snapshot delete", facts)
    try:
        snapshots.discard(hypervisor, guest, moment, tops)
    except BaseException:
        hypervisor.state.end_job(guest.uuid)
        if tops and guest.active == active:
            with contextlib.suppress(
                Error
            ):  # images that cannot be read: the first problem is told
                _mark(hypervisor, guest, moment, tops)
        raise
    _forget(hypervisor, guest, moment, tops)


def _mark(
    hypervisor: Hypervisor, guest: Guest, moment: Moment[DomainSnapshot], tops: dict[str, str]
) -> None:
    """What was merged by then is said, so that it can be dropped again."""
    if merging.mark(guest, moment, tops):
        with hypervisor.state.act():
            hypervisor.guests.keep(guest)
            moments.keep(hypervisor.state, guest, "snapshot", moment)


def _forget(
    hypervisor: Hypervisor, guest: Guest, moment: Moment[DomainSnapshot], tops: dict[str, str]
) -> None:
    """Its metadata goes, and then the files that nothing needs any more."""
    moved = list(moment.children)
    files, followed = merging.finish(guest, moment, tops) if tops else ([], [])
    above = merging.hand_up(guest, moment)
    guest.snapshots.delete(moment)
    with hypervisor.state.act():
        hypervisor.guests.keep(guest)
        moments.drop(hypervisor.state, guest, "snapshot", [moment.name], moved)
        for each in followed:
            moments.keep(hypervisor.state, guest, "snapshot", each)
        if above is not None:
            moments.keep(hypervisor.state, guest, "snapshot", above)
        hypervisor.state.begin_job(guest.uuid, "snapshot deleted", {"files": files})
    remove_files(files)
    hypervisor.state.end_job(guest.uuid)


def _tops(facts: Struct) -> dict[str, str]:
    """The overlays that were being merged."""
    return {name: text(path) for name, path in struct(facts.get("overlays")).items()}


def resolve_resting(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> None:
    """For a guest that is off: the snapshot is dropped."""
    moment, tops = guest.snapshots.find(text(facts["name"])), _tops(facts)
    if moment is None:
        return
    if tops:
        _mark(hypervisor, guest, moment, tops)
    with contextlib.suppress(OperationFailed, ImageRefused, InvalidArgument):
        snapshots.discard(hypervisor, guest, moment, tops)
        _forget(hypervisor, guest, moment, tops)


def resolve(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> None:
    """For a guest that runs: it is dropped if it is inside the images; else the merging ends."""
    moment, run = guest.snapshots.find(text(facts["name"])), guest.run
    if moment is None or run is None:
        return
    tops = _tops(facts)
    if not moment.document.external:
        with contextlib.suppress(OperationFailed, ImageRefused):
            snapshots.discard(hypervisor, guest, moment, tops)
        _forget(hypervisor, guest, moment, tops)
        return
    known = {text(each["id"]): text(each["status"]) for each in structs(guest.ask("query-jobs"))}
    for name, job in run.jobs.items():
        if job["kind"] in ("commit", "active-commit") and known.get(name) in ("running", "ready"):
            job["state"] = "aborting"
            with contextlib.suppress(CommandRefused):
                guest.ask("block-job-cancel", {"device": name, "force": True})
            jobs.wait_until_concluded(guest, name)
    jobs.catch_up(hypervisor, guest)
    if merging.left(guest, moment, tops):
        merging.mark(guest, moment, tops)
        moments.keep(hypervisor.state, guest, "snapshot", moment)
    else:
        _forget(hypervisor, guest, moment, tops)
