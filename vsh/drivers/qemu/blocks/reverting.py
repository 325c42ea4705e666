"""Going back to an external snapshot: new overlays on the images that were below it.

What was written since the last snapshot is given up, as its overlays are; all snapshots stay.
"""

from __future__ import annotations

import os
import time

from vsh.drivers.qemu import happenings, launch, moments, telling
from vsh.drivers.qemu import images as files
from vsh.drivers.qemu.blocks import chain, images, jobs
from vsh.drivers.qemu.blocks.overlays import listed
from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.record import NotWritten
from vsh.errors import OperationInvalid, OperationUnsupported, SnapshotRevertRisky, SystemFailure
from vsh.qmp.value import text, texts
from vsh.words.domain.state import DomainPausedReason, DomainRunningReason, DomainShutoffReason
from vsh.words.event import DomainEventStartedDetailType, DomainEventStoppedDetailType
from vsh.xml.moment.snapshot import SnapshotDisk
from vsh.xml.shared.image import BackingStore, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.state.moments import Moment, MomentTree
    from vsh.qmp.value import Struct, Value
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.moment.snapshot import DomainSnapshot

    Tree = MomentTree[DomainSnapshot]


def revert(
    hypervisor: Hypervisor,
    guest: Guest,
    moment: Moment[DomainSnapshot],
    *,
    running: bool,
    paused: bool,
) -> None:
    """Go back to a snapshot whose disks are overlays: it is the current one then.

    running, paused  what the caller wants; else as it was

    What is about to be done is in the state file until it is: a vsh that is killed before the guest
    has ended leaves all as it was, one that is killed later leaves the rest to the next opener.

    Raises Error; the guest is then as before where nothing was done yet, else off.
    """
    document = moment.document
    domain = document.domain
    if domain is None:
        raise SnapshotRevertRisky(
            f"snapshot '{moment.name}' lacks domain '{guest.name}' rollback info"
        )
    if jobs.any_active(guest):
        raise OperationInvalid("domain has active block job")
    _check_memory(document)
    wanted = _overlays(domain)
    going = _given_up(guest, guest.snapshots)
    made = [path for _, path in wanted]
    overlays: list[Value] = [[own.target, path] for own, path in wanted]
    facts: Struct = {
        "name": moment.name, "running": running, "paused": paused, "ready": False,
        "overlays": overlays, "going": [*going],
    }  # fmt: skip
    hypervisor.state.begin_job(guest.uuid, "revert", {**facts})
    try:
        for own, path in wanted:
            files.overlay(path, "qcow2", images.path_of(own), images.format_of(own))
        hypervisor.state.begin_job(guest.uuid, "revert", {**facts, "ready": True})
    except BaseException:
        images.remove_files(made)
        hypervisor.state.end_job(guest.uuid)
        raise
    if guest.active:
        happenings.end(
            hypervisor,
            guest,
            DomainShutoffReason.FROM_SNAPSHOT,
            DomainEventStoppedDetailType.FROM_SNAPSHOT,
            again=True,
        )
    try:
        with happenings.forgotten(hypervisor, guest):
            _go_back(hypervisor, guest, moment, wanted, facts)
            _go_on(hypervisor, guest, document, facts)
    except BaseException:
        resolve(guest, facts)
        with Ignoring(NotWritten):  # who opens the root next finds the same
            hypervisor.state.end_job(guest.uuid)
        raise


def _go_back(
    hypervisor: Hypervisor,
    guest: Guest,
    moment: Moment[DomainSnapshot],
    wanted: list[tuple[Disk, str]],
    facts: Struct,
) -> None:
    """A guest that is off now has its new overlays."""
    document, tree = moment.document, guest.snapshots
    found = document.inactive_domain or document.domain
    assert found is not None
    config = found.copy()
    config.name = guest.name
    for own, path in wanted:
        _put_on(config, own, path, document)
    guest.assign(config, live=False)
    changed = [moment]
    if tree.current is not None and tree.current is not moment:
        tree.current.document.revert_disks = []
        changed.append(tree.current)
    overlays = [
        SnapshotDisk(
            name=own.target, snapshot="external", type="file", driver_type="qcow2",
            source=Source(file=path),
        )
        for own, path in wanted
    ]  # fmt: skip
    if moment.children:
        document.revert_disks = overlays
    else:  # nothing else is on top of the image that it had: the new ones are its own
        document.disks, document.revert_disks = overlays, []
    tree.current = moment
    with hypervisor.state.act():
        hypervisor.guests.keep(guest)
        for each in changed:
            moments.keep(hypervisor.state, guest, "snapshot", each)
        hypervisor.state.begin_job(guest.uuid, "reverted", {**facts})


def _go_on(hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot, facts: Struct) -> None:
    """A guest that has gone back loses the overlays that it needs no more, and runs if it is to."""
    images.remove_files(texts(facts["going"]))
    _start(
        hypervisor, guest, document,
        running=facts["running"] is True, paused=facts["paused"] is True,
    )  # fmt: skip
    with hypervisor.state.act():
        hypervisor.guests.keep(guest)
        hypervisor.state.end_job(guest.uuid)


