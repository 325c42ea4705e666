"""The bus: who is told what, in which order, and what happens to those who do not read."""

from __future__ import annotations

import threading

import pytest

from vsh.drivers.state import bus as module
from vsh.drivers.state.bus import Bus, Listener
from vsh.errors import InternalError


class Event:
    def __init__(self, connection, text):
        self.connection = connection
        self.text = text
        self.callback = None


@pytest.fixture
def bus():
    return Bus()


def emit(bus, text, family="domain", event=0, key="k"):
    bus.emit(family, event, key, lambda connection: Event(connection, text))


def read(listener):
    found = []
    while (event := listener.next(0)) is not None:
        found.append((event.callback, event.text))
    return found


def test_only_what_was_asked_for(bus):
    assert not bus
    listener = Listener(bus)
    every = listener.register("me", "domain", 0)
    one = listener.register("me", "domain", 0, "k")
    other = listener.register("me", "domain", 1)
    assert bus
    assert listener.numbers("domain", 0) == [every, one]
    emit(bus, "x")
    emit(bus, "y", key="another")
    emit(bus, "z", event=1)
    emit(bus, "w", family="network")
    assert read(listener) == [(every, "x"), (one, "x"), (every, "y"), (other, "z")]


def test_what_waits_goes_with_its_registration(bus):
    listener = Listener(bus)
    first, second = (listener.register("me", "domain", 0) for _ in range(2))
    emit(bus, "x")
    assert listener.deregister(first)
    assert not listener.deregister(first)
    emit(bus, "y")
    assert read(listener) == [(second, "x"), (second, "y")]
    listener.close()
    assert not bus


def test_a_sink_is_told_at_once(bus):
    told = []
    listener = Listener(bus)
    number = listener.register("me", "domain", 0, None, lambda event: told.append(event.callback))
    emit(bus, "x")
    assert told == [number]
    assert listener.next(0) is None


def test_who_does_not_read_is_told_what_is_lost(bus, monkeypatch):
    monkeypatch.setattr(module, "QUEUE_MAX", 3)
    listener = Listener(bus)
    number = listener.register("me", "domain", 0)
    for text in "abcde":
        emit(bus, text)
    with pytest.raises(InternalError, match="2 events are lost"):
        listener.next(0)
    assert read(listener) == [(number, text) for text in "abc"]
    emit(bus, "f")
    assert read(listener) == [(number, "f")]


def test_registrations_change_while_events_come(bus):
    """None is lost for who stays registered, whatever the others do."""
    listener = Listener(bus)
    listener.register("me", "domain", 0)
    stop = threading.Event()

    def come_and_go():
        while not stop.is_set():
            other = Listener(bus)
            other.register("other", "domain", 0)
            other.close()

    threads = [threading.Thread(target=come_and_go, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(2000):
        emit(bus, number)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert [text for _, text in read(listener)] == list(range(2000))


def test_waiting_for_one(bus):
    listener = Listener(bus)
    listener.register("me", "domain", 0)
    threading.Timer(0.05, emit, (bus, "late")).start()
    assert listener.next(10).text == "late"
    assert listener.next(0.01) is None
