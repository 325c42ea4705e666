"""A script on standard input: what is known of the command that comes next."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from vsh.cli.script import Script

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_known_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "script"
    file.write_text("one\n\n  \ntwo \\\nthree\nfour")
    with file.open() as source:
        script = Script(source)
        commands = iter(script)
        assert script.following() == script.following() == "one\n"
        assert next(commands) == "one\n"
        assert next(commands) == "two \\\nthree\n"
        assert script.following() == "four"
        assert [*commands] == ["four"]
        assert script.following() == ""


def test_a_pipe_that_is_written_to_is_not_waited_for() -> None:
    """Whoever writes the script may wait for the answer before the next command is written."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as source, os.fdopen(writing, "w") as sink:
        sink.write("one\ntwo\n")
        sink.flush()
        script = Script(source)
        commands = iter(script)
        assert script.following() == ""
        assert next(commands) == "one\n"
        sink.write("three\n")
        sink.close()
        assert script.following() == "two\n"
        assert [*commands] == ["two\n", "three\n"]
