"""What a document is checked against: the moments that a domain has, and those that a batch will
add.

A ``Target`` answers questions about a domain's snapshots or checkpoints ("moments").  ``Plan`` lays
documents over a target, so that the k-th document of a batch is checked against the world as the
first k-1 leave it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Protocol

    from vsh.api.domain import Domain
    from vsh.redefine.moments import Document
    from vsh.xml.domain import Domain as Definition


if TYPE_CHECKING:

    class Documented(Protocol):
        """A moment as a driver keeps it."""

        @property
        def document(self) -> Document: ...


class Target:
    """A domain's moments, all known beforehand.

    uuid, name   the domain's
    """

    def __init__(
        self,
        uuid: str,
        name: str,
        moments: Mapping[str, Document] | None = None,
        current: str | None = None,
    ) -> None:
        self.uuid = uuid
        self.name = name
        self.current = current
        self._moments: Mapping[str, Document] = moments if moments is not None else {}

    @property
    def definition(self) -> Definition | None:
        """The domain as it is now; None where that is not known."""
        return None

    @classmethod
    def of_tree(cls, uuid: str, name: str, by_name: Mapping[str, Documented]) -> Target:
        """The target that a driver's own tree is: ``by_name`` maps names to what has a
        ``document``.
        """
        return _TreeTarget(uuid, name, by_name)

    def has(self, name: str) -> bool:
        """Whether a moment of that name exists."""
        return name in self._moments

    def document(self, name: str) -> Document | None:
        """Its document, or None where there is no such moment."""
        return self._moments.get(name)

    def parent_of(self, name: str) -> str | None:
        """The parent that its document names."""
        document = self.document(name)
        return None if document is None else document.parent

    def may_circle(self, name: str, parent: str) -> bool:
        """Whether a document of that name and parent could have itself above it: False where it is
        known that it has not.

        Where the parent stays no new way up is made.
        """
        return self.parent_of(name) != parent

    def names(self) -> Iterable[str]:
        """All names."""
        return self._moments

    def children_of(self, name: str) -> Iterator[tuple[str, int | None]]:
        """Names and creation times of its children."""
        for other in self.names():
            document = self.document(other)
            if document is not None and document.parent == name:
                yield other, document.created

    def user_of(self, path: str, name: str) -> str | None:
        """Another moment than ``name`` that has ``path`` as the source of a disk."""
        for other in self.names():
            if other != name and path in sources(self.document(other)):
                return other
        return None


class _TreeTarget(Target):
    """A driver's own tree."""

    def __init__(self, uuid: str, name: str, tree: Mapping[str, Documented]) -> None:
        super().__init__(uuid, name)
        self._tree = tree

    def has(self, name: str) -> bool:
        return name in self._tree

    def names(self) -> Iterable[str]:
        return self._tree

    def document(self, name: str) -> Document | None:
        moment = self._tree.get(name)
        return None if moment is None else moment.document


def definition_of(domain: Domain) -> Definition:
    """A domain as its hypervisor has it now.  Raises Error."""
    from vsh.xml.domain import Domain as Model
    from vsh.xml.engine.reader import read

    found: Definition = read(domain.get_xml_desc(0), Model, flags=0)
    return found


def sources(document: Document | None) -> set[str]:
    """The paths that a snapshot's disks and its memory have of their own."""
    if document is None:
        return set()
    places = [getattr(disk, "source", None) for disk in document.disks]
    found = {place.path for place in places if place is not None and place.path}
    memory = getattr(document, "memory_file", None)
    return found | {memory} if memory else found


class Entry:
    """One document of a batch.

    document None only where the text is what is there already, so that nothing had to be read
    action   "add", "replace", "reparent" (nothing but the parent changes) or "unchanged" (its
             content is what is there already)
    """

    __slots__ = (
        "_created", "_parent", "action", "document", "file", "name", "xml",
    )  # fmt: skip

    def __init__(
        self,
        document: Document | None,
        xml: str,
        file: str | None,
        *,
        name: str | None = None,
        parent: str | None = None,
        created: int | None = None,
    ) -> None:
        self.document = document
        self.name = str(document.name if document is not None and name is None else name)
        self._parent = parent
        self._created = created
        self.xml = xml
        self.file = file
        self.action = "add"

    @property
    def parent(self) -> str | None:
        """The parent that its document names."""
        if self.document is None:
            return self._parent
        parent: str | None = self.document.parent
        return parent

    @property
    def created(self) -> int:
        """When the moment was; 0 where that is not known."""
        found = self._created if self.document is None else self.document.created
        return found or 0

    @property
    def state(self) -> str | None:
        """The state of a snapshot's domain; None for checkpoints."""
        return getattr(self.document, "state", None)


class Plan(Target):
    """A target with the documents of a batch over it."""

    def __init__(self, base: Target) -> None:
        super().__init__(base.uuid, base.name, {}, base.current)
        self.base = base
        self.entries: dict[str, Entry] = {}

    @property
    def definition(self) -> Definition | None:
        return self.base.definition

    def has(self, name: str) -> bool:
        return name in self.entries or self.base.has(name)

    def document(self, name: str) -> Document | None:
        entry = self.entries.get(name)
        if entry is None or entry.document is None:
            return self.base.document(name)
        return entry.document

    def parent_of(self, name: str) -> str | None:
        entry = self.entries.get(name)
        return entry.parent if entry is not None else self.base.parent_of(name)

    def names(self) -> Iterable[str]:
        yield from self.entries
        for name in self.base.names():
            if name not in self.entries:
                yield name

    def levels(self) -> list[list[Entry]]:
        """The entries to apply, each level after the one that has its parents; unchanged ones are
        left out.

        Entries of one level do not depend on each other.  In a level the older come first; among
        the same age, names in natural order.
        """
        depths: dict[str, int] = {}
        for name in self.entries:
            self._depth(name, depths)
        levels: dict[int, list[Entry]] = {}
        for name, entry in self.entries.items():
            if entry.action != "unchanged":
                levels.setdefault(depths[name], []).append(entry)
        return [sorted(levels[depth], key=_age) for depth in sorted(levels)]

    def _depth(self, name: str, depths: dict[str, int]) -> None:
        """Note how many that have to be sent are above an entry, and it; not recursive: chains may
        be long.

        What is there already counts as a way up: something of the batch may be above it.
        """
        chain: dict[str, None] = {}
        above: str | None = name
        while above is not None and above not in depths and above not in chain:
            chain[above] = None
            above = self.parent_of(above)
        depth = depths.get(above or "", 0)
        for each in reversed(chain):
            entry = self.entries.get(each)
            depth += entry is not None and entry.action != "unchanged"
            depths[each] = depth


def _age(entry: Entry) -> tuple[int, list[tuple[int, str]]]:
    return (entry.created, natural(entry.name))


def natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts "snap10" after "snap9"."""
    parts: list[tuple[int, str]] = []
    text = ""
    digits = ""
    for char in name + "\0":
        if char.isascii() and char.isdigit():
            digits += char
            if text:
                parts.append((1, text))
                text = ""
        else:
            if digits:
                value = digits.lstrip("0")
                parts.append((0, f"{len(value):020}{value}"))
                digits = ""
            text += char
    return [*parts, (1, text)]
