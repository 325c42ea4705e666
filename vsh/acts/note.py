"""What an act has to say while it goes on, and how it is carried out."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import TypeVar

    from vsh.redefine.rule import Problem

    Result = TypeVar("Result")
    Act = Generator["Note", None, Result]


class Note:
    """Something that does not stop an act, and that should be known.

    text   one line, or a line and a diff below it
    facts  more about it, for programs
    """

    __slots__ = ("facts", "text")

    def __init__(self, text: str, facts: dict[str, object] | None = None) -> None:
        self.text = text
        self.facts = facts

    def __repr__(self) -> str:
        return f"<note: {self.text}>"


class Warned(Note):
    """A problem of a document that does not stop an act."""

    __slots__ = ("problem",)

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.warned(), problem.data())
        self.problem = problem


def carry_out(act: Act[Result], tell: Callable[[Note], object] = lambda note: None) -> Result:
    """Carry an act out to its end.  Returns its result.

    tell  gets each note as it comes
    """
    while True:
        try:
            note = next(act)
        except StopIteration as end:
            result: Result = end.value
            return result
        tell(note)
