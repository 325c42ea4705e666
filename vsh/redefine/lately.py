"""What a connection has just learnt of a domain's moments, so that many redefinitions in a row do
not ask for it again and again.

It holds as long as nothing else is asked of the driver in between, and for a second at most.  It is
never believed against a document: what is refused by it is looked at again, afresh.

While one document is on its way the next can be checked, as if the one were in place already.  What
that found is only used where it is.  Where nothing was found the next is sent as soon as the one is
in place; its turn finds it on its way.
"""

from __future__ import annotations

from time import monotonic
from weakref import WeakKeyDictionary

from vsh.errors import Error
from vsh.redefine.facts import Facts
from vsh.redefine.kinds import SECURE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.redefine.check import Checked
    from vsh.redefine.kinds import Kind
    from vsh.redefine.moments import Document, Moment

    Asked = tuple[str, str | None, int, bool]
    """A document, the file that messages say it is from, the flags of its redefinition, and whether
    it is checked leniently."""

SECONDS = 1.0
STREAK = 2
"""After so many redefinitions in a row all that is there is asked for at once."""

TEXTS = 64 * 1024 * 1024
WINDOW = 100
"""The characters of documents that are kept, and how many are asked for together."""

AHEAD = 4
"""How many times as many documents are asked for with each that was not known."""

_all: WeakKeyDictionary[object, dict[tuple[str, str], Lately]] = WeakKeyDictionary()


class Lately:
    """The moments of one kind that a domain had a moment ago.

    handles    the API's objects of those that are known to be there, by name
    whole      whether those are all
    texts      documents, by name, as far as they are known
    facts      what the tops of documents say, by name
    next       the document that was checked ahead of its turn, and what was found; or None
    answer     what waits for its answer, where it has been sent, too
    """

    __slots__ = (
        "_ahead", "_children", "_domain", "_kind", "_made", "_streak", "_until", "answer", "facts",
        "handles", "next", "texts", "whole",
    )  # fmt: skip

    def __init__(self, domain: Domain, kind: Kind) -> None:
        self._domain = domain
        self._kind = kind
        self._made = 0
        self._until = 0.0
        self._streak = 0
        self._ahead = 1
        self.whole = False
        self.handles: dict[str, Moment] = {}
        self.texts: dict[str, str] = {}
        self.facts: dict[str, Facts] = {}
        self.next: tuple[Asked, Checked] | None = None
        self.answer: Callable[[], Moment] | None = None
        self._children: dict[str, set[str]] = {}

    def holds(self) -> bool:
        """Whether nothing but the domain was asked for since."""
        made = self._domain.connection.driver.calls_made
        return 0 <= made - self._made <= 1 and monotonic() < self._until

    def look(self, *, ahead: int = 0) -> None:
        """After some redefinitions in a row, those that are on their way with them: ask for all."""
        if self.whole or self._streak + ahead < STREAK:
            return
        handles = list(self._kind.listing(self._domain)(0))
        self.handles = {handle.name: handle for handle in handles}
        self.whole = True
        room = TEXTS
        for start in range(0, len(handles), WINDOW):
            some = handles[start : start + WINDOW]
            answers = self._domain.connection.many(
                [handle.get_xml_desc.request(SECURE) for handle in some]
            )
            for handle, answer in zip(some, answers, strict=True):
                if not isinstance(answer, str):
                    continue
                self._note(handle.name, Facts(answer))
                room -= len(answer)
                if room >= 0:
                    self.texts[handle.name] = answer

    def text(self, name: str) -> str | None:
        """A document; None: it is not known, or not there.

        Those that came after it are asked for with it, more and more of them: whoever redefines all
        again does so in the same order as before.
        """
        if name not in self.texts and self.whole and name in self.handles:
            if sum(map(len, self.texts.values())) > TEXTS:
                self.texts.clear()
            names = list(self.handles)
            following = names[names.index(name) :]
            wanted = [each for each in following if each not in self.texts][: self._ahead]
            self._ahead = min(WINDOW, self._ahead * AHEAD)
            answers = self._domain.connection.many(
                [self.handles[each].get_xml_desc.request(SECURE) for each in wanted]
            )
            for each, answer in zip(wanted, answers, strict=True):
                if isinstance(answer, str):
                    self.texts[each] = answer
        return self.texts.get(name)

    def _note(self, name: str, facts: Facts) -> None:
        before = self.facts.get(name)
        if before is not None and before.parent is not None:
            self._children[before.parent].discard(name)
        self.facts[name] = facts
        if facts.parent is not None:
            self._children.setdefault(facts.parent, set()).add(name)

    def children_of(self, name: str) -> list[tuple[str, int | None]]:
        """Names and times of children; only where ``whole``."""
        return [(child, self.facts[child].created) for child in self._children.get(name, ())]

    def expect(self, document: Document) -> None:
        """A checked document is on its way: from now on all is as if it were in place.

        It has to be ``sent`` or ``over`` then.
        """
        self.look(ahead=1)
        name = document.name
        assert name is not None
        if name not in self.handles:
            self.handles[name] = self._kind.handle(self._domain, name)
        self.texts.pop(name, None)
        self._note(name, Facts.of(document))

    def over(self) -> None:
        """Nothing of it holds any more."""
        self._until = 0.0

    @property
    def is_over(self) -> bool:
        """Whether it was said to be."""
        return not self._until

    def checked(self, asked: Asked) -> Checked | None:
        """What was found in this document ahead of its turn, if it was; once.

        Where it has been sent, ``answer`` is there.
        """
        found, self.next = self.next, None
        if found is not None and found[0] == asked:
            return found[1]
        self.settle()
        return None

    def send_next(self) -> None:
        """The one before is in place: send the next, if there is nothing to say about it."""
        if self.next is not None and not self.next[1].problems:
            xml, _, flags, _ = self.next[0]
            request = self._kind.creating(self._domain).request(xml, flags)
            self.answer = self._domain.connection.driver.begin(request)

    def settle(self) -> None:
        """Nobody asks for the one that was sent ahead of its turn."""
        answer, self.answer = self.answer, None
        if answer is not None:
            from contextlib import suppress

            with suppress(Error):
                answer()
            self.over()

    def sent(self, moment: Moment, facts: Facts) -> None:
        """A document was redefined."""
        self.handles[moment.name] = moment
        self.texts.pop(moment.name, None)
        self._note(moment.name, facts)
        self._streak += 1
        self._until = monotonic() + SECONDS
        self._made = self._domain.connection.driver.calls_made


def lately(domain: Domain, kind: Kind) -> Lately | None:
    """What holds now, or None."""
    found = _all.get(domain.connection.driver, {}).get((domain.uuid, kind.name))
    if found is None or (found.answer is None and not found.holds()):
        return None
    if found.answer is None:
        found.look()
    return found


def remember(
    domain: Domain, kind: Kind, moment: Moment, document: Document, known: Lately | None
) -> None:
    """A checked document was redefined.

    known  what held when it was checked
    """
    driver = domain.connection.driver
    if known is None:
        known = Lately(domain, kind)
        _all.setdefault(driver, {})[str(domain.uuid), kind.name] = known
    known.sent(moment, Facts.of(document))
