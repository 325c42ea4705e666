"""The moments that a domain has on a connection, asked for only as far as a rule needs them.

A document of a chain of n is checked with a fixed number of calls, so that n of them cost n times
as much.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from vsh.errors import Error
from vsh.redefine.facts import Facts
from vsh.redefine.kinds import SECURE
from vsh.redefine.plan import Target, definition_of, sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vsh.api._call import Request
    from vsh.api.domain import Domain
    from vsh.redefine.kinds import Kind
    from vsh.redefine.lately import Lately
    from vsh.redefine.moments import Document, Moment
    from vsh.xml.domain import Domain as Definition

DESCENDANTS = 1

_sources: WeakKeyDictionary[object, dict[str, dict[str, set[str]]]] = WeakKeyDictionary()
# which images snapshots have, by driver, domain and snapshot: only ever used for the refusal of an
# image that two snapshots name, where an older answer does no harm


class LiveTarget(Target):
    """A domain's snapshots or checkpoints (``kind``), as its driver tells of them.

    known  what was just learnt of them, which is not asked for again
    """

    def __init__(self, domain: Domain, kind: Kind, known: Lately | None = None) -> None:
        super().__init__(domain.uuid, domain.name)
        self.domain = domain
        self.kind = kind
        self.known = known
        self._handles: dict[str, Moment | None] = {}
        self._documents: dict[str, Document | None] = {}
        self._definition: Definition | None = None
        self.original: str | None = None  # whose copy is checked: the two may share images

    def look_up(self, names: Iterable[str]) -> None:
        """Ask for moments by name, at once.  Raises Error for anything but a missing one."""
        known = self.known
        if known is not None:
            for name in names:
                if known.whole or name in known.handles:
                    self._handles.setdefault(name, known.handles.get(name))
        wanted = [name for name in dict.fromkeys(names) if name not in self._handles]
        if not wanted:
            return
        look = self.kind.looking_up(self.domain)
        answers = self.domain.connection.many([look.request(name, 0) for name in wanted])
        for name, answer in zip(wanted, answers, strict=True):
            if not isinstance(answer, Error):
                self._handles[name] = answer
            elif self.kind.absent(answer):
                self._handles[name] = None
            else:
                raise answer

    def handle(self, name: str) -> Moment | None:
        """The API's object of that name, or None."""
        if name not in self._handles:
            self.look_up([name])
        return self._handles[name]

    @property
    def definition(self) -> Definition:
        if self._definition is None:
            self._definition = definition_of(self.domain)
        return self._definition

    def has(self, name: str) -> bool:
        return self.handle(name) is not None

    def document(self, name: str) -> Document | None:
        if name not in self._documents:
            text = self._text(name)
            self._documents[name] = None if text is None else self.kind.read(text)
        return self._documents[name]

    def _text(self, name: str) -> str | None:
        """Its document's text, or None where there is no such moment."""
        if self.known is not None and (known := self.known.text(name)) is not None:
            return known
        handle = self.handle(name)
        if handle is None:
            return None
        try:
            text: str = handle.get_xml_desc(SECURE)
        except Error as error:
            if self.kind.absent(error):
                return None
            raise
        return text

    def parent_of(self, name: str) -> str | None:
        document = self._documents.get(name)
        if document is not None:
            return document.parent
        handle = self.handle(name)
        if handle is None:
            return None
        try:
            found = handle.get_parent(0)
        except Error as error:
            if self.kind.absent(error):
                return None
            raise
        self._handles.setdefault(found.name, found)
        return str(found.name)

    def may_circle(self, name: str, parent: str) -> bool:
        document = self.document(name)
        if document is None or document.parent == parent:
            return False
        handle = self.handle(name)
        below = handle.list_all_children(DESCENDANTS) if handle is not None else ()
        return any(each.name == parent for each in below)

    def all(self) -> list[Moment]:
        """All of the domain's, as the API's objects."""
        if self.known is not None and self.known.whole:
            return list(self.known.handles.values())
        found = list(self.kind.listing(self.domain)(0))
        for handle in found:
            self._handles[handle.name] = handle
        return found

    def names(self) -> Iterable[str]:
        return [handle.name for handle in self.all()]

    def children_of(self, name: str) -> Iterator[tuple[str, int | None]]:
        if self.known is not None and self.known.whole:
            yield from self.known.children_of(name)
            return
        handle = self.handle(name)
        if handle is None:
            return
        children: list[Moment] = [*handle.list_all_children(0)]
        requests: list[Request[str]] = [
            child.get_xml_desc.request(self.kind.without_domain) for child in children
        ]
        answers = self.domain.connection.many(requests)
        for child, answer in zip(children, answers, strict=True):
            if not isinstance(answer, Error):
                yield child.name, Facts(answer).created

    def user_of(self, path: str, name: str) -> str | None:
        connection = self.domain.connection
        known = _sources.setdefault(connection.driver, {}).setdefault(self.uuid, {})
        present = {handle.name: handle for handle in self.all()}
        new = [handle for other, handle in present.items() if other not in known]
        for handle, answer in zip(
            new, connection.many([handle.get_xml_desc.request(0) for handle in new]), strict=True
        ):
            if not isinstance(answer, Error):
                known[handle.name] = sources(self.kind.read(answer))
        for other, paths in known.items():
            if other not in (name, self.original) and path in paths and other in present:
                return other
        return None


def forget(domain: Domain, name: str) -> None:
    """A snapshot was redefined: what images it has has to be asked for again."""
    _sources.get(domain.connection.driver, {}).get(domain.uuid, {}).pop(name, None)