def finish(hypervisor: Hypervisor, guest: Guest, operation: str, facts: Struct) -> None:
    """A vsh was killed after it had begun to end the guest, which is off: it goes back.

    Raises Error; the guest then stays off.
    """
    moment = guest.snapshots.find(text(facts["name"]))
    domain = None if moment is None else moment.document.domain
    if moment is None or domain is None:
        resolve(guest, facts)
        return
    if operation == "revert":
        targets = dict(listed(facts["overlays"]))
        wanted = [(own, targets[own.target]) for own in domain.disks if own.target in targets]
        _go_back(hypervisor, guest, moment, wanted, facts)
    _go_on(hypervisor, guest, moment.document, facts)


def resolve(guest: Guest, facts: Struct) -> None:
    """It was not gone back to the end: the new overlays are used, or they go."""
    made, going = [path for _, path in listed(facts["overlays"])], texts(facts["going"])
    definitions = [guest.definition, guest.planned]
    used = {
        images.path_of(disk)
        for definition in definitions
        for disk in (definition.disks if definition is not None else ())
        if not disk.empty()
    }
    images.remove_files(going if used & set(made) else made)


def _overlays(domain: Definition) -> list[tuple[Disk, str]]:
    """The disks that the snapshot's domain had, and where new overlays of theirs go: all of them,
    as libvirt's, whatever the snapshot said of them."""
    stamp = int(time.time())
    found = []
    for own in domain.disks:
        if own.empty():
            continue
        path = images.path_of(own)
        if own.type != "file" or (os.path.exists(path) and not os.path.isfile(path)):
            raise OperationUnsupported(
                f"source disk for '{own.target}' is not a regular file, reverting to snapshot is "
                "not supported"
            )
        if not os.path.exists(path):
            raise SystemFailure(f"Cannot access storage file '{path}': No such file or directory")
        folder, name = os.path.split(path)
        found.append((own, _free(os.path.join(folder, name.rpartition(".")[0] or name), stamp)))
    return found


def _check_memory(document: DomainSnapshot) -> None:
    """Refuse memory that is gone before anything is given up.  Raises Error."""
    if document.memory == "external" and document.memory_file:
        from vsh.drivers.qemu import saved

        saved.complete(document.memory_file)


def _free(stem: str, stamp: int) -> str:
    while os.path.exists(f"{stem}.{stamp}"):
        stamp += 1
    return f"{stem}.{stamp}"


def _put_on(config: Definition, own: Disk, path: str, document: DomainSnapshot) -> None:
    """The configuration has an overlay on top of the image that the snapshot's domain had.

    What is below is written down, too, where the guest ran at the snapshot, and has its memory
    again or had a chain that was written down.
    """
    disk = config.disk(str(own.target))
    if disk is None:
        return
    below = disk.backing_store
    written = document.memory == "external" or (below is not None and below.type is not None)
    below = None
    if written and document.inactive_domain is not None:
        below = BackingStore(
            type=own.type,
            format_type=images.format_of(own),
            source=images.source_of(own).copy(),
            backing_store=disk.backing_store,
        )
        layers: list[BackingStore] = [below, *chain.layers(disk)]
        last = layers[-1]
        if last.backing_store is not None and last.backing_store.type is None:
            last.backing_store = None  # where it ends is found when the guest starts
    disk.type, disk.driver_type = "file", "qcow2"
    disk.source = Source(file=path)
    disk.backing_store = below


def _given_up(guest: Guest, tree: Tree) -> list[str]:
    """The overlays that the guest writes to now and no snapshot is backed by."""
    needed: set[str] = set()
    overlays: set[str] = set()
    for moment in tree.by_name.values():
        document = moment.document
        for domain in (document.domain, document.inactive_domain):
            for disk in domain.disks if domain is not None else ():
                if not disk.empty():
                    needed |= {images.path_of(each) for each in images.images(disk)}
        for overlay in (*document.disks, *document.revert_disks):
            if overlay.source is not None and overlay.source.path is not None:
                overlays.add(overlay.source.path)
    now = {images.path_of(disk) for disk in guest.definition.disks if not disk.empty()}
    return sorted((now & overlays) - needed)


def _start(
    hypervisor: Hypervisor, guest: Guest, document: DomainSnapshot, *, running: bool, paused: bool
) -> None:
    """Start a guest again, with the memory that was saved if there is any."""
    if document.memory == "external" and document.memory_file:
        from vsh.drivers.qemu import saved

        goes_on = running or (not paused and document.state == "running")
        image = saved.complete(document.memory_file)
        if document.cookie is not None:
            image.cookie = document.cookie.format(0)
        saved.restore(hypervisor, guest, document.memory_file, image, running=goes_on)
        if goes_on:
            guest.reason = int(DomainRunningReason.FROM_SNAPSHOT)
        else:
            guest.reason = int(DomainPausedReason.FROM_SNAPSHOT)
        return
    if not running and not paused:
        return
    launch.start(hypervisor, guest, DomainRunningReason.BOOTED, paused=paused)
    telling.tell_start(hypervisor, guest, DomainEventStartedDetailType.FROM_SNAPSHOT)
