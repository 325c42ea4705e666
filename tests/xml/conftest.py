"""What tests of document formats share: round trips, first problems, and which fields were used."""

from __future__ import annotations

import pytest

from vsh.errors import Error
from vsh.xml.engine.element import Element
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.reader import read


def _used(model: Element, found: dict[type, set[str]]) -> None:
    names = found.setdefault(type(model), set())
    for name in model.fields:
        value = model.__dict__.get(name)
        if value is None or value == []:
            continue
        names.add(name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Element):
                _used(item, found)


@pytest.fixture
def round_trip():
    """Read a document, which has to be written as it was, and compare with copies of its model."""

    def check(text: str, kind: type[Element], flags: int = 0, **options: object) -> Element:
        model = read(text, kind, flags=flags, **options)
        assert model.format(flags) == text
        assert model == model.copy()
        assert read(model.format(flags), kind, flags=flags, **options) == model
        return model

    return check


@pytest.fixture
def refused():
    """The message that a document is refused with; the same with and without a list to collect."""

    def message(text: str, kind: type[Element], flags: int = 0, **options: object) -> str:
        problems: list[Problem] = []
        read(text, kind, flags=flags, problems=problems, **options)
        with pytest.raises(Error) as caught:
            read(text, kind, flags=flags, **options)
        assert str(caught.value) == str(problems[0].error)
        return str(caught.value)

    return message


@pytest.fixture
def unused():
    """Which fields of which models no document of some set."""

    def fields(*models: Element) -> dict[str, set[str]]:
        found: dict[type, set[str]] = {}
        for model in models:
            _used(model, found)
        missing = {}
        for kind, names in found.items():
            left = set(kind.fields) - names
            if left:
                missing[kind.__name__] = left
        return missing

    return fields
