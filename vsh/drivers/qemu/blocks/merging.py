"""Taking an external snapshot away: what was written above it goes into the image below."""

from __future__ import annotations

from vsh.drivers.qemu import images as files
from vsh.drivers.qemu.blocks import chain, images, jobs, starting
from vsh.drivers.state.moments import Moment
from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    InvalidArgument,
    OperationFailed,
    OperationUnsupported,
)
from vsh.hypervisors.qemu.machine import is_modern
from vsh.words.domain.state import DomainShutoffReason
from vsh.words.snapshot import SnapshotDelete
from vsh.xml.moment.snapshot import SnapshotDisk
from vsh.xml.shared.image import BackingStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.moment.snapshot import DomainSnapshot

    Merge = tuple[Disk, images.Image, images.Image]


def check(guest: Guest, moment: Moment[DomainSnapshot], flags: int) -> None:
    """Refuse what cannot be taken away.  Raises ConfigUnsupported, OperationUnsupported."""
    if flags & (SnapshotDelete.CHILDREN | SnapshotDelete.CHILDREN_ONLY):
        kinds = {below.document.external for below in moment.descendants()}
        if kinds == {True, False}:
            raise ConfigUnsupported(
                "deletion of external and internal children disk snapshots not supported"
            )
        if True in kinds:
            raise ConfigUnsupported("deletion of external children disk snapshots not supported")
    if not moment.document.external:
        _check_internal(guest, moment)
        return
    if jobs.any_active(guest):
        raise OperationUnsupported(
            "cannot delete external snapshots when there is another active block job"
        )
    if flags & SnapshotDelete.CHILDREN:
        raise ConfigUnsupported("deletion of external disk snapshots with children not supported")
    if moment is guest.snapshots.current and moment.children and is_modern(guest.definition):
        raise ConfigUnsupported(
            "deletion of active external snapshot that is not a leaf snapshot is not supported"
        )
    if len(moment.children) > 1:
        raise ConfigUnsupported(
            "deletion of external disk snapshot with multiple children snapshots not supported"
        )


def _check_parent(moment: Moment[DomainSnapshot], name: str) -> None:
    """Refuse to merge into an image with snapshots inside.  Raises OperationUnsupported."""
    above = moment.parent
    while isinstance(above, Moment):
        if any(disk.name == name and disk.snapshot != "no" for disk in above.document.disks):
            if not above.document.external:
                raise OperationUnsupported(
                    "deleting external snapshot that has internal snapshot as parent not supported"
                )
            return
        above = above.parent


def _check_inside(guest: Guest, moment: Moment[DomainSnapshot], name: str, overlay: str) -> None:
    """Refuse to remove an image that has snapshots inside.  Raises OperationUnsupported."""
    for other in guest.snapshots.by_name.values():
        domain = other.document.domain
        then = None if domain is None or other.document.external else domain.disk(name)
        if then is not None and not then.empty() and images.path_of(then) == overlay:
            # libvirt would merge the image, and lose what is inside
            raise OperationUnsupported(
                f"deleting external snapshot '{moment.name}', whose image '{overlay}' has the "
                f"internal snapshot '{other.name}', not supported"
            )


def _check_internal(guest: Guest, moment: Moment[DomainSnapshot]) -> None:
    domain = moment.document.domain
    if not guest.active or domain is None:
        return
    for disk in moment.document.disks:
        own, then = guest.definition.disk(str(disk.name)), domain.disk(str(disk.name))
        if own is None or then is None or disk.snapshot != "internal":
            continue
        if images.path_of(own) != images.path_of(then):
            raise OperationUnsupported(
                f"disk image '{disk.name}' for internal snapshot '{moment.name}' is not the same "
                "as disk image currently used by VM"
            )


def overlays(guest: Guest, moment: Moment[DomainSnapshot]) -> dict[str, str]:
    """The images that have what was written after a snapshot, by the targets of their disks.

    It may be another one than that of its document since it was gone back to: then it is what the
    snapshot below started from, if there is one.
    """
    used = {
        images.path_of(image) for disk in _with_chains(guest).disks for image in images.images(disk)
    }
    found = {}
    for wanted in _chosen(moment):
        name, path = str(wanted.name), _path(wanted)
        if path not in used:
            others = [disk for disk in moment.document.revert_disks if disk.name == name]
            path = next((_path(disk) for disk in others if disk.source is not None), path)
            domain = moment.children[0].document.domain if moment.children else None
            disk = None if domain is None else domain.disk(name)
            if disk is not None and not disk.empty():
                path = images.path_of(disk)
        if path is not None:
            found[name] = path
    return found


