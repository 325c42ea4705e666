"""One thing that keeps a document from being redefined, and what the user can do about it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.errors import Error
    from vsh.redefine.rules import Rule


class Problem:
    """A rule that a document breaks.

    rule     the rule's name: "12", "36a", "E6-path" (the rule itself, where one is made)
    error    what libvirt says of it, or would
    file, line   where; None where that is not known
    warning  True for what does not stop the document
    also     how many other documents it is true of
    hint     what to do about this very case; else the rule's
    """

    __slots__ = ("_hint", "_rule", "also", "error", "file", "line", "warning")

    def __init__(
        self,
        rule: Rule | str,
        error: Error,
        *,
        line: int | None = None,
        file: str | None = None,
        hint: str | None = None,
        warning: bool = False,
    ) -> None:
        if isinstance(rule, str):
            from vsh.redefine.rules import every

            rule = every()[rule]
        self._rule = rule
        self.error = error
        self.line = line
        self.file = file
        self._hint = hint
        self.warning = warning
        self.also: str | None = None

    @property
    def rule(self) -> str:
        """The rule's name."""
        return self._rule.name

    @property
    def where(self) -> str | None:
        """The element below the root that its rule is about."""
        return self._rule.where

    @property
    def hint(self) -> str | None:
        """What to do about it."""
        return self._hint or self._rule.hint

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
        from textwrap import fill

        why = fill(self._rule.why, 78, initial_indent="  ", subsequent_indent="  ")
        return f"Rule {self.rule}: {self._rule.title}.\n{why}"

    def data(self) -> dict[str, object]:
        """The problem for structured formats; ``code`` is virErrorNumber."""
        return {
            "rule": self.rule,
            "title": self._rule.title,
            "file": self.file,
            "line": self.line,
            "code": self.error.code,
            "message": self.error.message,
            "hint": self.hint,
            "mild": self.warning,
            **({"also": self.also} if self.also else {}),
        }

    def __repr__(self) -> str:
        return f"<problem {self.rule} at {self.place or '?'}: {self.error.message}>"


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
