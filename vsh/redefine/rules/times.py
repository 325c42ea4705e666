"""When a moment was, beside its children."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.redefine.rule import rule
from vsh.redefine.rules import UNREADABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.rule import Case, Problem


@rule(
    "E6-time",
    "a snapshot is not younger than its children",
    why="creationTime is later than a child's: probably a wrong parent.",
    hint="check <parent>",
    where="creationTime",
    after=UNREADABLE,
)
def not_younger_than_children(case: Case) -> Iterator[Problem]:
    created = case.document.created
    if created is None:
        return
    for child, time in case.target.children_of(case.name):
        if time is not None and time < created:
            error = InternalError(f"{case.name} is younger than its child {child}")
            yield not_younger_than_children.broken(error, line=case.line, warning=True)
