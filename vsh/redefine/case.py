"""One document that is looked at, and all that the rules may want to know of it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.redefine.plan import Target
    from vsh.redefine.problem import Problem
    from vsh.redefine.profiles import Profile
    from vsh.redefine.rules import Rule


class Case:
    """document    the model; where no rule is broken it is aligned with its domain afterwards
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
