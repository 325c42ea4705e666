"""Parts and calls: each public method of a driver's part answers a call, with the call's values."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

import pytest

import vsh.drivers
from vsh.api.table import calls
from vsh.drivers.driver import find_part
from vsh.drivers.part import Part

DRIVERS = ("test", "qemu")
"""The drivers of parts; a new one is named here."""

THEMES = sorted({call.theme for call in calls().values()})


def modules(package):
    found = import_module(package)
    yield found
    for info in pkgutil.walk_packages(found.__path__, f"{package}."):
        yield import_module(info.name)


def stubs(theme):
    return {call.name: call for call in calls().values() if call.theme == theme}


def public(kind):
    """The public methods that a part has beyond what every part has."""
    for name, value in inspect.getmembers(kind, inspect.isroutine):
        if not name.startswith("_") and not hasattr(Part, name):
            yield name, value


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_method_answers_a_call(driver):
    answered = 0
    for theme in THEMES:
        kind = find_part(f"vsh.drivers.{driver}", theme)
        if kind is None:
            continue
        assert kind.answers.__name__ == f"vsh.api.{theme}"
        known = stubs(theme)
        bases = {name for base in kind.__mro__[1:] for name in vars(base)}
        for name, method in public(kind):
            if name in bases:  # what the driver's parts share
                continue
            assert name in known, f"{kind.__module__}.{name} answers no call of {theme}"
            values = list(inspect.signature(method).parameters.values())[2:]
            wanted = list(inspect.signature(known[name].stub).parameters.values())[1:]
            # The names are the part's own, as values come by position; libvirt's are not all words.
            assert len(values) == len(wanted), f"{theme}.{name}"
            for value, stub in zip(values, wanted, strict=True):
                assert value.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
                # Every value is given; a default may be left out, but not be another.
                assert value.default in (stub.default, inspect.Parameter.empty), f"{theme}.{name}"
            answered += 1
    assert answered > 60


@pytest.mark.parametrize("driver", DRIVERS)
def test_parts_stand_where_they_are_looked_for(driver):
    """A part in a file that no theme is called like would never be asked."""
    package = f"vsh.drivers.{driver}"
    for module in modules(package):
        for kind in vars(module).values():
            if not isinstance(kind, type) or not issubclass(kind, Part):
                continue
            if kind.__module__ != module.__name__ or "answers" not in vars(kind):
                continue
            theme = module.__name__.removeprefix(f"{package}.")
            assert theme in THEMES, module.__name__
            assert find_part(package, theme) is kind


def test_a_misspelt_method_is_found():
    """What the tests above rest on: a method that answers no call is not taken for one."""
    from vsh.api.domain import lifecycle

    class Lifecycle(Part, answers=lifecycle):
        def suspned(self, domain):
            """Not a call."""

    assert [name for name, _ in public(Lifecycle)] == ["suspned"]
    assert "suspned" not in stubs("domain.lifecycle")


def test_every_theme_is_a_module_with_one_class_of_calls():
    for theme in THEMES:
        module = import_module(f"vsh.api.{theme}")
        owners = {call.owner for call in stubs(theme).values()}
        assert len(owners) == 1, theme
        assert {owner.__module__ for owner in owners} == {module.__name__}


def test_the_package_says_what_drivers_there_are():
    folders = {info.name for info in pkgutil.iter_modules(vsh.drivers.__path__) if info.ispkg} - {
        "state"
    }
    assert folders >= {*DRIVERS, "remote"}
