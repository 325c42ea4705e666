"""A rule of redefinition, the case that it is asked of, and the problem that it finds."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.errors import Error
    from vsh.redefine.plan import Target
    from vsh.redefine.profiles import Profile

    Check = Callable[["Case"], Iterable["Problem"]]
    """What is wrong with a case, by one rule."""


class Case:
    """One document that is looked at, and all that the rules may want to know of it.

    document    the model; where no rule is broken it is aligned with its domain afterwards
    target      what there is already
    xml         the text; "" where the model is all that there is
    flags       of the redefinition
    connection  to the hypervisor; None where a driver looks at its own documents
    profile     the driver's
    lenient     mild rules only warn
    active      what <active> says, None where there is none
    lines       where the elements below the root begin, by tag
    regular     whether a path is a regular file: with it paths are made up, as libvirt does
    completed   whether a driver has added to the document's <domain> what it adds: if not, a part
                that is missing is no difference
    problems    what was found so far
    """

    __slots__ = (
        "active", "completed", "connection", "document", "flags", "lenient", "lines", "problems",
        "profile", "regular", "target", "xml",
    )  # fmt: skip

    def __init__(
        self,
        document: Any,
        target: Target,
        *,
        xml: str = "",
        flags: int = 0,
        connection: Connection | None = None,
        profile: Profile | None = None,
        lenient: bool = False,
        active: bool | None = None,
        lines: dict[str, int] | None = None,
        regular: Callable[[str], bool] | None = None,
        completed: bool = False,
        problems: list[Problem] | None = None,
    ) -> None:
        self.document = document
        self.target = target
        self.xml = xml
        self.flags = flags
        self.connection = connection
        self.profile = profile
        self.lenient = lenient
        self.active = active
        self.lines = lines if lines is not None else {}
        self.regular = regular
        self.completed = completed
        self.problems = problems if problems is not None else []

    @property
    def name(self) -> str:
        """The moment's name."""
        return self.document.name or ""

    @property
    def line(self) -> int | None:
        """Where the document begins."""
        line: int | None = self.document.line
        return line

    @property
    def other(self) -> Any:
        """The document that is there already under this name, or None."""
        return self.target.document(self.document.name) if self.document.name is not None else None

    @property
    def domain(self) -> Any:
        """The definition that counts: the document's, or the one that is stored; or None."""
        if self.document.domain is not None:
            return self.document.domain
        other = self.other
        return None if other is None else other.domain

    def wrong(self, *rules: str) -> bool:
        """Whether one of the rules is broken."""
        return any(problem.rule in rules for problem in self.problems)

    def judge(self, rules: Iterable[Rule]) -> Iterator[Problem]:
        """What breaks these rules, in order; it is noted in ``problems``, too."""
        for rule in rules:
            if rule.check is None or (self.problems and self.wrong(*rule.after)):
                continue
            for problem in rule.check(self):
                if self.lenient and rule.mild:
                    problem.warning = True
                self.problems.append(problem)
                yield problem


class Problem:
    """A rule that a document breaks.

    rule     the rule's name: "12", "36a", "E6-path"; it is made with the rule itself
    error    what libvirt says of it, or would
    file, line   where; None where that is not known
    warning  True for what does not stop the document
    also     how many other documents it is true of
    hint     what to do about this very case; else the rule's
    """

    __slots__ = ("_hint", "_rule", "also", "error", "file", "line", "warning")

    def __init__(
        self,
        rule: Rule,
        error: Error,
        *,
        line: int | None = None,
        file: str | None = None,
        hint: str | None = None,
        warning: bool = False,
    ) -> None:
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


class Rule:
    """One rule.

    name   its number
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
