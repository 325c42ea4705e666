"""Importing: many documents read, checked as a whole, and redefined, all or none."""

from __future__ import annotations

from vsh.acts.gather import gather
from vsh.acts.journaled import Finished, Working, perform
from vsh.acts.note import Warned
from vsh.errors import CommandError
from vsh.redefine.batch import prepare
from vsh.redefine.given import Mending
from vsh.redefine.journal import Journal
from vsh.redefine.rule import first_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.acts.note import Act
    from vsh.api.domain import Domain
    from vsh.redefine.batch import Batch
    from vsh.redefine.kinds import Kind
    from vsh.redefine.rule import Problem

POLICIES = ("fail", "root", "skip")


class Wishes:
    """How to import.

    flags         of every redefinition, beside REDEFINE
    mending       what is changed in every document
    orphans       what becomes of a document whose parent is nowhere: fail, root or skip
    current       the snapshot to be current afterwards
    drop_current  do not believe <active>
    lenient       what libvirt would take although it cannot be right is a note
    truncate      leave out checkpoints whose bitmaps are not in order, and all that is below them
    """

    __slots__ = (
        "current", "drop_current", "flags", "lenient", "mending", "orphans", "truncate",
    )  # fmt: skip

    def __init__(
        self,
        flags: int = 0,
        *,
        mending: Mending | None = None,
        orphans: str = "fail",
        current: str | None = None,
        drop_current: bool = False,
        lenient: bool = False,
        truncate: bool = False,
    ) -> None:
        self.flags = flags
        self.mending = mending if mending is not None else Mending()
        self.orphans = orphans
        self.current = current
        self.drop_current = drop_current
        self.lenient = lenient
        self.truncate = truncate


def plan_import(domain: Domain, kind: Kind, paths: list[str], wishes: Wishes) -> Act[Batch]:
    """Read and check documents, and plan what is to be done; nothing is changed.

    paths  documents, bundles, or folders of them

    Raises CommandError, the first problem's Error as its cause with all of them as its
    ``problems``.
    """
    givens = gather(paths, kind, wishes.mending)
    batch = prepare(
        domain,
        kind,
        givens,
        wishes.flags,
        lenient=wishes.lenient,
        orphans=wishes.orphans,
        current=wishes.current,
        drop_current=wishes.drop_current,
        parents=wishes.mending.parents,
    )
    error = first_of(batch.problems)
    if error is not None:
        wrong = sum(not problem.warning for problem in batch.problems)
        raise CommandError(
            f"{number(wrong, 'problem')} in {number(len(givens), 'document')}: nothing was changed",
            listed=True,
        ) from error
    for problem in _collected(batch.problems):
        yield Warned(problem)
    return batch


def import_(domain: Domain, kind: Kind, paths: list[str], wishes: Wishes) -> Act[Finished]:
    """Redefine what documents describe, all or none.

    The domain's lock is held from before the first look.  Raises as ``plan_import`` does;
    CommandError where work that was cut off comes first; Failed.
    """
    with Working(domain, kind) as work:
        work.refuse_unfinished()
        batch = yield from plan_import(domain, kind, paths, wishes)
        left_out: list[str] = []
        if batch.entries or batch.current is not None:
            journal = Journal.of_batch(domain, batch, truncate=wishes.truncate)
            left_out = yield from perform(journal, batch.base)
        return Finished(batch.rows, left_out, batch.current)


def number(count: int, word: str) -> str:
    """How many of something there are, in words."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _collected(problems: list[Problem]) -> list[Problem]:
    """Warnings, the same of many documents once."""
    found: dict[tuple[str, str], Problem] = {}
    counts: dict[tuple[str, str], int] = {}
    for problem in problems:
        key = (problem.rule, problem.error.message)
        found.setdefault(key, problem)
        counts[key] = counts.get(key, 0) + 1
    for key, problem in found.items():
        if counts[key] > 1:
            problem.also = f"and {number(counts[key] - 1, 'more place')}"
    return list(found.values())
