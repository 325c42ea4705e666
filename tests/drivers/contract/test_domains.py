"""Domains: found, started, stopped, defined, on every driver."""

from __future__ import annotations

import pytest

import vsh
from vsh.errors import NoDomain, OperationInvalid

RUNNING, PAUSED, SHUTOFF = 1, 3, 5


def test_a_domain_is_found_by_name_uuid_and_id(connection, domain):
    assert connection.domain_lookup_by_name(domain.name) == domain
    assert connection.domain_lookup_by_uuid(domain.uuid) == domain
    assert connection.domain_lookup_by_id(domain.id) == domain


@pytest.mark.parametrize(
    ("ask", "value"),
    [
        ("domain_lookup_by_name", "nobody"),
        ("domain_lookup_by_uuid", "22222222-2222-4222-8222-222222222222"),
        ("domain_lookup_by_id", 4711),
    ],
)
def test_a_domain_that_is_not_there(connection, ask, value):
    with pytest.raises(NoDomain) as caught:
        getattr(connection, ask)(value)
    assert caught.value.message.startswith("Domain not found")


def test_a_handle_outlives_its_domain(define):
    gone = define("gone")
    gone.undefine()
    with pytest.raises(NoDomain) as caught:
        gone.get_state(0)
    assert caught.value.message == (
        f"Domain not found: no domain with matching uuid '{gone.uuid}' (gone)"
    )


def test_listing_by_state(connection, domain, define):
    define("off")
    assert {one.name for one in connection.list_all_domains(0)} == {domain.name, "off"}
    assert [one.name for one in connection.list_all_domains(1)] == [domain.name]
    assert [one.name for one in connection.list_all_domains(2)] == ["off"]
    assert connection.num_of_domains() == 1
    assert connection.list_defined_domains() == ["off"]


def test_suspend_and_resume(domain):
    domain.suspend()
    assert domain.get_state(0).state == PAUSED
    domain.resume()
    assert tuple(domain.get_state(0)) == (RUNNING, 5)


def test_destroy_and_start(connection, domain):
    before = domain.id
    domain.destroy()
    assert tuple(domain.get_state(0)) == (SHUTOFF, 2)
    with pytest.raises(OperationInvalid, match="domain is not running"):
        domain.destroy()
    started = domain.create_with_flags(0)
    assert started.id > before
    assert tuple(domain.get_state(0)) == (RUNNING, 1)


def test_a_transient_domain_goes_when_it_stops(connection, document):
    transient = connection.domain_create_xml(document("t"), 0)
    assert transient.is_active() == 1
    assert transient.is_persistent() == 0
    transient.destroy()
    with pytest.raises(NoDomain):
        connection.domain_lookup_by_name("t")


def test_undefine_of_a_running_domain_makes_it_transient(connection, domain):
    domain.undefine_flags(0)
    assert domain.is_persistent() == 0
    domain.destroy()
    assert connection.list_all_domains(0) == []


def test_define_again_changes_what_comes_next(domain, connection):
    xml = domain.get_xml_desc(2).replace("</name>", "</name><title>new</title>")
    assert connection.domain_define_xml(xml) == domain
    assert "<title>" not in domain.get_xml_desc(0)
    assert "<title>new</title>" in domain.get_xml_desc(2)
    domain.destroy()
    assert "<title>new</title>" in domain.get_xml_desc(0)


def test_two_domains_cannot_have_one_name(define):
    define("one")
    with pytest.raises(vsh.Error, match="operation failed: domain 'one' already exists with uuid"):
        define("one")


def test_memory_and_vcpus(world, domain):
    maximum, vcpus = domain.get_info().maxMem, domain.get_info().nrVirtCpu
    domain.set_memory(maximum // 2)
    # a real guest gives memory back when its own driver does: the tiny one has none
    assert domain.get_info().memory == (maximum if world.real else maximum // 2)
    assert domain.get_vcpus_flags(4 | 1) >= vcpus
    with pytest.raises(vsh.Error, match="cannot set memory higher than max memory"):
        domain.set_memory_flags(maximum * 2, 1)


def test_live_and_config_are_apart(domain):
    now = domain.get_info().memory
    domain.set_memory_flags(now // 2, 2)
    assert domain.get_info().memory == now
    domain.destroy()
    assert domain.get_info().memory == now // 2


def test_metadata(domain):
    domain.set_metadata(0, "what it is for", None, None, 0)
    assert domain.get_metadata(0, None, 0) == "what it is for"
    domain.set_metadata(2, "<a b='1'><c/></a>", "k", "http://example.org/x", 0)
    assert domain.get_metadata(2, "http://example.org/x", 0) == '<a b="1">\n  <c/>\n</a>'
    domain.set_metadata(2, None, "k", "http://example.org/x", 0)
    with pytest.raises(vsh.Error, match="Requested metadata element is not present"):
        domain.get_metadata(2, "http://example.org/x", 0)


def test_events_of_a_life(connection, domain):
    connection.domain_event_callback_register_any(0, domain)
    domain.suspend()
    domain.resume()
    seen = [connection.driver.next_event(1) for _ in range(2)]
    assert [(event.domain, event.event, event.detail) for event in seen] == [
        (domain, 3, 0),
        (domain, 4, 0),
    ]
    assert connection.driver.next_event(0) is None


def test_many_calls_at_once(connection, domain):
    answers = connection.many(
        [domain.get_state.request(0), connection.domain_lookup_by_name.request("nobody")]
    )
    assert answers[0].state == RUNNING
    assert isinstance(answers[1], NoDomain)
