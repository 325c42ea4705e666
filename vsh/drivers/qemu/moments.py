"""Snapshots and checkpoints of a guest in the state file: kept one by one, read when needed.

A moment's domains are documents of their own there, so that those that are alike are kept once.
"""

from __future__ import annotations

import copy

from vsh.drivers.qemu import definitions
from vsh.drivers.state.moments import MomentTree
from vsh.xml.engine.flags import REDEFINE, SECURE
from vsh.xml.engine.reader import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.state import State
    from vsh.drivers.state.moments import Moment
    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot


def loaded(state: State, guest: Guest, kind: str) -> MomentTree:
    """The tree of a guest's moments; ``kind`` is "snapshot" or "checkpoint"."""
    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot

    model: type[DomainSnapshot | DomainCheckpoint] = (
        DomainSnapshot if kind == "snapshot" else DomainCheckpoint
    )
    tree = MomentTree()
    current: Moment | None = None
    domains: dict[str, object] = {}  # read once for all that have the same
    for name, parent, is_current, document, definition, inactive in state.moments(kind, guest.uuid):
        found: DomainSnapshot | DomainCheckpoint = read(state.text(document), model, flags=REDEFINE)
        found.name, found.parent = name, parent
        for field, hash in (("domain", definition), ("inactive_domain", inactive)):
            if hash is None:
                continue
            if hash not in domains:
                domains[hash] = definitions.loaded(state.text(hash))
            setattr(found, field, domains[hash])
        moment = tree.add(found)
        if is_current:
            current = moment
    tree.link_all()
    tree.current = current
    return tree


def keep(state: State, guest: Guest, kind: str, moment: Moment) -> None:
    """Write one moment, and which is the current one."""
    document = moment.document
    bare = copy.copy(document)
    bare.domain = None
    inactive = None
    if kind == "snapshot":
        bare.inactive_domain = None
        if document.inactive_domain is not None:
            inactive = definitions.stored(document.inactive_domain)
    definition = None if document.domain is None else definitions.stored(document.domain)
    with state.act():
        state.put_moment(kind, guest.uuid, moment, (bare.format(SECURE), definition, inactive))
        keep_current(state, guest, kind)


def keep_current(state: State, guest: Guest, kind: str) -> None:
    """Write which moment is the current one."""
    tree = guest.snapshots if kind == "snapshot" else guest.checkpoints
    state.set_current(kind, guest.uuid, None if tree.current is None else tree.current.name)


def drop(
    state: State, guest: Guest, kind: str, names: Iterable[str], moved: Iterable[Moment] = ()
) -> None:
    """Forget moments that are out of the tree already; ``moved`` are those with a new parent."""
    with state.act():
        state.drop_moments(kind, guest.uuid, names)
        for moment in moved:
            state.set_parent(kind, guest.uuid, moment.name, moment.document.parent)
        keep_current(state, guest, kind)
