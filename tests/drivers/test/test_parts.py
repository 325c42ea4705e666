"""The parts of the test driver make one class: no name may mean different things in two."""

from __future__ import annotations

from vsh.drivers.test import Test
from vsh.drivers.test._part import Part
from vsh.drivers.test.everything import Everything


def test_no_two_parts_define_the_same_method():
    owner: dict[str, str] = {}
    for part in Everything.__mro__:
        if part is Test or not issubclass(part, Part) or part in (Part, Everything):
            continue
        for name, value in vars(part).items():
            if callable(value) and not name.startswith("__"):
                assert name not in owner, f"{name} is in {owner[name]} and in {part.__name__}"
                owner[name] = part.__name__
    assert "network_update" in owner
