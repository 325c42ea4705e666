"""<filterref>: a network filter and the values of its variables."""

from __future__ import annotations

from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Text
from vsh.xml.engine.structure import Children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import Error
    from vsh.xml.engine.reading import Reading

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
NAME = frozenset(_LETTERS)
VALUE = frozenset(_LETTERS + ".:")


class FilterParameter(Element, tag="parameter"):
    """One value of a variable."""

    name = Text("@name")
    value = Text("@value")

    def valid(self) -> bool:
        """Whether libvirt takes it; it drops others without a word."""
        return (
            self.name is not None
            and bool(self.value)
            and NAME.issuperset(self.name)
            and VALUE.issuperset(self.value or "")
        )


class FilterReference(Element, tag="filterref"):
    """A filter, and the values of its variables in the order of their names."""

    filter = Text[str]("@filter", required=True)
    parameters = Children(FilterParameter, "parameter")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        valid = [parameter for parameter in self.parameters if parameter.valid()]
        self.parameters = sorted(valid, key=lambda parameter: parameter.name or "")
        return ()
