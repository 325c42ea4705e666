"""vsh schema: every golden story in JSON is valid against the schemas of its commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from dictionary import faults, validator
from jsonschema import Draft202012Validator
from stories import STORIES, told

from vsh.cli import parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Result


@pytest.mark.parametrize("story", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_stories_are_valid(story: Path, run: Callable[..., Result], tmp_path: Path) -> None:
    for line, result in told(story, run, tmp_path, "ndjson"):
        for each in map(json.loads, result.out.splitlines()):
            assert faults(each["command"], each["result"]) == [], (line, each["command"])


@pytest.mark.parametrize("name", sorted({n for g in parse.groups() for n in parse.names(g)}))
def test_every_command_has_a_schema(name: str) -> None:
    assert validator(name).is_valid(None) == (name in ("clear", "exit", "quit", "schema"))


def test_the_command(run: Callable[..., Any]) -> None:
    schema = json.loads(run("schema", "list").out)
    rows = json.loads(run("-c", "test:///default", "-o", "json", "list", "--all").out)
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    assert check.is_valid(rows)
    assert not check.is_valid([{**rows[0], "nme": "x"}])
    assert not check.is_valid([{**rows[0], "memory_bytes": "2 GiB"}])
    everything = json.loads(run("schema").out)
    assert len(everything) > 280
    assert run("schema", "nosuch").status == 1


def test_help_is_data(run: Callable[..., Any]) -> None:
    value = json.loads(run("-o", "json", "help", "start").out)
    [start] = value["commands"]
    options = {option["name"]: option for option in start["options"]}
    assert options["domain"]["required"] is True
    assert options["domain"]["completes"] == "list_all_domains"
    assert options["paused"]["type"] == "flag"
    assert start["examples"][0].keys() == {"text", "what"}
    assert len(json.loads(run("-o", "json", "help").out)["commands"]) > 250
    assert validator("help").is_valid(value)
