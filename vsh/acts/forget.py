"""Forgetting the metadata of a snapshot or checkpoint with all that is below it.

A daemon does that as well, in a time that grows with the square of their number.  Here each is
forgotten by a call of its own, the leaves first and all of them in flight together; what is left
and which is current afterwards is the same.  It is done with the journal that an import has: what
fails half way is put back, what is killed half way can be finished or undone.
"""

from __future__ import annotations

from vsh.acts.journaled import Working, perform
from vsh.redefine.facts import Facts
from vsh.redefine.fetch import fetch_some
from vsh.redefine.journal import Journal
from vsh.redefine.profiles import profile_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.acts.note import Act
    from vsh.api.checkpoint import Checkpoint
    from vsh.api.domain import Domain
    from vsh.api.snapshot import Snapshot
    from vsh.redefine.fetch import Fetched
    from vsh.redefine.kinds import Kind

DESCENDANTS = 1


def is_the_same(domain: Domain) -> bool:
    """Whether a domain's hypervisor is one of which it is known that the result is the same."""
    return profile_of(domain.connection).name == "qemu"


def forget(
    domain: Domain, kind: Kind, moment: Snapshot | Checkpoint, *, itself: bool = True
) -> Act[list[str]]:
    """Forget all below a moment, and the moment itself.  Returns the names, in order.

    itself  False keeps the moment, and forgets what is below it

    Raises CommandError where work that was cut off comes first; Failed after what was done has been
    undone; Error where the hypervisor cannot be asked.
    """
    with Working(domain, kind) as work:
        work.refuse_unfinished()
        around = {each.name: each for each in (moment, *moment.list_all_children(DESCENDANTS))}
        below = list(around)
        if kind.has_current and domain.has_current_snapshot(0):
            current = domain.snapshot_current(0)
            around.setdefault(current.name, current)
        above = Facts(moment.get_xml_desc(kind.without_domain)).parent
        if above is not None and above not in around:
            around[above] = kind.looking_up(domain)(above, 0)
        present = fetch_some(domain, kind, around.values())
        journal = Journal(domain, kind, "delete")
        journal.gone = _leaves_first(present, moment.name, below)
        if not itself:
            journal.gone.remove(moment.name)
        journal.note(present)
        if journal.gone:
            yield from perform(journal, present)
        return journal.gone


def _leaves_first(present: Fetched, top: str, names: Iterable[str]) -> list[str]:
    """Names of a moment and all below it, each before its parent."""
    below: dict[str | None, list[str]] = {}
    for name in names:
        if name != top:
            below.setdefault(present.parent_of(name), []).append(name)
    found = []
    waiting = [top]
    while waiting:
        name = waiting.pop()
        found.append(name)
        waiting += below.get(name, ())
    return found[::-1]
