"""The rules of redefinition, each declared once: its number, what it is about, why it is a rule,
what to do about a document that breaks it, and the check.

A rule's number is its name, with a letter where a rule has parts.  Rules that start with E are this
program's own: libvirt would take the document, and the result would be wrong or surprising.  A rule
is in the file of its family; the order in which rules are asked is a kind's (``redefine.kinds``).
What the reader of a document finds by itself (``rules.reading``) has no check here.
"""

from __future__ import annotations

from vsh.redefine.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vsh.errors import Error
    from vsh.redefine.case import Case

    Check = Callable[[Case], Iterable[Problem]]

COMPLETE = "use the whole document that snapshot-dumpxml --security-info gave"

UNREADABLE = ("12", "13", "15", "16", "23", "47", "48")
"""Rules that are broken where a document could not be read whole."""


class Rule:
    """name   its number
    title  what it is about
    why    what is checked, and what for
    hint   what the user can do
    where  the element below the root that it is about
    after  rules that have to hold for this one to be asked
    mild   --lenient makes a warning of it
    check  what is wrong with a case; None where the reader finds that
    """

    __slots__ = ("after", "check", "hint", "mild", "name", "title", "where", "why")

    def __init__(
        self,
        name: str,
        title: str,
        *,
        why: str,
        hint: str | None = None,
        where: str | None = None,
        after: tuple[str, ...] = (),
        mild: bool = False,
        check: Check | None = None,
    ) -> None:
        self.name = name
        self.title = title
        self.why = why
        self.hint = hint
        self.where = where
        self.after = after
        self.mild = mild
        self.check = check

    def broken(
        self,
        error: Error,
        *,
        line: int | None = None,
        hint: str | None = None,
        warning: bool = False,
    ) -> Problem:
        """A document that breaks it.

        error  what libvirt says of it, or would
        hint   what to do about this very case
        """
        return Problem(self, error, line=line, hint=hint, warning=warning)

    def __repr__(self) -> str:
        return f"<rule {self.name}: {self.title}>"


def rule(
    name: str,
    title: str,
    *,
    why: str,
    hint: str | None = None,
    where: str | None = None,
    after: tuple[str, ...] = (),
    mild: bool = False,
) -> Callable[[Check], Rule]:
    """Declare a rule: the function below it is its check."""

    def declared(check: Check) -> Rule:
        return Rule(
            name, title, why=why, hint=hint, where=where, after=after, mild=mild, check=check
        )

    return declared


_all: dict[str, Rule] = {}


def every() -> dict[str, Rule]:
    """All rules, by name."""
    if not _all:
        from vsh import lookup

        for file in lookup.names(__name__):
            module = lookup.module(__name__, file)
            for value in vars(module).values():
                if isinstance(value, Rule):
                    _all[value.name] = value
    return _all
