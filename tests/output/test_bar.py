"""The bar of a long job: after a moment, in one unit, and gone at its end."""

from __future__ import annotations

import io
import re

import pytest

from vsh.output import bar as module
from vsh.output.bar import Bar
from vsh.output.screen import Screen


class Person(io.StringIO):
    """A standard error that a person looks at; a real one is a terminal of the prompt's tests."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds, which a test moves."""
    now = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    return now


def test_it_waits_shows_and_goes(clock: list[float]) -> None:
    screen = Screen()
    screen.err = Person()
    bar = Bar(screen, "Migration")
    bar.tick(8 << 30, 8 << 30)
    assert screen.err.getvalue() == "", "not within the first moment"
    clock[0] += 12
    bar.tick(6 << 30, 8 << 30)
    text = re.sub(r"\x1b\[[0-9;]*m", "", screen.err.getvalue())
    assert text == "\rMigration  ━━━━━━──────────────────   25 %  2 GiB of 8 GiB  12 s\x1b[K"
    bar.end()
    assert screen.err.getvalue().endswith("\r\x1b[K")


def test_a_program_never_sees_it(clock: list[float]) -> None:
    screen = Screen()
    screen.err = io.StringIO()
    bar = Bar(screen, "Save")
    clock[0] += 60
    bar.tick(1, 2)
    bar.end()
    assert screen.err.getvalue() == ""


def test_a_quick_job_leaves_no_trace(clock: list[float]) -> None:
    screen = Screen()
    screen.err = Person()
    bar = Bar(screen, "Save")
    bar.tick(1, 2)
    bar.end()
    assert screen.err.getvalue() == ""