def merge(
    hypervisor: Hypervisor, guest: Guest, moment: Moment[DomainSnapshot], tops: dict[str, str]
) -> None:
    """Merge the overlays of a snapshot, ``tops``, into the images below them.

    Raises Error; what was not merged yet is then as before.
    """
    definition = _with_chains(guest)
    found = []
    for wanted in _chosen(moment):
        name = str(wanted.name)
        merging = _merge_of(guest, definition.disks, moment, wanted, tops.get(name))
        if merging is not None:
            _check_parent(moment, name)
            found.append(merging)
        _check_inside(guest, moment, name, tops.get(name, ""))
    for disk, top, base in found:
        if guest.active:
            _merge_running(hypervisor, guest, disk, top, base)
        else:
            _merge_resting(guest, disk, top, base)
            guest.reason = int(DomainShutoffReason.SHUTDOWN)  # libvirt starts a QEMU for it


def finish(
    guest: Guest, moment: Moment[DomainSnapshot], tops: dict[str, str]
) -> tuple[list[str], list[Moment[DomainSnapshot]]]:
    """The snapshots below follow; gives the files that nothing needs any more, and which did."""
    used = {
        images.path_of(image) for disk in _with_chains(guest).disks for image in images.images(disk)
    }
    gone = []
    followed: dict[str, Moment[DomainSnapshot]] = {}
    for wanted in _chosen(moment):
        overlay = tops.get(str(wanted.name))
        domain = moment.document.domain
        then = None if domain is None else domain.disk(str(wanted.name))
        if overlay is not None and then is not None:
            followed |= {each.name: each for each in _follow(moment, then, overlay)}
        gone += [path for path in (overlay, _path(wanted)) if path and path not in used]
        if then is not None and not moment.children and _only_its(guest, moment, then, used):
            gone.append(images.path_of(then))
    memory = moment.document.memory_file
    if moment.document.memory == "external" and memory:
        gone.append(memory)
    return gone, list(followed.values())


def _only_its(guest: Guest, moment: Moment[DomainSnapshot], then: Disk, used: set[str]) -> bool:
    """Whether an image was the overlay of a branch that has ended with a snapshot."""
    path, above = images.path_of(then), moment.parent
    below = above.document.domain if isinstance(above, Moment) else None
    base = None if below is None else below.disk(str(then.target))
    if path in used or base is None or base.empty() or path in _needed(guest, moment):
        return False
    try:
        return files.info(path).get("full-backing-filename") == images.path_of(base)
    except files.ImageRefused:  # it is gone already
        return False


def _needed(guest: Guest, but: Moment[DomainSnapshot]) -> set[str]:
    """The images that other snapshots have."""
    found = set()
    for moment in guest.snapshots.by_name.values():
        if moment is but:
            continue
        document = moment.document
        for domain in (document.domain, document.inactive_domain):
            for disk in domain.disks if domain is not None else ():
                if not disk.empty():
                    found |= {images.path_of(each) for each in images.images(disk)}
        found |= {
            path for disk in (*document.disks, *document.revert_disks) if (path := _path(disk))
        }
    return found


def hand_up(guest: Guest, moment: Moment[DomainSnapshot]) -> Moment[DomainSnapshot] | None:
    """A snapshot goes that has none below it: what it started from is what was written since the
    one above, if the guest has it.

    Gives the one above where its document has changed.
    """
    above, domain = moment.parent, moment.document.domain
    if moment.children or domain is None or not isinstance(above, Moment):
        return None
    if not above.document.external:
        return None
    used = {images.path_of(i) for disk in _with_chains(guest).disks for i in images.images(disk)}
    changed = None
    for wanted in _chosen(above):
        then = domain.disk(str(wanted.name))
        if then is None or then.empty() or images.path_of(then) == _path(wanted):
            continue
        if images.path_of(then) not in used:
            continue
        others = [disk for disk in above.document.revert_disks if disk.name != wanted.name]
        now = SnapshotDisk(
            name=wanted.name, snapshot="external", type=str(then.type),
            driver_type=images.format_of(then), source=images.source_of(then).copy(),
        )  # fmt: skip
        above.document.revert_disks, changed = [*others, now], above
    return changed


def left(guest: Guest, moment: Moment[DomainSnapshot], tops: dict[str, str]) -> set[str]:
    """The disks whose overlays, ``tops``, are not merged yet."""
    found = set()
    definition = _with_chains(guest)
    for wanted in _chosen(moment):
        disk = definition.disk(str(wanted.name))
        paths = [] if disk is None else [images.path_of(image) for image in images.images(disk)]
        if tops.get(str(wanted.name)) in paths:
            found.add(str(wanted.name))
    return found


def mark(guest: Guest, moment: Moment[DomainSnapshot], tops: dict[str, str]) -> bool:
    """A snapshot's document says which of its disks are merged; whether any are."""
    waiting = left(guest, moment, tops)
    for disk in moment.document.disks:
        disk.delete_in_progress = disk.snapshot == "external" and disk.name not in waiting
    return any(disk.delete_in_progress for disk in moment.document.disks)


