"""What every driver refuses before it is asked, and how its errors are marked."""

from __future__ import annotations

import inspect

import pytest

import vsh
from vsh.api.table import calls
from vsh.drivers.test.everything import Everything


@pytest.mark.parametrize("call", calls().values(), ids=lambda call: call.slot)
def test_options_name_flags_that_there_are(call):
    rules = [*call.options.get("exclusive", ()), *call.options.get("requires", ())]
    names = {name for rule in rules for name in rule} | set(call.options.get("secure", ()))
    if names:
        assert "flags" in call.names
    for name in names:
        flag = call.word(name)
        assert flag & (flag - 1) == 0
        assert flag.symbol.startswith("VIR_")
    for parameter, name in call.options.get("agent", {}).items():
        assert call.word(name, parameter)
    for name, other in call.options.get("exclusive", ()):
        both = call.word(name) | call.word(other)
        assert any("mutually exclusive" in text for _, text in call.conflicts(both)), name


def test_methods_of_the_test_driver_take_what_calls_give():
    answered = 0
    for call in calls().values():
        method = getattr(Everything, call.slot, None)
        if method is None:
            continue
        answered += 1
        taken = list(inspect.signature(method).parameters)[2:]
        assert len(taken) == len(call.names), call.slot
    assert answered > 200


def test_no_part_hides_another_ones_method():
    owners = {}
    for part in Everything.__mro__:
        if not part.__module__.startswith("vsh.drivers.test."):
            continue
        for name, value in vars(part).items():
            if inspect.isfunction(value) and not name.startswith("__"):
                assert name not in owners, f"{name} in {owners.get(name)} and {part}"
                owners[name] = part


def test_reading_is_told_from_changing():
    by_slot = {call.slot: call for call in calls().values()}
    assert by_slot["domain_get_state"].reads_only
    assert by_slot["connect_list_all_domains"].reads_only
    assert not by_slot["domain_suspend"].reads_only
    assert not by_slot["domain_get_launch_security_info"].reads_only


def test_errors_say_who_speaks():
    with vsh.connect("test:///default") as connection:
        with pytest.raises(vsh.Error) as caught:
            connection.domain("nobody")
        assert (caught.value.code, caught.value.domain) == (42, 12)
