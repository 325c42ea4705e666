"""One document being read: what was asked for and what was found."""

from __future__ import annotations

from vsh.xml.engine.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.errors import Error
    from vsh.xml.engine.problem import Unknown


class Reading:
    """One document being read.

    flags     as ``vsh.xml.engine.flags`` has them
    problems  all that is wrong, in the order in which libvirt would meet it
    unknown   what is dropped; None where nobody wants to know
    facts     whatever the model's hooks want to know
    refused   the values that could not be read: whose, and the field's name
    """

    __slots__ = ("facts", "flags", "problems", "refused", "unknown")

    def __init__(
        self,
        flags: int,
        problems: list[Problem],
        unknown: list[Unknown] | None,
        facts: object = None,
    ) -> None:
        self.flags = flags
        self.problems = problems
        self.unknown = unknown
        self.facts = facts
        self.refused: set[tuple[int, str]] = set()

    def problem(
        self,
        error: Error,
        element: _Element | None = None,
        *,
        rule: int | None = None,
        rank: int = 0,
        form: bool = False,
    ) -> None:
        """Note something that is wrong."""
        problem = Problem(error, rule=rule, rank=rank, form=form)
        if element is not None:
            problem.stands(element)
        self.problems.append(problem)
