"""What reading a document finds: what is wrong with it, and what no model knows."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.errors import Error


class Problem:
    """One thing that is wrong with a document.

    error  what libvirt says of it
    field  the name of the model's field that it is about, "" where it is about all of them: it says
           what libvirt would find before it
    line   where; None where that is not known
    within the names of the elements that it is in, from its own outwards
    rule   the number of the rule that is broken, or None
    form   whether the document is wrong by itself: a value that cannot be read, or one that is
           missing; a schema would not allow it either
    void   whether it turned out to be about something that libvirt does not look at
    """

    __slots__ = ("error", "field", "form", "line", "rank", "rule", "void", "within")

    def __init__(
        self,
        error: Error,
        field: str = "",
        *,
        line: int | None = None,
        rule: int | None = None,
        rank: int = 0,
        form: bool = False,
    ) -> None:
        self.error = error
        self.field = field
        self.line = line
        self.rule = rule
        self.rank = rank
        self.form = form
        self.void = False
        self.within: tuple[str, ...] = ()

    def stands(self, element: _Element) -> None:
        """Say in which element it is."""
        self.line = element.sourceline
        self.within = (element.tag, *(parent.tag for parent in element.iterancestors()))

    def __repr__(self) -> str:
        return f"Problem({str(self.error)!r}, line={self.line}, rule={self.rule})"


if TYPE_CHECKING:
    Found = Iterable[Error | tuple[str, Error] | Problem]
    """Problems as a model finds them: an Error, one with the name of its field, or all of it."""


class Unknown:
    """A part of a document that no model knows: ``name`` is ``<tag>`` or ``@attribute``, ``known``
    what could have stood there."""

    __slots__ = ("known", "line", "name", "path")

    def __init__(self, path: str, name: str, line: int | None, known: tuple[str, ...]) -> None:
        self.path = path
        self.name = name
        self.line = line
        self.known = known

    @property
    def nearest(self) -> str | None:
        """The word that was most likely meant."""
        import difflib

        close = difflib.get_close_matches(self.name.strip("@<>"), self.known, 1)
        return close[0] if close else None

    def __repr__(self) -> str:
        return f"Unknown({self.path!r}, {self.name!r}, line={self.line})"
