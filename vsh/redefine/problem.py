"""One thing that keeps a document from being redefined, and what the user can do about it."""

from __future__ import annotations

from vsh.redefine.book import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.errors import Error


class Problem:
    """A rule that a document breaks.

    rule     the rule's name in the book: "12", "36a", "E6"
    error    what libvirt says of it, or would
    file, line   where; None where that is not known
    warning  True for what does not stop the document
    also     how many other documents it is true of
    hint     what to do about this very case; else the book's
    """

    __slots__ = ("_hint", "also", "error", "file", "line", "rule", "warning")

    def __init__(
        self,
        rule: str | int,
        error: Error,
        *,
        line: int | None = None,
        file: str | None = None,
        hint: str | None = None,
        warning: bool = False,
    ) -> None:
        self.rule = str(rule)
        self.error = error
        self.line = line
        self.file = file
        self._hint = hint
        self.warning = warning
        self.also: str | None = None

    @property
    def hint(self) -> str | None:
        """What to do about it."""
        entry = RULES.get(self.rule)
        return self._hint or (entry.hint if entry is not None else None)

    @property
    def place(self) -> str:
        """The file and the line, as far as they are known."""
        if self.file is None:
            return "" if self.line is None else f"line {self.line}"
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def text(self) -> str:
        """Place, rule, message and hint, on two lines."""
        place = f"{self.place}: " if self.place else ""
        kind = "warning" if self.warning else "rule"
        number = f"rule {self.rule}" if self.warning else self.rule
        first = f"{place}{kind} {number}: {self.error.message.rstrip()}"
        return f"{first}\n    {self.hint}" if self.hint else first

    def warned(self) -> str:
        """Place, message, hint and how often, on one line."""
        place = f"{self.place}: " if self.place else ""
        more = "; ".join(text for text in (self.hint, self.also) if text)
        return f"{place}{self.error.message}" + (f" ({more})" if more else "")

    def explanation(self) -> str:
        """The rule in full."""
        return explanation(self.rule)

    def data(self) -> dict[str, Any]:
        """The problem for structured formats; ``code`` is virErrorNumber."""
        entry = RULES.get(self.rule)
        return {
            "rule": self.rule,
            "title": entry.title if entry is not None else None,
            "file": self.file,
            "line": self.line,
            "code": self.error.code,
            "message": self.error.message,
            "hint": self.hint,
            "warning": self.warning,
            **({"also": self.also} if self.also else {}),
        }

    def __repr__(self) -> str:
        return f"<problem {self.rule} at {self.place or '?'}: {self.error.message}>"


def explanation(rule: str) -> str:
    """A rule in full: its title and why it is one.  A part of a rule that has no text of its own
    has the
    rule's."""
    entry = RULES.get(rule) or RULES.get(rule.rstrip("abcdefg"))
    if entry is None:
        return f"Rule {rule}"
    from textwrap import fill

    why = fill(entry.why, 78, initial_indent="  ", subsequent_indent="  ")
    return f"Rule {rule}: {entry.title}.\n{why}"


def first_of(problems: list[Problem]) -> Error | None:
    """The error to raise for a list of problems: the first that is not a warning, which carries
    them all.
    """
    for problem in problems:
        if not problem.warning:
            error = problem.error
            error.problems = problems
            error.hint = problem.hint
            return error
    return None
