"""Elements made of what a user typed, as fields of a model: where each stands is the model's word.

Unlike the model's own instances they are not written as libvirt writes them, but as virsh does:
only what was given, in the order in which it was given, and a text that the model would refuse is
written all the same, for the driver to say what it thinks of it.
"""

from __future__ import annotations

from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Field, Present
from vsh.xml.engine.node import Node
from vsh.xml.engine.text import escape


class AsIs(str):
    """A text that is not escaped: it may have entities (``&amp;``) and is trusted to be XML."""

    __slots__ = ()


def as_is(text: str | None) -> AsIs | None:
    """The text, not to be escaped; None stays None."""
    return None if text is None else AsIs(text)


class _Typed(Field):
    """A field that takes any text besides values of its own kind, and is written whatever they
    are."""

    def __init__(self, field: Field) -> None:
        super().__init__(field.path)
        self.name = field.name
        self._field = field

    def show(self, value: object) -> str:
        if isinstance(value, AsIs):
            return value
        return escape(value) if isinstance(value, str) else self._field.show(value)


class Described(Element):
    """One element: ``Described(Disk, device="cdrom", target="sda")``.

    Values are texts, or what the field takes; a nested element is a Described of its own.  None
    stands for "not given".  An element with nothing in it is not written.
    """

    omit_empty = True

    def __init__(self, model: type[Element], /, **values: object) -> None:
        super().__init__()
        self.tag = model.tag
        self._node = node = Node(model.tag)
        for name, value in values.items():
            if value is not None:
                field = model.fields[name]
                whole = field.element or isinstance(field, Present)
                node.add(field if whole else _Typed(field))
                self.__dict__[name] = value
        node.finish()