def _chosen(moment: Moment[DomainSnapshot]) -> list[SnapshotDisk]:
    """The disks with an overlay since the snapshot, or since it was gone back to."""
    found = [disk for disk in moment.document.disks if disk.snapshot == "external"]
    names = {disk.name for disk in found}
    return found + [disk for disk in moment.document.revert_disks if disk.name not in names]


def _path(disk: SnapshotDisk) -> str | None:
    return None if disk.source is None else disk.source.path


def _with_chains(guest: Guest) -> Definition:
    """The guest's definition, with what is below its images."""
    if guest.active:
        return guest.definition
    definition = guest.definition.copy()
    chain.find_all(definition)
    return definition


def _stands_on(guest: Guest, moment: Moment[DomainSnapshot]) -> bool:
    """Whether a snapshot is the current one or above it."""
    each: object = guest.snapshots.current
    while isinstance(each, Moment):
        if each is moment:
            return True
        each = each.parent
    return False


def _merge_of(
    guest: Guest,
    disks: list[Disk],
    moment: Moment[DomainSnapshot],
    wanted: SnapshotDisk,
    path: str | None,
) -> Merge | None:
    """The guest's disk, the overlay and the image below it; None: nothing uses the overlay.

    Raises Error.
    """
    disk = next((each for each in disks if each.target == wanted.name), None)
    if disk is None:
        raise InternalError(f"the domain has no disk '{wanted.name}'")
    top = next((i for i in images.images(disk) if images.path_of(i) == path), None)
    if top is None:
        if wanted.delete_in_progress:
            return None
        if _stands_on(guest, moment):
            if moment is guest.snapshots.current and is_modern(guest.definition):
                raise OperationFailed("failed to find parent disk source in backing chain")
            raise InvalidArgument("could not find base disk source in disk source chain")
        if not moment.children:
            return None
        raise ConfigUnsupported(
            "deletion of non-leaf external snapshot that is not in active chain is not supported"
        )
    base = top.backing_store
    if base is None or base.type is None:
        raise OperationFailed("failed to find parent disk source in backing chain")
    domain = moment.document.domain
    then = None if domain is None else domain.disk(str(wanted.name))
    if then is None:
        raise OperationFailed(f"failed to find disk '{wanted.name}' in snapshot VM XML")
    if images.path_of(then) != images.path_of(base):
        raise OperationFailed("snapshot VM disk source and parent disk source are not the same")
    return disk, top, base


def _merge_running(
    hypervisor: Hypervisor, guest: Guest, disk: Disk, top: images.Image, base: images.Image
) -> None:
    job = starting.begin_commit(hypervisor, guest, disk, top, base, 0, delete=True)
    jobs.wait_for(hypervisor, guest, job, ("ready", "ended"))
    if job["state"] == "ready":
        starting.go_over(hypervisor, guest, disk, job)
        jobs.wait(hypervisor, guest, job)
    if job["problem"]:
        raise InternalError(
            f"block commit failed while deleting disk '{disk.target}' snapshot: '{job['problem']}'"
        )


def _merge_resting(guest: Guest, disk: Disk, top: images.Image, base: images.Image) -> None:
    """By qemu-img: content first, then names, the overlay last."""
    above = images.parent_of(disk, top)
    files.run("commit", "-q", "-d", "-f", images.format_of(top), "-b", images.path_of(base),
              images.path_of(top))  # fmt: skip
    if above is not None:
        files.run(
            "rebase", "-q", "-u", "-f", images.format_of(above), "-b", images.path_of(base),
            "-F", images.format_of(base), images.path_of(above),
        )  # fmt: skip
        over, under = images.path_of(above), images.path_of(base)
        images.shorten(guest.definition, disk, over, under)
    else:
        assert isinstance(base, BackingStore)
        before = images.path_of(disk)
        images.take_over(disk, base, 0)
        images.configure(guest.definition, before, disk)


def _follow(
    moment: Moment[DomainSnapshot], base: Disk, overlay: str
) -> Iterator[Moment[DomainSnapshot]]:
    """The domains inside the snapshots below name the image that is there now; gives which do."""
    for below in moment.descendants():
        for domain in (below.document.domain, below.document.inactive_domain):
            disk = None if domain is None else domain.disk(str(base.target))
            if disk is None or disk.empty():
                continue
            if images.path_of(disk) == overlay:
                disk.type, disk.driver_type = str(base.type), images.format_of(base)
                disk.source = images.source_of(base).copy()
                disk.source.index = None
                disk.backing_store = None
                yield below
                continue
            above: images.Image = disk
            for layer in chain.layers(disk):
                if images.path_of(layer) == overlay:
                    above.backing_store = layer.backing_store
                    yield below
                    break
                above = layer
