"""Taking work back: in reverse order, and only what is still as the work left it.

This is compensation, not a transaction: others may have changed something meanwhile.  What they
changed is left alone, and named.
"""

from __future__ import annotations

from vsh.errors import Error
from vsh.redefine.apply import make_current, send
from vsh.redefine.facts import Facts
from vsh.redefine.fetch import fetch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from vsh.api._call import Request
    from vsh.api.domain import Domain
    from vsh.redefine.fetch import Fetched
    from vsh.redefine.journal import Journal, Record
    from vsh.redefine.moments import Moment

    Step = tuple[str, str, Request[object]]
    """The name, what it does, and the call."""


class Undone:
    """What came of it.

    done  (name, what was done to it) in that order
    left  (name, why it is not as it was)
    """

    __slots__ = ("done", "left")

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.left: list[tuple[str, str]] = []

    def text(self) -> str:
        """What was undone, in one line."""
        return ", ".join(f"{name} {what}" for name, what in self.done)

    def remains(self) -> str:
        """What was not."""
        return ", ".join(f"{name} ({why})" for name, why in self.left)


def undo(domain: Domain, journal: Journal) -> Undone:
    """Undo what is in place of some work.  Raises Error where the hypervisor cannot be asked."""
    undone = Undone()
    present = fetch(domain, journal.kind)
    for names in _top_down(journal):
        missing = [(name, journal.texts[name]) for name in names if not present.has(name)]
        steps = [(name, "put back", _again(domain, journal, old)) for name, old in missing]
        _carry_out(domain, steps, undone)
    if journal.gone:
        present = fetch(domain, journal.kind)
    for level in reversed(journal.levels):
        _undo_level(domain, journal, level, present, undone)
    _restore(domain, journal, undone)
    return undone


def _top_down(journal: Journal) -> list[list[str]]:
    """The names whose metadata was to be forgotten, parents first; those that do not depend on
    each other together.
    """
    parents = {
        name: Facts(journal.texts[name]).parent for name in journal.gone if name in journal.texts
    }
    levels: list[list[str]] = []
    depths: dict[str, int] = {}
    for start in parents:
        chain: dict[str, None] = {}
        name: str | None = start
        while name in parents and name not in depths and name not in chain:
            chain[name] = None
            name = parents[name]
        depth = depths.get(name or "", -1)
        for each in reversed(chain):
            depth += 1
            depths[each] = depth
            if depth == len(levels):
                levels.append([])
            levels[depth].append(each)
    if journal.kind.serial:
        return [[name] for level in levels for name in level]
    return levels


def _carry_out(domain: Domain, steps: Sequence[Step], undone: Undone) -> None:
    """Make calls that do not depend on each other: (name, what it does, request)."""
    answers = domain.connection.many([request for _, _, request in steps])
    for (name, what, _), answer in zip(steps, answers, strict=True):
        if isinstance(answer, Error):
            undone.left.append((name, answer.message.strip()))
        else:
            undone.done.append((name, what))


def _undo_level(
    domain: Domain, journal: Journal, level: list[Record], present: Fetched, undone: Undone
) -> None:
    """Undo documents that do not depend on each other, together."""
    steps: list[Step] = []
    # whose parent may go: what the work made and what is undone already
    ours = {record.name for record in journal.records} - {name for name, _ in undone.left}
    for record in reversed(level):
        old = journal.texts.get(record.name)
        standing = record.standing(present, old)
        if standing == "foreign":
            undone.left.append((record.name, "somebody else has changed it"))
        elif old is None and standing == "new":
            strangers = [name for name, _ in present.children_of(record.name) if name not in ours]
            if strangers:
                undone.left.append((record.name, f"{strangers[0]} is below it now"))
                continue
            flags = journal.kind.forgetting(domain)
            request = present.handles[record.name].delete.request(flags)
            steps.append((record.name, "deleted", request))
        elif old is not None and standing in ("new", "absent"):
            steps.append((record.name, "put back", _again(domain, journal, old)))
    _carry_out(domain, steps, undone)


def _again(domain: Domain, journal: Journal, old: str) -> Request[Moment]:
    flags = journal.kind.flags_of(domain, Facts(old).state)
    return journal.kind.creating(domain).request(old, flags)


def _restore(domain: Domain, journal: Journal, undone: Undone) -> None:
    """The current snapshot, and whatever else of what was there is not as it was."""
    left = {name for name, _ in undone.left}
    ours = {record.name for record in journal.records} | set(journal.gone)
    kind = journal.kind
    present = fetch(domain, kind)
    was = journal.old_current
    if kind.has_current and present.current != was:
        if was is None:
            if present.current == journal.current:
                undone.left.append((str(present.current), "no call makes a domain have no current"))
        elif was in journal.texts and was not in left:
            old = journal.texts[was]
            try:
                make_current(domain, kind, old, Facts(old).state)
                undone.done.append((was, "made current again"))
            except Error as error:
                undone.left.append((was, error.message.strip()))
            present = fetch(domain, kind)
    for name, old in journal.texts.items():
        if name in left or present.texts.get(name, "").strip() == old.strip():
            continue
        if name not in ours and not alike(present.texts.get(name), old):
            undone.left.append((name, "somebody else has changed it"))
            continue
        try:
            send(domain, kind, old, kind.flags_of(domain, Facts(old).state))
            undone.done.append((name, "put back"))
        except Error as error:
            undone.left.append((name, error.message.strip()))


def alike(text: str | None, old: str) -> bool:
    """Whether a moment is still the one that it was, in another state at most of its images."""
    if text is None:
        return False
    now, before = Facts(text), Facts(old)
    return (now.parent, now.created, now.state) == (before.parent, before.created, before.state)
