"""Stores: finding, holding, what is kept, and what happens to who waited for what has gone."""

from __future__ import annotations

import threading

import pytest

from vsh.drivers.state.locks import Aside, Together
from vsh.drivers.state.store import Kept, Store
from vsh.errors import NoDomain, OperationFailed, OperationInvalid


class Target:
    """What the API hands over."""

    def __init__(self, name):
        self.name = name
        self.uuid = f"uuid of {name}"


class Guests(Store):
    def missing(self, target):
        return NoDomain.whole(f"no {target.name}")

    def resting(self, thing):
        return OperationInvalid(f"{thing.name} rests")

    def conflict(self, name, uuid, other):
        return OperationFailed(f"{name} {uuid} against {other.name}")


class Log:
    """``Records`` that only say what they were asked for."""

    def __init__(self):
        self.said = []

    def put(self, kind, thing):
        self.said.append(("put", kind, thing.name))

    def drop(self, kind, thing):
        self.said.append(("drop", kind, thing.name))

    def rename(self, kind, thing, before):
        self.said.append(("rename", kind, thing.name, before))

    def serve(self, store):
        """It loses nothing."""


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def guests(log):
    store = Guests("domain", log)
    for name in ("a", "b"):
        store.add(Kept(name, f"uuid of {name}"))
    return store


def test_found_by_what_it_is_known_by(guests):
    guest = guests.named("a")
    assert guests.known("uuid of a") is guest
    number = guests.number(guest)
    assert guests.numbered(number) is guest
    guests.unnumber(number)
    assert guests.numbered(number) is None
    assert [each.name for each in guests.all()] == ["a", "b"]
    assert len(guests) == 2


def test_what_is_not_there_or_rests(guests):
    with pytest.raises(NoDomain, match=r"^no c$"):
        guests.check(Target("c"))
    with pytest.raises(OperationInvalid, match="a rests"):
        guests.check(Target("a"), active=True)
    with guests.modify(Target("a")) as guest:
        guest.active = True
    guests.check(Target("a"), active=True)


def test_a_rename_keeps_the_place(guests, log):
    with guests.modify(Target("a")) as guest:
        assert not guests.rename(guest, "b")
        assert guests.rename(guest, "z")
    assert [each.name for each in guests.all()] == ["z", "b"]
    assert guests.named("a") is None
    assert ("rename", "domain", "z", "a") in log.said


def test_what_is_changed_is_kept_where_the_act_ends_well(guests, log):
    with guests.query(Target("a")):
        pass
    assert log.said == []
    with pytest.raises(ZeroDivisionError), guests.modify(Target("a")):
        raise ZeroDivisionError
    assert log.said == []
    with guests.modify(Target("a")):
        pass
    with guests.taking("c", "uuid of c", lambda: Kept("c", "uuid of c")) as (guest, new):
        assert new
    with guests.modify(Target("c")) as guest:
        guests.remove(guest)
    assert log.said == [("put", "domain", name) for name in "ac"] + [("drop", "domain", "c")]


def test_taken_or_made(guests):
    with guests.taking("a", "uuid of a", lambda: pytest.fail("made twice")) as (guest, new):
        assert (guest.name, new) == ("a", False)
    for name, uuid in (("a", "another"), ("another", "uuid of a")):
        with (
            pytest.raises(OperationFailed, match="against a"),
            guests.taking(name, uuid, lambda: pytest.fail("made")),
        ):
            pass


def test_who_waited_for_what_has_gone_is_told(guests):
    """Its lock is free then, but it is not in the store any more."""
    heard = []
    waiting = threading.Event()

    def wait():
        held = guests.modify(Target("a"))
        waiting.set()
        try:
            with held:
                heard.append("held")
        except NoDomain as error:
            heard.append(str(error))

    with guests.modify(Target("a")) as guest:
        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        assert waiting.wait(10)
        guests.remove(guest)
    thread.join(10)
    assert heard == ["no a"]


def test_who_waited_to_take_what_has_gone_makes_it_anew(guests):
    made = []
    with guests.modify(Target("a")) as guest:
        thread = threading.Thread(target=lambda: made.append(_taken(guests)), daemon=True)
        thread.start()
        guests.remove(guest)
    thread.join(10)
    assert made == [True]
    assert not guests.named("a").gone


def _taken(guests):
    with guests.taking("a", "uuid of a", lambda: Kept("a", "uuid of a")) as (_, new):
        return new


def test_two_are_held_in_one_order(guests):
    """Threads that want the same two, named in any order, never wait for each other for ever."""
    one, other = guests.all()
    done = []

    def hold(*pair):
        for _ in range(2000):
            with Together(*pair):
                pass
        done.append(pair)

    threads = [
        threading.Thread(target=hold, args=pair, daemon=True)
        for pair in ((one, other), (other, one))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(done) == 2
    with Together(one, one):  # the same one twice is one
        assert one.lock.acquire(blocking=False)
        one.lock.release()


def test_others_look_while_an_act_waits(guests):
    """As long as a monitor answers the guest has its job, and not its lock."""
    looked = []
    with guests.modify(Target("a")) as guest, guest:  # held twice, and let go of as a whole
        with Aside(guest.lock):
            thread = threading.Thread(
                target=lambda: looked.append(guests.check(Target("a"))), daemon=True
            )
            thread.start()
            thread.join(10)
        assert looked == [None]
        assert not _free(guest)


def _free(guest):
    """Whether another thread can hold it."""
    answer = []

    def hold():
        answer.append(guest.lock.acquire(blocking=False))
        if answer[0]:
            guest.lock.release()

    thread = threading.Thread(target=hold)
    thread.start()
    thread.join(10)
    return answer[0]
