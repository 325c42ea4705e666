"""vsh schema: every golden story in JSON is valid against the schemas of its commands."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from stories import STORIES, told

from vsh.cli import parse
from vsh.commands._results import RESULTS
from vsh.output.keys import KEYS
from vsh.output.schema import schema_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Result


@cache
def validator(command: str) -> Draft202012Validator:
    known = RESULTS.get(command)
    schema = schema_of(command, known.shape if known else "either", known.keys if known else ())
    return Draft202012Validator(schema)


@pytest.mark.parametrize("story", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_stories_are_valid(story: Path, run: Callable[..., Result], tmp_path: Path) -> None:
    for line, result in told(story, run, tmp_path, "ndjson"):
        for each in map(json.loads, result.out.splitlines()):
            faults = [
                f"{fault.json_path}: {fault.message[:200]}"
                for fault in validator(each["command"]).iter_errors(each["result"])
            ]
            assert faults == [], (line, each["command"])


@pytest.mark.parametrize("name", RESULTS)
def test_results_are_of_commands_and_keys_that_there_are(name: str) -> None:
    assert parse.find(name) is not None
    assert set(RESULTS[name].keys) <= KEYS.keys()


def test_the_command(run: Callable[..., Any]) -> None:
    schema = json.loads(run("schema", "list").out)
    rows = json.loads(run("-c", "test:///default", "-o", "json", "list", "--all").out)
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    assert check.is_valid(rows)
    assert not check.is_valid([{**rows[0], "nme": "x"}])
    assert not check.is_valid([{**rows[0], "memory_bytes": "2 GiB"}])
    everything = json.loads(run("schema").out)
    assert everything.keys() == RESULTS.keys()
    assert run("schema", "nosuch").status == 1


def test_help_is_data(run: Callable[..., Any]) -> None:
    value = json.loads(run("-o", "json", "help", "start").out)
    [start] = value["commands"]
    options = {option["name"]: option for option in start["options"]}
    assert options["domain"]["required"] is True
    assert options["domain"]["completes"] == "list_all_domains"
    assert options["paused"]["type"] == "flag"
    assert start["examples"][0].keys() == {"line", "what"}
    assert len(json.loads(run("-o", "json", "help").out)["commands"]) > 250
    assert validator("help").is_valid(value)
