"""Snapshots and checkpoints of a guest in the state file: kept one by one, read when needed.

A moment's domains are documents of their own there, so that those that are alike are kept once.
"""

from __future__ import annotations

import copy

from vsh.drivers.qemu import definitions
from vsh.drivers.state.moments import MomentTree
from vsh.qmp.value import text
from vsh.xml.engine.flags import REDEFINE, SECURE
from vsh.xml.engine.reader import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.state import State
    from vsh.drivers.state.moments import Document, Moment
    from vsh.qmp.value import Struct
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.engine.raw import Verbatim
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
        cookies: dict[str, Verbatim] = {}
        for name, parent, is_current, bare, definition, inactive in state.moments(
            kind, self._domain
        ):
            document = _bare(state.text(bare), model, cookies)
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


def _bare(kept: str, model: type[Document], known: dict[str, Verbatim]) -> Document:
    """A document as it was before it was kept: nothing that was left out is filled in, and what is
    beside a guest's memory is written as it was.

    known  such cookies, by what is kept of them
    """
    document = read(kept, model, flags=REDEFINE)
    if getattr(document, "memory", None) is not None and "<memory " not in kept:
        setattr(document, "memory", None)
    cookie: Verbatim | None = getattr(document, "cookie", None)
    if cookie is not None:
        found = cookie.format(0)
        if found not in known:
            from vsh.drivers.qemu import live_cpu

            known[found] = live_cpu.settled(cookie)
        setattr(document, "cookie", known[found])
    return document


def texts_of(document: Document) -> tuple[str, str | None, str | None]:
    """What the state file keeps of a document: without its domains, and those."""
    bare = copy.copy(document)
    bare.drop("domain", "inactive_domain")
    beside: Definition | None = getattr(document, "inactive_domain", None)
    inactive = None if beside is None else definitions.stored(beside)
    definition = None if document.domain is None else definitions.stored(document.domain)
    return bare.format(SECURE), definition, inactive


def read_back(facts: Struct, model: type[Document]) -> Document:
    """The document of a moment that was about to be: its texts, name and parent."""
    found = facts["moment"]
    bare, *domains = found if isinstance(found, list) else [None]
    document = _bare(text(bare), model, {})
    for field, domain in zip(("domain", "inactive_domain"), domains, strict=True):
        if domain is not None:
            setattr(document, field, definitions.loaded(text(domain)))
    parent = facts["parent"]
    document.name = text(facts["name"])
    document.parent = None if parent is None else text(parent)
    return document


def adopt(tree: MomentTree[Document], document: Document) -> Moment[Document]:
    """A moment came to be before its metadata was written: it is the current one."""
    moment = tree.current = tree.add(document)
    tree.link(moment)
    return moment


def keep(state: State, guest: Guest, kind: str, moment: Moment[Document]) -> None:
    """Write one moment, and which is the current one."""
    with state.act():
        state.touch("domain", guest)
        state.put_moment(kind, guest.uuid, moment, texts_of(moment.document))
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
        state.touch("domain", guest)
        state.drop_moments(kind, guest.uuid, names)
        for moment in moved:
            state.set_parent(kind, guest.uuid, moment.name, moment.document.parent)
        keep_current(state, guest, kind)
