"""What capabilities of node devices are made of: typed <capability> elements, numbers in them.

Messages name the device: the reader's ``facts`` are ``DeviceFacts``.
"""

from __future__ import annotations

from vsh.errors import Error, InternalError, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Children, Customs
from vsh.xml.engine.text import UINT_MAX, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Unpack

    from lxml.etree import _Element

    from vsh.xml.engine.field import Asked
    from vsh.xml.engine.reading import Reading


class DeviceFacts:
    """What parts of a device have to know of the whole.

    new   it is still to be made: it has no name and no number yet
    """

    __slots__ = ("name", "new")

    def __init__(self, name: str, *, new: bool = False) -> None:
        self.name = name
        self.new = new

    @classmethod
    def of(cls, reading: Reading) -> DeviceFacts:
        """Those of the device that is being read."""
        facts = reading.facts
        assert isinstance(facts, DeviceFacts)
        return facts


class Number(Given):
    """The text of a number, which ``numbers`` reads; ``form`` is how it is written."""

    if TYPE_CHECKING:
        # a text, and once ``numbers`` read it, a number
        def __get__(self, instance: object, owner: type) -> Any: ...
        def __set__(self, instance: object, value: int | str | None) -> None: ...

    def __init__(self, path: str, form: str = "{}", **options: Unpack[Asked]) -> None:
        super().__init__(path, **options)
        self.form = form

    def show(self, value: object) -> str:
        return self.form.format(value)


def numbers(
    model: Element,
    reading: Reading,
    *wanted: tuple[str, str],
    base: int = 10,
    high: int = UINT_MAX,
    optional: bool = False,
) -> Iterable[tuple[str, Error]]:
    """Read the numbers that have to be there: (field, what it is)."""
    for name, what in wanted:
        text = getattr(model, name)
        if text is None:
            if not optional:
                yield (
                    name,
                    InternalError(f"no {what} supplied for '{DeviceFacts.of(reading).name}'"),
                )
            continue
        try:
            value = number(text, base)
        except ValueError:
            value = -1
        if not 0 <= value <= high:
            yield (
                name,
                InternalError(f"invalid {what} supplied for '{DeviceFacts.of(reading).name}'"),
            )
            setattr(model, name, None)
        else:
            setattr(model, name, value)


class Capability(Element, tag="capability"):
    """One thing that a device can do or is."""

    type = Text("@type")

    open: tuple[str, ...] = (".",)


def capabilities(
    kinds: dict[str, type[Capability] | str],
    other: Callable[[_Element, str | None, Reading], Capability | None],
    *,
    after: str | None = None,
) -> Customs[list[Capability]]:
    """The field for <capability> elements of several types, written in the order of ``kinds``.

    other   is asked about an element of another type, with that type: gives a value, nothing, or
            raises an Error
    after   as every field has it
    """

    def model(element: _Element) -> type[Capability] | None:
        from importlib import import_module

        word = element.get("type", "")
        kind = kinds.get(word)
        if isinstance(kind, str):
            module, _, name = kind.partition(":")
            found: type[Capability] = getattr(import_module(module), name)
            kind = kinds[word] = found
        return kind

    def read(element: _Element, reading: Reading) -> Capability | None:
        from vsh.xml.engine.reader import read_element

        kind = model(element)
        if kind is None:
            return other(element, element.get("type"), reading)
        return read_element(element, kind, reading)

    def write(values: list[Capability], out: list[str], level: int, flags: int) -> None:
        from vsh.xml.engine.writer import append

        order = {word: place for place, word in enumerate(kinds)}
        for value in sorted(values, key=lambda one: order.get(one.type or "", len(order))):
            append(value, out, level, flags)

    return Customs("capability", read, write, model=model, after=after)


def latest(found: list[Capability]) -> list[Capability]:
    """One capability of each type: the last that stood there."""
    return list({one.type: one for one in found}.values())


class MdevType(Element, tag="type"):
    """A type of mediated devices."""

    id = Given("@id", needed=True)
    name = Given("name")
    api = Given("deviceAPI")
    available = Number("availableInstances")

    open = (".",)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.id is None:
            yield XmlError("missing 'id' attribute for mediated device's <type> element")
        elif self.api is None:
            yield XmlError(f"missing device API for mediated device type '{self.id}'")
        else:
            try:
                self.available = number(self.available or "")
            except ValueError:
                self.available = -1
            if not 0 <= self.available <= UINT_MAX:
                yield XmlError(
                    f"missing number of available instances for mediated device type '{self.id}'"
                )


class MdevTypes(Capability):
    """The types of mediated devices that can be made of a device."""

    types = Children(MdevType, "type")

    def view(self, flags: int) -> MdevTypes | None:
        """Nothing where there are none."""
        return self if self.types else None


def nothing(element: _Element, word: str | None, reading: Reading) -> None:
    """A capability of an unknown type is dropped; one without a type is wrong."""
    if word is None:
        raise XmlError("Missing capability type")
