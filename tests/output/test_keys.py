"""One dictionary of keys: what commands declare and say is in it, in its type and unit.

Every document that any test makes a command show is held against the dictionary and the command's
declared result, too: see ``run`` in tests/conftest.py.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dictionary import TYPES, check
from stories import STORIES, documents, told

import vsh.commands
from vsh.cli import parse
from vsh.cli.told import told as forms_of
from vsh.output.keys import KEYS, known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result

COMMANDS = Path(vsh.commands.__file__).parent
SAYING = {"Line", "Done", "Said", "Unset", "Text", "Numbers", "Outcome", "Counted"}
NAMES = sorted({name for group in parse.groups() for name in parse.names(group)})


def declared(tree: ast.AST) -> Iterator[str]:
    """The keys that a module gives to documents by name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in SAYING or (name == "add" and len(node.args) == 2):
            yield from (word.arg for word in node.keywords if word.arg)
        place = {"Column": 1, "Lines": 1}.get(name)
        if place is not None and len(node.args) > place:
            key = node.args[place]
            if isinstance(key, ast.Constant):
                yield key.value


def errors(text: str) -> Iterator[object]:
    """The errors, warnings and outcomes of standard error, which are JSON as well."""
    for line in text.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


# domstats' tables for people have libvirt's own words in their columns
PEOPLE = {COMMANDS / "monitor" / "_figures.py"}


@pytest.mark.parametrize(
    "path", sorted(set(COMMANDS.rglob("*.py")) - PEOPLE), ids=lambda path: path.stem
)
def test_a_declared_key_is_in_the_dictionary(path: Path) -> None:
    unknown = set(declared(ast.parse(path.read_text()))) - KEYS.keys() - {"called"}
    assert unknown == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_command_declares_what_it_tells(name: str) -> None:
    command = parse.find(name)
    assert command is not None
    forms = forms_of(command)
    assert forms or name in ("clear", "exit", "quit", "schema")
    for form in forms:
        assert set(form.keys) <= KEYS.keys()


@pytest.mark.parametrize("story", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_stories_say_only_keys_of_the_dictionary(
    story: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    seen = 0
    for line, result in told(story, run, tmp_path, "json"):
        for value in documents(result.out):
            seen += 1
            check(value)
        for value in errors(result.err):
            check(value)
        assert "Traceback" not in result.err, line
        assert "internal error in vsh" not in result.err, line
    assert seen or not any(result.out for _, result in told(story, run, tmp_path, "json")), (
        "a story that says nothing"
    )


def test_the_dictionary_says_what_each_key_means() -> None:
    for name, key in KEYS.items():
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)
        assert key.meaning, name
        assert set(key.types) <= {*TYPES, "any"}, name
        assert len(key.types) == 1, f"{name} is one thing or another"
        if name.endswith("_bytes"):
            assert (key.types, key.unit) == (("integer",), "bytes"), name
        if name.endswith("_ns"):
            assert (key.types, key.unit) == (("integer",), "ns"), name
        if key.unit in ("bytes", "ns") and name != "size_iops_sec":
            assert name.endswith(f"_{key.unit}"), name
        assert key.unit not in ("s", "ms", "us", "KiB", "MiB"), name
        inside = set(key.of) - {"integer", "string", "any"}
        assert inside <= KEYS.keys(), name
        if key.types[0] == "array":
            assert key.of, f"{name}: of what?"


def test_what_the_dictionary_has_not_is_a_parameter() -> None:
    assert known({"weight": 7, "cpu.share": 9}) == {
        "weight": 7,
        "params": [{"name": "cpu.share", "value": 9}],
    }


def test_nested_statistics_use_the_dictionary() -> None:
    from vsh.commands.monitor._statistics import nested

    flat = {
        "state.state": 5,
        "state.reason": 1,
        "cpu.time": 7,
        "balloon.current": 2,
        "balloon.last-update": 1600000000,
        "vcpu.current": 1,
        "vcpu.0.state": 1,
        "vcpu.0.exits.sum": 9,
        "net.count": 1,
        "net.0.name": "vnet0",
        "net.0.rx.pkts": 3,
        "block.count": 2,
        "block.1.name": "vdb",
        "block.1.rd.bytes": 512,
        "perf.cmt": 4,
        "dirtyrate.megabytes_per_second": 2,
        "vm.remote_tlb_flush.sum": 6,
    }
    found = nested("web1", "6695eb01-f6a4-8304-79aa-97f2502e193f", flat)
    check(found)
    assert json.loads(json.dumps(found)) == {
        "name": "web1",
        "uuid": "6695eb01-f6a4-8304-79aa-97f2502e193f",
        "state": "shut off",
        "reason": "shutdown",
        "cpu_total": {"cpu_time_ns": 7},
        "balloon": {"current_bytes": 2048, "last_update": "2020-09-13T12:26:40Z"},
        "vcpus_current": 1,
        "vcpu_stats": [
            {"index": 0, "state": "running", "counters": [{"name": "exits.sum", "value": 9}]}
        ],
        "interfaces": [{"index": 0, "interface": "vnet0", "received_packets": 3}],
        "blocks": [{"index": 1, "target": "vdb", "read_bytes": 512}],
        "perf": [{"name": "cmt", "value": 4}],
        "dirtyrate": {"bytes_per_second": 2097152},
        "vm": [{"name": "remote_tlb_flush.sum", "value": 6}],
    }
