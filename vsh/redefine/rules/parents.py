"""The parent of a moment: another one, that exists, and that has not this one above it."""

from __future__ import annotations

from vsh.errors import InvalidArgument
from vsh.redefine.rule import Rule, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.rule import Case, Problem


@rule(
    "31",
    "not its own parent",
    why="A snapshot cannot have been taken on top of itself.",
    hint="correct <parent>",
    where="parent",
)
def own_parent(case: Case) -> Iterator[Problem]:
    return _own(case, own_parent)


@rule(
    "32",
    "the parent exists",
    why="A snapshot is linked to its parent at once, so parents have to be redefined first.",
    hint="redefine the parent first, or leave <parent> out to make it a root",
    where="parent",
)
def parent_exists(case: Case) -> Iterator[Problem]:
    return _missing(case, parent_exists)


@rule(
    "33",
    "no circle of parents",
    why="Going from parent to parent has to end at a root. Replacing a snapshot can "
    "close a circle.",
    hint="correct <parent> of one of them",
    where="parent",
    after=("32",),
)
def no_circle(case: Case) -> Iterator[Problem]:
    return _circle(case, no_circle)


@rule(
    "49",
    "the parent of a checkpoint",
    why="As with snapshots: it exists, and there is no circle.",
    hint="redefine the parent first",
    where="parent",
)
def checkpoint_parent(case: Case) -> Iterator[Problem]:
    found = [*_own(case, checkpoint_parent), *_missing(case, checkpoint_parent)]
    yield from found or _circle(case, checkpoint_parent)


def _own(case: Case, broken: Rule) -> Iterator[Problem]:
    name, parent = case.document.name, case.document.parent
    if name is not None and parent == name:
        error = InvalidArgument(f"cannot set moment {name} as its own parent")
        yield broken.broken(error, line=case.line)


def _missing(case: Case, broken: Rule) -> Iterator[Problem]:
    name, parent = case.document.name, case.document.parent
    if name is not None and parent not in (None, name) and not case.target.has(parent):
        error = InvalidArgument(f"parent {parent} for moment {name} not found")
        yield broken.broken(error, line=case.line)


def _circle(case: Case, broken: Rule) -> Iterator[Problem]:
    name, parent, target = case.document.name, case.document.parent, case.target
    if name is None or parent in (None, name):
        return
    if not target.has(name) or not target.may_circle(name, parent):
        return  # nothing can have it above yet
    above = parent
    seen = {above}  # what is there already may be a circle of its own
    while True:
        upper = target.parent_of(above)
        if upper == name:
            error = InvalidArgument(f"parent {above} would create cycle to {name}")
            yield broken.broken(error, line=case.line)
            return
        if upper is None or upper in seen or not target.has(upper):
            return
        above = upper
        seen.add(above)
