"""All moments of a domain, taken at once: one listing, then every document in flight together."""

from __future__ import annotations

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
    from vsh.redefine.moments import Document, Moment
    from vsh.xml.domain import Domain as Definition


class Fetched(Target):
    """A domain's snapshots or checkpoints (its ``kind``) as they were when they were asked for.

    handles   the API's objects, by name
    texts     their whole documents, by name
    current   the name of the current snapshot; None where there is none, and for checkpoints
    """

    def __init__(
        self,
        domain: Domain,
        kind: Kind,
        handles: dict[str, Moment],
        texts: dict[str, str],
        current: str | None = None,
    ) -> None:
        super().__init__(domain.uuid, domain.name, {}, current)
        self.domain = domain
        self.kind = kind
        self.handles = handles
        self.texts = texts
        self._facts: dict[str, Facts] = {}
        self._documents: dict[str, Document | None] = {}
        self._definition: Definition | None = None

    @property
    def definition(self) -> Definition:
        if self._definition is None:
            self._definition = definition_of(self.domain)
        return self._definition

    def has(self, name: str) -> bool:
        return name in self.texts

    def document(self, name: str) -> Document | None:
        if name not in self._documents:
            text = self.texts.get(name)
            self._documents[name] = None if text is None else self.kind.read(text)
        return self._documents[name]

    def facts(self, name: str) -> Facts | None:
        """What the top of its document says, or None where there is no such moment."""
        found = self._facts.get(name)
        if found is None and name in self.texts:
            found = self._facts[name] = Facts(self.texts[name])
        return found

    def parent_of(self, name: str) -> str | None:
        facts = self.facts(name)
        return None if facts is None else facts.parent

    def names(self) -> Iterable[str]:
        return self.texts

    def children_of(self, name: str) -> Iterator[tuple[str, int | None]]:
        for other in self.texts:
            facts = self.facts(other)
            if facts is not None and facts.parent == name:
                yield other, facts.created

    def sources(self, name: str) -> set[str]:
        """The images that a moment has of its own."""
        text = self.texts[name]
        end = text.find("\n  <domain")
        head = text if end < 0 else text[:end]
        if "<source " not in head and " file='" not in head:
            return set()
        return sources(self.document(name))


def fetch(domain: Domain, kind: Kind, *, secure: bool = True) -> Fetched:
    """Ask for all.  Raises Error for anything but a moment that has gone meanwhile.

    secure  with passwords, as a document has to be that is to be redefined
    """
    found = kind.listing(domain)(0)
    return fetch_some(domain, kind, found, secure=secure)


def fetch_some(
    domain: Domain, kind: Kind, handles: Iterable[Moment], *, secure: bool = True
) -> Fetched:
    """Ask for these, and which is current.  Raises Error as ``fetch`` does."""
    found = list(handles)
    requests: list[Request[object]] = [
        each.get_xml_desc.request(SECURE if secure else 0) for each in found
    ]
    if kind.has_current:
        requests.append(domain.snapshot_current.request(0))
    answers = domain.connection.many(requests)
    current = None
    if kind.has_current:
        answer = answers.pop()
        if not isinstance(answer, Error):
            current = str(getattr(answer, "name"))
        elif not kind.absent(answer):
            raise answer
    kept, texts = {}, {}
    for handle, answer in zip(found, answers, strict=True):
        if not isinstance(answer, Error):
            kept[handle.name], texts[handle.name] = handle, str(answer)
        elif not kind.absent(answer):
            raise answer
    return Fetched(domain, kind, kept, texts, current)
