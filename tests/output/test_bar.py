"""The bar of a long job: after a moment, in one unit, and gone at its end."""

from __future__ import annotations

import io
import json
import re
import time

import pytest

from vsh.output import bar as module
from vsh.output.bar import Bar, Told
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
    bar.draw()
    assert screen.err.getvalue() == "", "not within the first moment"
    clock[0] += 12
    bar.tick(6 << 30, 8 << 30)
    bar.draw()
    text = re.sub(r"\x1b\[[0-9;]*m", "", screen.err.getvalue())
    assert (
        text
        == "\rMigration  ━━━━━━──────────────────   25 %  2 GiB of 8 GiB  171 MiB/s  12 s\x1b[K"
    )
    bar.end()
    assert screen.err.getvalue().endswith("\r\x1b[K")


def test_a_program_never_sees_it(clock: list[float]) -> None:
    screen = Screen()
    screen.err = io.StringIO()
    bar = Bar(screen, "Save")
    clock[0] += 60
    bar.tick(1, 2)
    bar.draw()
    bar.end()
    assert screen.err.getvalue() == ""


def test_a_quick_job_leaves_no_trace(clock: list[float]) -> None:
    screen = Screen()
    screen.err = Person()
    with Bar(screen, "Save") as bar:
        bar.tick(1, 2)
    assert screen.err.getvalue() == ""


def test_a_job_that_cannot_say_how_far_it_is_has_its_time(clock: list[float]) -> None:
    screen = Screen()
    screen.err = Person()
    bar = Bar(screen, "Restore")
    clock[0] += 3
    bar.draw()
    assert screen.err.getvalue() == "\rRestore  3 s\x1b[K"


def test_programs_read_lines_of_json(clock: list[float]) -> None:
    screen = Screen()
    screen.err = io.StringIO()
    screen.command = "save"
    bar = Told(screen, "Save")
    bar.draw()
    clock[0] += 2
    bar.draw()
    bar.tick(6 << 20, 8 << 20)
    bar.draw()
    bar.end()
    first, second = map(json.loads, screen.err.getvalue().splitlines())
    assert first["progress"] == {
        "command": "save",
        "percent": None,
        "data_processed_bytes": None,
        "data_total_bytes": None,
        "time_elapsed_ns": 2 * 10**9,
    }
    assert second["progress"]["percent"] == 25.0
    assert second["progress"]["data_processed_bytes"] == 2 << 20


def test_it_is_drawn_while_the_work_goes_on() -> None:
    screen = Screen()
    screen.err = Person()
    with Bar(screen, "Copy"):
        end = time.monotonic() + 20
        while "Copy  " not in screen.err.getvalue() and time.monotonic() < end:
            time.sleep(0.05)
    assert "\rCopy  0 s\x1b[K" in screen.err.getvalue()
    assert screen.err.getvalue().endswith("\r\x1b[K")
    after = screen.err.getvalue()
    time.sleep(0.3)
    assert screen.err.getvalue() == after
