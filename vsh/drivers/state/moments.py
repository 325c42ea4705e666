"""The tree of a guest's snapshots or checkpoints ("moments"), as every driver keeps it.

A moment's place is what its document says: ``document.name`` and ``document.parent``.  Children are
kept newest first, which is the order that a topological listing shows.
"""

from __future__ import annotations

from vsh.errors import OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from vsh.xml.engine.element import Element


class Moment:
    """One snapshot or checkpoint.  It keeps its identity and its children when it is redefined."""

    __slots__ = ("document", "parent", "children")

    def __init__(self, document: Any) -> None:
        self.document = document
        self.parent: Moment | None = None
        self.children: list[Moment] = []

    @property
    def name(self) -> str:
        """Its name; the root of all has none."""
        return str(self.document.name)

    def descendants(self) -> Iterator[Moment]:
        """All below it, each after its parent."""
        # not recursive: a chain may be deeper than Python's stack
        waiting = list(reversed(self.children))
        while waiting:
            moment = waiting.pop()
            yield moment
            waiting.extend(reversed(moment.children))


class MomentTree:
    """A guest's moments: found by name, linked to their parents, one of them current."""

    __slots__ = ("by_name", "root", "current")

    def __init__(self) -> None:
        self.by_name: dict[str, Moment] = {}
        self.root = Moment(None)
        self.current: Moment | None = None

    def __len__(self) -> int:
        return len(self.by_name)

    def find(self, name: str | None) -> Moment | None:
        """The moment of that name, or None."""
        return None if name is None else self.by_name.get(name)

    def add(self, document: Any) -> Moment:
        """Take a new moment in; it has no place until ``link``.

        Raises OperationFailed if the name is taken.
        """
        if document.name in self.by_name:
            raise OperationFailed(f"domain moment {document.name} already exists")
        moment = Moment(document)
        self.by_name[document.name] = moment
        return moment

    def replace(self, moment: Moment, document: Element) -> None:
        """Give a moment another document of the same name; ``link`` must follow."""
        self._unlink(moment)
        moment.document = document

    def link(self, moment: Moment) -> None:
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
            above = parent
            while above is not None:
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
        self, moment: Moment, *, children: bool = False, only_children: bool = False
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
        start: Moment | None = None,
        *,
        deep: bool = True,
        topological: bool = False,
        leaves: bool | None = None,
        keep: Callable[[Moment], bool] | None = None,
    ) -> list[Moment]:
        """Moments below ``start`` (the root): all of them, or without ``deep`` its children only.

        leaves   only moments without children (True), only those with (False)
        keep     a further test
        """
        top = start or self.root
        found: list[Moment]
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

    def leaf(self) -> Moment | None:
        """The end of the chain, where the tree is a single chain."""
        moment = self.root
        while len(moment.children) == 1:
            moment = moment.children[0]
        return None if moment.children or moment is self.root else moment

    @staticmethod
    def _attach(moment: Moment, parent: Moment) -> None:
        moment.parent = parent
        parent.children.insert(0, moment)

    @staticmethod
    def _unlink(moment: Moment) -> None:
        if moment.parent is not None:
            moment.parent.children.remove(moment)
            moment.parent = None

    def _move_children(self, moment: Moment) -> None:
        parent = moment.parent or self.root
        new_name = None if parent is self.root else parent.name
        for child in moment.children:
            child.parent = parent
            child.document.parent = new_name
        parent.children[:0] = moment.children
        moment.children = []
