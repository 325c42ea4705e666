"""Registrations for events, and what comes of them."""

from __future__ import annotations

import threading

import vsh


def test_an_event_for_each_registration(connection, domain):
    first = connection.domain_event_callback_register_any(0, None)
    second = connection.domain_event_callback_register_any(0, domain)
    domain.suspend()
    seen = [connection.driver.next_event(0) for _ in range(3)]
    assert [event.callback for event in seen[:2]] == [first, second]
    assert seen[2] is None


def test_other_domains_do_not_matter_to_one(connection, domain):
    other = connection.domain_define_xml(
        "<domain type='test'><name>o</name><memory>1024</memory><os><type>hvm</type></os></domain>"
    )
    connection.domain_event_callback_register_any(0, other)
    domain.suspend()
    other.create()
    event = connection.driver.next_event(0)
    assert (event.word, event.domain, event.event) == ("lifecycle", other, 2)
    assert connection.driver.next_event(0) is None


def test_after_deregistration_nothing_comes(connection, domain, refused):
    number = connection.domain_event_callback_register_any(0, None)
    domain.suspend()
    connection.domain_event_callback_deregister_any(number)
    domain.resume()
    assert connection.driver.next_event(0) is None
    assert refused(connection.domain_event_callback_deregister_any, number) == (
        f"invalid argument: could not find event callback {number} for deletion"
    )


def test_events_of_another_connection(connection, domain):
    connection.domain_event_callback_register_any(0, None)
    with vsh.connect("test:///default") as other:
        other.domain("test").suspend()
    event = connection.driver.next_event(0)
    assert event.domain.connection is connection


def test_waiting(connection, domain):
    connection.domain_event_callback_register_any(0, None)
    assert connection.driver.next_event(0.01) is None
    waker = threading.Timer(0.05, domain.suspend)
    waker.start()
    event = connection.driver.next_event(5)
    waker.join()
    assert event.event == 3


def test_metadata_changes(connection, domain):
    connection.domain_event_callback_register_any(23, None)
    domain.set_metadata(1, "title", None, None, 0)
    event = connection.driver.next_event(0)
    assert (event.word, event.type, event.nsuri) == ("metadata-change", 1, None)


def test_a_closed_connection_is_told_nothing(connection, domain):
    other = vsh.connect("test:///default")
    other.domain_event_callback_register_any(0, None)
    assert connection.driver.hypervisor.listened
    other.close()
    assert not connection.driver.hypervisor.listened
    domain.suspend()
