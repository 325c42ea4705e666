"""Which snapshot is the current one."""

from __future__ import annotations

from vsh.errors import InvalidArgument
from vsh.redefine.rule import rule
from vsh.redefine.rules import UNREADABLE
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.rule import Case, Problem

CURRENT = int(SnapshotCreate.CURRENT)


@rule(
    "E6-active",
    "active says the same as --current",
    why="<active> is dropped, so the snapshot would not be what the document says.",
    hint="add or leave out --current, or remove <active>; an import has --drop-current",
    where="active",
    after=UNREADABLE,
    mild=True,
)
def active_is_current(case: Case) -> Iterator[Problem]:
    current = bool(case.flags & CURRENT)
    if case.active is not None and case.active != current:
        text = (
            f"<active> of snapshot {case.name} says "
            f"{'current' if case.active else 'not current'}, "
            f"--current {'is' if current else 'is not'} given"
        )
        yield active_is_current.broken(InvalidArgument(text), line=case.line)
