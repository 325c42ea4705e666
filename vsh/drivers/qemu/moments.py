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
    from vsh.drivers.state.moments import Document, Moment
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot


class Stored:
    """What the state file has of a guest's moments."""

    __slots__ = ("_domain", "_state")

    def __init__(self, state: State, domain: str) -> None:
        self._state = state
        self._domain = domain

    def snapshots(self) -> MomentTree[DomainSnapshot]:
        """The tree of its snapshots."""
        from vsh.xml.moment.snapshot import DomainSnapshot

        return self._loaded("snapshot", DomainSnapshot)

    def checkpoints(self) -> MomentTree[DomainCheckpoint]:
        """The tree of its checkpoints."""
        from vsh.xml.moment.checkpoint import DomainCheckpoint

        return self._loaded("checkpoint", DomainCheckpoint)

    def _loaded(self, kind: str, model: type[Document]) -> MomentTree[Document]:
        state = self._state
        tree: MomentTree[Document] = MomentTree()
        current: Moment[Document] | None = None
        domains: dict[str, object] = {}  # read once for all that have the same
        for name, parent, is_current, text, definition, inactive in state.moments(
            kind, self._domain
        ):
            document = read(state.text(text), model, flags=REDEFINE)
            document.name, document.parent = name, parent
            for field, hash in (("domain", definition), ("inactive_domain", inactive)):
                if hash is None:
                    continue
                if hash not in domains:
                    domains[hash] = definitions.loaded(state.text(hash))
                setattr(document, field, domains[hash])
            moment = tree.add(document)
            if is_current:
                current = moment
        tree.link_all()
        tree.current = current
        return tree


def keep(state: State, guest: Guest, kind: str, moment: Moment[Document]) -> None:
    """Write one moment, and which is the current one."""
    document = moment.document
    bare = copy.copy(document)
    bare.drop("domain", "inactive_domain")
    beside: Definition | None = getattr(document, "inactive_domain", None)
    inactive = None if beside is None else definitions.stored(beside)
    definition = None if document.domain is None else definitions.stored(document.domain)
    with state.act():
        state.put_moment(kind, guest.uuid, moment, (bare.format(SECURE), definition, inactive))
        keep_current(state, guest, kind)


def keep_current(state: State, guest: Guest, kind: str) -> None:
    """Write which moment is the current one."""
    current = guest.snapshots.current if kind == "snapshot" else guest.checkpoints.current
    state.set_current(kind, guest.uuid, None if current is None else current.name)


def drop(
    state: State,
    guest: Guest,
    kind: str,
    names: Iterable[str],
    moved: Iterable[Moment[Document]] = (),
) -> None:
    """Forget moments that are out of the tree already; ``moved`` are those with a new parent."""
    with state.act():
        state.drop_moments(kind, guest.uuid, names)
        for moment in moved:
            state.set_parent(kind, guest.uuid, moment.name, moment.document.parent)
        keep_current(state, guest, kind)
