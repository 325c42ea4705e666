"""What every driver refuses before it is asked, and how its errors are marked."""

from __future__ import annotations

import pytest

import vsh
from vsh.api._access import NUMBERS
from vsh.api.table import calls
from vsh.drivers.driver import Driver
from vsh.drivers.policy import needed
from vsh.errors import AccessDenied


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


def test_words_in_access_rules_mean_what_they_mean_elsewhere():
    import pkgutil
    from importlib import import_module

    import vsh.words

    symbols = {}
    for info in pkgutil.walk_packages(vsh.words.__path__, "vsh.words."):
        for kind in vars(import_module(info.name)).values():
            for member in getattr(kind, "members", {}).values():
                symbols[member.symbol] = int(member)
    assert {word: symbols[word] for word in NUMBERS} == NUMBERS


def test_permissions_follow_the_flags():
    by_slot = {call.slot: call for call in calls().values()}
    call = by_slot["domain_attach_device_flags"]
    assert list(needed(call, ("<disk/>", 1))) == [("domain", "write")]
    both = [("domain", "write"), ("domain", "save")]
    assert list(needed(call, ("<disk/>", 0))) == both
    assert list(needed(call, ("<disk/>", 2))) == both
    assert list(needed(call, ("<disk/>", 3))) == both
    addresses = by_slot["domain_interface_addresses"]
    assert list(needed(addresses, (0, 0))) == [("domain", "read")]
    assert list(needed(addresses, (1, 0))) == [("domain", "read"), ("domain", "write")]


def test_access_is_decided_before_a_part_is_asked():
    asked = []

    def access(kind, permission, subject):
        asked.append((kind, permission))
        if (kind, permission) == ("domain", "getattr"):
            return subject["domain_name"] != "test"
        return permission != "write"

    with vsh.connect("test:///default") as connection:
        domain = connection.domain("test")
        connection.driver.access = access
        with pytest.raises(AccessDenied, match=r"^access denied: .Test. denied access$"):
            domain.set_autostart(1)
        assert asked == [("domain", "write")]
        assert connection.list_all_domains(0) == []  # it may not be seen
        assert domain.get_autostart() == 0


def test_a_driver_without_parts_answers_nothing():
    with pytest.raises(vsh.Error, match="not supported by the connection driver: virDomainSuspend"):
        Driver().call({call.slot: call for call in calls().values()}["domain_suspend"], None, ())


def test_errors_that_are_answers_hold_on_to_nothing():
    """Thousands of them are kept: each would keep every frame that it has come through."""
    with vsh.connect("test:///default") as connection:
        domain = connection.domain("test")
        answers = connection.many([domain.snapshot_lookup_by_name.request("no", 0)] * 2)
        assert [type(answer).__name__ for answer in answers] == ["NoSnapshot"] * 2
        assert all(answer.__traceback__ is None for answer in answers)
