"""Every command line that prints something, in every format for programs: valid by its schema.

The test driver cannot answer a few of them; what those tell where they can is held against their
declared result by the tests of other drivers (``run`` in tests/conftest.py does so everywhere).
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from dictionary import check, faults
from information import ACTS, AFTER, FILES, LINES

from vsh.cli import parse, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

URI = "test:///default"
CHANGING = (
    "cpu-stats checkpoint-dumpxml checkpoint-list domblkstat domifstat dominfo domstats domtime "
    "nodecpustats set "
    "snapshot-create snapshot-current snapshot-dumpxml snapshot-export snapshot-list vcpuinfo "
    "vol-upload"
).split()
"""What these tell is not the same a moment later, or in another format."""


def filled(line: str, folder: Path) -> str:
    """A line with the names of files in its braces; what has a text is written."""
    for name in ("state", "picture", "folder", *FILES):
        place = folder / name
        if name in FILES:
            place.write_text(FILES[name])
        line = line.replace(f"{{{name}}}", str(place))
    return line


def command_of(line: str) -> str:
    """The last command of a line."""
    return parse.parse(words.split(line))[-1].command.name


@pytest.mark.parametrize("line", [*LINES, *AFTER, *ACTS], ids=lambda line: line.rpartition("; ")[2])
def test_every_format(run: Callable[..., Any], line: str, tmp_path: Path) -> None:
    line = filled(line, tmp_path)
    name = command_of(line)
    env = {"EDITOR": "true", "VISUAL": "true"}
    done = run("-c", URI, "-o", "ndjson", line, env=env)
    assert "internal error in vsh" not in done.err
    for text in done.err.splitlines():
        if text.startswith("{"):
            check(json.loads(text))
    told = [json.loads(text) for text in done.out.splitlines()]
    for each in told:
        check(each["result"])
        assert faults(each["command"], each["result"]) == []
    if told[-1:] and told[-1]["command"] == name:
        value = told[-1]["result"]
    else:
        assert done.status != 0 or name in ("schema", "set"), done
        return
    if name == "snapshot-export":
        return  # to the same place only once
    if name not in CHANGING:
        assert again(run, line, "json", env) == value
    documents = list(yaml.safe_load_all(run("-c", URI, "-o", "yaml", line, env=env).out))
    assert type(documents[-1]) is type(value)
    csv.field_size_limit(1 << 30)
    rows = list(csv.reader(run("-c", URI, "-o", "csv", line, env=env).out.splitlines()))
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, dict) and not any("\n" in str(text) for text in first.values()):
        assert list(first) in rows


def again(run: Callable[..., Any], line: str, format: str, env: dict[str, str]) -> Any:
    value = json.loads(run("-c", URI, "-o", format, line, env=env).out)
    return value[-1] if "; " in line else value


def test_there_is_a_line_for_every_command() -> None:
    played = {command_of(part) for line in [*LINES, *AFTER, *ACTS] for part in line.split("; ")}
    every = {name for group in parse.groups() for name in parse.names(group)}
    assert len(LINES) + len(AFTER) > 190
    assert len(played) > 190, len(played)
    assert played <= every
