"""The snapshots of a guest: finding them, listing them, taking a redefined one in."""

from __future__ import annotations

from vsh.drivers.state import moment_documents
from vsh.errors import NoSnapshot
from vsh.words.snapshot import SnapshotCreate, SnapshotList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.state.guest import Guest
    from vsh.drivers.state.moments import Moment, MomentTree
    from vsh.errors import Error
    from vsh.xml.moment.snapshot import DomainSnapshot

LISTING = 2047
"""All flags of ``SnapshotList``."""


def no_snapshot(detail: str) -> Error:
    """What to say where a snapshot is missing."""
    return NoSnapshot.whole(f"Domain snapshot not found: {detail}")


def named(guest: Guest, name: str) -> Moment[DomainSnapshot]:
    """The snapshot of that name.  Raises NoSnapshot."""
    moment = guest.snapshots.find(name)
    if moment is None:
        raise no_snapshot(f"no domain snapshot with matching name '{name}'")
    return moment


def listed(
    tree: MomentTree[DomainSnapshot],
    start: Moment[DomainSnapshot] | None,
    flags: int,
    *,
    deep: bool,
) -> list[Moment[DomainSnapshot]]:
    """What a listing with these flags shows; within a group of flags all or none is no filter."""
    if flags & (SnapshotList.METADATA | SnapshotList.NO_METADATA) == SnapshotList.NO_METADATA:
        return []
    if (
        flags & (SnapshotList.LEAVES | SnapshotList.NO_LEAVES)
        == SnapshotList.LEAVES | SnapshotList.NO_LEAVES
    ):
        return []  # here libvirt takes both of the group as two conditions
    leaves = {SnapshotList.LEAVES: True, SnapshotList.NO_LEAVES: False}.get(
        flags & (SnapshotList.LEAVES | SnapshotList.NO_LEAVES)
    )
    return tree.listing(
        start,
        deep=deep,
        topological=bool(flags & SnapshotList.TOPOLOGICAL),
        leaves=leaves,
        keep=_keep(flags),
    )


def redefined(guest: Guest, document: DomainSnapshot, flags: int) -> Moment[DomainSnapshot]:
    """Take a redefined snapshot in, new or in the place of the one of its name."""
    tree = guest.snapshots
    other = tree.find(document.name)
    moment_documents.prepare_snapshot(
        guest, tree, document, disk_only=bool(flags & SnapshotCreate.DISK_ONLY)
    )
    if other is None:
        return tree.add(document)
    if document.domain is None:
        document.domain = other.document.domain
    tree.replace(other, document)
    return other


def _keep(flags: int) -> Callable[[Moment[DomainSnapshot]], bool] | None:
    status: int = flags & (SnapshotList.INACTIVE | SnapshotList.ACTIVE | SnapshotList.DISK_ONLY)
    place: int = flags & (SnapshotList.INTERNAL | SnapshotList.EXTERNAL)
    if status == SnapshotList.INACTIVE | SnapshotList.ACTIVE | SnapshotList.DISK_ONLY:
        status = 0
    if place == SnapshotList.INTERNAL | SnapshotList.EXTERNAL:
        place = 0
    if not status and not place:
        return None

    def keep(moment: Moment[DomainSnapshot]) -> bool:
        document = moment.document
        if status:
            bit = {"shutoff": SnapshotList.INACTIVE, "disk-snapshot": SnapshotList.DISK_ONLY}.get(
                document.state or "", SnapshotList.ACTIVE
            )
            if not status & bit:
                return False
        if place:
            return bool(
                place & (SnapshotList.EXTERNAL if document.external else SnapshotList.INTERNAL)
            )
        return True

    return keep
