"""What completion remembers: for five seconds, and no longer than until something happens."""

from __future__ import annotations

import threading
import time

import pytest

import vsh
from vsh.cli.session import Session
from vsh.shell import answers as module
from vsh.shell.answers import Answers


@pytest.fixture
def session() -> Session:
    session = Session()
    session.uri = "test:///default"
    session.connect()
    return session


class Asked:
    """A question that counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> list[int]:
        self.times += 1
        return [self.times]


def value(answers: Answers, asked: Asked) -> object:
    answer = answers.get("key", asked)
    assert answer.done.wait(10)
    return answer.value


def listening(answers: Answers) -> None:
    """Wait until it listens to events."""
    end = time.monotonic() + 10
    while not answers._watches and time.monotonic() < end:
        time.sleep(0.01)
    with answers.lock:
        assert answers._watches


def test_an_answer_is_kept(session: Session) -> None:
    answers, asked = Answers(session), Asked()
    assert value(answers, asked) == [1]
    assert value(answers, asked) == [1]
    answers.drop()  # after each command
    assert value(answers, asked) == [2]


def test_it_grows_old(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 0.0)
    answers, asked = Answers(session), Asked()
    assert value(answers, asked) == [1]
    assert value(answers, asked) == [2]


def test_an_event_drops_it(session: Session) -> None:
    answers, asked = Answers(session), Asked()
    assert value(answers, asked) == [1]
    listening(answers)
    with vsh.connect("test:///default") as other:
        other.domain("test").suspend()
    assert value(answers, asked) == [2]


def test_a_question_on_its_way_is_not_asked_twice(session: Session) -> None:
    answers = Answers(session)
    go = threading.Event()
    times = []

    def slow() -> list[int]:
        times.append(1)
        assert go.wait(10)
        return times

    first, second = answers.get("key", slow), answers.get("key", slow)
    assert first is second
    assert not first.done.is_set()
    go.set()
    assert first.done.wait(10)
    assert times == [1]
