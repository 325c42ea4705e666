"""The fields of a model that are whole elements: with a model of their own, kept verbatim, or read
and written in a way of their own."""

from __future__ import annotations

from vsh.xml.engine.field import Field
from vsh.xml.engine.generic import Generic, Model, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Unpack

    from lxml.etree import _Element

    from vsh.xml.engine.field import Asked
    from vsh.xml.engine.raw import Verbatim
    from vsh.xml.engine.reading import Reading


class Structure(Field, Generic[Model]):
    """A field that is read and written as a whole element; ``kind`` is the model's class or
    where to find it."""

    element = True

    def __init__(self, kind: type[Model] | str, path: str, **options: Unpack[Asked]) -> None:
        super().__init__(path, **options)
        self.where = kind if isinstance(kind, str) else ""
        self.known = None if isinstance(kind, str) else kind

    @property
    def kind(self) -> type[Model]:
        """The model's class; ``module:Class`` is imported on first use."""
        if self.known is None:
            import importlib

            module, _, name = self.where.partition(":")
            found: type[Model] = getattr(importlib.import_module(module), name)
            self.known = found
        return self.known


class Child(Structure[Model]):
    """One element with a model of its own."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Model | None: ...
        def __set__(self, instance: object, value: Model | None) -> None: ...


class Settled(Child[Model]):
    """An element that every document has once it was read: where there is none, reading puts one
    there or refuses the document."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Model: ...
        def __set__(self, instance: object, value: Model | None) -> None: ...


class Children(Structure[Model]):
    """A list of elements with a model of their own; a path that ends in ``*`` takes every
    element."""

    many = True

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> list[Model]: ...
        def __set__(self, instance: object, value: list[Model]) -> None: ...


class Raw(Field):
    """An element kept verbatim (see ``vsh.xml.engine.raw``)."""

    element = True

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Verbatim | None: ...
        def __set__(self, instance: object, value: Verbatim | None) -> None: ...


class OwnWays(Field, Generic[Value]):
    """An element with ways of its own.

    read(element, reading) gives the value, raising an Error; write(value, out, level, flags)
    appends lines.
    ``model`` is what the element is like, where a model says so, or a function of the element that
    gives it.
    """

    element = True

    def __init__(
        self,
        path: str,
        read: Callable[[_Element, Reading], object],
        write: Callable[[Value, list[str], int, int], None],
        *,
        model: type | Callable[[_Element], object] | None = None,
        **options: Unpack[Asked],
    ) -> None:
        super().__init__(path, **options)
        self.model = model
        self.read = read
        self.write = write


class Custom(OwnWays[Value]):
    """One of them, or none."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Value | None: ...
        def __set__(self, instance: object, value: Value | None) -> None: ...


class Customs(OwnWays[Value]):
    """Any number of them: the value is the list of what ``read`` gave for each, unless that was
    None."""

    many = True

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type) -> Value: ...
        def __set__(self, instance: object, value: Value) -> None: ...
