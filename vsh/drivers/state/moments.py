"""The tree of a guest's snapshots or checkpoints ("moments"), as every driver keeps it.

A moment's place is what its document says: ``document.name`` and ``document.parent``.  Children are
kept newest first, which is the order that a topological listing shows.
"""

from __future__ import annotations

from vsh.errors import OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Generic, TypeVar

    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot

    Document = TypeVar("Document", DomainSnapshot, DomainCheckpoint)
else:
    from vsh.api._call import Generic

    Document = None


class Place(Generic[Document]):
    """Where moments hang: the root of the tree, or a moment."""

    __slots__ = ("children",)

    def __init__(self) -> None:
        self.children: list[Moment[Document]] = []

    def descendants(self) -> Iterator[Moment[Document]]:
        """All below it, each after its parent."""
        # not recursive: a chain may be deeper than Python's stack
        waiting = list(reversed(self.children))
        while waiting:
            moment = waiting.pop()
            yield moment
            waiting.extend(reversed(moment.children))


class Moment(Place[Document]):
    """One snapshot or checkpoint.  It keeps its identity and its children when it is redefined."""

    __slots__ = ("document", "parent")

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document: Document = document
        self.parent: Place[Document] | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.document.name)


class MomentTree(Generic[Document]):
    """A guest's moments: found by name, linked to their parents, one of them current."""

    __slots__ = ("by_name", "root", "current")

    def __init__(self) -> None:
        self.by_name: dict[str, Moment[Document]] = {}
        self.root: Place[Document] = Place()
        self.current: Moment[Document] | None = None

    def __len__(self) -> int:
        return len(self.by_name)

    def find(self, name: str | None) -> Moment[Document] | None:
        """The moment of that name, or None."""
        return None if name is None else self.by_name.get(name)

    def add(self, document: Document) -> Moment[Document]:
        """Take a new moment in; it has no place until ``link``.

        Raises OperationFailed if the name is taken.
        """
        moment = Moment(document)
        if moment.name in self.by_name:
            raise OperationFailed(f"domain moment {moment.name} already exists")
        self.by_name[moment.name] = moment
        return moment

    def replace(self, moment: Moment[Document], document: Document) -> None:
        """Give a moment another document of the same name; ``link`` must follow."""
        self._unlink(moment)
        moment.document = document

    def link(self, moment: Moment[Document]) -> None:
        """Put a moment below the parent that its document names; at the root if there is none."""
        self._attach(moment, self.find(moment.document.parent) or self.root)

    def link_all(self) -> bool:
        """Place all moments after they were read; False if a parent is missing or in a circle."""
        sound = True
        self.root.children.clear()
        for moment in self.by_name.values():
            parent = self.find(moment.document.parent)
            if parent is None:
                sound = sound and moment.document.parent is None
            above: Place[Document] | None = parent
            while isinstance(above, Moment):
                if above is moment:
                    sound = False
                    parent = None
                    break
                above = above.parent
            self._attach(moment, parent or self.root)
        if not sound:
            self.current = None
        return sound

    def delete(
        self, moment: Moment[Document], *, children: bool = False, only_children: bool = False
    ) -> None:
        """Drop a moment, or it and all below it, or only what is below it.

        Children that stay move to its parent, and so does the mark of the current one.
        """
        if children or only_children:
            for below in list(moment.descendants()):
                if self.current is below:
                    self.current = moment
                del self.by_name[below.name]
            moment.children.clear()
        else:
            self._move_children(moment)
        if only_children:
            return
        self._unlink(moment)
        if self.current is moment:
            self.current = self.find(moment.document.parent)
        del self.by_name[moment.name]

    def listing(
        self,
        start: Moment[Document] | None = None,
        *,
        deep: bool = True,
        topological: bool = False,
        leaves: bool | None = None,
        keep: Callable[[Moment[Document]], bool] | None = None,
    ) -> list[Moment[Document]]:
        """Moments below ``start`` (the root): all of them, or without ``deep`` its children only.

        leaves   only moments without children (True), only those with (False)
        keep     a further test
        """
        top: Place[Document] = start or self.root
        found: list[Moment[Document]]
        if not deep:
            found = list(top.children)
        elif start is None and not topological:
            found = list(self.by_name.values())
        else:
            found = list(top.descendants())
        if leaves is not None:
            found = [moment for moment in found if bool(moment.children) is not leaves]
        if keep is not None:
            found = [moment for moment in found if keep(moment)]
        return found

    def leaf(self) -> Moment[Document] | None:
        """The end of the chain, where the tree is a single chain."""
        place = self.root
        while len(place.children) == 1:
            place = place.children[0]
        return place if isinstance(place, Moment) and not place.children else None

    @staticmethod
    def _attach(moment: Moment[Document], parent: Place[Document]) -> None:
        moment.parent = parent
        parent.children.insert(0, moment)

    @staticmethod
    def _unlink(moment: Moment[Document]) -> None:
        if moment.parent is not None:
            moment.parent.children.remove(moment)
            moment.parent = None

    def _move_children(self, moment: Moment[Document]) -> None:
        parent = moment.parent or self.root
        new_name = parent.name if isinstance(parent, Moment) else None
        for child in moment.children:
            child.parent = parent
            child.document.parent = new_name
        parent.children[:0] = moment.children
        moment.children = []
