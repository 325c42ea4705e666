"""The snapshots of a guest: finding them, listing them, taking a redefined one in."""

from __future__ import annotations

from vsh.drivers.test import moment_documents
from vsh.errors import NoSnapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.drivers.state.moments import Moment, MomentTree
    from vsh.drivers.test.guest import Guest
    from vsh.errors import Error

# virSnapshotListFlags
ROOTS, METADATA, LEAVES, NO_LEAVES, NO_METADATA = 1, 2, 4, 8, 16
INACTIVE, ACTIVE, DISK_ONLY, INTERNAL, EXTERNAL, TOPOLOGICAL = 32, 64, 128, 256, 512, 1024
LISTING = 2047


def no_snapshot(detail: str) -> Error:
    """What to say where a snapshot is missing."""
    return NoSnapshot.whole(f"Domain snapshot not found: {detail}")


def named(guest: Guest, name: str) -> Moment:
    """The snapshot of that name.  Raises NoSnapshot."""
    moment = guest.snapshots.find(name)
    if moment is None:
        raise no_snapshot(f"no domain snapshot with matching name '{name}'")
    return moment


def listed(tree: MomentTree, start: Moment | None, flags: int, *, deep: bool) -> list[Moment]:
    """What a listing with these flags shows; within a group of flags all or none is no filter."""
    if flags & (METADATA | NO_METADATA) == NO_METADATA:
        return []
    if flags & (LEAVES | NO_LEAVES) == LEAVES | NO_LEAVES:
        return []  # here libvirt takes both of the group as two conditions
    leaves = {LEAVES: True, NO_LEAVES: False}.get(flags & (LEAVES | NO_LEAVES))
    return tree.listing(
        start, deep=deep, topological=bool(flags & TOPOLOGICAL), leaves=leaves, keep=_keep(flags)
    )


def redefined(guest: Guest, document: Any, flags: int) -> Moment:
    """Take a redefined snapshot in, new or in the place of the one of its name."""
    tree = guest.snapshots
    other = tree.find(document.name)
    moment_documents.prepare_snapshot(guest, tree, document, disk_only=bool(flags & 16))
    if other is None:
        return tree.add(document)
    if document.domain is None:
        document.domain = other.document.domain
    tree.replace(other, document)
    return other


def _keep(flags: int) -> Callable[[Moment], bool] | None:
    status = flags & (INACTIVE | ACTIVE | DISK_ONLY)
    place = flags & (INTERNAL | EXTERNAL)
    if status == INACTIVE | ACTIVE | DISK_ONLY:
        status = 0
    if place == INTERNAL | EXTERNAL:
        place = 0
    if not status and not place:
        return None

    def keep(moment: Moment) -> bool:
        document = moment.document
        if status:
            bit = {"shutoff": INACTIVE, "disk-snapshot": DISK_ONLY}.get(document.state, ACTIVE)
            if not status & bit:
                return False
        if place:
            return bool(place & (EXTERNAL if document.external else INTERNAL))
        return True

    return keep
