"""Sending documents that have been checked: one as it is, or many of them in order.

Rules:
- a document is sent once; what a hypervisor refuses is not tried again in another way;
- parents go first, moments that do not depend on each other go together, and the current one is
  made so last, once.
"""

from __future__ import annotations

from vsh.errors import Error
from vsh.redefine.live import forget

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vsh.api.domain import Domain
    from vsh.redefine.fetch import Fetched
    from vsh.redefine.journal import Record
    from vsh.redefine.kinds import Kind
    from vsh.redefine.moments import Moment
    from vsh.redefine.plan import Entry

CURRENT = 2


class Stopped(Exception):
    """Many things that were to be done, of which one was refused.

    name   the snapshot or checkpoint that it was
    error  why
    """

    def __init__(self, name: str, error: Error) -> None:
        super().__init__(f"{name}: {error.message}")
        self.name = name
        self.error = error


def send(
    domain: Domain,
    kind: Kind,
    xml: str,
    flags: int,
    meanwhile: Callable[[], None] | None = None,
    answer: Callable[[], Moment] | None = None,
) -> Moment:
    """Send one document.  Returns the snapshot or checkpoint.

    meanwhile  what can be done while it is on its way
    answer     waits for what came of it, where it has been sent already
    """
    create = kind.creating(domain)
    if answer is not None:
        if meanwhile is not None:
            meanwhile()
        moment = answer()
    elif meanwhile is None:
        moment = create(xml, flags)
    else:
        moment = domain.connection.driver.call_while(create.request(xml, flags), meanwhile)
    forget(domain, moment.name)
    return moment


def apply_levels(
    domain: Domain,
    kind: Kind,
    levels: Iterable[Iterable[Entry | Record]],
    *,
    flags: int = 0,
    excuse: Callable[[Error], bool] | None = None,
) -> list[Entry | Record]:
    """Send documents, each level after the one before has been answered.  Returns the entries that
    are in place, in order.

    excuse  which refusals only mean that the document, and all that is below it, is left out

    Raises Stopped for the first that is refused, after all of its level have been answered.
    """
    done: list[Entry | Record] = []
    out: set[str | None] = set()
    create = kind.creating(domain)
    for level in levels:
        out.update(entry.name for entry in level if entry.parent in out)
        wanted = [entry for entry in level if entry.name not in out]
        answers = domain.connection.many(
            [
                create.request(entry.xml, flags | kind.flags_of(domain, entry.state))
                for entry in wanted
            ]
        )
        stopped: Stopped | None = None
        for entry, answer in zip(wanted, answers, strict=True):
            if not isinstance(answer, Error):
                done.append(entry)
                forget(domain, entry.name)
            elif excuse is not None and excuse(answer):
                out.add(entry.name)
            elif stopped is None:
                stopped = Stopped(entry.name, answer)
        if stopped is not None:
            raise stopped
    return done


def make_current(
    domain: Domain, kind: Kind, xml: str, state: str | None, *, flags: int = 0
) -> None:
    """Make a snapshot the current one: its document again, with the flag that says so.

    What the document has in <revertDisks> is forgotten by that (rule 40), and put in again.
    """
    flags |= kind.flags_of(domain, state)
    send(domain, kind, xml, flags | CURRENT)
    if "<revertDisks>" in xml:
        send(domain, kind, xml, flags)


def drop(present: Fetched, names: Iterable[str]) -> None:
    """Forget the metadata of moments, all asked for at once; those that are not there are left out.

    Raises Stopped for the first that is refused, after all have been answered.
    """
    domain, kind = present.domain, present.kind
    flags = kind.forgetting(domain)
    there = [present.handles[name] for name in names if present.has(name)]
    requests = [handle.delete.request(flags) for handle in there]
    if kind.serial:
        answers = [answer for request in requests for answer in domain.connection.many([request])]
    else:
        answers = domain.connection.many(requests)
    for handle, answer in zip(there, answers, strict=True):
        if not isinstance(answer, Error):
            forget(domain, handle.name)
        elif not kind.absent(answer):
            raise Stopped(handle.name, answer)
